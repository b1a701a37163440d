# SPDX-License-Identifier: MIT
"""A browser without a window: what a page would send, sent by the standard library alone."""
import http.client
import http.cookiejar
import json
import os
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = float(os.environ.get("QRCONFIRM_PATIENCE", "30"))  # seconds before a wait is a failure


class From(urllib.request.HTTPSHandler):
    """Calls from this address of the machine; None: whichever the way there has."""

    def __init__(self, address):
        self.own = ssl._create_unverified_context()  # the sandbox portal signs its own certificate
        super().__init__(context=self.own)
        self.bound = {"source_address": (address, 0)} if address else {}

    def https_open(self, req):
        return self.do_open(http.client.HTTPSConnection, req, context=self.own, **self.bound)


class Visitor:
    """One set of cookies, at the portal of this base URL; `address`: of the browser, one of the machine's."""

    def __init__(self, origin, address=None, calls_itself=None):
        self.origin = origin
        self.opener = urllib.request.build_opener(
            From(address), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        if calls_itself:
            self.opener.addheaders = [("User-Agent", calls_itself)]

    def call(self, path, body=None, form=False):
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        data = None if body is None else (urllib.parse.urlencode(body) if form else json.dumps(body)).encode()
        request = urllib.request.Request(self.origin + path, data,
                                         {"Origin": "/".join(self.origin.split("/")[:3]),
                                          "Content-Type": kind})
        with self.opener.open(request, timeout=PATIENCE) as reply:
            return reply.read().decode()

    def refusal(self, path, body):
        """The code of the portal's no."""
        try:
            self.call(path, body)
        except urllib.error.HTTPError as error:
            return json.loads(error.read())["code"]
        return None

    def log_in(self, name, password):
        self.call("/login", {"name": name, "password": password}, form=True)

    def pairing_code(self):
        return re.search(r'data-text="(HTTPS[^"]+)"', self.call("/devices/add", {}, form=True)).group(1)

    def confirm_pairing(self, digits):
        self.call("/devices/confirm", {"code": digits})

    def new_code(self):
        return json.loads(self.call("/qr-login/v1/challenge", {"new": True}))["qr"]

    def state(self, seen=None):
        """Of its sign-in; with `seen`, once it is another than that. A portal may say the same again
        at the end of a wait, and the page asks again then."""
        until = time.monotonic() + PATIENCE
        while True:
            state = json.loads(self.call("/qr-login/v1/challenge" + (f"?seen={seen}" if seen else "")))
            if state["state"] != seen or time.monotonic() > until:
                return state
