# SPDX-License-Identifier: MIT
"""Listens to the real window: its tones, and what it says.

Tones are the samples that SDL's driver `disk` writes, into a pipe here; pitch and length come of
their zero crossings. Speech goes through a real speech-dispatcher, whose output module writes down
what it is told in place of saying it.
usage: hear.py FOLDER-OF-PROGRAMS x11
"""
import array
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from displays import KINDS, is_listening, run, shown, wait_for
from walk import BUILD, HEIGHT, WIDTH, Visitor, environment_of, pair, start_portal
from walk_forms import Device

RATE = 22050
FOUND, DONE, STOP = [(880, 70)], [(660, 90), (990, 160)], [(330, 110), (220, 200)]


def notes_in(samples):
    """(hertz, milliseconds) of each run of periods that are alike."""
    rises = [i - samples[i] / (samples[i] - samples[i - 1])
             for i in range(1, len(samples)) if samples[i - 1] < 0 <= samples[i]]
    runs = []
    for before, after in zip(rises, rises[1:]):
        period = after - before
        if runs and abs(period / runs[-1][-1] - 1) < 0.06:
            runs[-1].append(period)
        else:
            runs.append([period])
    return [(round(RATE * len(run) / sum(run)), round(1000 * sum(run) / RATE))
            for run in runs if len(run) > 5]


def is_tone(notes, wanted):
    """The first and last period of a note are not counted."""
    return len(notes) == len(wanted) and all(
        abs(got[0] / hertz - 1) < 0.02 and ms - 3000 / hertz - 2 < got[1] <= ms + 2
        for got, (hertz, ms) in zip(notes, wanted))


class Ear:
    """Reads what SDL plays. Each tone opens the file anew."""

    def __init__(self, folder):
        self.pipe = folder / "sound"
        os.mkfifo(self.pipe)
        self.tones = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            played = self.pipe.read_bytes()
            samples = array.array("f", played[:len(played) // 4 * 4])
            self.tones.append(notes_in(samples))

    def environment(self):
        # Milliseconds a piece of 23: a card that is behind, on a busy machine, would lose the end of a tone.
        return {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(self.pipe), "SDL_DISKAUDIODELAY": "5"}

    def expect(self, *wanted):
        wait_for(f"{wanted}: {self.tones}", lambda: len(self.tones) >= len(wanted))
        time.sleep(0.6)  # what must not be heard besides
        assert len(self.tones) == len(wanted) and all(map(is_tone, self.tones, wanted)), \
            f"heard {self.tones}, expected {wanted}"
        self.tones.clear()


class Speaker:
    """A speech-dispatcher of its own."""

    CONFIG = """
LogLevel 3
LogDir "default"
AudioOutputMethod "libao"
DefaultLanguage "en"
AddModule "notes" "sd_generic" "notes.conf"
DefaultModule notes
"""
    MODULE = """
GenericExecuteSynth "printf '%s|%s@@' $LANGUAGE \\'$DATA\\' >> {said}"
GenericMaxChunkLength 4000
GenericDelimiters "~"
GenericLanguage "en" "en" "utf-8"
GenericLanguage "ru" "ru" "utf-8"
AddVoice "en" "MALE1" "a"
AddVoice "ru" "MALE1" "b"
"""

    def __init__(self, folder):
        folder.mkdir()
        (folder / "modules").mkdir()
        (folder / "speechd.conf").write_text(self.CONFIG)
        self.said, self.socket = folder / "said", folder / "socket"
        self.said.touch()
        (folder / "modules" / "notes.conf").write_text(self.MODULE.format(said=self.said))
        (folder / ".libao").write_text("default_driver=null\n")
        self.log = open(folder / "log", "w")
        self.server = subprocess.Popen(
            ["speech-dispatcher", "-s", "-t", "0", "-C", folder, "-L", folder, "-P", folder / "pid",
             "-c", "unix_socket", "-S", self.socket], env=dict(os.environ, HOME=str(folder)),
            stdout=self.log, stderr=self.log)
        wait_for("speech-dispatcher", lambda: is_listening(self.socket))

    def environment(self):
        return {"SPEECHD_ADDRESS": f"unix_socket:{self.socket}"}

    def heard(self):
        texts = self.said.read_text().split("@@")[:-1]
        return [tuple(text.strip().split("|", 1)) for text in texts]

    def expect(self, language, pattern):
        """The last thing said is this, whole."""
        def is_said():
            heard = self.heard()
            return heard and heard[-1][0] == language and re.fullmatch(pattern, heard[-1][1])
        try:
            wait_for(pattern, is_said)
        except AssertionError as error:
            raise AssertionError(f"{error}; heard {self.heard()}") from error

    def stop(self):
        self.server.terminate()
        self.server.wait()
        self.log.close()


def film_of(folder, browser):
    film = folder / "film.y4m"
    run(BUILD / "camsim", "--code", browser.new_code(), "--module", "5", "--frames", "20", "--out", film)
    return f"replay:{film}"


class Stand:
    """What every step needs."""

    def __init__(self, folder, origin, display, ear, speaker):
        self.folder, self.origin, self.display, self.ear, self.speaker = folder, origin, display, ear, speaker
        self.host = re.escape(origin.removeprefix("https://"))
        self.environment = environment_of(folder, display) | ear.environment() | speaker.environment()

    def begin(self, *options, **environment):
        browser = Visitor(self.origin)
        device = Device(self.folder, self.display, self.environment | environment,
                        film_of(self.folder, browser), *options)
        return browser, device

    def ask(self, browser, device):
        device.press("Return")           # Scan QR code
        got = browser.state("waiting")["state"]
        assert got == "scanned", got
        device.shows("asking")
        device.window.is_ready("asking")


def a_sign_in_is_told_in_english(stand):
    browser, device = stand.begin("--speak")
    stand.speaker.expect("en", f'Sign in on a computer\\. Open {stand.host} on the computer\\. '
                               r'Press “Sign in by QR”\. Scan the code that is shown\.')
    stand.ask(browser, device)
    stand.ear.expect(FOUND)
    stand.speaker.expect("en", f"Sign in to {stand.host}\\? This browser is not marked as yours\\. "
                               r"Account: anna\. Browser: Unknown browser\. From: the portal.s own computer, 127\.0\.0\.1\. "
                               r"Code shown: \d+ seconds? ago\.")
    device.press("Tab")
    stand.speaker.expect("en", r"Approve\.")
    device.press("Return")
    assert browser.state("scanned")["state"] == "approved"
    stand.ear.expect(DONE)
    stand.speaker.expect("en", f"Type this code in the browser\\. {stand.host} as anna\\.")
    device.stop()


def a_refusal_is_told_in_russian(stand):
    browser, device = stand.begin("--speak", "--lang", "ru")
    stand.speaker.expect("ru", r"Вход на компьютере\. .*")
    stand.ask(browser, device)
    stand.ear.expect(FOUND)
    stand.speaker.expect("ru", f"Войти на {stand.host}\\? .*Учётная запись: anna\\. .*")
    device.press("Return")               # Deny
    assert browser.state("scanned")["state"] == "denied"
    stand.ear.expect(STOP)
    stand.speaker.expect("ru", r"Вы отклонили этот вход\. Вход в браузере не выполнен\.")
    device.stop()


def who_wants_silence_has_it(stand):
    before = stand.speaker.heard()
    browser, device = stand.begin("--mute")
    stand.ask(browser, device)
    device.press("Return")
    assert browser.state("scanned")["state"] == "denied"
    stand.ear.expect()
    device.stop()
    assert stand.speaker.heard() == before, "it spoke without being asked to"


def without_a_speaker_all_else_works(stand):
    programs = stand.folder / "programs"
    programs.mkdir()
    before = stand.speaker.heard()
    browser, device = stand.begin("--speak", PATH=str(programs))
    stand.ask(browser, device)
    device.press("Tab", "Return")
    assert browser.state("scanned")["state"] == "approved"
    stand.ear.expect(FOUND, DONE)
    device.stop()
    assert stand.speaker.heard() == before


def a_speaker_that_hangs_holds_nobody_up(stand):
    stand.speaker.server.send_signal(signal.SIGSTOP)
    try:
        browser, device = stand.begin("--speak", "--mute")
        stand.ask(browser, device)
        device.press("Return")
        assert browser.state("scanned")["state"] == "denied"
        device.stop()
    finally:
        stand.speaker.server.send_signal(signal.SIGCONT)


def main():
    assert shutil.which("spd-say"), "the package speech-dispatcher is missing"
    with tempfile.TemporaryDirectory(prefix="qrconfirm-hear-") as name:
        folder = Path(name)
        portal, origin = start_portal(folder)
        speaker = Speaker(folder / "speaker")
        try:
            with shown(KINDS[sys.argv[2]](WIDTH, HEIGHT)) as display:
                stand = Stand(folder, origin, display, Ear(folder), speaker)
                pair(folder, origin, stand.environment)
                for step in (a_sign_in_is_told_in_english, a_refusal_is_told_in_russian, who_wants_silence_has_it,
                             without_a_speaker_all_else_works, a_speaker_that_hangs_holds_nobody_up):
                    step(stand)
                    print(f"{step.__name__}: as it should be", flush=True)
        finally:
            speaker.stop()
            portal.terminate()
            portal.wait()


if __name__ == "__main__":
    main()
