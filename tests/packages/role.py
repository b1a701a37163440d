#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The playbook and role of data/ansible, as far as they can be judged without Ansible.

usage: role.py TOP
What is named is there: files of tasks, templates, handlers, variables, units. What is given a secret says so
(no_log), and all modules are those that Debian's ansible-core has. scripts/test-ansible runs it.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

OWN = "ansible.builtin."
NO_MODULE = {"name", "when", "loop", "vars", "register", "notify", "no_log", "changed_when", "failed_when"}
SECRET = "qrconfirm_provisioning_file)"  # the file's text, not its name
faults = []


def must(true, where, what):
    if not true:
        faults.append(f"{where}: {what}")


def tasks_of(path):
    return yaml.safe_load(path.read_text())


def check_task(role, path, task, handlers):
    where = f"{path.name}: {task.get('name')}"
    modules = set(task) - NO_MODULE
    must("name" in task and len(modules) == 1, where, f"not one module but {sorted(modules)}")
    module = modules.pop()
    must(module.startswith(OWN), where, f"{module} is not of ansible-core")
    must(SECRET not in yaml.dump(task) or task.get("no_log") is True, where, "a secret without no_log")
    must(task.get("notify") is None or task["notify"] in handlers, where, f"no handler {task.get('notify')}")
    if module == f"{OWN}import_tasks":
        must((role / "tasks" / task[module]).is_file(), where, f"no {task[module]}")
    if module == f"{OWN}template":
        for name in task["loop"]:
            must((role / "templates" / f"{name}.j2").is_file(), where, f"no template of {name}")


def check_variables(role, top):
    """What is used of the role's variables can be set, or is made here; what can be set is used."""
    texts = "".join(path.read_text() for path in sorted(role.glob("*/*")) if path.parent.name != "meta")
    settable = set(tasks_of(role / "defaults" / "main.yml"))
    described = set(yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"])
    made = set(re.findall(r"(?:register: |^    )(qrconfirm_\w+)(?::|$)", texts, re.MULTILINE))
    used = set(re.findall(r"\bqrconfirm_(?:unit|packages|provision\w*|metrics|debs|checked|target)\b", texts))
    must(settable == described, "argument_specs.yml", f"differs from the defaults: {sorted(settable ^ described)}")
    must(used == settable | made, "variables", f"used or made alone: {sorted(used ^ (settable | made))}")

    guide = (top / "docs" / "kiosk.md").read_text()
    for name in sorted(settable):
        must(f"`{name}`" in guide, "docs/kiosk.md", f"does not tell of {name}")


def check_units(role, top):
    options = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    units = {path.stem.removeprefix("qrconfirm-kiosk-") for path in (top / "data" / "kiosk").glob("*.service")}
    must(set(options["qrconfirm_unit"]["choices"]) == units, "qrconfirm_unit", f"is not one of {sorted(units)}")


def check_syntax(playbook):
    if not shutil.which("ansible-playbook"):
        return
    ended = subprocess.run(["ansible-playbook", "--syntax-check", "--inventory", "localhost,", str(playbook)],
                           text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    must(ended.returncode == 0, playbook.name, ended.stdout)


def main():
    top = Path(sys.argv[1])
    playbook = top / "data" / "ansible" / "kiosks.yml"
    role = top / "data" / "ansible" / "roles" / "qrconfirm_kiosk"
    handlers = {handler["name"] for handler in tasks_of(role / "handlers" / "main.yml")}

    play = tasks_of(playbook)[0]
    must(play["roles"] == [role.name], playbook.name, "does not run the role")
    must(play["vars"]["ansible_pipelining"] is True, playbook.name, "secrets would lie in files of the kiosk")
    for path in sorted(role.glob("tasks/*.yml")):
        for task in tasks_of(path):
            check_task(role, path, task, handlers)
    check_variables(role, top)
    check_units(role, top)
    check_syntax(playbook)
    print("\n".join(faults))
    return len(faults) > 0


if __name__ == "__main__":
    sys.exit(main())
