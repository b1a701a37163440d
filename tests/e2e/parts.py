# SPDX-License-Identifier: MIT
"""The real parts of a sign-in, started and stopped: portal, browser, camera, device.

Every part is the program that people run: qrportal with its own certificate and SQLite file,
Debian's Chromium, camsim, qrconfirm with a home of its own. Nothing here knows a secret of
theirs: what a test reads, it reads from a screen, a log or standard output.
"""
import json
import os
import pty
import queue
import random
import re
import shutil
import signal
import socket
import subprocess
import termios
import threading
import time
from pathlib import Path

from by_http import PATIENCE
from selenium import webdriver
from selenium.common.exceptions import (StaleElementReferenceException, TimeoutException,
                                        WebDriverException)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("QRCONFIRM_BUILD", TOP / "build" / "release"))
READ_OUT = 5.0  # seconds until all that an ended program has printed is read

APPROVE_DELAY = 1.6  # seconds: the question must stand 1.5 before an approval counts


class PartFailed(AssertionError):
    """A part did not do what the test needed; the text says which and what it printed."""


class Lines:
    """Standard output and error of a running program, read as they come."""

    def __init__(self, process, name):
        self.process, self.name = process, name
        self.seen = []
        self.fresh = queue.Queue()
        self.closed = 0  # streams, of both
        self.readers = [threading.Thread(target=self._read, args=each, daemon=True)
                        for each in ((process.stdout, "out"), (process.stderr, "err"))]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, tag):
        for line in self._of(stream):
            line = line.rstrip("\n")
            self.seen.append((time.monotonic(), tag, line))
            self.fresh.put((tag, line))
        self.fresh.put((tag, None))

    @staticmethod
    def _of(stream):
        """A terminal that its program has left gives an error, which is its end."""
        try:
            yield from stream
        except OSError:
            pass

    def wait_for(self, pattern, tag="out", patience=PATIENCE):
        """The first match of `pattern` in a line not waited for before."""
        end = time.monotonic() + patience
        while self.closed < 2:
            try:
                where, line = self.fresh.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise PartFailed(f"{self.name}: nothing like /{pattern}/ within {patience:.0f} s:\n{self.text()}")
            if line is None:
                self.closed += 1
                continue
            match = re.search(pattern, line) if where == tag else None
            if match:
                return match
        raise PartFailed(f"{self.name}: ended without /{pattern}/:\n{self.text()}")

    def text(self, tag=None):
        """All of it, if the program has ended."""
        if self.process.poll() is not None:
            for reader in self.readers:
                reader.join(READ_OUT)
        return "\n".join(line for _, where, line in self.seen if tag in (None, where))


def start(name, *command, **options):
    process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               bufsize=1, **options)
    return process, Lines(process, name)


class Keyboard:
    """What a person types at the terminal of a program."""

    def __init__(self, master):
        self.master = master

    def write(self, text):
        os.write(self.master, text.encode())

    def flush(self):
        pass

    def close(self):
        os.write(self.master, b"\x04")  # Ctrl-D: nobody is there any more


def start_at_a_terminal(name, *command, **options):
    """As start(), with a person before it: an approval of a pipe is none. The terminal shows nothing of
    what is typed, so that all it shows is the program's; errors come by a pipe of their own."""
    master, slave = pty.openpty()
    settings = termios.tcgetattr(slave)
    settings[1] &= ~termios.OPOST
    settings[3] &= ~(termios.ECHO | termios.ECHONL)
    termios.tcsetattr(slave, termios.TCSANOW, settings)
    process = subprocess.Popen([str(c) for c in command], stdin=slave, stdout=slave,
                               stderr=subprocess.PIPE, text=True, bufsize=1, start_new_session=True,
                               **options)
    os.close(slave)
    process.stdin = Keyboard(master)
    process.stdout = os.fdopen(master, "r", buffering=1, encoding="utf-8", errors="replace")
    process.lines = Lines(process, name)
    return process, process.lines


def run(*command, input=None, check=True, env=None, timeout=120):
    result = subprocess.run([str(c) for c in command], input=input, capture_output=True, text=True,
                            env=env, timeout=timeout)
    if check and result.returncode != 0:
        raise PartFailed(f"{Path(command[0]).name} {' '.join(map(str, command[1:]))}: exit code "
                         f"{result.returncode}\n{result.stdout}{result.stderr}")
    return result


def picture_of(code, out):
    run(BUILD / "camsim", "--code", code, "--frames", "1", "--out", out)
    return out


_held = []  # until the test ends


def own_address():
    """Where a portal may listen, stop, and listen again: below the ports that the kernel gives to others, and
    held all the while, so that no other test finds it free. Who says SO_REUSEADDR, as servers do, may listen."""
    for port in random.sample(range(20000, 30000), 100):
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", port))
        except OSError:
            holder.close()
            continue
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _held.append(holder)
        return f"127.0.0.1:{port}"
    raise PartFailed("no port of 100 is free")


class Portal:
    """qrportal, serving from its own folder on a port of its own."""

    def __init__(self, folder, *, mode="qr-login", listen=None, base_url=None,
                 allow_qr=True, config=(), before=(), options=()):
        """`before`: settings of the first start; `options`: more of the command line."""
        self.data = Path(folder)
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.mode, self.listen, self.base_url = mode, listen or own_address(), base_url
        self.requests = self.data / "requests.log"
        self.options = options
        self.process = None
        for key, value in dict(before).items():
            self.config(key, value)
        self.serve()
        for key, value in dict(config).items():
            self.config(key, value)
        if allow_qr:
            self.config("allow-qr", "on")

    def serve(self):
        self.process, self.lines = start(
            "qrportal", BUILD / "qrportal", "serve", "--data", self.data, "--listen", self.listen,
            "--mode", self.mode, "--request-log", self.requests,
            *(["--base-url", self.base_url] if self.base_url else []), *self.options)
        self.origin = self.lines.wait_for(r"(https://\S+)").group(1)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise PartFailed(f"qrportal: does not stop on SIGTERM:\n{self.lines.text()}")
        if self.process and self.process.returncode not in (0, None):
            raise PartFailed(f"qrportal: exit code {self.process.returncode}:\n{self.lines.text()}")

    def config(self, key, value):
        run(BUILD / "qrportal", "config", "--data", self.data, "set", key, value)

    def add_user(self, name, password, *, otp=False, admin=False):
        """Returns the secret of the authenticator where there is one (base32)."""
        options = (["--otp"] if otp else []) + (["--admin"] if admin else [])
        out = run(BUILD / "qrportal", "user", "--data", self.data, "add", name, *options,
                  input=password + "\n").stdout
        if not otp:
            return None
        return re.search(r"\b([A-Z2-7]{16,})\b", out).group(1)

    def bitrix24(self, *command):
        """What `qrportal bitrix24 COMMAND` prints, a line each."""
        return run(BUILD / "qrportal", "bitrix24", "--data", self.data, *command).stdout.splitlines()

    def asked(self):
        """Requests so far in the mode bitrix24: "checkout", "main.qrcodeauth.pushToken", ..."""
        return [json.loads(line)["action"] for line in self.request_lines()]

    def request_lines(self):
        """Whole ones: the portal may be in the midst of another."""
        text = self.requests.read_text() if self.requests.exists() else ""
        return text[:text.rfind("\n") + 1].splitlines()


def one_time_code(secret, *, fresh=False):
    """What an authenticator shows now, and not one about to end; `fresh`: the one after it."""
    if fresh or time.time() % 30 > 27:
        time.sleep(30.5 - time.time() % 30)
    return run("oathtool", "--totp", "--base32", secret).stdout.strip()


class Chrome(webdriver.Chrome):
    """For a node of a page that is just being left, chromedriver has an error without a name."""

    def execute(self, driver_command, params=None):
        try:
            return super().execute(driver_command, params)
        except WebDriverException as error:
            if "does not belong to the document" in (error.msg or ""):
                raise StaleElementReferenceException(error.msg) from None
            raise


class Browser:
    """Chromium with a new profile: nobody is signed in anywhere."""

    def __init__(self, folder, *, language="en", headless=True, size=(1280, 800), calls_itself=None):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                         "--disable-background-networking", "--disable-component-update",
                         "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
                         # qrportal made its certificate itself; the device pins it, a browser
                         # asks the person.
                         "--ignore-certificate-errors",
                         f"--user-data-dir={folder}", f"--lang={language}",
                         f"--window-size={size[0]},{size[1]}"):
            options.add_argument(argument)
        if headless:
            options.add_argument("--headless=new")
        if calls_itself:
            options.add_argument(f"--user-agent={calls_itself}")
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("acceptInsecureCerts", True)
        self.driver = Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(PATIENCE)

    def stop(self):
        self.driver.quit()

    def open(self, url):
        self.driver.get(url)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def wait(self, what, condition, patience=PATIENCE):
        try:
            return WebDriverWait(self.driver, patience, poll_frequency=0.05,
                                 ignored_exceptions=[StaleElementReferenceException]).until(
                lambda _: condition())
        except TimeoutException:
            raise PartFailed(f"browser: {what} did not come within {patience:.0f} s; the page at "
                             f"{self.driver.current_url} says:\n{self.text()}") from None

    def shown(self, selector):
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found[0] if found and found[0].is_displayed() else None

    def wait_shown(self, selector, patience=PATIENCE):
        return self.wait(f"{selector} on the screen", lambda: self.shown(selector), patience)

    def click(self, selector):
        self.wait_shown(selector).click()

    def leave(self, selector):
        """Clicks what sends a form of the page: waits for the page that answers it. Whoever opens
        another address before takes the form back."""
        sent = self.wait_shown(selector)
        sent.click()
        self.wait(f"the page after {selector}", lambda: staleness_of(sent)(self.driver))

    def type(self, selector, text):
        field = self.wait_shown(selector)
        field.clear()
        field.send_keys(text)

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def pasted(self):
        """What the clipboard holds: pasted into a page of nobody's, in a tab of its own."""
        here = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        self.driver.get("data:text/html,<textarea id=paste></textarea>")
        self.find("#paste").send_keys(Keys.CONTROL, "v")
        pasted = self.find("#paste").get_attribute("value")
        self.driver.close()
        self.driver.switch_to.window(here)
        return pasted

    def photograph(self, path):
        """What a person before the screen sees."""
        self.driver.save_screenshot(str(path))
        return path


class Camera:
    """camsim: frames as a hand-held camera sees a screen."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.count = 0

    def film(self, picture, *options, suffix="mjpeg"):
        """A recording of a screen whose picture is given."""
        self.count += 1
        out = self.folder / f"film{self.count}.{suffix}"
        run(BUILD / "camsim", "--picture", picture, "--out", out, *options)
        return out

    @staticmethod
    def draw(text, out):
        """A picture of one code."""
        run(BUILD / "camsim", "--code", text, "--frames", "1", "--out", out)


class Device:
    """qrconfirm with a home of its own."""

    def __init__(self, folder, *, language="en"):
        self.home = Path(folder)
        self.running = []
        self.home.mkdir(parents=True, exist_ok=True)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "LC_", "LANG"))}
        self.env.update(HOME=str(self.home), LANG="C.UTF-8", LANGUAGE=language,
                        XDG_CONFIG_HOME=str(self.home / "config"),
                        XDG_DATA_HOME=str(self.home / "data"),
                        XDG_STATE_HOME=str(self.home / "state"))

    def start(self, *arguments, prefix=()):
        """`prefix`: words in front, as of prlimit."""
        process, lines = start_at_a_terminal("qrconfirm", *prefix, BUILD / "qrconfirm", *arguments, env=self.env)
        self.running.append(process)
        return process, lines

    def stop(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()

    def run(self, *arguments, input=None, check=False):
        return run(BUILD / "qrconfirm", *arguments, input=input, check=check, env=self.env)

    @staticmethod
    def answer(process, word):
        """`approve` is the word of the question that stands; a yes waits until it counts."""
        if word == "yes":
            time.sleep(APPROVE_DELAY)
        if word == "approve":
            asked = re.findall(r'"word":"([a-z]+)"|approve by typing ([a-z]+)', process.lines.text("out"))
            word = next(filter(None, asked[-1])) if asked else word
        process.stdin.write(word + "\n")
        process.stdin.flush()

    def pair(self, source, confirm, pin=None):
        """A whole pairing by code, as a script does it, whose yes need not wait; `confirm` types the six
        digits in the browser."""
        process, lines = start("qrconfirm", BUILD / "qrconfirm", "pair", "--source", source, "--headless", env=self.env)
        self.running.append(process)

        def answer(word):
            process.stdin.write(word + "\n")
            process.stdin.flush()

        lines.wait_for(r"yes.*no")  # with this host?
        answer("yes")
        if pin:
            lines.wait_for("PIN")
            answer(pin)
        confirm(lines.wait_for(r"^([0-9]{6})$").group(1))
        lines.wait_for(r"yes.*no")
        answer("yes")
        if process.wait(30) != 0:
            raise PartFailed(f"qrconfirm pair: exit code {process.returncode}:\n{lines.text()}")

    def pair_by_address(self, portal, *options):
        """Begins a pairing with a Bitrix24 portal; see Login."""
        return Login(*self.start("pair", "--url", portal.origin, "--json", *options))

    def scan(self, source, *options, prefix=()):
        """Begins one sign-in; see Scan."""
        return Scan(*self.start("scan", "--source", source, "--json", *options, prefix=prefix))


class Running:
    """A running or ended `qrconfirm ... --json`: one object a line, docs/commands.md."""

    def __init__(self, process, lines):
        self.process, self.lines = process, lines
        self.events = []

    def event(self, **wanted):
        """The next event with these members; waits for it."""
        for event in self.events:
            if all(event.get(k) == v for k, v in wanted.items()):
                return event
        while True:
            event = json.loads(self.lines.wait_for(r"^\{.*\}$").group(0))
            self.events.append(event)
            if all(event.get(k) == v for k, v in wanted.items()):
                return event

    def failure(self):
        """The stable code of the failure that ended it."""
        return self.event(state="failed")["code"]

    def answer(self, word):
        Device.answer(self.process, word)

    def wait(self, patience=PATIENCE):
        """The exit code."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise PartFailed(f"qrconfirm: still running after {patience:.0f} s:\n{self.lines.text()}")
        return self.process.returncode


class Scan(Running):
    def wait_asked(self):
        """What the person sees; comes back when an approval would be taken."""
        question = self.event(state="asking")["question"]
        time.sleep(APPROVE_DELAY)
        return question


class Login(Running):
    """A pairing by address: what the device asks for, in the order in which it asks."""

    def next_state(self):
        """The next state that waits for the person, or ends it."""
        waits = ("certificate", "login", "confirming", "paired", "refused", "failed")
        while True:
            event = json.loads(self.lines.wait_for(r"^\{.*\}$").group(0))
            self.events.append(event)
            if event.get("state") in waits:
                return event

    def trust(self):
        """Says yes to the certificate; what the device asks next."""
        state = self.next_state()
        assert state["state"] == "certificate", state
        self.answer("yes")
        return self.next_state()

    def log_in(self, name, password):
        self.answer(name)
        self.lines.wait_for(r"^(Password|Пароль):", tag="err")
        self.answer(password)
        return self.next_state()

    def keep(self):
        self.answer("yes")
        return self.next_state()
