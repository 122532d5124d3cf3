"""Reads packed mails with nothing but Python's own library, so that what it
finds can be held against what Skein finds.

    mails.py DIR KIND:PACKED...

writes every mail of the packed files into the Maildir DIR, one file a mail,
without the From_ line before it. KIND says how PACKED keeps its mails: "files",
one mail in each member, or "mbox", many in each member named .txt or .mbox.
PACKED may also be a folder.
"""

import gzip
import mailbox
import os
import re
import sys
import tarfile
import tempfile

# A From_ line as mail transports write it ends with a time (RFC 4155,
# Appendix A). Prose that begins a line with "From " does not, and Python's
# mailbox module takes it for a separator all the same.
SEPARATOR = re.compile(rb"From .*\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r?\n")


def members(packed):
    """Yields (name, bytes) of the files in a .tar.xz or a folder, or of the file in a .gz."""
    if os.path.isdir(packed):
        for folder, _, names in os.walk(packed):
            for name in names:
                with open(os.path.join(folder, name), "rb") as opened:
                    yield name, opened.read()
        return
    if packed.endswith(".tar.xz"):
        with tarfile.open(packed, "r:xz") as archive:
            for member in archive:
                if member.isfile():
                    yield member.name, archive.extractfile(member).read()
        return
    with gzip.open(packed) as opened:
        yield os.path.basename(packed)[: -len(".gz")], opened.read()


def starts(data):
    """Returns where Python's mailbox module begins each mail of an mbox."""
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(data)
        copy.flush()
        box, found, at = mailbox.mbox(copy.name, create=False), [], 0
        for key in box.keys():
            raw = box.get_bytes(key, from_=True)
            at = data.index(raw, at)
            found.append(at)
            at += len(raw)
        box.close()
        return found


def split(data):
    """Yields the mails of an mbox, and b"" for each prose line glued back."""
    begins = []
    for at in starts(data):
        if SEPARATOR.match(data, at):
            begins.append(at)
        else:
            yield b""
    for at, end in zip(begins, begins[1:] + [len(data)]):
        mail = data[data.index(b"\n", at) + 1 : end]
        yield mail[:-1] if mail.endswith(b"\n\n") else mail


def messages(kind, packed):
    """Yields (member, mail) of a packed file; mail is None for a prose line."""
    for name, data in members(packed):
        if kind == "mbox":
            if name.endswith((".txt", ".mbox")):
                for mail in split(data):
                    yield name, mail or None
            continue
        yield name, data


def bare(mail):
    """Drops the From_ line that some collections keep before a mail."""
    return mail[mail.index(b"\n") + 1 :] if mail.startswith(b"From ") else mail


def main(folder, sources):
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, part))
    count = 0
    for source in sources:
        kind, packed = source.split(":", 1)
        for _, mail in messages(kind, packed):
            if mail is None:
                continue
            with open(os.path.join(folder, "cur", "%06d:2,S" % count), "wb") as out:
                out.write(bare(mail))
            count += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
