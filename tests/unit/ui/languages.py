#!/usr/bin/python3
"""Every language of po/ is really shown, whatever locale the machine has and asks for.

usage: languages.py QRCONFIRM QRPORTAL LANGUAGE_SAYS PO

What must be shown is read from the catalogues by another reader than the program's: Python's.
"""
import gettext
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

PROGRAM, PORTAL, SAYS, PO = *sys.argv[1:4], pathlib.Path(sys.argv[4])
# Locales of which a bare machine has the first three at most.
LOCALES = ["", "C", "C.UTF-8", "en_US.UTF-8", "ru_RU.UTF-8", "xx_XX.ISO-8859-1"]
COUNTS = [*range(0, 131), 1000, 1001, 1002, 1011, 1000000, 2**32 + 1]

failures = []


def expect(what, shown, wanted):
    if shown != wanted:
        failures.append(f"{what}: {shown!r}, expected {wanted!r}")


def environment(locale, **more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "XDG_"))}
    if locale:
        kept["LANG"] = locale
    return {**kept, **more}


class Catalogue:
    def __init__(self, po, folder):
        compiled = pathlib.Path(folder, po.stem + ".mo")
        subprocess.run(["msgfmt", "-o", compiled, po], check=True)
        with compiled.open("rb") as file:
            self.read = gettext.GNUTranslations(file)
        # Keys as the file has them: a counted text is ONE NUL MANY.
        raw = compiled.read_bytes()
        count, table = struct.unpack_from("<II", raw, 8)
        spans = [struct.unpack_from("<II", raw, table + 8 * i) for i in range(count)]
        keys = [raw[offset:offset + size].decode() for size, offset in spans]
        self.code = po.stem
        self.single = [key for key in keys if key and "\0" not in key]
        self.counted = [key.split("\0") for key in keys if "\0" in key]


def say(records, env):
    asked = "".join(field + "\0" for record in records for field in record)
    done = subprocess.run([SAYS], input=asked.encode(), stdout=subprocess.PIPE, env=env, check=True)
    return done.stdout.decode().split("\0")[:-1]


def check_texts(catalogue, locale):
    """All texts, after switching here from English, and in English after switching back."""
    singles, counted = catalogue.single, [(one, many, n) for one, many in catalogue.counted for n in COUNTS]
    asked = [("T", text) for text in singles] + [("P", str(n), one, many) for one, many, n in counted]
    shown = say([("L", "en"), ("L", catalogue.code), *asked, ("L", "en"), *asked], environment(locale))
    where = f"{catalogue.code} under LANG={locale!r}"
    expect(f"{where}: the C library's locale", shown[1], "C")
    shown = shown[2:]
    wanted = [catalogue.read.gettext(text) for text in singles]
    wanted += [catalogue.read.ngettext(one, many, n) for one, many, n in counted]
    # What stands before \x04 tells two uses of one English text apart and is never shown.
    english = [text.split("\x04")[-1] for text in singles] + [one if n == 1 else many for one, many, n in counted]
    for record, here, back, there, home in zip(asked, shown, shown[len(asked):], wanted, english, strict=False):
        expect(f"{where}: {record}", here, there)
        expect(f"English after {where}: {record}", back, home)
    expect(f"{where}: texts", len(shown), 2 * len(asked))
    translated = sum(here != home for here, home in zip(shown, english))
    if translated < len(asked) * 0.9:
        failures.append(f"{where}: only {translated} of {len(asked)} texts differ from English")


def run(arguments, env, program=PROGRAM):
    return subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          stdin=subprocess.DEVNULL, timeout=20, check=False)


def recording(folder, frames):
    """A recording of nothing but gray, so many frames long."""
    path = pathlib.Path(folder, f"{frames}.y4m")
    path.write_bytes(b"YUV4MPEG2 W64 H64 F25:1 Ip Cmono\n" + (b"FRAME\n" + b"\x80" * 4096) * frames)
    return path


def check_program(catalogue, locale, folder):
    """The program itself: a failure, its help, and a counted text, by option and by environment."""
    code, text = catalogue.code, catalogue.read.gettext
    home = dict(XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder, XDG_STATE_HOME=folder)
    asked = {f"--lang {code}": (["--lang", code], {}), f"LANGUAGE={code}": ([], {"LANGUAGE": code}),
             f"LC_ALL={code}": ([], {"LC_ALL": code + ".UTF-8"}),
             f"LANGUAGE=xx:{code}": ([], {"LANGUAGE": f"xx_YY:{code}:en"})}
    for how, (arguments, more) in asked.items():
        env = environment(locale, **home, **more)
        where = f"{how}, LANG={locale!r}"
        if text("This device is not paired with a portal.").encode() not in run(["renew", *arguments], env).stderr:
            failures.append(f"{where}: a failure is not told in it")
        if text("show this help").encode() not in run(["--help", *arguments], env).stdout:
            failures.append(f"{where}: --help is not in it")
        if not arguments and text("list the accounts").encode() not in run(["--help"], env, PORTAL).stdout:
            failures.append(f"{where}: --help of qrportal is not in it")
        for frames in (1, 2, 5, 11, 21):
            told = run(["decode", recording(folder, frames), *arguments], env).stderr.decode()
            wanted = catalogue.read.ngettext("%s: %zu frame", "%s: %zu frames", frames).split("%zu")[1]
            if f"{frames}{wanted})" not in told:
                failures.append(f"{where}: {frames} frames are told as {told!r}")


def main():
    files = sorted(PO.glob("*.po"))
    if not files:
        failures.append(f"no catalogue in {PO}")
    with tempfile.TemporaryDirectory() as folder:
        for po in files:
            catalogue = Catalogue(po, folder)
            for locale in LOCALES:
                check_texts(catalogue, locale)
                check_program(catalogue, locale, folder)
            expect(f"the environment's {po.stem}", say([], environment(po.stem + "_XX.UTF-8"))[0], po.stem)
    for line in failures[:20]:
        print(line)
    print(f"{len(files)} languages, {len(LOCALES)} locales, {len(failures)} faulty")
    return bool(failures)


sys.exit(main())
