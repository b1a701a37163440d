# SPDX-License-Identifier: MIT
"""What the real device signs at a boxed Bitrix24, before the handler in PHP of docs/examples/bitrix24."""
import contextlib
import json
import re
import sqlite3
import urllib.parse

from by_http import Visitor
from parts import TOP, picture_of, run
from scenario import NAME
from test_bitrix24 import PUSH_TOKEN, Overheard


class SignedConfirmation(Overheard):
    def sent(self):
        """The fields that a confirmed code makes the device send; the page is plain HTTP's."""
        page = Visitor(self.heard.origin).call("/")
        code = re.search(r"https://b24\.to/a/[0-9A-Za-z_/-]+", page.replace("\\/", "/")).group(0)
        scan = self.holder.scan(f"image:{picture_of(code, self.folder / 'code.png')}")
        scan.wait_asked()
        scan.answer("approve")
        self.assertEqual(scan.event(state="done")["result"], "sent")
        self.assertEqual(scan.wait(), 0, scan.lines.text())

        sent = self.proxy.requests("ajax.php?action=" + PUSH_TOKEN)[-1]
        return dict(urllib.parse.parse_qsl(sent.body.decode(), keep_blank_values=True))

    def test_is_taken_once_when_its_key_is_registered(self):
        told = json.loads(self.holder.run("portals", "--json", check=True).stdout)
        with contextlib.closing(sqlite3.connect(self.heard.data / "portal.db")) as store:
            user, = store.execute("SELECT id FROM users WHERE name = ?", (NAME,)).fetchone()
        asked = {"address": self.heard.origin, "user": user, "key": told["session_key"], "fields": self.sent()}
        said = run("/usr/bin/php", TOP / "tests" / "e2e" / "php_confirm.php", input=json.dumps(asked)).stdout

        answers = json.loads(said)
        self.assertEqual([answer.partition(":")[0] for answer in answers["answers"]],
                         ["ERR_FROM_EVENT", "published", "ERR_FROM_EVENT"])
        self.assertEqual(answers["log"][::2], ["unknown-device", "used-before"])
        self.assertRegex(answers["log"][1], r"^key [0-9a-f]{16}, sequence [1-9][0-9]*$")
