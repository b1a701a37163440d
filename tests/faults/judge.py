# SPDX-License-Identifier: MIT
"""One fault, one sign-in, and the truth about it held against what the person was told."""
import re
import time
from dataclasses import dataclass, field

from faults import DENIED, DONE
from parts import APPROVE_DELAY, PartFailed
from stage import OUTCOMES, end_of, next_state

# Words that may be said only where they are true. `about` of a fault lists what it is about.
SUBJECTS = {
    "disk": re.compile(r"\bdisk\b|\bstored?\b|\bfull\b"),
    "certificate": re.compile(r"certificate|not safe"),
    "pairing": re.compile(r"[Pp]air this device again|pairing cannot be used|not paired"),
}
NOTHING_LEFT = re.compile(r"[Nn]othing was sent|[Nn]othing (has )?(reached|left)|was not sent")
MAY_HAVE = re.compile(r"may have arrived|may have reached")


@dataclass
class Row:
    name: str
    tries: int = 0
    lost: int = 0
    twice: int = 0
    wrong: list = field(default_factory=list)
    words: str = ""


def told(ended):
    """The name under which a fault lists how it may end."""
    if ended.state == "failed":
        return ended.code
    return {"done": DONE, "refused": DENIED}.get(ended.state, ended.state)


def judge_words(fault, row, words, sent):
    for subject, pattern in SUBJECTS.items():
        if subject not in fault.about and pattern.search(words):
            row.wrong.append(f"speaks of the {subject}")
    if NOTHING_LEFT.search(words) and sent:
        row.wrong.append("says that nothing was sent")
    if MAY_HAVE.search(words) and not sent:
        row.wrong.append("says that it may have arrived, but nothing left")


def judge_waits(fault, row, tries):
    """A portal that asks for a pause is given it."""
    if fault.pause and len(tries) > 1 and tries[1] - tries[0] < fault.pause:
        row.wrong.append(f"tried again after {tries[1] - tries[0]:.1f} s, not {fault.pause}")


def claimed(stage, ended):
    """True if the browser can be signed in with what the person was told."""
    return stage.browser.claim(ended.pickup_code) == "done" and stage.browser.is_signed_in()


def judge_another(stage, row):
    ended = end_of(stage.another_scan)
    row.words += " / " + ended.words
    if told(ended) != DONE:
        row.wrong.append(f"the other one ended as {told(ended)}")
    elif stage.another.claim(ended.pickup_code) != "done":
        row.lost += 1


def judge_next_start(stage, fault, row, committed):
    """The next start tells of the answer that is open; it is sent or withdrawn, as it is told."""
    stage.heal()
    scan = stage.begin(stage.visitor(), "next")
    asked = next_state(scan, "open-answer", "asking", *OUTCOMES)
    if not asked or asked["state"] != "open-answer":
        row.wrong.append("the next start does not tell of the open answer")
        return
    time.sleep(APPROVE_DELAY)
    scan.answer(fault.then)
    event = next_state(scan, "withdrawn", *OUTCOMES) or {"state": "nothing"}
    row.words += " / " + event.get("title", "")

    if fault.then == "send" or committed:
        if event["state"] != "done":
            row.wrong.append(f"{fault.then} ended as {event['state']}")
        elif stage.browser.claim(event["pickup_code"]) != "done":
            row.lost += 1
    elif event.get("result") != "withdrawn" or stage.browser.state() == "approved":
        row.wrong.append(f"withdrawn as {event.get('result')}, and the page is {stage.browser.state()}")
    stage.device.stop()


def judge_recovery(stage, row):
    """With everything well again, the next sign-in works."""
    stage.heal()
    ended = stage.sign_in()
    if told(ended) != DONE or not claimed(stage, ended):
        row.wrong.append(f"the next sign-in ends as {told(ended)}")


def judge_sign_in(stage, fault, row):
    ended = stage.sign_in(fault)
    row.tries, row.words = len(stage.line.tries), ended.words
    how = told(ended)
    if how not in fault.told:
        row.wrong.append(f"ended as {how}, not as {' or '.join(fault.told)}")
    judge_words(fault, row, ended.words, bool(stage.line.tries))
    judge_waits(fault, row, stage.line.tries)

    if how == DONE and not claimed(stage, ended):
        row.lost = 1
    if stage.another:
        judge_another(stage, row)
    if fault.dies:
        judge_next_start(stage, fault, row, committed=stage.logins()[0] > 0)

    logins, sessions = stage.logins()
    row.twice = int(logins > (2 if stage.another else 1) or sessions > logins)
    if fault.answer == "deny" and logins:
        row.wrong.append("denied, and the portal has a login")


def judge(stage, fault):
    row = Row(fault.name)
    try:
        stage.fresh()
        for name, value in fault.settings.items():
            stage.portal.config(name, value)
        if fault.disk:
            stage.mount_disk()
        judge_sign_in(stage, fault, row)
        judge_recovery(stage, row)
    except (PartFailed, OSError, ValueError) as failed:
        row.wrong.append(f"broke: {str(failed).splitlines()[0]}")
    finally:
        stage.end()
    return row
