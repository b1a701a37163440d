#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The recipes of data/packaging, as far as they can be judged without their systems.

usage: recipes.py TOP BUILD

Needs: the table of data/packaging/README.md has every library that CMake asks for; each recipe names what it says.
Files: the package functions, run over what the build installs, find what they name, lose nothing, and share nothing.
Manifest: its id is that of the metainfo; what it names is installed; each archive has a checksum.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

SUMS = {"sha256": 64, "sha512": 128}
LICENCES = "usr/share/licenses/"
FONTS = "usr/share/fonts/"
KIOSK = r"qrconfirm-kiosk|sysusers\.d/qrconfirm\.conf$|qrconfirm/xorg\.conf$|/kiosk\.md$"
UNITS = r"systemd/|sysusers\.d/"
NOTHING = r"(?!)"

faults = []


def fault(text):
    faults.append(text)


def asked_by_cmake(top):
    for name in "CMakeLists.txt", "cmake/Wayland.cmake":
        text = (top / name).read_text()
        for modules in re.findall(r"pkg_check_modules\(\w+ REQUIRED IMPORTED_TARGET ([^)]+)\)", text):
            yield from modules.split()
        yield from re.findall(r"pkg_get_variable\(\w+ (\S+)", text)


def names_of_shell(recipe, variables):
    listed = "".join(f'printf "%s\\n" "${{{name}[@]}}"; ' for name in variables)
    told = subprocess.run(["bash", "-euc", f'srcdir=; . "$1"; {listed}', "bash", recipe], capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def judge_needs(top, manifest):
    folder = top / "data" / "packaging"
    rows = re.findall(r"^\| ([\w.-]+) \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    table = [row for row in rows if row[0] != "pkg-config"]
    asked = set(asked_by_cmake(top))
    if asked != {row[0] for row in table}:
        fault(f"README.md: its table and CMake differ by {sorted(asked ^ {row[0] for row in table})}")
    control = (top / "debian/control").read_text()
    debian = set(re.findall(r"^ ([a-z][\w.+-]+),$", control.split("\n\n")[0], re.MULTILINE))
    named = (debian, names_of_shell(folder / "APKBUILD", ["makedepends"]), names_of_shell(folder / "PKGBUILD", ["makedepends"]),
             {module["name"] for module in manifest["modules"]} | {"runtime"})
    for where, names, column in zip(("debian/control", "APKBUILD", "PKGBUILD", "the manifest"), named, range(1, 5)):
        for name in sorted({row[column] for row in table} - names):
            fault(f"{where}: does not name {name}, as the table of README.md does")


def install(build, work):
    """What the build installs, as if to /usr, whatever prefix it was configured for."""
    prefix = re.search(r"^CMAKE_INSTALL_PREFIX:PATH=(.*)$", (build / "CMakeCache.txt").read_text(), re.MULTILINE)[1]
    subprocess.run(["cmake", "--install", build], env={"DESTDIR": str(work / "all"), "PATH": "/usr/bin:/bin"},
                   check=True, stdout=subprocess.DEVNULL)
    installed = work / "installed"
    installed.mkdir()
    (work / "all" / prefix.lstrip("/")).rename(installed / "usr")
    return installed


def files_in(tree):
    return {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_symlink() or not path.is_dir()}


def judge_files(recipe, installed, work, left_out, owners):
    folder = work / recipe.name
    folder.mkdir()
    subprocess.run(["bash", "-n", recipe], check=True)
    run = subprocess.run([pathlib.Path(__file__).parent / "recipes.sh", recipe, installed, folder], capture_output=True, text=True)
    if run.returncode != 0:
        return fault(f"{recipe.name}: its package functions fail:\n{run.stderr}")
    seen = {}
    for package in run.stdout.split():
        files = files_in(folder / package)
        if not files:
            fault(f"{recipe.name}: {package} is empty")
        for name in files:
            name = name.replace("zsh/site-functions", "zsh/vendor-completions")
            if name in seen:
                fault(f"{recipe.name}: {name} is in {seen[name]} and in {package}")
            seen[name] = package
    for pattern, owner in owners.items():
        for name in sorted(name for name in seen if re.search(pattern, name) and seen[name] != owner):
            fault(f"{recipe.name}: {name} is in {seen[name]}, not in {owner}")
    made = {name for name in seen if name.startswith((LICENCES, FONTS))}
    expected = {name for name in files_in(installed) if not re.search(left_out, name)}
    for name in sorted(expected ^ (seen.keys() - made)):
        fault(f"{recipe.name}: {name}: {'in no package' if name in expected else 'in a package, and not wanted'}")
    print(f"{recipe.name}: {len(seen)} files in {len(run.stdout.split())} packages")


def judge_manifest(top, manifest, name, installed):
    files = files_in(installed)
    if name != manifest["id"] or not (top / "data" / f"{name}.metainfo.xml").is_file():
        fault(f"the manifest is named {name}, its id is {manifest['id']}; the metainfo has another")
    wanted = [f"usr/bin/{manifest['command']}", f"usr/share/applications/{manifest['id']}.desktop",
              f"usr/share/icons/hicolor/scalable/apps/{manifest['rename-icon']}.svg"]
    wanted += [f"usr{path}" for path in manifest["cleanup"] if path.startswith("/bin/")]
    for path in wanted:
        if path not in files:
            fault(f"the manifest names {path}, which is not installed")
    for module in manifest["modules"]:
        for source in module["sources"]:
            sums = {kind: source[kind] for kind in SUMS if kind in source}
            if source["type"] == "dir":
                if not (top / "data/packaging" / source["path"] / "CMakeLists.txt").is_file():
                    fault(f"the manifest: {source['path']} is not this project")
            elif not source["url"].startswith("https://") or not sums:
                fault(f"the manifest: {source['url']}: no https, or no checksum")
            for kind, told in sums.items():
                if not re.fullmatch(rf"[0-9a-f]{{{SUMS[kind]}}}", str(told)):
                    fault(f"the manifest: {source['url']}: its {kind} is none")


def main():
    top, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    folder = top / "data" / "packaging"
    path = next(folder.glob("*.yml"))
    manifest = yaml.safe_load(path.read_text())
    judge_needs(top, manifest)
    if not (build / "data/man/qrconfirm.1").is_file():
        print("no manual pages were made here, which the recipes name: their files are not judged")
    else:
        with tempfile.TemporaryDirectory() as name:
            work = pathlib.Path(name)
            installed = install(build, work)
            judge_files(folder / "APKBUILD", installed, work, f"{KIOSK}|{UNITS}", {r"bin/qrportal$": "qrportal"})
            judge_files(folder / "PKGBUILD", installed, work, NOTHING, {"qrportal": "qrportal", KIOSK: "qrconfirm-kiosk"})
            judge_manifest(top, manifest, path.stem, installed)
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
