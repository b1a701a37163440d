# SPDX-License-Identifier: MIT
"""nginx and HAProxy as administrators run them: by the examples of docs/examples/proxy, in which
only the places of this test stand instead of those of a machine."""
import os
import socket
import subprocess
import time

from by_http import PATIENCE
from parts import TOP, PartFailed, run, start

EXAMPLES = TOP / "docs" / "examples" / "proxy"
NGINX = """daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1; {user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-f; uwsgi_temp_path {folder}/nginx-u; scgi_temp_path {folder}/nginx-s;
    include {folder}/qrportal.conf;
}}
"""


def certificate(folder):
    """A key of the proxy's own and its certificate, apart and in one file."""
    key, own, both = folder / "proxy.key", folder / "portal.example.com.crt", folder / "proxy.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        "-keyout", key, "-out", own)
    both.write_text(own.read_text() + key.read_text())
    return key, own, both


def pin_of(own):
    """By the command that docs/portal.md gives."""
    lines = (TOP / "docs" / "portal.md").read_text().splitlines()
    first = next(number for number, line in enumerate(lines)
                 if line.startswith("    openssl x509 -in portal.example.com.crt"))
    return subprocess.run(["sh", "-c", "\n".join(lines[first:first + 2])], cwd=own.parent, check=True,
                          text=True, capture_output=True).stdout.strip()


def filled_in(name, changes):
    text = (EXAMPLES / name).read_text()
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#")) + "\n"
    for old, new in changes.items():
        if text.count(old) != 1:
            raise PartFailed(f"{name}: \"{old}\" is there {text.count(old)} times")
        text = text.replace(old, str(new))
    return text


class Running:
    def __init__(self, name, address, *command):
        self.process, self.lines = start(name, *command)
        host, port = address.split(":")
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection((host, int(port)), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.stop()
                    raise PartFailed(f"{name}: does not listen:\n{self.lines.text()}") from None
                time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)


def nginx(folder, address, local):
    """To be started: it listens at `address` and passes on to the Unix socket `local`; and its pin."""
    key, own, _ = certificate(folder)
    (folder / "qrportal.conf").write_text(filled_in("nginx.conf", {
        "unix:/run/qrportal/portal.sock": f"unix:{local}", "listen 443 ssl": f"listen {address} ssl",
        "server_name portal.example.com": "server_name localhost",
        "/etc/ssl/portal.example.com.crt": own, "/etc/ssl/private/portal.example.com.key": key}))
    (folder / "nginx.conf").write_text(NGINX.format(
        folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    return lambda: Running("nginx", address, "/usr/sbin/nginx", "-c", folder / "nginx.conf"), pin_of(own)


def haproxy(folder, name, address, changes):
    """The same; `changes`: what its servers are."""
    _, own, both = certificate(folder)
    changes = {"maxconn 20000": "maxconn 200", "bind :443": f"bind {address}", **changes}
    if "tcp" not in name:
        changes["/etc/haproxy/portal.example.com.pem"] = both
    (folder / "haproxy.cfg").write_text(filled_in(name, changes))
    return lambda: Running("haproxy", address, "/usr/sbin/haproxy", "-db", "-f",
                           folder / "haproxy.cfg"), pin_of(own)
