# SPDX-License-Identifier: MIT
"""The line between device and portal, which fails as real lines do.

It holds the portal's TLS key, so it knows where in a request or reply it stands, and does there
what a fault says: nothing passes, a part passes, something else answers.
"""
import http.client
import socket
import ssl
import struct
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler

from proxy import HOP_BY_HOP


def reset_when_closed(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Exchange:
    """One request of the device at the line, with what a fault may do about it."""

    def __init__(self, line, handler, body, number):
        self.line, self.handler, self.body, self.number = line, handler, body, number

    def forward(self):
        """Passes the request on; the portal's whole reply, as it would go over the line."""
        upstream = http.client.HTTPSConnection("localhost", self.line.portal_port, timeout=60,
                                               context=ssl._create_unverified_context())
        handler = self.handler
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in HOP_BY_HOP}
        try:
            upstream.request(handler.command, handler.path, self.body, headers)
            reply = upstream.getresponse()
            content = reply.read()
        finally:
            upstream.close()
        kept = [(k, v) for k, v in reply.getheaders()
                if k.lower() not in HOP_BY_HOP and k.lower() != "content-length"]
        return raw_reply(reply.status, kept, content)

    def send(self, raw):
        self.handler.wfile.write(raw)
        self.handler.wfile.flush()

    def reset(self):
        """Cuts the line at once, as a router that has forgotten the connection."""
        reset_when_closed(self.handler.connection)
        self._leave()

    def close(self):
        """Ends it in an orderly way, TLS and all."""
        try:
            self.handler.connection.unwrap()
        except (OSError, ValueError):
            pass
        self._leave()

    def _leave(self):
        self.handler.close_connection = True
        self.handler.connection.close()

    def hold(self, seconds):
        """Keeps silent so long, or until the line is closed."""
        self.line.closing.wait(seconds)


def raw_reply(status, headers, content, *, length=True):
    lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if length:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


class Line:
    def __init__(self, port):  # one that is still free after it was shut
        self.port = port
        self.portal_port = None  # set once the portal listens
        self.fault = None        # what is done with a decision: fault(exchange)
        self.greeting = None     # what is done with a connection before TLS: greeting(socket)
        self.tries = []          # when a request brought a decision, whole: seconds
        self.context = None
        self.connections = set()
        self.closing = threading.Event()
        self.listener = None
        self.drowned = []
        self.open()
        self.port = self.listener.getsockname()[1]
        self.origin = f"https://localhost:{self.port}"

    def trust(self, certificate, key):
        """From now on new connections are shown this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.context = context

    def open(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(16)
        self.listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def shut(self):
        """Nobody listens any more: connections are refused, those that stand are reset."""
        listener, self.listener = self.listener, None
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        self.reset_all()

    def drown(self):
        """No connection is answered or refused: the queue of an idle listener is full."""
        self.shut()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            fillers.append(filler)
        self.drowned = [listener, *fillers]

    def surface(self):
        while self.drowned:
            self.drowned.pop().close()
        self.open()

    def reset_all(self):
        for connection in list(self.connections):
            try:
                reset_when_closed(connection)
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        self.closing.set()
        if self.listener:
            self.shut()

    def _accept(self, listener):
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection, address):
        self.connections.add(connection)
        try:
            if self.greeting and self.greeting(connection):
                connection.close()
                return
            tls = self.context.wrap_socket(connection, server_side=True)
            self.connections.add(tls)
            Handler(self, tls, address)
        except (OSError, ValueError):
            pass  # a side that hangs up is what this line is for
        finally:
            self.connections.discard(connection)

    def take(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        decision = handler.path.endswith("/decision")
        exchange = Exchange(self, handler, body, len(self.tries))
        if decision:
            self.tries.append(time.monotonic())
        if decision and self.fault:
            self.fault(exchange)
        else:
            exchange.send(exchange.forward())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, line, connection, address):
        self.line = line
        super().__init__(connection, address, None)

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.line.take(self)

    do_POST = do_GET


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def make_certificate(folder):
    """A certificate of localhost that is nobody's, and its key."""
    certificate, key = folder / "other.crt", folder / "other.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key, "-out", certificate, "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost")
    return certificate, key


def make_expired(folder, certificate, key):
    """The same certificate, of the same key, that ended yesterday."""
    expired = folder / "expired.crt"
    openssl("x509", "-in", certificate, "-signkey", key, "-days", "-1", "-out", expired)
    return expired, key
