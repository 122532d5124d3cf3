"""Unpacks the thread pages of a packed list archive, with nothing but Python's
own library.

    pages.py DIR PACKED

writes each MONTH/thread.html as DIR/MONTH.html.
"""

import os
import sys

import mails


def main(folder, packed):
    os.makedirs(folder)
    for name, data in mails.members(packed):
        if os.path.basename(name) == "thread.html":
            month = os.path.basename(os.path.dirname(name))
            with open(os.path.join(folder, month + ".html"), "wb") as out:
                out.write(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
