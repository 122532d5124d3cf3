"""Counts mails and what they cite, with nothing but Python's own library.

    count.py KIND:PACKED

prints one JSON object a mail: the member of the packed file it stands in, its
number there, the SHA-256 of its bytes, its id, the id of the parent it cites,
the fields that say so, and what stands there like an id and is none. The rule:
an id is <left@right> without white space. A mail's own is the first in
Message-ID, else the SHA-1 of its bytes. Its parent is the id in In-Reply-To
when that holds just one, else the last in References, else the first in
In-Reply-To; ids equal to the mail's own, or to an address in From, To or Cc, do
not count. The rule knows nothing of prose in In-Reply-To.

The last line counts, by a looser rule, threads and missing mails: whatever
stands in angle brackets is an id, white space inside removed, but for what is
none: addresses of From, To and Cc, addresses in the prose of In-Reply-To, and
what is shorter than five characters. A thread is what cited ids hold together,
a missing mail is a cited id that no mail has. It also counts the prose lines
that Python's mailbox module took for separators.
"""

import email.parser
import email.utils
import hashlib
import json
import re
import sys

import groups
import mails

ID = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
BRACKETED = re.compile(r"<([^<>]+)>")
# "Message from A <a@b> of DATE <id>": an address, not an id.
PROSE = re.compile(r'<([^<>]+)>["\s]*(?:of|on|dated|sent|wrote:?|at) [^<]*<')
SHORTEST = 5


def values(header, name):
    return [" ".join(str(v).split()) for v in header.get_all(name, [])]


def ids(header, name):
    return [found for v in values(header, name) for found in ID.findall(v)]


def bracketed(header, name):
    return ["".join(found.split()) for v in values(header, name) for found in BRACKETED.findall(v)]


def people(header):
    found = email.utils.getaddresses(values(header, "From") + values(header, "To") + values(header, "Cc"))
    return {address.lower() for _, address in found if address}


def parent(header, own, known):
    replied, referenced = (
        [i for i in ids(header, name) if i != own and i.lower() not in known] for name in ("In-Reply-To", "References")
    )
    if len(replied) == 1:
        return replied[0]
    if referenced:
        return referenced[-1]
    return replied[0] if replied else ""


def cited(header, known):
    """Returns the cited ids by the looser rule, and what is none."""
    prose = {a for v in values(header, "In-Reply-To") for a in PROSE.findall(v)}
    found = bracketed(header, "References") + bracketed(header, "In-Reply-To")
    none = [i for i in found if len(i) < SHORTEST or i.lower() in known or i in prose]
    return [i for i in found if i not in none], none


class Threads(groups.Groups):
    """Holds together what cites and what is cited."""

    def __init__(self):
        super().__init__()
        self.present, self.cited = set(), set()

    def add(self, own, ids):
        self.present.add(own)
        self.cited.update(ids)
        for i in ids:
            self.join(i, own)

    def counts(self):
        return {
            "threads": len({self.find(i) for i in self.present}),
            "missing": len(self.cited - self.present),
        }


def main(source):
    kind, packed = source.split(":", 1)
    numbers, prose, threads = {}, 0, Threads()
    for member, raw in mails.messages(kind, packed):
        if raw is None:
            prose += 1
            continue
        numbers[member] = numbers.get(member, 0) + 1
        header = email.parser.BytesHeaderParser().parsebytes(raw)
        known, digest = people(header), hashlib.sha1(raw).hexdigest()
        own = (ids(header, "Message-ID") or [digest])[0]
        found, none = cited(header, known)
        threads.add((bracketed(header, "Message-ID") or [digest])[0], found)
        print(json.dumps({
            "member": member, "number": numbers[member], "sha256": hashlib.sha256(raw).hexdigest(),
            "id": own, "parent": parent(header, own, known), "notIDs": none,
            "inReplyTo": " ".join(values(header, "In-Reply-To")), "references": " ".join(values(header, "References")),
        }))
    print(json.dumps({"prose": prose} | threads.counts()))


if __name__ == "__main__":
    main(sys.argv[1])
