#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A portal that signs browsers in by qr-login v1, with Python's standard library and PyNaCl.

    python3 server.py add-user anna < password.txt
    python3 server.py serve                         # https://localhost:8443

An example to copy from: qrlogin.py (messages) and portal.py (rules) as they are; this file shows how a
web server calls them, with accounts and pages that stand in for yours. Codes are drawn by `qrencode`;
where that is not installed the page shows their text.
"""
import argparse
import base64
import functools
import getpass
import hashlib
import html
import http.cookies
import http.server
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.parse
from pathlib import Path

import nacl.exceptions
import nacl.pwhash

from portal import Limit, Portal, utc
from qrlogin import ENVELOPE_MAX, Refused, is_text, read_json

HERE = Path(__file__).resolve().parent
READ_MAX = 1 << 20  # bytes of a body that are read, so that who sends too much hears why it was refused
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><h1>{title}</h1>{body}"""
LOGIN = """<form id="login-form" method="post" action="/login"><p><input name="name" placeholder="Name" required>
<input name="password" type="password" placeholder="Password" required> <button>Sign in</button></form>
<p><button id="qr-open">Sign in by QR</button>
<div id="qr-dialog"><p id="qr-says"></p><p><img id="qr" hidden alt="QR code"><p><code id="qr-text"></code>
<form id="pickup-form" hidden><input id="pickup-code" inputmode="numeric" maxlength="6" autocomplete="off"
placeholder="Six digits">
<button>Sign in</button></form></div><script src="/page.js" data-base="{base}"></script>"""
PAIRING = """<p>Scan this with the device, within five minutes. Then type the six digits that it shows.
<p><img id="pairing-qr" data-text="{code}" src="{picture}" alt="QR code"><p><code>{code}</code>
<form id="pairing-form"><input id="pairing-code" inputmode="numeric" maxlength="6" autocomplete="off"
placeholder="Six digits">
<button>That is my device</button></form><p><button id="pairing-refuse">It is not</button>
<p id="pairing-says"></p><script src="/page.js"></script>"""
HOME = """<p>Signed in as <b id="signed-in-as">{name}</b> by <span id="signed-in-how">{how}</span>.
<form method="post" action="/logout"><button>Sign out</button></form><h2>Devices</h2>{devices}
<form method="post" action="/devices/add"><input name="password" type="password" placeholder="Password">
<button>Add device</button></form>"""
DEVICE = """<form method="post" action="/devices/revoke"><b>{label}</b>, paired: {made}, key renewed: {renewed},
last use: {last_use}, <span class="journal">journal: {journal}</span>
<input type="hidden" name="device" value="{id}"><button>Revoke</button></form>"""
SCANNED = "<p>Pair this device first. Nobody will ask you to scan such a code from a mail."


def journal_words(device):
    if device["lines"] is None:
        return "not told"
    return f"{device['lines']} lines" + (", WAS CUT OR CHANGED" if device["shrank"] else "")


BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari",
            "curl/": "curl"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "Windows": "Windows", "Mac OS X": "macOS", "Linux": "Linux"}


def label(user_agent):
    """Never the raw header: it may say anything."""
    browser, system = (next((name for mark, name in names.items() if mark in user_agent), None)
                       for names in (BROWSERS, SYSTEMS))
    return f"{browser or 'Browser'} on {system}" if system else browser or "Unknown browser"


@functools.lru_cache(64)
def picture(code):
    """Of a code: quiet zone 4, level M [3]."""
    if not shutil.which("qrencode"):
        return ""
    png = subprocess.run(["qrencode", "-l", "M", "-m", "4", "-s", "6", "-o", "-", code], check=True,
                         stdout=subprocess.PIPE).stdout
    return "data:image/png;base64," + base64.b64encode(png).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 60
    portal = None
    passwords = Limit(10, 600)

    # The way of every request

    def do_GET(self):
        self._serve({"/.well-known/qr-login": self._metadata, "/": self._home, "/login": self._login_page,
                     "/page.js": self._script, f"{self.portal.path}/qr-login/v1/challenge": self._page_state})

    def do_POST(self):
        base = f"{self.portal.path}/qr-login/v1/"
        self._serve({
            "/login": self._log_in, "/logout": self._log_out, "/devices/add": self._add_device,
            "/devices/confirm": self._confirm, "/devices/revoke": self._revoke,
            base + "challenge": self._challenge, base + "claim": self._claim,
            **{base + name: functools.partial(self._device, getattr(self.portal, name))
               for name in ("enrol", "resolve", "decision", "rotate", "endsession", "unpair")}})

    def _serve(self, routes):
        path, _, self.query = self.path.partition("?")
        try:
            self._read_body()
            route = self._scanned if path.startswith("/Q/") else routes.get(path)
            if route:
                route()
            else:
                self._send(404, "text/plain", "Not found.\n")
        except Refused as refused:
            self._send_problem(refused)

    def _send_problem(self, refused):
        problem = {"type": f"{self.portal.base_url}/qr-login/problem/{refused.code}", "title": refused.code,
                   "status": refused.status, "code": refused.code, **refused.more}
        wait = [("Retry-After", problem["retry_after"])] if "retry_after" in problem else []
        self._send(refused.status, "application/problem+json", json.dumps(problem), *wait)

    def _read_body(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not re.fullmatch("[0-9]{1,9}", length):
            self.close_connection = True  # nobody knows where the next request begins
            raise Refused("malformed")
        self.body = self.rfile.read(min(int(length), READ_MAX))
        if int(length) > ENVELOPE_MAX:
            self.close_connection = int(length) > READ_MAX
            raise Refused("malformed")

    def _send(self, status, kind, text, *headers):
        body = text.encode()
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", len(body)), ("Cache-Control", "no-store"),
                            # With "no-referrer" a form of ours would come with "Origin: null".
                            ("Referrer-Policy", "no-referrer" if self.path.startswith("/Q/") else "same-origin"),
                            ("X-Content-Type-Options", "nosniff"),
                            ("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self';"
                             " img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
                            *headers):
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        path = urllib.parse.quote(self.path.partition("?")[0])  # nothing that a terminal obeys
        print(self.command, "/Q/..." if path.startswith("/Q/") else path, int(code), flush=True)  # /Q/ holds a token

    def log_message(self, format, *arguments):
        pass

    # What is asked of a request

    def _address(self):
        return self.client_address[0].removeprefix("::ffff:")

    def _cookie(self, name):
        try:
            return http.cookies.SimpleCookie(self.headers.get("Cookie", ""))[f"__Host-{name}"].value
        except (KeyError, http.cookies.CookieError):
            return None

    @staticmethod
    def _keep(name, value, life=""):
        return "Set-Cookie", f"__Host-{name}={value}; HttpOnly; Secure; SameSite=Strict; Path=/{life}"

    def _check_origin(self):
        if self.headers.get("Origin") != self.portal.origin:
            raise Refused("malformed")

    def _json(self):
        """The object that a page of ours has sent."""
        self._check_origin()
        try:
            value = read_json(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict) or self.headers.get_content_type() != "application/json":
            raise Refused("malformed")
        return value

    def _form(self):
        self._check_origin()
        return dict(urllib.parse.parse_qsl(self.body.decode(errors="replace")))

    def _session(self):
        return self.portal.session(self._cookie("session"))

    # Devices

    def _metadata(self):
        self._send(200, "application/json", self.portal.metadata)

    def _device(self, call):
        status, envelope = call(self.body, self._address())
        self._send(status, "application/json", envelope)

    # The page that waits for a device

    def _send_state(self, status, state, *headers):
        if "qr" in state:
            state = {**state, "picture": picture(state["qr"])}
        self._send(status, "application/json", json.dumps(state), *headers)

    def _challenge(self):
        user_agent = self.headers.get("User-Agent", "")[:256]
        another = self._json().get("new", False)
        if not isinstance(another, bool):
            raise Refused("malformed")
        cookie, state = self.portal.challenge(self._cookie("qrl"), another, self._address(),
                                              label(user_agent), user_agent)
        self._send_state(201 if cookie else 200, state, *[self._keep("qrl", cookie)] if cookie else ())

    def _page_state(self):
        seen = urllib.parse.parse_qs(self.query).get("seen", [None])[0]
        self._send_state(200, self.portal.page_state(self._cookie("qrl"), seen))

    def _claim(self):
        session = self.portal.claim(self._cookie("qrl"), self._json().get("code"))
        self._send(200, "application/json", '{"next":"done"}', self._keep("session", session))

    # Pages: a stand-in for those of your portal

    def _page(self, title, body):
        self._send(200, "text/html; charset=utf-8", PAGE.format(title=title, body=body))

    def _go(self, place, *headers):
        self._send(303, "text/plain", "", ("Location", place), *headers)

    def _scanned(self):
        self._page("A code for a paired device", SCANNED)

    def _script(self):
        self._send(200, "text/javascript", (HERE / "page.js").read_text())

    def _login_page(self):
        self._page("Sign in", LOGIN.format(base=self.portal.path))

    def _is_password(self, name, password):
        with self.portal.changed:
            self.passwords.check(name, self.portal.live())
        account = self.portal.account(name)
        try:
            return account and nacl.pwhash.verify(account["password"], password.encode()) and account
        except nacl.exceptions.InvalidkeyError:
            return None

    def _log_in(self):
        form = self._form()
        account = self._is_password(form.get("name", ""), form.get("password", ""))
        if not account or not account["enabled"]:
            return self._page("Sign in", "<p>Name or password is wrong." + LOGIN.format(base=self.portal.path))
        return self._go("/", self._keep("session", self.portal.sign_in(account["id"])))

    def _log_out(self):
        self._form()
        session = self._session()
        if session:
            self.portal.sign_out(session)
        self._go("/login", self._keep("session", "", "; Max-Age=0"))

    def _home(self):
        session = self._session()
        if not session:
            return self._go("/login")
        devices = "".join(DEVICE.format(id=device["id"].hex(), label=html.escape(device["label"]),
                                        made=utc(device["made"]), last_use=html.escape(device["last_use"] or "never"),
                                        renewed=utc(device["renewed"]) if device["renewed"] else "never",
                                        journal=journal_words(device))
                          for device in self.portal.devices(session))
        return self._page("Portal", HOME.format(name=html.escape(session["display_name"]), devices=devices,
                                                how="QR" if session["device"] else "password"))

    def _add_device(self):
        """Who signed in by password just now may; everybody else types it again [6]."""
        form, session = self._form(), self._session()
        if not session:
            return self._go("/login")
        fresh = not session["device"] and session["made"] > self.portal.wall() - 300
        if not fresh and not self._is_password(session["name"], form.get("password", "")):
            return self._page("Add device", "<p>Type your password to add a device. <a href='/'>Back</a>")
        code = self.portal.begin_pairing(session)
        return self._page("Add device", PAIRING.format(code=code, picture=picture(code)))

    def _confirm(self):
        body, session = self._json(), self._session()
        if not session:
            raise Refused("unknown-token")
        self.portal.confirm_pairing(session, None if body.get("refuse") is True else body.get("code", ""))
        self._send(200, "application/json", '{"state":"paired"}')

    def _revoke(self):
        device, session = self._form().get("device", ""), self._session()
        if session and re.fullmatch("[0-9a-f]{32}", device):
            self.portal.revoke(session, bytes.fromhex(device))
        self._go("/")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A line that breaks, or a browser that does not trust the certificate, is no news."""
        if not isinstance(sys.exc_info()[1], OSError):  # ssl.SSLError is one
            super().handle_error(request, client_address)


def own_certificate(folder, host):
    """Certificate and key, made at the first start."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    if not certificate.exists():
        kind = "IP" if host.replace(".", "").isdigit() or ":" in host else "DNS"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "3650", "-subj", f"/CN={host}", "-addext", f"subjectAltName={kind}:{host}",
                        "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
    return certificate, key


def pin_of(certificate):
    """SHA-256 of its SubjectPublicKeyInfo, which is what a PEM public key holds."""
    pem = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return hashlib.sha256(base64.b64decode("".join(pem.split("\n")[1:-2]))).digest()


def serve(arguments):
    address, _, port = arguments.listen.rpartition(":")
    base_url = arguments.base_url or f"https://localhost:{port}"
    host = urllib.parse.urlsplit(base_url).hostname
    own = not arguments.certificate
    certificate, key = (own_certificate(arguments.data, host) if own
                        else (arguments.certificate, arguments.key or arguments.certificate))
    # A certificate of an authority is checked as browsers do, and may be renewed; one's own is pinned.
    Handler.portal = Portal(arguments.data, base_url, frames=arguments.frames)
    Handler.portal.start([pin_of(certificate)] if own else [])

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.load_cert_chain(certificate, key)
    server = Server((address, int(port)), Handler)
    # The handshake is the handler's: nobody who is slow at it keeps the others out.
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    for ends in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ends, lambda *_: sys.exit(0))
    print(f"portal: listening on {base_url}", flush=True)
    server.serve_forever()


def password():
    """Of a new account: asked for at a terminal, else a line of standard input."""
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def accounts(arguments):
    portal, name = Portal(arguments.data, "https://localhost"), arguments.name  # beside the one that serves
    if (arguments.command == "add-user") == bool(portal.account(name)):
        sys.exit(f"portal: {'there is' if portal.account(name) else 'there is no'} account {name!r}")
    if arguments.command != "add-user":
        portal.enable_account(name, arguments.command == "enable-user")
    elif is_text(name) and 1 <= len(name.encode()) <= 128:
        portal.add_account(name, name, nacl.pwhash.str(password().encode()))
    else:
        sys.exit("portal: a name has 1 to 128 bytes, and no invisible character")


def main():
    parser = argparse.ArgumentParser(description="A portal with sign-in by QR code.")
    parser.add_argument("command", choices=("serve", "add-user", "enable-user", "disable-user"))
    parser.add_argument("name", nargs="?", default="", help="of the account; its password is the first line of input")
    parser.add_argument("--data", type=Path, default=Path("portal-data"), help="folder, made where it is missing")
    parser.add_argument("--listen", default="127.0.0.1:8443", help="ADDRESS:PORT")
    parser.add_argument("--base-url", help="what browsers and devices call it; default https://localhost:PORT")
    parser.add_argument("--certificate", help="PEM, of an authority; default: one of its own, which devices pin")
    parser.add_argument("--key", help="PEM")
    parser.add_argument("--frames", action="store_true", help="the code changes every 10 seconds")
    arguments = parser.parse_args()

    os.umask(0o077)
    arguments.data.mkdir(parents=True, exist_ok=True)
    serve(arguments) if arguments.command == "serve" else accounts(arguments)


if __name__ == "__main__":
    main()
