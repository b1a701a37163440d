# SPDX-License-Identifier: MIT
"""`qrconfirm conform` at a portal that keeps the protocol, and at portals that each break it once."""
import concurrent.futures
import tempfile
from pathlib import Path

from by_http import Visitor
from parts import Running
from scenario import NAME, PASSWORD, Scenario
from test_python_portal import SERVER, PythonPortal

NAMES = (NAME, "boris-of-the-second-device")
# The program of docs/examples/portal with one text in it replaced.
BROKEN = """
import importlib.machinery, sys
sys.path.insert(0, {folder!r})
class Loader(importlib.machinery.SourceFileLoader):
    def get_data(self, path):
        source = super().get_data(path).decode()
        assert {old!r} in source, path
        return source.replace({old!r}, {new!r}).encode()
    def path_stats(self, path):
        raise OSError  # no cached form of it
    def set_data(self, *_, **__):
        pass
import importlib.util
path = {folder!r} + "/" + {module!r} + ".py"
spec = importlib.util.spec_from_loader({module!r}, Loader({module!r}, path), origin=path)
module = sys.modules[{module!r}] = importlib.util.module_from_spec(spec)
module.__file__ = path
spec.loader.exec_module(module)
import server
server.main()
"""


class BrokenPortal(PythonPortal):
    def __init__(self, folder, module, old, new):
        super().__init__(folder)
        self.program = ("-c", BROKEN.format(folder=str(SERVER.parent), module=module, old=old, new=new))


class Conform(Scenario):
    def setUp(self):
        """In memory: hundreds of transactions, and none of them is to outlive the machine."""
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="qrconfirm-e2e-", dir="/dev/shm")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def tried(self, portal, accounts=NAMES):
        """Exit code, the results of the 18 points, the checks that are broken as (point, name), and all lines."""
        desks = []
        for name in accounts:
            desk = Visitor(portal.origin)
            desk.log_in(name, PASSWORD)
            desks.append(desk)
        run = Running(*self.device(portal.origin.rpartition(":")[2]).start("conform", "--json", *(desk.pairing_code() for desk in desks)))
        for number, desk in enumerate(desks, 1):
            desk.confirm_pairing(run.event(event="pairing", device=number)["pairing_code"])
        run.event(event="conform")
        points = {event["point"]: event["result"] for event in run.events if event["event"] == "point"}
        broken = {(event["point"], event["name"]) for event in run.events if event.get("result") == "broken"
                  and event["event"] == "check"}
        said = "\n".join(map(str, run.events))
        return run.wait(), points, broken, said

    def python_portal(self, portal):
        for name in NAMES:
            portal.command("add-user", name, input=PASSWORD + "\n")
        portal.serve()
        self.addCleanup(portal.stop)
        return portal


class Kept(Conform):
    def test_18_of_18_at_qrportal(self):
        portal = self.portal()
        for name in NAMES:
            portal.add_user(name, PASSWORD)
        code, points, broken, said = self.tried(portal)
        self.assertEqual((code, broken, set(points.values()), len(points)), (0, set(), {"held"}, 18), said)

    def test_18_of_18_at_the_portal_in_python(self):
        code, points, broken, said = self.tried(self.python_portal(PythonPortal(self.folder / "portal")))
        self.assertEqual((code, broken, set(points.values()), len(points)), (0, set(), {"held"}, 18), said)


# Point, check, module, and what is replaced by what.
FAULTS = {
    "page_of_any_cookie": (
        1, "claim-needs-the-cookie", "portal",
        "row = cookie and self._one(\"SELECT * FROM challenge WHERE cookie = ?\", sha256(cookie.encode()))",
        "row = self._one(\"SELECT * FROM challenge WHERE cookie = ?\", sha256((cookie or '').encode()))"
        " or self._one(\"SELECT * FROM challenge ORDER BY rowid DESC\")"),
    "claimed_twice": (2, "claimed-once", "portal",
                      "self._do(\"UPDATE challenge SET state = 'claimed' WHERE id = ?\", row[\"id\"])", "pass"),
    "ids_are_counted": (
        3, "ids-are-not-guessable", "portal", "secrets.token_urlsafe(32), secrets.token_bytes(16)\n",
        "secrets.token_urlsafe(32), (self.__dict__.update(count=getattr(self, 'count', 0) + 1)"
        " or self.count.to_bytes(16, 'big'))\n"),
    "account_of_the_message": (4, "account-is-compared", "portal",
                               'if message["account_id"] != str(device["account"]):', "if False:"),
    "approved_by_nobody": (5, "approval-needs-a-person", "portal", 'if not message["flags"] & 1:', "if False:"),
    "page_names_the_account": (
        6, "page-names-nobody", "portal",
        'if row["state"] == "denied":\n            state["reason"]',
        'if row["device"]:\n            state["name"] = self._account_fields(self._one("SELECT * FROM device WHERE id = ?",'
        ' row["device"])["account"])["account_name"]\n        if row["state"] == "denied":\n'
        '            state["reason"]'),
    "any_context": (7, "what-was-shown-is-signed", "portal",
                    'if message["context_hash"] != row["context"]:', "if False:"),
    "receipts_are_forgotten": (8, "same-answer-same-receipt", "portal", "        if stored:\n            return 200, stored",
                               "        if False:\n            return 200, stored"),
    "any_type": (9, "another-type-is-refused", "qrlogin",
                 'if envelope["payloadType"] != payload_type(name) or ', "if "),
    "login_is_not_ended": (11, "login-ends-before-the-claim", "portal",
                           "ended = self._deny(\"login_id = ? AND state = 'approved'\", login_id, reason=\"ended\")",
                           "ended = 1"),
    "one_signature_renews": (12, "new-key-signs-too", "qrlogin",
                             '(public, body[58:90]) if name == "rotate" else (public,)', "(public,)"),
    "token_for_many": (13, "pairing-code-is-one-devices", "portal",
                       'if pairing["enrol_hash"]:\n            raise Refused("token-used")', "pass"),
    "any_digits": (14, "digits-are-compared", "portal", 'if not same(code, row["code"]):', "if False:"),
    "clock_is_judged": (
        16, "clock-of-1970-does-not-matter", "portal", "        self._check_on()\n        self._check_device(device, key)",
        "        if abs(message['time'] - self._now()) > 300:\n            raise Refused('statement-mismatch')\n"
        "        self._check_on()\n        self._check_device(device, key)"),
}


class Broken(Conform):
    def test_every_fault_is_named(self):
        with concurrent.futures.ThreadPoolExecutor(4) as at_once:
            for name, found in zip(FAULTS, at_once.map(self.found, FAULTS)):
                with self.subTest(fault=name):
                    point, check, *_ = FAULTS[name]
                    code, points, broken, said = found
                    self.assertEqual((code, points[point]), (7, "broken"), said)
                    self.assertIn((point, check), broken)

    def found(self, name):
        portal = self.python_portal(BrokenPortal(self.folder / name, *FAULTS[name][2:]))
        return self.tried(portal, NAMES[:1])
