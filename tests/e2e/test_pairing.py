# SPDX-License-Identifier: MIT
"""A pairing by code: whose host is contacted when."""
import socket
import threading

from parts import Running
from scenario import Scenario


class Listener:
    """A host that a hostile code may name: counts who comes, and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.came = threading.Semaphore(0)
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.came.release()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class UnknownHost(Scenario):
    """Nothing goes to the host of a code before somebody has agreed to it."""

    def setUp(self):
        super().setUp()
        self.host = Listener()
        self.addCleanup(self.host.stop)
        code = f"HTTPS://127.0.0.1:{self.host.port}/Q/P/{'A' * 25}Y/{'B' * 25}Y"
        self.picture = self.folder / "code.png"
        self.camera.draw(code, self.picture)

    def pair(self, face="--json"):
        return Running(*self.device(f"device{face}").start("pair", face, "--source", f"image:{self.picture}"))

    def test_json_tells_the_host_and_no_sends_nothing(self):
        pairing = self.pair()
        asked = pairing.event(state="pair-asking")
        self.assertEqual(asked["origin"], f"https://127.0.0.1:{self.host.port}")
        self.assertEqual(asked["address_kind"], "loopback")
        self.assertEqual(len(asked["warnings"]), 1)
        pairing.answer("no")
        self.assertEqual(pairing.wait(), 6)
        self.assertFalse(self.host.came.acquire(timeout=1))

    def test_nobody_there_sends_nothing(self):
        pairing = self.pair("--headless")
        pairing.lines.wait_for(rf"127\.0\.0\.1:{self.host.port}")
        pairing.process.stdin.close()
        self.assertEqual(pairing.wait(), 6)
        self.assertFalse(self.host.came.acquire(timeout=1))

    def test_yes_asks_the_host(self):
        pairing = self.pair()
        pairing.event(state="pair-asking")
        pairing.answer("yes")
        self.assertTrue(self.host.came.acquire(timeout=30))
