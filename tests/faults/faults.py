# SPDX-License-Identifier: MIT
"""What can go wrong while an answer is under way, as a table: one Fault a row.

A fault acts at the line (`at_line`, with each try to send the decision), just before the person
answers (`before`), or on the program itself (`device`, words in front of its command line).
`told` lists how it may end: the codes of docs/failures.md, or the name of the last state.
"""
import email.utils
import signal
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

from line import raw_reply

DONE, DENIED = "done", "refused"
LATE = 8        # seconds that a slow portal takes; the device waits 20
PATIENT = 25    # more than it waits
RETRY_AFTER = 3

HTML = b"<!doctype html><title>Sign in to the network</title><p>Free Wi-Fi"
PROBLEM = [("Content-Type", "application/problem+json")]


@dataclass
class Fault:
    name: str
    told: tuple
    at_line: Optional[Callable] = None
    before: Optional[Callable] = None
    start: Optional[Callable] = None  # before the program is started
    disk: bool = False          # the state folder has a disk of its own
    answer: str = "approve"
    device: tuple = ()
    about: tuple = ()           # what its words may rightly speak of: "disk", "certificate", ...
    dies: Optional[int] = None  # the signal that ends the program while it sends
    then: str = ""              # what is answered when it starts again: "send" or "withdraw"
    pause: float = 0            # seconds that the portal asked for after the first try
    settings: dict = field(default_factory=dict)


# What is done with one try.

def pass_on(exchange):
    exchange.send(exchange.forward())


def reset(exchange):
    exchange.reset()


def lose(exchange):
    exchange.forward()
    exchange.reset()


def swallow(exchange):
    exchange.hold(PATIENT)
    exchange.reset()


def swallow_reply(exchange):
    exchange.forward()
    exchange.hold(PATIENT)
    exchange.reset()


def late(exchange):
    reply = exchange.forward()
    exchange.hold(LATE)
    exchange.send(reply)


def drip(exchange):
    """A byte each 30 ms: longer than a call may take."""
    reply = exchange.forward()
    for at in range(len(reply)):
        exchange.send(reply[at:at + 1])
        time.sleep(0.03)


def cut(at, clean=False):
    def cut_there(exchange):
        exchange.send(exchange.forward()[:at])
        exchange.close() if clean else exchange.reset()
    return cut_there


def answer(status, *headers, content=b"", commit=False, length=True):
    def send(exchange):
        if commit:
            exchange.forward()
        exchange.send(raw_reply(status, headers, content, length=length))
    return send


def problem(status, code, *headers, commit=False):
    return answer(status, *PROBLEM, *headers, commit=commit,
                  content=b'{"type":"about:blank","title":"x","status":%d,"code":"%s"}'
                          % (status, code.encode()))


def huge(chunked=False, commit=False):
    def send(exchange):
        if commit:
            exchange.forward()
        head = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {10 << 20}"
        exchange.send(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
        piece = b"x" * 65536
        for _ in range(160):
            exchange.send(b"10000\r\n" + piece + b"\r\n" if chunked else piece)
        exchange.reset()
    return send


def times(count, what):
    """The first `count` tries; the line is well after that."""
    return lambda exchange: (what if exchange.number < count else pass_on)(exchange)


def once(what):
    return times(1, what)


def answer_with(status, value):
    """A refusal with Retry-After, whose value is made when it is sent."""
    return lambda exchange: answer(status, ("Retry-After", value()), content=HTML)(exchange)


def date_in(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


# What is done before the person answers.

def refuse(seconds=None):
    def before(stage):
        stage.line.shut()
        if seconds:
            stage.later(seconds, stage.line.open)
    return before


def drown(seconds=None):
    def before(stage):
        stage.line.drown()
        if seconds:
            stage.later(seconds, stage.line.surface)
    return before


def greet(what, seconds=None):
    """Every new connection is met so, before TLS; the one that stands is cut."""
    def before(stage):
        stage.line.greeting = what
        stage.line.reset_all()
        if seconds:
            stage.later(seconds, lambda: setattr(stage.line, "greeting", None))
    return before


def cut_greeting(connection):
    """The line goes away in the middle of the TLS handshake."""
    connection.recv(64)
    return True


def answer_in_clear(connection):
    """Something that is no TLS answers, as a captive portal's box does."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n")
    return True


def show(certificate):
    def before(stage):
        stage.line.trust(*getattr(stage, certificate))
        stage.line.reset_all()
    return before


def show_after_loss(certificate):
    """The first try is lost on its way back; then another certificate stands there."""
    def before(stage):
        def at_line(exchange):
            exchange.forward()
            stage.line.trust(*getattr(stage, certificate))
            exchange.reset()
        stage.line.fault = at_line
    return before


def kill_portal(commit):
    """The portal dies with the request in hand: before it has kept the answer, or after."""
    def before(stage):
        def at_line(exchange):
            if exchange.number > 0:
                return pass_on(exchange)
            if commit:
                exchange.forward()
            stage.restart_portal()
            exchange.reset()
        stage.line.fault = at_line
    return before


def signal_device(number, commit):
    """The program is ended with its answer on the way: not yet there, or taken already."""
    def before(stage):
        def at_line(exchange):
            if commit:
                exchange.forward()
            stage.scan.process.send_signal(number)
            exchange.hold(PATIENT)
        stage.line.fault = at_line
    return before


def fill_disk(stage):
    """The disk of the state folder takes nothing more from now on."""
    stage.fill_disk()


def lock_disk(stage):
    stage.lock_disk()


def second_scan(stage):
    """Another program of the same device answers another question meanwhile."""
    stage.answer_another()


GIVEN_UP_UNSENT = ("net.not-sent",)
MAY_HAVE_ARRIVED = ("net.no-receipt",)

LINE = [
    Fault("nothing wrong", (DONE,)),
    Fault("refused for 4 s", (DONE,), before=refuse(4)),
    Fault("refused for good", GIVEN_UP_UNSENT, before=refuse()),
    Fault("unreachable for 6 s", (DONE,), before=drown(6)),
    Fault("unreachable for good", GIVEN_UP_UNSENT, before=drown()),
    Fault("handshake cut for 4 s", (DONE,), before=greet(cut_greeting, 4)),
    Fault("handshake cut for good", GIVEN_UP_UNSENT, before=greet(cut_greeting)),
    Fault("no TLS for 4 s", (DONE, "net.tls"), before=greet(answer_in_clear, 4),
          about=("certificate",)),
    Fault("reset before it is read, once", (DONE,), once(reset)),
    Fault("reset before it is read, always", MAY_HAVE_ARRIVED, reset),
    Fault("reply lost once", (DONE,), once(lose)),
    Fault("reply lost three times", (DONE,), times(3, lose)),
    Fault("reply lost always", MAY_HAVE_ARRIVED, lose),
    Fault("deny, reply lost once", (DENIED,), once(lose), answer="deny"),
    Fault("deny, reply lost always", MAY_HAVE_ARRIVED, lose, answer="deny"),
    Fault("deny, refused for good", GIVEN_UP_UNSENT, before=refuse(), answer="deny"),
    Fault("late reply", (DONE,), once(late)),
    Fault("swallowed always", MAY_HAVE_ARRIVED, swallow),
    Fault("reply never comes", MAY_HAVE_ARRIVED, swallow_reply),
    Fault("reply dripped", MAY_HAVE_ARRIVED, drip),
]

STATUS = [
    Fault(f"{status} twice{' after commit' if commit else ''}", (DONE,),
          times(2, answer(status, content=HTML, commit=commit)))
    for status in (500, 502, 503, 504, 511, 429, 403, 404, 418, 200, 204)
    for commit in (False, True)
] + [
    Fault(f"{status} with Retry-After: {wait}", (DONE,),
          once(answer_with(status, value)), pause=pause)
    for status in (429, 503)
    for wait, value, pause in (("3", lambda: "3", RETRY_AFTER),
                               ("a date", lambda: date_in(RETRY_AFTER), RETRY_AFTER - 1.5),
                               ("nonsense", lambda: "soon", 0))
] + [
    Fault("rate-limited, Retry-After: 3", (DONE,),
          once(problem(429, "rate-limited", ("Retry-After", "3"))), pause=RETRY_AFTER),
    Fault("rate-limited, Retry-After: 600, once", (DONE,),
          once(problem(429, "rate-limited", ("Retry-After", "600")))),
    Fault("rate-limited, Retry-After: 600, always", MAY_HAVE_ARRIVED,
          problem(429, "rate-limited", ("Retry-After", "600"))),
    Fault("500 always", MAY_HAVE_ARRIVED, answer(500, content=HTML)),
    Fault("503 after commit, always", MAY_HAVE_ARRIVED, answer(503, content=HTML, commit=True)),
    Fault("captive page twice", (DONE,), times(2, answer(200, ("Content-Type", "text/html"),
                                                         content=HTML))),
    Fault("captive page always", MAY_HAVE_ARRIVED,
          answer(200, ("Content-Type", "text/html"), content=HTML)),
    Fault("redirect 302 once", (DONE,), once(answer(302, ("Location", "https://example.com/")))),
    Fault("redirect 307 after commit, always", MAY_HAVE_ARRIVED,
          answer(307, ("Location", "https://example.com/"), commit=True)),
    Fault("10 MB once", (DONE,), once(huge())),
    Fault("10 MB after commit, always", MAY_HAVE_ARRIVED, huge(commit=True)),
    Fault("10 MB in chunks, once", (DONE,), once(huge(chunked=True))),
]

CERTIFICATES = [
    Fault("other certificate", ("net.pin",), before=show("other"), about=("certificate",)),
    Fault("other certificate after a lost reply", ("net.unsafe-later",),
          before=show_after_loss("other"), about=("certificate",)),
    Fault("deny, other certificate after a lost reply", ("net.unsafe-later",),
          before=show_after_loss("other"), about=("certificate",), answer="deny"),
    Fault("expired certificate of the pinned key", (DONE,), before=show("expired")),
]

PORTAL = [
    # A code dies with a portal that had no answer to it yet.
    Fault("portal killed before its commit", (DONE,), before=kill_portal(commit=False)),
    Fault("portal killed after its commit", (DONE,), before=kill_portal(commit=True)),
    Fault("deny, portal killed after its commit", (DENIED,), before=kill_portal(commit=True),
          answer="deny"),
    Fault("portal killed after its commit, no pickup code", (DONE,),
          before=kill_portal(commit=True), settings={"policy.pickup-code": "off"}),
]

# A person takes longer than the codes of the other rows live.
UNHURRIED = {"time.challenge": "60", "time.reading": "60"}

DEVICE = [
    Fault(f"{number.name} {'after the commit' if commit else 'before it'}, then {then}",
          ("interrupted",), before=signal_device(number, commit), dies=number, then=then,
          settings=UNHURRIED)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
    for commit in (False, True)
    for then in ("send", "withdraw")
]


def descriptors(count):
    return ("prlimit", f"--nofile={count}:{count}")


RESOURCES = [
    Fault("disk full before the answer", ("store.full",), before=fill_disk, disk=True, about=("disk",)),
    Fault("disk full from the start", ("store.full",), start=fill_disk, disk=True, about=("disk",)),
    Fault("read-only before the answer", ("store.read-only",), before=lock_disk, disk=True, about=("disk",)),
    Fault("read-only from the start", ("store.read-only",), start=lock_disk, disk=True, about=("disk",)),
    Fault("two at once", (DONE,), once(late), before=second_scan, settings=UNHURRIED),
] + [
    Fault(f"{count} descriptors", (DONE, "internal.descriptors"), device=descriptors(count))
    for count in range(4, 24)
]

CUT_EACH = 32  # bytes between two cuts of a reply


def cuts(reply_bytes):
    """The reply cut at each 32nd byte, once; every other time by an orderly end of TLS."""
    return [Fault(f"reply cut at {at}{', orderly' if n % 2 else ''}", (DONE,),
                  once(cut(at, clean=bool(n % 2))))
            for n, at in enumerate(range(0, reply_bytes + 1, CUT_EACH))]


def every_fault(reply_bytes):
    return LINE + STATUS + CERTIFICATES + PORTAL + DEVICE + RESOURCES + cuts(reply_bytes)
