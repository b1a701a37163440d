# SPDX-License-Identifier: MIT
"""A kiosk, and a person at it, that are played by the messages of the protocol: nothing of the device is in it."""
import base64
import json
import secrets
import sys
import urllib.error
import urllib.request

from nacl.signing import SigningKey

from by_http import From
from parts import TOP

sys.path.append(str(TOP / "docs" / "examples" / "portal"))
import qrlogin  # noqa: E402

KIOSK, PIN_ENTERED = 2, 1  # flags of enrol: a kiosk; it can verify the user


def unbase32(text):
    return base64.b32decode(text + "=" * (-len(text) % 8))


class Keyholder:
    """Who has a key, and says by it what the portal is told: a kiosk, or a person at one."""

    def __init__(self, origin, witness=None):
        self.origin, self.key, self.witness = origin, SigningKey.generate(), witness
        self.opener = urllib.request.build_opener(From(None))
        self.device_id, self.sequence = bytes(16), 0
        metadata = json.loads(self.opener.open(origin + "/.well-known/qr-login", timeout=30).read())
        self.portal_key = base64.b64decode(metadata["payload"])[34:66]
        self.enrol_body = None

    def read(self, name, reply):
        envelope = json.loads(reply)
        body = base64.b64decode(envelope["payload"])
        self.body = body
        return qrlogin.read(name, body)

    def say(self, name, answer, body):
        """The portal's signed answer, or the code of its no."""
        envelope = json.loads(qrlogin.seal(name, body, self.key))
        if self.witness:
            envelope["signatures"] += json.loads(qrlogin.seal(name, body, self.witness.key))["signatures"]
        request = urllib.request.Request(f"{self.origin}/qr-login/v1/{name}", json.dumps(envelope).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with self.opener.open(request, timeout=30) as reply:
                return self.read(answer, reply.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())["code"]

    def write(self, name, **fields):
        return qrlogin.write(name, **{**dict(
            portal_id=qrlogin.sha256(self.portal_key), origin=self.origin, target=f"POST /qr-login/v1/{name}", time=0,
            device_id=self.device_id, key_id=qrlogin.key_id(bytes(self.key.verify_key))), **fields})

    def enrol(self, token, flags, label):
        self.enrol_body = self.write("enrol", token=token, session_key=bytes(self.key.verify_key), protection=0,
                                     device_nonce=secrets.token_bytes(16), flags=flags, label=label, platform="")
        return self.ask_again()

    def ask_again(self):
        told = self.say("enrol", "enrolled", self.enrol_body)
        if isinstance(told, dict) and told["state"] == 2:
            self.device_id, self.account, self.witness = told["device_id"], told["account_id"], None
        return told

    def resolve(self, code):
        self.challenge = unbase32(code.split("/")[-1 if len(code.split("/")) == 7 else -2])
        context = self.say("resolve", "context", self.write("resolve", challenge_id=self.challenge, frame=b"",
                                                            request_nonce=secrets.token_bytes(16)))
        return context

    def approve(self, pin_entered):
        self.sequence += 1
        return self.say("decision", "receipt", self.write(
            "decision", challenge_id=self.challenge, context_hash=qrlogin.sha256(self.body), decision=1,
            flags=1 | (2 if pin_entered else 0), sequence=self.sequence, account_id=self.account))
