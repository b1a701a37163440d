# SPDX-License-Identifier: MIT
"""Somebody on the way between device or browser and portal, who holds the portal's TLS key.

TLS and the pin cannot stop him: what then protects the sign-in is the signatures alone, and that
is what the tests with a Proxy show. He hears every request and reply, and may change a reply.
"""
import http.client
import queue
import select
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection"}


class Heard:
    """One request and its reply, bytes as they passed."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.status, self.reply = None, b""


def has_left(connection):
    """Nothing more will come from the other end; what has come may be unread yet."""
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLRDHUP)
        return bool(poll.poll(0))
    except ValueError:  # closed meanwhile
        return False


class Proxy:
    def __init__(self, certificate, key):
        """`change(heard)` may return (status, headers, body) to send instead, or None."""
        self.heard = []
        self.change = lambda heard: None
        self.upstream = None  # (host, port), set once the portal listens
        self._lost = queue.Queue()
        self._hole = self._dumb = None  # the end of an address
        self._closing = threading.Event()
        self._open = {}  # connections, by the client's address, whose requests are not all read
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                proxy._pass(self)

            do_POST = do_GET

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def process_request(self, request, client_address):
                proxy._open[client_address] = request
                super().process_request(request, client_address)

            def shutdown_request(self, request):
                for address in [a for a, r in list(proxy._open.items()) if r is request]:
                    del proxy._open[address]
                super().shutdown_request(request)

            def handle_error(self, request, client_address):
                pass  # a side that hangs up is everyday life

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                 do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.origin = f"https://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self._closing.set()
        self.server.shutdown()

    def lose(self, path_end):
        """From now on such requests are swallowed: nothing arrives, nothing comes back."""
        self._hole, self._dumb = path_end, None

    def lose_reply(self, path_end):
        """They arrive, and nothing comes back."""
        self._hole, self._dumb = None, path_end

    def lose_nothing(self):
        self._hole = self._dumb = None

    def wait_lost(self, patience=30):
        """The next request that was lost, once the portal has replied to it where it arrives."""
        return self._lost.get(timeout=patience)

    def wait_quiet(self, patience=30):
        """Until all that clients which have ended sent before is read."""
        last = socket.create_connection(("127.0.0.1", self.port))
        address = last.getsockname()
        end = time.monotonic() + patience
        while address not in self._open:  # now all before it are accepted too
            assert time.monotonic() < end, "the proxy accepts nobody"
            time.sleep(0.01)
        last.close()
        while any(has_left(connection) for connection in list(self._open.values())):
            assert time.monotonic() < end, "the proxy does not come to an end with who has left"
            time.sleep(0.01)

    def _swallow(self, handler, heard):
        self._lost.put(heard)
        self._open.pop(handler.client_address, None)
        handler.close_connection = True
        self._closing.wait(60)

    def _pass(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        heard = Heard(handler.command, handler.path, dict(handler.headers), body)
        self.heard.append(heard)
        if self._hole and heard.path.endswith(self._hole):
            self._swallow(handler, heard)
            return
        trust_all = ssl._create_unverified_context()
        upstream = http.client.HTTPSConnection(*self.upstream, context=trust_all, timeout=60)
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in HOP_BY_HOP}
        upstream.request(handler.command, handler.path, body, headers)
        reply = upstream.getresponse()
        heard.status = reply.status
        kept = [(k, v) for k, v in reply.getheaders() if k.lower() not in HOP_BY_HOP]
        if reply.getheader("Content-Type", "").startswith("text/event-stream"):
            self._stream(handler, reply, kept)
            return
        heard.reply = reply.read()
        if self._dumb and heard.path.endswith(self._dumb):
            self._swallow(handler, heard)
            return
        changed = self.change(heard)
        status, extra, content = changed or (reply.status, kept, heard.reply)
        handler.send_response_only(status)
        for name, value in extra:
            if name.lower() != "content-length":
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    @staticmethod
    def _stream(handler, reply, headers):
        handler.send_response_only(reply.status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Connection", "close")
        handler.close_connection = True
        handler.end_headers()
        while piece := reply.read1(65536):
            handler.wfile.write(piece)
            handler.wfile.flush()

    def requests(self, part):
        """All whose address holds `part`."""
        return [h for h in self.heard if part in h.path]

    def send(self, heard, body):
        """What was heard, sent again with another body. Status and body of the reply."""
        upstream = http.client.HTTPSConnection(*self.upstream, timeout=60,
                                               context=ssl._create_unverified_context())
        headers = {k: v for k, v in heard.headers.items()
                   if k.lower() not in HOP_BY_HOP | {"content-length"}}
        upstream.request(heard.method, heard.path, body, headers)
        reply = upstream.getresponse()
        return reply.status, reply.read()

    def replies_to(self, path_end):
        return [h for h in self.heard if h.path.endswith(path_end)]
