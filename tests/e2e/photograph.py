# SPDX-License-Identifier: MIT
"""The portal's window "Sign in by QR" as Chromium shows it, for the documents.

usage: photograph.py FOLDER      writes FOLDER/sign-in-by-qr.png; called by scripts/screens --portal
"""
import sys
import tempfile
from pathlib import Path

import pages
from parts import Browser, Portal

SIZE = (1280, 880)  # of the browser's window: the whole dialog, without scrolling


def main(folder):
    with tempfile.TemporaryDirectory(prefix="qrconfirm-photograph-") as scratch:
        portal = Portal(Path(scratch) / "portal")
        browser = None
        try:
            browser = Browser(Path(scratch) / "browser", size=SIZE)
            pages.open_qr_window(browser, portal)
            path = browser.photograph(Path(folder) / "sign-in-by-qr.png")
        finally:
            if browser:
                browser.stop()
            portal.stop()
    print(path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
