# SPDX-License-Identifier: MIT
"""What qr-login v1 writes and reads: texts, bodies, envelopes, codes. No clock, no store, no network.

The numbers in brackets are sections of docs/protocol/qr-login-v1.md. A portal reads what devices
write, and writes the rest: what a device must judge in a portal's message is not here.
"""
import base64
import hashlib
import hmac
import ipaddress
import json
import re
from typing import NamedTuple

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

BODY_MAX, ENVELOPE_MAX = 4096, 16384  # bytes

STATUS = {  # [9]
    "malformed": 400, "version-unsupported": 400,
    "qr-disabled": 403, "bad-signature": 403, "unknown-device": 403, "key-expired": 403,
    "device-revoked": 403, "account-disabled": 403, "policy-denied": 403, "statement-mismatch": 403,
    "uv-required": 403, "presence-required": 403, "enrolment-refused": 403, "wrong-code": 403,
    "unknown-challenge": 404, "unknown-token": 404,
    "challenge-taken": 409, "challenge-decided": 409, "challenge-claimed": 409, "sequence-reused": 409,
    "token-used": 409, "key-in-use": 409, "context-changed": 409, "not-approved": 409,
    "challenge-expired": 410, "token-expired": 410, "frame-stale": 410,
    "rate-limited": 429,
}


class Refused(Exception):
    """A call that gets a problem document; `more`: its further members."""

    def __init__(self, code, **more):
        super().__init__(code)
        self.code, self.status, self.more = code, STATUS[code], more


def sha256(data):
    return hashlib.sha256(data).digest()


def key_id(public):
    return sha256(public)[:8]


def base32(data):
    return base64.b32encode(data).decode().rstrip("=")


# Texts, origins and addresses [2]

INVISIBLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200b\u200e-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    "\U00013430-\U00013442\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(chr(plane << 16 | 0xfffe) + chr(plane << 16 | 0xffff) for plane in range(17)) + "]")
BLANK = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u200c\u200d]+")
LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ORIGIN = re.compile(rf"(https?)://(\[[0-9a-f:.]+\]|{LABEL}(?:\.{LABEL})*)(?::([1-9][0-9]{{0,4}}))?")
PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


def is_text(text):
    return not INVISIBLE.search(text) and not BLANK.fullmatch(text)


def is_host(host):
    try:
        if host.startswith("["):
            address = ipaddress.IPv6Address(host[1:-1])
            mapped = address.ipv4_mapped
            return host[1:-1] == (f"::ffff:{mapped}" if mapped else str(address))
        last = host.rpartition(".")[2]
        if last.isdigit() or last.startswith("0x"):
            ipaddress.IPv4Address(host)
        return True
    except ValueError:
        return False


def is_origin(text):
    match = ORIGIN.fullmatch(text)
    if not match or len(text) > 267 or not is_host(match[2]):
        return False
    scheme, host, port = match.groups()
    if port and (int(port) > 65535 or int(port) == (443 if scheme == "https" else 80)):
        return False
    return scheme == "https" or host in ("127.0.0.1", "[::1]", "localhost")


def split_base_url(url):
    """Origin and path; ValueError if it is not in normal form."""
    start = url.find("/", url.find("://") + 3)
    origin, path = (url, "") if start < 0 else (url[:start], url[start:])
    if len(url) > 400 or not is_origin(origin) or not PATH.fullmatch(path):
        raise ValueError(f"not a base URL: {url}")
    return origin, path


def is_target(text):
    return len(text) <= 512 and text.startswith("POST /") and PATH.fullmatch(text[5:]) is not None


# Bodies [5]: every message as the table of the specification has it, from offset 34 on

class Field(NamedTuple):
    name: str
    kind: str       # "bytes", "number", or what stands behind a length: "text", "origin", "target", ...
    size: int = 0   # of bytes and numbers
    low: int = 0    # the limits behind a length, in bytes
    high: int = 0
    allowed: object = None  # values of a number


def octets(name, size):
    return Field(name, "bytes", size)


def number(name, size=8, allowed=None):
    return Field(name, "number", size, allowed=allowed)


def text(name, low, high):
    return Field(name, "text", low=low, high=high)


ORIGIN_FIELD = Field("origin", "origin", low=1, high=267)
ADDRESSED = (ORIGIN_FIELD, Field("target", "target", low=1, high=512))
ACCOUNT = text("account_id", 1, 128)
SIGNER = (octets("device_id", 16), octets("key_id", 8))
COUNTED = (number("time"), number("sequence"))

MESSAGES = {
    # of the device
    "enrol": (0x01, octets("token", 16), octets("session_key", 32), octets("device_nonce", 16),
              number("protection", 1, range(3)), number("flags", 1, range(4)), number("time"),
              text("label", 1, 64), text("platform", 0, 64), *ADDRESSED),
    "resolve": (0x02, octets("challenge_id", 16), *SIGNER, number("time"), octets("request_nonce", 16),
                Field("frame", "frame", low=0, high=5), *ADDRESSED),
    "decision": (0x03, octets("challenge_id", 16), octets("context_hash", 32), *SIGNER,
                 number("decision", 1, (1, 2, 3)), number("flags", 1, (0, 1, 3)),  # UV only with presence
                 *COUNTED, *ADDRESSED, ACCOUNT),
    "rotate": (0x04, *SIGNER, octets("new_key", 32), *COUNTED, *ADDRESSED),
    "unpair": (0x05, *SIGNER, *COUNTED, number("flags", 1, (0, 1)), *ADDRESSED),
    "endsession": (0x06, *SIGNER, *COUNTED, octets("login_id", 16), *ADDRESSED),
    "journal": (0x08, *SIGNER, octets("statement_hash", 32), number("count"), octets("head", 32)),
    # of the portal
    "metadata": (0x81, octets("portal_key", 32), octets("next_key", 32), number("serial"),
                 Field("pins", "pins"), Field("base_url", "base_url", low=1, high=400),
                 text("display_name", 1, 64)),
    "enrolled": (0x82, octets("echo", 16), octets("session_key", 32), number("state", 1, (1, 2)),
                 octets("device_id", 16), number("not_after"), number("server_time"), number("serial"),
                 text("pairing_code", 0, 6), text("account_id", 0, 128), text("account_name", 0, 128)),
    "context": (0x83, octets("challenge_id", 16), octets("challenge_nonce", 32), octets("device_id", 16),
                octets("request_nonce", 16), number("server_time"), number("serial"), number("created"),
                number("expires"), number("flags", 2, range(64)), ORIGIN_FIELD, ACCOUNT,
                text("account_name", 1, 128), text("browser_ip", 0, 45), text("place", 0, 64),
                text("agent", 0, 64), text("last_use", 0, 96)),
    "receipt": (0x84, octets("device_id", 16), octets("statement_hash", 32), number("result", 1, range(1, 6)),
                number("flags", 1, range(4)), octets("login_id", 16), number("server_time"),
                text("pickup_code", 0, 6)),
    "revoked": (0x85, *SIGNER, number("revoked_at"), number("server_time"),
                number("reason", 1, (1, 2, 3, 4))),
}
FORM = {"text": is_text, "origin": is_origin, "target": is_target,
        "base_url": lambda url: bool(split_base_url(url)), "frame": lambda frame: len(frame) in (0, 5)}


def check_head(name, body):
    """All that is judged before a signature: length, version, type."""
    kind, *fields = MESSAGES[name]
    fixed = 34
    for field in fields:
        if not field.size:
            break
        fixed += field.size
    if not fixed <= len(body) <= BODY_MAX:
        raise Refused("malformed")
    if body[0] != 1:
        raise Refused("version-unsupported", supported=[1, 1])
    if body[1] != kind:
        raise Refused("malformed")


def read(name, body):
    """The fields of a device's message, by name."""
    check_head(name, body)
    values, at = {"portal_id": body[2:34]}, 34

    def take(size):
        nonlocal at
        if size > len(body) - at:
            raise Refused("malformed")
        at += size
        return body[at - size:at]

    for field in MESSAGES[name][1:]:
        if field.size:
            value = take(field.size)
            if field.kind == "number":
                value = int.from_bytes(value, "big")
                if field.allowed is not None and value not in field.allowed:
                    raise Refused("malformed")
        else:
            size = int.from_bytes(take(2), "big")
            if not field.low <= size <= field.high:
                raise Refused("malformed")
            value = take(size)
            try:
                value = value if field.kind == "frame" else value.decode()
            except UnicodeDecodeError:
                raise Refused("malformed") from None
            if not FORM[field.kind](value):
                raise Refused("malformed")
        values[field.name] = value

    if at != len(body):
        raise Refused("malformed")
    return values


def write(name, **values):
    """The body of a message; ValueError where a value is not allowed."""
    kind, *fields = MESSAGES[name]
    body = bytes([1, kind]) + values["portal_id"]
    for field in fields:
        value = values[field.name]
        if field.kind == "pins":
            data = bytes([len(value)]) + b"".join(value)
        elif field.kind == "number":
            data = value.to_bytes(field.size, "big")
        else:
            data = value.encode() if isinstance(value, str) else value
        right = (len(value) <= 4 and all(len(pin) == 32 for pin in value) if field.kind == "pins"
                 else field.allowed is None or value in field.allowed if field.kind == "number"
                 else len(data) == field.size if field.size
                 else field.low <= len(data) <= field.high and FORM[field.kind](value))
        if not right:
            raise ValueError(f"{name}: {field.name} cannot be {value!r}")
        body += data if field.size or field.kind == "pins" else len(data).to_bytes(2, "big") + data
    return body


# The envelope [2.1]

def payload_type(name):
    return f"application/vnd.qrlogin.{name}-v1"


def signed_bytes(kind, body):
    kind = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def seal(name, body, signing_key):
    return json.dumps({
        "payloadType": payload_type(name), "payload": base64.b64encode(body).decode(),
        "signatures": [{
            "keyid": key_id(bytes(signing_key.verify_key)).hex(),
            "sig": base64.b64encode(signing_key.sign(signed_bytes(payload_type(name), body)).signature).decode(),
        }]}, separators=(",", ":"))


def unbase64(text):
    """Standard or URL-safe, padded, and written in the one way that is allowed; else ValueError."""
    standard = text.replace("-", "+").replace("_", "/")
    data = base64.b64decode(standard, validate=True)
    mixed = set(text) & set("+/") and set(text) & set("-_")
    if mixed or base64.b64encode(data).decode() != standard:
        raise ValueError("base64")
    return data


def _members(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("member twice")
    return dict(pairs)


def _integer(digits):
    if not -2**63 <= int(digits) < 2**63:
        raise ValueError("integer outside 64 bits")
    return int(digits)


def _real(digits):
    if float(digits) in (float("inf"), float("-inf")):
        raise ValueError("number outside a double")
    return float(digits)


def _no_constant(word):
    raise ValueError(word)


def _check_strings(value):
    if isinstance(value, str) and re.search("[\0\ud800-\udfff]", value):
        raise ValueError("U+0000 or a lone surrogate")
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    for item in value if isinstance(value, list) else ():
        _check_strings(item)


def read_json(raw):
    """I-JSON (RFC 7493); ValueError for anything else."""
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_members, parse_int=_integer, parse_float=_real,
                           parse_constant=_no_constant)
        _check_strings(value)
        return value
    except RecursionError:
        raise ValueError("too deep") from None


def is_signed(entry, public, data):
    try:
        VerifyKey(public).verify(data, unbase64(entry["sig"]))  # libsodium refuses keys of small order
        return True
    except (KeyError, AttributeError, TypeError, ValueError, CryptoError):
        return False


def open_envelope(raw, name, find_key):
    """Body and fields of a device's message, in the order of checks that the specification sets.
    `find_key` gives the public key of a key id, or None."""
    try:
        if len(raw) > ENVELOPE_MAX:
            raise ValueError("too long")
        envelope = read_json(raw)
        entries = envelope["signatures"]
        if envelope["payloadType"] != payload_type(name) or type(entries) is not list or not 1 <= len(entries) <= 4:
            raise ValueError("not what is expected here")
        body = unbase64(envelope["payload"])
        entries = [e for e in entries if isinstance(e, dict) and isinstance(e.get("keyid"), str)]
    except (KeyError, AttributeError, TypeError, ValueError):
        raise Refused("malformed") from None

    check_head(name, body)
    if name == "enrol":  # proof that the device holds the key it brings
        public = body[50:82]
    else:
        known = (find_key(bytes.fromhex(e["keyid"])) for e in entries if re.fullmatch("[0-9a-f]{16}", e["keyid"]))
        public = next(filter(None, known), None)
        if not public:
            raise Refused("unknown-device")
    for needed in (public, body[58:90]) if name == "rotate" else (public,):
        own = [e for e in entries if e["keyid"] == key_id(needed).hex()]
        if not any(is_signed(e, needed, signed_bytes(payload_type(name), body)) for e in own):
            raise Refused("bad-signature")

    fields = read(name, body)
    if fields.get("key_id", key_id(public)) != key_id(public):
        raise Refused("statement-mismatch")
    return body, fields


def journal_told(raw, name, public):
    """What goes along with a statement that was opened [11.1]: lines of the device's journal, and the hash of
    the last. None where nothing was said, or what was said does not hold."""
    try:
        envelope = read_json(raw)
        body, told = open_envelope(json.dumps(envelope["journal"]).encode(), "journal", {key_id(public): public}.get)
        statement = unbase64(envelope["payload"])
        fields = read(name, statement)
    except (KeyError, TypeError, ValueError, Refused):
        return None
    holds = (told["statement_hash"] == sha256(statement) and (told["count"] == 0) == (told["head"] == bytes(32))
             and all(told[member] == fields[member] for member in ("portal_id", "device_id", "key_id")))
    return (told["count"], told["head"]) if holds else None


# Codes [3]

def frame(key, challenge_id, time):
    step = (int(time) // 10).to_bytes(8, "big")
    return hmac.digest(key, b"qrlogin frame v1" + challenge_id + step, "sha256")[:5]


def login_code(origin, portal_id, challenge_id, frame=b""):
    parts = [origin, "Q", "1", base32(portal_id[:8]), base32(challenge_id)] + ([base32(frame)] if frame else [])
    return "/".join(parts).upper()


def pairing_code(origin, portal_id, token):
    return "/".join([origin, "Q", "P", base32(portal_id[:16]), base32(token)]).upper()
