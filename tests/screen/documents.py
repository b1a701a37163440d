# SPDX-License-Identifier: MIT
"""What the documents show is there, and is what they say it is.

usage: documents.py TOP BUILD

Pictures: each one that a text shows exists; a screen of the device is one of its samples, in the size
that its name tells; the portal's window is wide and holds a sign-in code that this program reads; none lies there unused.
Phones: README says of each the same as docs/cameras.md.
Words: what the pages for technicians quote of the device and the portal is said there, in both languages.
Files: each file or folder of this project that a text names or links to is there, and each heading too.
Lines: running prose ends at column 100; tables, commands and pictures may be wider.
Protocol: the call that it works through is that of the vectors.
Workflow: the public forge runs what .ci/run runs, in the same Debian.
Desktop file: the program knows each command that it names.
Metainfo: its names are those of the desktop file; its screenshots are pictures of this project, in the size it tells.
"""
import json
import re
import shlex
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

PLAIN_SIZE = (360, 720)  # of a screen whose name tells no size
PHONE = re.compile(r"phone|librem", re.IGNORECASE)

FILE = re.compile(r"`((?:base|cmake|console|data|decode|docs|fixtures|net|po|portal|scanner|scripts|tests|ui)"
                  r"/[\w./*\[\]-]*)`")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
HEADING = re.compile(r"\]\(([^)\s#]*)#([^)]+)\)")
WIDTH = 100
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DEBIAN = {"bookworm": "12", "trixie": "13"}

faults = []


def fault(text):
    faults.append(text)


def documents_of(top):
    return [top / "README.md", top / "CONTRIBUTING.md", top / "data" / "packaging" / "README.md",
            *sorted((top / "docs").rglob("*.md"))]


def pictures_in(document):
    text = document.read_text()
    found = re.findall(r'<img src="([^"]+)"', text) + re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    return [(document.parent / name).resolve() for name in found]


def png_size(path):
    head = path.read_bytes()[:24]
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    return struct.unpack(">II", head[16:24])


def judge_screen(path, size, samples):
    if re.split(r"-\d+x\d+-", path.name.removesuffix(".png"))[0] not in samples:
        fault(f"{path}: the device has no such screen")
    told = re.search(r"-(\d+)x(\d+)-", path.name)
    expected = tuple(map(int, told.groups())) if told else PLAIN_SIZE
    if size != expected:
        fault(f"{path}: {size}, a screen of the device has {expected}")


def judge_page(path, size, build):
    if not size or size[0] <= size[1]:
        fault(f"{path}: {size}, a browser's window is wide")
    read = subprocess.run([build / "qrconfirm", "decode", "--json", path], capture_output=True, text=True)
    kinds = [json.loads(line).get("kind") for line in read.stdout.splitlines()]
    if "login" not in kinds:
        fault(f"{path}: shows no sign-in code, but {kinds}")


def judge_pictures(top, build):
    shown = {path for document in documents_of(top) for path in pictures_in(document)}
    samples = re.findall(r'\.name = "([^"]+)"', (top / "tests/screen/samples.c").read_text())
    screens, pages = top / "docs" / "screens", top / "docs" / "pages"
    for path in sorted(shown):
        if not path.is_file():
            fault(f"{path}: is shown, and is not there")
        elif path.parent == screens:
            judge_screen(path, png_size(path), samples)
        elif path.parent == pages:
            judge_page(path, png_size(path), build)
    for path in [*screens.iterdir(), *pages.iterdir()]:
        if path not in shown:
            fault(f"{path}: no document shows it")
    first = pictures_in(top / "README.md")[0]
    if first.parent != pages:
        fault(f"README.md begins with {first.name}, which is no page of the portal")


def states(document):
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", document.read_text(), re.MULTILINE)
    return dict(rows)


def judge_phones(top):
    told, known = states(top / "README.md"), states(top / "docs" / "cameras.md")
    phones = [device for device in known if PHONE.search(device)]
    if len(phones) < 4:
        fault(f"docs/cameras.md tells of the phones {phones} only")
    for device in phones:
        if device not in told:
            fault(f"README.md does not name the {device}")
    for device in told.keys() & known.keys() - {"device"}:
        if told[device] != known[device]:
            fault(f"README.md: {device}: {told[device]!r}; docs/cameras.md: {known[device]!r}")


def said(top, language):
    """Every text of the programs: in English, or as that catalogue has it."""
    desktop = (top / "data" / "example.qrconfirm.qrconfirm.desktop").read_text()
    return [*(text for pair in entries_of(top / "po" / "ru.po") for text in pair[language]), desktop]


def entries_of(path):
    """Of each entry its English texts and its translations."""
    for entry in path.read_text().split("\n\n"):
        texts = [], []
        for key, first, more in re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"\n?((?:".*"\n?)*)', entry,
                                           re.MULTILINE):
            text = first + "".join(re.findall(r'^"(.*)"$', more, re.MULTILINE))
            texts[key.startswith("msgstr")].append(re.sub(r"%\d*\$?[sduz]+", "", text).replace('\\"', '"'))
        yield texts


def judge_words(top):
    for name, language, quoted in (("technician.md", 0, r"\*\*([^*]+)\*\*"), ("technician.ru.md", 1, "«([^»]+)»")):
        document, texts = top / "docs" / name, said(top, language)
        words = re.findall(quoted, document.read_text())
        if len(words) < 40:
            fault(f"{document}: quotes {len(words)} words only")
        for word in words:
            for part in re.split(r"\.\.\.|(?<=\.)\s", re.sub(r"\s+", " ", word)):
                if not any(part.strip().rstrip(".") in text for text in texts):
                    fault(f"{document}: quotes {part!r}, which neither device nor portal says")


def judge_files(top):
    for document in documents_of(top):
        text = document.read_text()
        for name in FILE.findall(text):
            # NAME, CODE and their like stand for a name that somebody will choose.
            pattern = re.sub(r"[A-Z]{4,}", "*", name.replace("[ch]", "h"))
            if not any(top.glob(pattern.rstrip("/"))):
                fault(f"{document}: names {name}, which is not there")
        for target in LINK.findall(text):
            if "://" not in target and not (document.parent / target).exists():
                fault(f"{document}: links to {target}, which is not there")


def headings_of(document):
    """As a forge names them in addresses."""
    for title in re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE):
        yield re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def judge_headings(top):
    for document in documents_of(top):
        for name, heading in HEADING.findall(document.read_text()):
            target = document.parent / name if name else document
            if "://" not in name and (not target.is_file() or heading not in headings_of(target)):
                fault(f"{document}: links to {name}#{heading}, which is not there")


def judge_lines(top):
    for document in documents_of(top):
        for number, line in enumerate(document.read_text().splitlines(), 1):
            prose = not line.startswith(("|", "#", "    ")) and "<img" not in line
            if prose and len(line) > WIDTH:
                fault(f"{document}:{number}: {len(line)} columns, prose has at most {WIDTH}")


def judge_worked_call(top):
    vectors = json.loads((top / "fixtures" / "protocol" / "vectors.json").read_text())
    messages = {message["message"]: message for message in vectors["exchange"]}
    text = (top / "docs" / "protocol" / "qr-login-v1.md").read_text()
    call = re.search(r"^### 5\.1 .*?(?=^## )", text, re.MULTILINE | re.DOTALL)[0]
    shown = "".join(re.findall(r"^    \d+ +([0-9a-f]+)(?:  .*)?$", call, re.MULTILINE))
    if shown != messages["resolve"]["body"]:
        fault("docs/protocol/qr-login-v1.md: 5.1 shows another body than the vectors have")
    for name in "resolve", "context":
        envelope = messages[name]["envelope"]
        if f"Content-Length: {len(envelope.encode())}\n\n    {envelope}\n" not in call:
            fault(f"docs/protocol/qr-login-v1.md: 5.1 shows another {name} than the vectors have")


def parts_of_ci(top):
    script = (top / ".ci" / "run").read_text()
    everywhere = re.search(r"^everywhere='([^']+)'$", script, re.MULTILINE)[1]
    for suite, words in re.findall(r"^in_fresh_root (\w+) ((?:.*\\\n)*.*)", script, re.MULTILINE):
        for command in shlex.split(words.replace("\\\n", " ")):
            yield DEBIAN[suite], command.replace("$everywhere", everywhere)


def judge_workflow(top):
    workflow = (top / ".github" / "workflows" / "ci.yml").read_text()
    there = set(re.findall(r"- debian: (\d+)\n +command: (.+)", workflow))
    here = set(parts_of_ci(top))
    if not here:
        fault(".ci/run: no part of it was found")
    for debian, command in sorted(here ^ there):
        only = ".ci/run" if (debian, command) in here else "the forge's workflow"
        fault(f"Debian {debian}: {command!r}: only {only} runs it")


def desktop_file(top):
    return next((top / "data").glob("*.desktop"))


def judge_desktop_file(top, build):
    for line in re.findall(r"^Exec=(.*)$", desktop_file(top).read_text(), re.MULTILINE):
        program, *arguments = line.split()
        if subprocess.run([build / program, *arguments, "--help"], stdout=subprocess.DEVNULL).returncode != 0:
            fault(f"{desktop_file(top)}: {line!r} is no command")


def judge_metainfo(top):
    component = ElementTree.parse(next((top / "data").glob("*.metainfo.xml"))).getroot()
    desktop = desktop_file(top).read_text().split("\n\n")[0]
    for tag, key in ("name", "Name"), ("summary", "Comment"):
        told = {element.get(XML_LANG): element.text for element in component.findall(tag)}
        shown = {language or None: text
                 for language, text in re.findall(rf"^{key}(?:\[(\w+)\])?=(.*)$", desktop, re.MULTILINE)}
        if told != shown:
            fault(f"metainfo: {tag}: {told}; the desktop file: {shown}")
    home = component.find("url[@type='homepage']").text
    if f'HOMEPAGE_URL "{home}"' not in (top / "CMakeLists.txt").read_text():
        fault(f"metainfo: CMakeLists.txt names another home than {home}")
    for image in component.iter("image"):
        path = top / image.text.removeprefix(home + "/")
        size = int(image.get("width")), int(image.get("height"))
        if not path.is_file() or png_size(path) != size:
            fault(f"metainfo: {image.text}: no picture of {size} is in {path}")


if __name__ == "__main__":
    judge_pictures(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    judge_files(Path(sys.argv[1]))
    judge_headings(Path(sys.argv[1]))
    judge_lines(Path(sys.argv[1]))
    judge_words(Path(sys.argv[1]))
    judge_phones(Path(sys.argv[1]))
    judge_worked_call(Path(sys.argv[1]))
    judge_workflow(Path(sys.argv[1]))
    judge_desktop_file(Path(sys.argv[1]), Path(sys.argv[2]).resolve())
    judge_metainfo(Path(sys.argv[1]))
    print("\n".join(faults))
    sys.exit(bool(faults))
