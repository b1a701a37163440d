#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A bare Debian becomes a kiosk by data/ansible, against a portal of its own, and stays one.

usage: by_ansible.py PACKAGES     as root, on a machine that nobody needs: tests/packages/by-ansible
Nothing starts units here: what they start is started by hand.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
WITH_UNITS_OFF = dict(os.environ, SYSTEMD_OFFLINE="1", ANSIBLE_NOCOLOR="1", LC_ALL="C.UTF-8",
                      ANSIBLE_LOCALHOST_WARNING="0", PYTHONDONTWRITEBYTECODE="1")
ACCOUNT, PASSWORD = "lift", "correct horse battery staple"
# Of the PIN 246802, as `qrconfirm pin hash` prints it on a machine that has the program.
PIN_HASH = ("$argon2id$v=19$m=65536,t=3,p=1$ei/CkYj7840JISzFTvIy+A$"
            "cpbXAJEnkYeAShSwoaT9UV4zvvTcTlZXI4tLgbtzm+Q")


def run(*command, **options):
    ended = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE, **options)
    if ended.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {ended.returncode}\n{ended.stdout}")
    return ended.stdout


def must(true, what):
    if not true:
        sys.exit(f"by_ansible: {what}")


class Server:
    """A program that serves; `address` is what it names in its output."""

    def __init__(self, pattern, *command):
        self.process = subprocess.Popen([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        for line in self.process.stdout:
            found = re.search(pattern, line)
            if found:
                self.address = found.group(1)
                return
        sys.exit(f"{command[0]}: does not serve")

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=10)


class Trial:
    def __init__(self, work, packages):
        self.work, self.packages, self.said = work, packages, ""
        self.data = work / "portal"
        run("qrportal", "user", "add", ACCOUNT, "--data", self.data, input=PASSWORD + "\n")
        self.portal = Server(r"(https://\S+)", "qrportal", "serve", "--data", self.data, "--listen", "127.0.0.1:0")
        run("qrportal", "config", "set", "allow-qr", "on", "--data", self.data)
        table = run("qrportal", "tokens", "add", ACCOUNT, "--csv", "--data", self.data)
        run(sys.executable, TOP / "docs/examples/fleet/provisioning_files.py", "--administrator-pin", PIN_HASH,
            "--settings", '{"lang": "ru"}', work / "files", input=table)
        self.file = work / "files" / "1.json"
        self.token = json.loads(self.file.read_text())["token"]

    def play(self, *words, file=None):
        """Runs the playbook; what it counts of the one host, and what it said."""
        hosts = self.work / "hosts"
        hosts.write_text("[kiosks]\nlocalhost ansible_connection=local ansible_become=false "
                         "ansible_python_interpreter=/usr/bin/python3\n")
        ended = subprocess.run(["ansible-playbook", "-vvv", "--inventory", str(hosts), "--extra-vars",
                                json.dumps({"qrconfirm_packages": str(self.packages),
                                            "qrconfirm_provisioning_file": str(file or self.file)}),
                                *words, str(TOP / "data/ansible/kiosks.yml")],
                               text=True, env=WITH_UNITS_OFF, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said += ended.stdout
        recap = re.search(r"^localhost +: (.*)$", ended.stdout, re.MULTILINE)
        counts = {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", recap.group(1) if recap else "")}
        if not counts:
            sys.exit(ended.stdout)
        return counts, ended.stdout

    def becomes_a_kiosk(self):
        counts, said = self.play()
        must(counts["failed"] == 0 and counts["changed"] > 5, said[-8000:])
        print(f"first run: {counts}", flush=True)

        status = json.loads(run("qrconfirm-kiosk", "status", "--json"))
        must(len(status["pairings"]) == 1 and status["pairings"][0]["portal"] == "none", f"not paired: {status}")
        must(status["administrator_pin"], "no administrator PIN")
        must("lang = ru" in Path("/var/lib/qrconfirm/config/qrconfirm/config.ini").read_text(), "no settings")
        listed = [json.loads(line) for line in
                  run("qrportal", "devices", "list", "--json", "--data", self.data).splitlines()]
        must([row["state"] for row in listed] == ["paired"], f"the portal has {listed}")

    def starts_with_the_machine(self):
        units = Path("/etc/systemd/system")
        for link in "graphical.target.wants/qrconfirm-kiosk-wayland.service", "timers.target.wants/qrconfirm-status.timer":
            must((units / link).is_symlink(), f"{link} is not enabled")
        must(not (units / "graphical.target.wants/qrconfirm-kiosk-x11.service").exists(), "two units are enabled")
        target = run("systemctl", "get-default", env=WITH_UNITS_OFF).strip()
        must(target == "graphical.target", f"the machine starts with {target}")
        run("systemd-analyze", "verify", units / "qrconfirm-status.service", units / "qrconfirm-status.timer",
            stderr=subprocess.STDOUT)

    def changes_nothing_again(self):
        counts, said = self.play()
        must(counts["failed"] == 0 and counts["changed"] == 0,
             f"{counts}:\n" + "\n".join(re.findall(r"^TASK.*\n(?:.*\n){0,3}?changed:.*$", said, re.MULTILINE)))
        print(f"second run: {counts}", flush=True)

    def is_watched(self):
        """What the timer starts, and Debian's exporter with the arguments that its unit gives it."""
        service = Path("/etc/systemd/system/qrconfirm-status.service").read_text()
        run(*re.search(r"^ExecStart=(.*)$", service, re.MULTILINE).group(1).split())
        arguments = re.search(r'^ARGS="(.*)"$', Path("/etc/default/prometheus-node-exporter").read_text(), re.MULTILINE)
        exporter = Server(r"[Ll]istening on.*?127\.0\.0\.1:([0-9]+)", "prometheus-node-exporter",
                          *arguments.group(1).split(), "--web.listen-address=127.0.0.1:0")
        with urllib.request.urlopen(f"http://127.0.0.1:{exporter.address}/metrics", timeout=10) as reply:
            metrics = reply.read().decode()
        exporter.stop()
        must("\nqrconfirm_pairings 1\n" in metrics and "\nnode_textfile_scrape_error 0\n" in metrics,
             "the exporter does not read the metrics")

    def names_what_is_wrong_in_a_file(self):
        wrong = self.work / "files" / "wrong.json"
        wrong.write_text(self.file.read_text().replace('"account"', '"acount"'))
        counts, said = self.play(file=wrong)
        must(counts["failed"] == 1 and "provision.name" in said and "acount" in said, said[-4000:])

    def tells_no_secret(self):
        """Neither what was said nor what is on the disk has the token or the hash."""
        for secret in self.token, PIN_HASH, PIN_HASH.rpartition("$")[2]:
            must(secret not in self.said, "Ansible has printed a secret")
        found = subprocess.run(["grep", "-rlF", self.token, "/etc", "/home", "/opt", "/root", "/run", "/srv", "/var"],
                               text=True, stdout=subprocess.PIPE).stdout
        must(not found, f"the token lies in {found}")

    def can_be_reset(self):
        """As it was installed; the portal knows that the device has left."""
        run("qrconfirm-kiosk", "reset", "--yes", stdin=subprocess.DEVNULL)
        must(os.listdir("/var/lib/qrconfirm") == [], "a reset leaves something behind")
        listed = run("qrportal", "devices", "list", "--json", "--data", self.data)
        must('"paired"' not in listed, f"the portal still has {listed}")

    def all(self):
        self.becomes_a_kiosk()
        self.starts_with_the_machine()
        self.changes_nothing_again()
        self.is_watched()
        self.names_what_is_wrong_in_a_file()
        self.tells_no_secret()
        self.can_be_reset()


def main():
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), Path(sys.argv[1]).resolve())
        try:
            trial.all()
        finally:
            trial.portal.stop()
    print("by_ansible: a kiosk, and the same again changes nothing")


main()
