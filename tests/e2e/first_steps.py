# SPDX-License-Identifier: MIT
"""Does what docs/first-steps.md says, to the letter: its commands, what is typed, its browser.

A block begins with a command (`$ `), or goes on with the one before it. `> ` is a line that is typed. Any
other line is what comes out, in that order; `...` stands for what is left out. `^C` ends what serves. Six digits,
and the word by which one approves, are those that come out now. `CODE` is the code that the browser shows.
"""
import os
import re
import signal
import time

from selenium.webdriver.support.expected_conditions import staleness_of

from on_a_terminal import Typist
from parts import APPROVE_DELAY, PartFailed

PORT = "8443"  # of the page; each test takes one that is free
DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
WORD = re.compile(r"approve by typing ([a-z]+)")

FIELD = """
const wanted = arguments[0];
return [...document.querySelectorAll('input:not([type=hidden]), select')].find((field) => field.checkVisibility() &&
  [field.placeholder, field.getAttribute('aria-label'), ...[...(field.labels || [])].map((label) => label.textContent)]
    .some((text) => text && text.trim() === wanted)) || null;
"""
PRESSED = """
const wanted = arguments[0];
return [...document.querySelectorAll('button, a')].find((element) => element.checkVisibility() &&
  element.textContent.trim() === wanted) || null;
"""
# Whether what is clicked now sends a form or follows a link: then another page comes.
WATCH = """
window.leaves = false;
const note = (event) => {
  const leads = event.type === 'submit' ? event.target.method !== 'dialog' :
    event.target.closest('a[href]:not([download], [target], [href^="#"])');
  if (leads && !event.defaultPrevented) window.leaves = true;
};
addEventListener('click', note, {once: true});
addEventListener('submit', note, {once: true});
"""


def paths_of(text):
    """The steps of each path of the page: (number of the line, kind, what)."""
    paths, steps, block = {}, None, None
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            steps = paths.setdefault(line[3:], [])
        if line.startswith("    ") and steps is not None:
            if block is None:
                block = []
                steps.append((number, "block", block))
            block.append((number, line[4:]))
            continue
        block = None
        if line.startswith("- Browser: "):
            said = line.removeprefix("- Browser: ")
            for further in lines[number:]:
                if not further.startswith("  "):
                    break
                said += " " + further.strip()
            steps.append((number, "browser", said.rstrip(".")))
    return paths


class Reader:
    """Somebody who does what a page says, in a folder of theirs."""

    def __init__(self, folder, environment, browser, address):
        self.folder, self.environment, self.browser = folder, environment, browser
        self.address = address
        self.running, self.at = [], None
        self.digits = self.word = None

    def follow(self, steps):
        for number, kind, what in steps:
            try:
                self.do(what) if kind == "browser" else self.read_block(what)
            except Exception as error:
                raise PartFailed(f"line {number}: {what if kind == 'browser' else ''}\n{error}") from error
        self.finish()

    # In the shell

    def read_block(self, lines):
        for number, line in lines:
            if line.startswith("$ "):
                self.finish()
                self.begin(line[2:])
            elif line.startswith("> "):
                self.answer(self.put_in(line[2:]))
            elif line == "^C":
                self.interrupt(self.running.pop())
            else:
                self.expect(line)

    def answer(self, text):
        if text == "yes" or (self.word and text == self.word[1]):
            time.sleep(APPROVE_DELAY)
        self.at.type(text + "\n")

    def begin(self, command):
        command = self.put_in(command).replace(PORT, self.address.rpartition(":")[2])
        self.serves = re.search(r"\bserve\b", command)
        if self.serves:
            command += f" --listen {self.address}"
        self.at = Typist("/bin/sh", "-c", f"cd '{self.folder}' && {command}", env=self.environment)
        if self.serves:
            self.running.append(self.at)

    def put_in(self, text):
        """What is other today than when the page was written."""
        if self.word and text == self.word[0]:
            text = self.word[1]
        if "CODE" in text:
            text = text.replace("CODE", self.browser.find("[data-text]").get_attribute("data-text"))
        return text

    @staticmethod
    def interrupt(program):
        program.type("\x03")
        program.wait()

    def expect(self, line):
        pattern = re.sub(r"(\\ )+", "[ \\\\t]+", re.escape(line.strip())).replace(re.escape("..."), ".*").replace(PORT, self.address.rpartition(":")[2])
        pattern = DIGITS.sub(r"(?P<digits>\\d{6})", pattern, count=1)
        word = WORD.search(line)
        if word:
            pattern = pattern.replace(re.escape(word[1]), "(?P<word>[a-z]+)")
        if pattern == ".*":
            return
        found = self.at.wait_for(rf"(?m)^[ \t]*{pattern}[ \t]*(?:$|(?=\n))").groupdict()
        self.digits = found.get("digits") or self.digits
        self.word = (word[1], found["word"]) if word else self.word

    def finish(self):
        """The command before is over, unless it serves."""
        if self.at and not self.serves:
            code = self.at.wait()
            if code != 0:
                raise PartFailed(f"exit code {code}: {' '.join(self.at.command[2:])}\n{self.at.seen}")
        self.at = None

    def stop(self):
        for program in self.running:
            if program.code is None:
                os.killpg(program.pid, signal.SIGTERM)
                program.wait()

    # In the browser

    def do(self, said):
        for pattern, action in ((r"open `(\S+)`", self.open), (r"type `([^`]+)` into \*\*([^*]+)\*\*", self.type),
                                (r"type the six digits into \*\*([^*]+)\*\*", self.type_digits),
                                (r"press \*\*([^*]+)\*\*", self.press), (r"tick \*\*([^*]+)\*\*", self.tick),
                                (r"save the window as `([^`]+)`", self.save), (r"it shows \*\*([^*]+)\*\*", self.see)):
            match = re.match(pattern, said)
            if match:
                return action(*match.groups())
        raise PartFailed("nobody knows how to do that")

    def there(self, script, name):
        return self.browser.wait(f"{name!r} on the page", lambda: self.browser.driver.execute_script(script, name))

    def open(self, url):
        self.browser.open(url.replace(PORT, self.address.rpartition(":")[2]))

    def type(self, text, field):
        self.there(FIELD, field).send_keys(text)

    def type_digits(self, field):
        self.type(self.digits, field)

    def press(self, name):
        """The page that comes may have the same fields: nobody types into the one that goes."""
        pressed, driver = self.there(PRESSED, name), self.browser.driver
        driver.execute_script(WATCH)
        pressed.click()
        self.browser.wait(f"the page after {name!r}", lambda: staleness_of(pressed)(driver) or
                          driver.execute_script("return window.leaves") is False)

    def tick(self, name):
        self.there(FIELD, name).click()

    def save(self, file):
        self.browser.wait("the code", lambda: self.browser.driver.execute_script(
            "const code = document.querySelector('[data-text]'); return code && code.dataset.text;"))
        self.browser.photograph(self.folder / file)

    def see(self, text):
        self.browser.wait(f"{text!r}", lambda: text in self.browser.text())
