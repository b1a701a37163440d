# SPDX-License-Identifier: MIT
"""A browser without pages: what the login page's script and a person at the devices page send.

A run against faults makes hundreds of sign-ins; Chromium's part in them is shown by tests/e2e.
"""
import html
import http.client
import json
import re
import ssl
import urllib.parse

STATES_AT_AN_END = {"claimed", "denied", "expired"}


class Refused(Exception):
    """The portal's reply is another than was hoped for."""


class Visitor:
    def __init__(self, port, origin):
        """Speaks to the portal itself, at `port`, as the browser whose line is well."""
        self.port, self.origin = port, origin
        self.cookies = {}

    def call(self, method, path, *, fields=None, document=None):
        headers = {"Host": self.origin.split("://")[1], "Origin": self.origin, "User-Agent": "Chromium"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif document is not None:
            body = json.dumps(document)
            headers["Content-Type"] = "application/json"

        line = http.client.HTTPSConnection("localhost", self.port, timeout=30,
                                           context=ssl._create_unverified_context())
        try:
            line.request(method, path, body, headers)
            reply = line.getresponse()
            text = reply.read().decode()
        finally:
            line.close()
        for header in reply.headers.get_all("Set-Cookie") or ():
            name, _, value = header.split(";")[0].partition("=")
            self.cookies[name] = value
        if reply.status in (302, 303):
            return self.call("GET", urllib.parse.urlsplit(reply.headers["Location"]).path or "/")
        return reply.status, text

    def sign_in(self, name, password):
        status, text = self.call("POST", "/login", fields={"name": name, "password": password})
        if status != 200 or "signed-in-as" not in text:
            raise Refused(f"sign-in by password: {status}")

    def add_device(self, password):
        """The text of the pairing code."""
        status, text = self.call("POST", "/devices/add", fields={"password": password})
        found = re.search(r'id="pairing-qr"[^>]*data-text="([^"]+)"', text)
        if not found:
            raise Refused(f"adding a device: {status}")
        return html.unescape(found.group(1))

    def confirm_device(self, digits):
        status, text = self.call("POST", "/devices/confirm", document={"code": digits})
        if status != 200:
            raise Refused(f"confirming the device: {status} {text}")

    def open_window(self):
        """Presses "Sign in by QR"; the text of the code."""
        status, text = self.call("POST", "/qr-login/v1/challenge", document={})
        if status not in (200, 201):
            raise Refused(f"a challenge: {status} {text}")
        return json.loads(text)["qr"]

    def state(self):
        """What the page would show; "gone" where it has lost its challenge."""
        status, text = self.call("GET", "/qr-login/v1/challenge")
        return json.loads(text)["state"] if status == 200 else "gone"

    def claim(self, code):
        """Types the pickup code. "done", or the code of the portal's refusal."""
        status, text = self.call("POST", "/qr-login/v1/claim", document={"code": code} if code else {})
        reply = json.loads(text)
        return reply["next"] if status == 200 else reply["code"]

    def is_signed_in(self):
        return "signed-in-as" in self.call("GET", "/")[1]
