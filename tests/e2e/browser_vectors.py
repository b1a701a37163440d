# SPDX-License-Identifier: MIT
"""Plays the dialogues of fixtures/protocol/browser.json: the page by plain HTTP, the device by the real one.

Section 13 of docs/protocol/qr-login-v1.md says what the members of a step mean.
"""
import concurrent.futures
import http.client
import json
import re
import ssl
import urllib.parse

from by_http import PATIENCE
from parts import TOP, picture_of

VECTORS = json.loads((TOP / "fixtures" / "protocol" / "browser.json").read_text())
CHALLENGE, MARK = (cookie["name"] for cookie in VECTORS["cookies"])
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
UNKNOWN = "A" * 43  # 32 bytes that no portal has made

WITH_CODE, FINAL = ("waiting", "scanned"), ("denied", "expired", "claimed")
REASONS = ("refused", "two-devices", "wrong-code", "ended")
# What would say who is about to sign in, whatever it is called.
TELLING = ("account", "name", "user", "login", "device", "label")


def fault_of_state(state):
    """What is wrong with a page state (section 4); None: nothing."""
    name, left = state.get("state"), state.get("expires_in")
    if name not in (*WITH_CODE, "approved", *FINAL):
        return "no such state"
    if not isinstance(state.get("code_required"), bool) or (state["code_required"] and name != "approved"):
        return "code_required"
    if not isinstance(left, int) or isinstance(left, bool) or left < 0 or (name in FINAL and left != 0):
        return "expires_in"
    if (name in WITH_CODE) != isinstance(state.get("qr"), str) or ("qr" in state and name not in WITH_CODE):
        return "qr"
    if "frame_in" in state and name not in WITH_CODE:
        return "frame_in"
    if (state.get("reason") in REASONS) != (name == "denied") or ("reason" in state and name != "denied"):
        return "reason"
    telling = [key for key in state if key.startswith(TELLING)]
    return f"{telling[0]} before the claim" if telling else None


class Browser:
    """One browser with a login page open. Its cookies are kept here, as no library is to judge them."""

    def __init__(self, base_url):
        self.base = urllib.parse.urlsplit(base_url)
        self.origin = f"{self.base.scheme}://{self.base.netloc}"
        self.cookies = {}

    def send(self, call, body=None, changed=None, form=False):
        """Status, headers and text of the reply. `changed`: `with` of the step."""
        changed = changed or {}
        method, _, path = call.partition(" ")
        cookies = dict(self.cookies)
        for name, what in ((CHALLENGE, changed.get("cookie")), (MARK, changed.get("mark"))):
            if what == "none":
                cookies.pop(name, None)
            elif what:
                cookies[name] = what
        headers = {"User-Agent": changed.get("agent", AGENT), "Accept": changed.get("accept", "application/json"),
                   "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if method == "POST":
            headers["Origin"] = changed.get("origin", self.origin)
            headers["Content-Type"] = changed.get("type", "application/json")
            body = urllib.parse.urlencode(body) if form else json.dumps(body)
        connection = http.client.HTTPSConnection(self.base.netloc, timeout=PATIENCE,
                                                 context=ssl._create_unverified_context())
        try:
            connection.request(method, self.base.path + path, body, {k: v for k, v in headers.items() if v})
            reply = connection.getresponse()
            text = reply.read().decode()
        finally:
            connection.close()
        set_cookies = reply.headers.get_all("Set-Cookie") or []
        for line in set_cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
        return reply.status, reply.headers, set_cookies, text

    def page(self, call, body=None, changed=None):
        method, _, path = call.partition(" ")
        return self.send(f"{method} /qr-login/v1/{path}", body, changed)


class Dialogue:
    """`device` is paired; `test` is the TestCase that judges."""

    def __init__(self, test, base_url, device, folder):
        self.test, self.device, self.folder = test, device, folder
        self.browser = Browser(base_url)
        self.qr = self.scan = self.digits = self.kept = None

    def play(self, steps):
        for number, step in enumerate(steps, 1):
            with self.test.subTest(step=number, **{k: step[k] for k in ("call", "device") if k in step}):
                if "keep" in step:
                    self.kept = self.browser.cookies[CHALLENGE]
                elif "device" in step:
                    self.move(step)
                else:
                    self.judge(step, self.call(step["call"], step))

    def call(self, call, step):
        changed = dict(step.get("with", {}))
        changed["cookie"] = {"unknown": UNKNOWN, "kept": self.kept}.get(changed.get("cookie"), changed.get("cookie"))
        body = step.get("body")
        if isinstance(body, dict) and self.digits:
            wrong = self.digits[:-1] + str((int(self.digits[-1]) + 1) % 10)
            body = {k: {"RIGHT": self.digits, "WRONG": wrong}.get(v, v) for k, v in body.items()}
        return self.browser.page(call, body, changed)

    def move(self, step):
        """The device does something, with a call of the page under way or without."""
        if "during" not in step and "stream" not in step:
            return self.act(step)
        call = step.get("during", "GET challenge")
        changed = {"accept": "text/event-stream"} if "stream" in step else {}
        with concurrent.futures.ThreadPoolExecutor(1) as aside:
            waiting = aside.submit(self.call, call, {"with": changed})
            self.act(step)
            reply = waiting.result()
        if "stream" in step:
            self.judge_stream(step["stream"], reply)
        else:
            self.judge(step, reply)

    def act(self, step):
        what = step["device"]
        if self.scan is None:
            self.scan = self.device.scan(f"image:{picture_of(self.qr, self.folder / 'code.png')}")
            self.scan.wait_asked()
        if what == "approves":
            self.scan.answer("approve")
            self.digits = self.scan.event(state="done").get("pickup_code")
            self.test.assertEqual(bool(self.digits), step.get("digits", True), "digits on the device")
        elif what == "denies":
            self.scan.answer("deny")
            self.scan.event(state="refused")
        elif what == "is refused":
            self.scan.answer("approve")
            self.test.assertEqual(self.scan.failure(), step["code"])
        if what != "scans":
            self.scan.wait()
            self.scan = None

    def judge(self, step, reply):
        status, headers, set_cookies, text = reply
        told = json.loads(text)
        self.test.assertEqual(status, step["status"], text)
        self.test.assertIn("no-store", headers["Cache-Control"] or "")
        for member in ("code", "reason", "next"):
            if member in step:
                self.test.assertEqual(told.get(member), step[member])
        if "tries_left" in step:
            self.test.assertEqual(told.get("tries_left"), step["tries_left"])
        if "state" in step:
            self.judge_state(step, told)
        if "cookie" in step:
            self.judge_cookie(step["cookie"], set_cookies)
        if "session" in step:
            given = [line for line in set_cookies if not line.startswith((CHALLENGE + "=", MARK + "="))]
            self.test.assertTrue(any("HttpOnly" in line for line in given), set_cookies)

    def judge_state(self, step, state):
        self.test.assertIsNone(fault_of_state(state), state)
        self.test.assertEqual(state["state"], step["state"])
        if "code_required" in step:
            self.test.assertIs(state["code_required"], step["code_required"])
        if "expires_in" in step:
            least, most = step["expires_in"]
            self.test.assertTrue(least <= state["expires_in"] <= most, state)
        if step.get("qr") == "same":
            self.test.assertEqual(state["qr"], self.qr)
        elif step.get("qr") == "new":
            self.test.assertNotEqual(state["qr"], self.qr)
            self.qr = state["qr"]

    def judge_cookie(self, expected, set_cookies):
        given = [line for line in set_cookies if line.startswith(CHALLENGE + "=")]
        self.test.assertEqual(len(given), 1 if expected == "new" else 0, set_cookies)
        for line in given:
            attributes = {part.strip().lower() for part in line.split(";")[1:]}
            for attribute in VECTORS["cookies"][0]["attributes"]:
                self.test.assertIn(attribute.lower(), attributes)
            self.test.assertGreaterEqual(len(line.partition(";")[0].partition("=")[2]), 43)

    def judge_stream(self, expected, reply):
        """A portal may answer as if it had not been asked for events."""
        status, headers, _, text = reply
        self.test.assertEqual(status, 200)
        if not headers["Content-Type"].startswith("text/event-stream"):
            return
        states = [json.loads(data) for data in re.findall(r"^data: *(\{.*\})$", text, re.MULTILINE)]
        for state in states:
            self.test.assertIsNone(fault_of_state(state), state)
        seen = [state["state"] for state in states]
        self.test.assertEqual([name for i, name in enumerate(seen) if i == 0 or seen[i - 1] != name], expected)
