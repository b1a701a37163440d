# SPDX-License-Identifier: MIT
"""Signs a browser in through a live camera: qrportal, qrconfirm, and what a browser sends.

usage: signin.py BUILD SOURCE SHOW...     SOURCE: the camera; SHOW: a command that makes it show
                                          the code that is put behind it
environment: TRIES: how often a program may find that the camera is silent (1)
"""
import json
import os
import pty
import re
import ssl
import subprocess
import sys
import termios
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

BUILD, SOURCE, SHOW = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
NAME, PASSWORD = "anna", "correct horse battery staple"
TRIES = int(os.environ.get("TRIES", "1"))
APPROVE_DELAY = 2.0  # seconds: the question must stand 1.5 before an approval counts


class Browser:
    """What a browser sends: cookies, and its origin with every POST."""

    def __init__(self, origin):
        self.origin = origin
        context = ssl._create_unverified_context()  # the portal made its certificate itself
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(self, path, data=None, kind="application/json"):
        request = urllib.request.Request(self.origin + path, data=data)
        if data is not None:
            request.add_header("Content-Type", kind)
            request.add_header("Origin", self.origin)
        with self.opener.open(request, timeout=60) as reply:
            return reply.read().decode()

    def form(self, path, **fields):
        return self.ask(path, urllib.parse.urlencode(fields).encode(),
                        "application/x-www-form-urlencoded")

    def json(self, path, value):
        text = self.ask(path, json.dumps(value).encode())
        return json.loads(text) if text else None


class Program:
    """A running program whose lines are waited for."""

    def __init__(self, *command):
        self.name = Path(command[0]).name
        # At a terminal: an approval of a pipe is none. It shows nothing of what is typed.
        self.terminal, there = pty.openpty()
        settings = termios.tcgetattr(there)
        settings[1] &= ~termios.OPOST
        settings[3] &= ~(termios.ECHO | termios.ECHONL)
        termios.tcsetattr(there, termios.TCSANOW, settings)
        self.process = subprocess.Popen([str(c) for c in command], stdin=there, stdout=there,
                                        start_new_session=True)
        os.close(there)
        self.lines = os.fdopen(self.terminal, "r", buffering=1, closefd=False)

    def awaited(self, pattern):
        """The match in what it prints; None where the camera was silent and it ended."""
        silent = False
        for line in self.until_it_ends():
            print(f"  {self.name}: {line.rstrip()[:300]}", flush=True)
            silent = silent or "The camera sends no picture" in line
            match = re.search(pattern, line)
            if match:
                return match
        if silent:
            return None
        sys.exit(f"{self.name} ended without /{pattern}/")

    def until_it_ends(self):
        try:
            for line in self.lines:  # not "yield from", which closes them where somebody stops
                yield line
        except OSError:  # a terminal that its program has left
            pass

    def wait_for(self, pattern):
        match = self.awaited(pattern)
        if not match:
            sys.exit(f"{self.name}: no picture")
        return match

    def answer(self, word):
        if word == "yes":
            time.sleep(1.6)  # a yes counts when its question has stood for 1.5
        os.write(self.terminal, f"{word}\n".encode())


def look(pattern, *command):
    """A program that reads the camera, and the first match in what it prints."""
    for _ in range(TRIES):
        device = Program(BUILD / "qrconfirm", *command, "--source", SOURCE)
        match = device.awaited(pattern)
        if match:
            return device, match
    sys.exit(f"no picture, {TRIES} times")


def show(text):
    """The camera sees this code from now on."""
    subprocess.run([*SHOW, text], check=True)


def portal(*arguments, **options):
    return subprocess.run([BUILD / "qrportal", *arguments, "--data", "portal"], check=True, text=True,
                          stdout=subprocess.DEVNULL, **options)


def pair(origin):
    desk = Browser(origin)
    desk.form("/login", name=NAME, password=PASSWORD)
    page = desk.form("/devices/add", password=PASSWORD)
    show(re.search(r'id="pairing-qr"[^>]*data-text="([^"]+)"', page).group(1))
    device, _ = look(r"yes.*no", "pair", "--headless")  # this host?
    device.answer("yes")
    digits = device.wait_for(r"^([0-9]{6})$").group(1)
    desk.json("/devices/confirm", {"code": digits})
    device.wait_for(r"yes.*no")
    device.answer("yes")
    if device.process.wait(60) != 0:
        sys.exit("qrconfirm pair: not paired")
    print("paired", flush=True)


def sign_in(origin):
    browser = Browser(origin)
    show(browser.json("/qr-login/v1/challenge", {})["qr"])
    device, asked = look(r'"state":"asking".*"word":"([a-z]+)"', "scan", "--json")
    time.sleep(APPROVE_DELAY)
    device.answer(asked.group(1))
    code = device.wait_for(r'"pickup_code":"([0-9]{6})"').group(1)
    browser.json("/qr-login/v1/claim", {"code": code})
    page = browser.ask("/")
    if f'data-name="{NAME}"' not in page:
        sys.exit("the browser is not signed in:\n" + page[:2000])
    print("signed in as", NAME, flush=True)


def main():
    os.environ["LANG"] = os.environ["LC_ALL"] = "C.UTF-8"
    os.makedirs("portal", mode=0o700)
    portal("user", "add", NAME, input=PASSWORD + "\n")
    server = Program(BUILD / "qrportal", "serve", "--data", "portal", "--listen", "127.0.0.1:0")
    origin = server.wait_for(r"(https://\S+)").group(1)
    portal("config", "set", "allow-qr", "on")
    try:
        pair(origin)
        sign_in(origin)
    finally:
        server.process.terminate()
        server.process.wait(60)


if __name__ == "__main__":
    main()
