"""Counts logical messages with nothing but Python's own library.

    letters.py KIND:PACKED...

prints one JSON object for each mail of other bytes: their SHA-256, the
Message-ID, the number of the logical message it belongs to, and the digest of
each thing that makes its content. The recipe: From; To and Cc as one set; the
subject; the date to the second; the text, which is that of every text part that
is no attachment, without white space at the ends of lines and of the whole; and
the SHA-256 of every other part, decoded. What a field holds that Python cannot
read counts as it stands. Mails of equal content, and mails of one Message-ID,
are one logical message.

The last line counts mails, equal bytes included, files without a header field,
which are none, and logical messages.
"""

import email.parser
import hashlib
import json
import re
import sys

import fields
import groups
import mails

ESCAPED = re.compile(r"^>+From ", re.MULTILINE)


def text(part):
    """Returns the lines of a text part, as Latin-1 where its charset is no help."""
    raw = part.get_payload(decode=True) or b""
    try:
        found = raw.decode(part.get_content_charset("ascii"))
    except (LookupError, UnicodeDecodeError):
        found = raw.decode("latin-1")
    lines = found.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return ESCAPED.sub("From ", "\n".join(line.rstrip() for line in lines))


def body(raw):
    """Returns the text of a mail and the sorted digests of its other parts."""
    texts, files = [], []
    for part in email.parser.BytesParser(policy=fields.PLAIN).parsebytes(raw).walk():
        if part.is_multipart():
            continue
        attached = part.get_content_disposition() == "attachment" or part.get_filename()
        if part.get_content_maintype() == "text" and not attached:
            texts.append(text(part))
        else:
            files.append(hashlib.sha256(part.get_payload(decode=True) or b"").hexdigest())
    return "\n".join(texts).rstrip(), sorted(files)


def digest(thing):
    return hashlib.sha256(json.dumps(thing).encode()).hexdigest()[:16]


def content(raw):
    """Returns the Message-ID and the digests of what makes the content."""
    header = email.parser.BytesHeaderParser(policy=fields.STRICT).parsebytes(raw)
    found = {n: fields.value(read, header)[0] or fields.standing(raw, n) for n, read in fields.FIELDS.items()}
    own = "".join(found.pop("Message-ID"))
    to, cc = found.pop("To"), found.pop("Cc")
    found["recipients"] = sorted({*to, *cc})
    found["text"], found["attachments"] = body(raw)
    return "".join(own.split()), {name: digest(thing) for name, thing in found.items()}


def main(sources):
    letters, seen, count, headless = groups.Groups(), {}, 0, 0
    for source in sources:
        for _, raw in mails.messages(*source.split(":", 1)):
            if raw is None:
                continue
            if not email.parser.BytesHeaderParser(policy=fields.PLAIN).parsebytes(mails.bare(raw)).keys():
                headless += 1
                continue
            count += 1
            sha = hashlib.sha256(raw).hexdigest()
            if sha in seen:
                continue
            own, things = content(mails.bare(raw))
            seen[sha] = own, things
            letters.join(sha, "content " + digest(things))
            if own:
                letters.join(sha, "id " + own)
    numbers = {}
    for sha, (own, things) in seen.items():
        number = numbers.setdefault(letters.find(sha), len(numbers))
        print(json.dumps({"sha256": sha, "id": own, "letter": number + 1, "content": things}))
    print(json.dumps({"mails": count, "headless": headless, "letters": len(numbers)}))


if __name__ == "__main__":
    main(sys.argv[1:])
