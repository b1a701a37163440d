# SPDX-License-Identifier: MIT
"""The first quarter of an hour of four readers, as docs/first-steps.md tells it."""
import os
import shutil
import tempfile
from pathlib import Path

from first_steps import Reader, paths_of
from parts import BUILD, TOP, own_address
from scenario import Scenario

PAGE = TOP / "docs" / "first-steps.md"
PATHS = {"technician": "A technician signs in", "administrator": "An administrator sets up a kiosk",
         "bitrix24": "An administrator of a boxed Bitrix24", "developer": "A developer tries a portal"}


class FirstSteps(Scenario):
    def setUp(self):
        """In memory: hundreds of transactions, and none of them is to outlive the machine."""
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="qrconfirm-e2e-", dir="/dev/shm")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def follow(self, reader):
        folder = self.folder / "first-steps"
        shutil.copytree(TOP / "docs" / "examples", folder / "examples")
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("XDG_", "LC_", "LANG"))}
        environment.update(HOME=str(folder), LANG="C.UTF-8", PATH=f"{BUILD}:/usr/bin:/bin")
        someone = Reader(folder, environment, self.browser(), own_address())
        self.addCleanup(someone.stop)
        steps = paths_of(PAGE.read_text())[PATHS[reader]]
        self.assertGreater(len(steps), 5)
        someone.follow(steps)

    def test_technician_signs_in(self):
        self.follow("technician")

    def test_administrator_sets_up_a_kiosk(self):
        self.follow("administrator")

    def test_administrator_tries_a_boxed_bitrix24(self):
        self.follow("bitrix24")

    def test_developer_tries_a_portal(self):
        self.follow("developer")
