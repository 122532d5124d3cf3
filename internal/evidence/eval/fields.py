"""Reads the header of every mail with Python's email package, policy.default.

    fields.py KIND:PACKED

prints one JSON object a mail: the member of the packed file it stands in, its
number there, the SHA-256 of its bytes, and for each field its values, none where
Python yields none, and how it stands in the mail, unfolded. Values are: of the
Message-ID the text without angle brackets; of From, To and Cc the sorted
distinct addresses in lower case; of the Date the seconds since 1970 in UTC,
where a date without a zone that Python knows counts as UTC; of the Subject the
decoded text with white space collapsed.
"""

import datetime
import email.parser
import email.policy
import hashlib
import json
import sys

import mails

# The strict reader gives each value; the plain one how it stands there.
STRICT, PLAIN = email.policy.default, email.policy.compat32


def message_id(header):
    text = str(header["Message-ID"] or "").strip()
    return [text.removeprefix("<").removesuffix(">")]


def addresses(name):
    def read(header):
        found = {a.addr_spec.lower() for field in header.get_all(name, []) for a in field.addresses}
        return sorted(found - {"<>"})

    return read


def date(header):
    moment = header["Date"] and header["Date"].datetime
    if not moment:
        return []
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return [str(int(moment.timestamp()))]


def subject(header):
    return [" ".join(str(header["Subject"] or "").split())]


FIELDS = {
    "Message-ID": message_id, "From": addresses("From"), "To": addresses("To"), "Cc": addresses("Cc"),
    "Date": date, "Subject": subject,
}


def value(read, header):
    """Returns what Python reads, and the kind of error where it breaks."""
    try:
        return [v for v in read(header) if v], ""
    except Exception as broken:  # policy.default breaks on some fields in many ways
        return [], type(broken).__name__


def standing(raw, name):
    """Returns each field of a name as it stands, lines joined, bytes as Latin-1."""
    values = email.parser.BytesHeaderParser(policy=PLAIN).parsebytes(raw).raw_items()
    found = (v.encode("utf-8", "surrogateescape") for n, v in values if n.lower() == name.lower())
    return [b" ".join(v.split()).decode("latin-1") for v in found]


def main(source):
    kind, packed = source.split(":", 1)
    numbers = {}
    for member, raw in mails.messages(kind, packed):
        if raw is None:
            continue
        numbers[member] = numbers.get(member, 0) + 1
        header = email.parser.BytesHeaderParser(policy=STRICT).parsebytes(mails.bare(raw))
        fields = {}
        for name, read in FIELDS.items():
            values, broken = value(read, header)
            fields[name] = {"values": values, "broken": broken, "stands": standing(mails.bare(raw), name)}
        print(json.dumps({
            "member": member, "number": numbers[member], "sha256": hashlib.sha256(raw).hexdigest(), "fields": fields,
        }))


if __name__ == "__main__":
    main(sys.argv[1])
