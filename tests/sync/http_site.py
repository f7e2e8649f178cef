"""A real HTTP server on loopback around the endpoint, with TLS of a device key when wanted."""

from __future__ import annotations

import contextlib
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from services.sync.endpoint import Site, serve
from tests.support.devices import START


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.server.seen.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        plain = self.server.instead
        if plain is not None:
            status, headers, content = plain
        else:
            answer = serve(self.server.site, self.path, dict(self.headers), body)
            status, headers, content = answer.status, answer.headers, answer.body
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        self.close_connection = self.server.close_each

    def log_message(self, *_args) -> None:
        pass


class HttpSite(ThreadingHTTPServer):
    """`instead` answers everything with (status, headers, body); `seen` are the paths asked."""

    daemon_threads = True

    def __init__(self, site: Site | None, secure: ssl.SSLContext | None = None, port: int = 0):
        super().__init__(("127.0.0.1", port), Handler)
        self.site = site
        self.seen: list[str] = []
        self.instead: tuple | None = None
        self.close_each = False
        if secure:
            self.socket = secure.wrap_socket(self.socket, server_side=True)
        self.scheme = "https" if secure else "http"
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_args) -> None:
        """A client that goes away is no news here."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


def tls_of(device, folder) -> ssl.SSLContext:
    """The listening side with a self-signed certificate of the device's key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mot-cua")])
    key = device._private
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
        .public_key(key.public_key()).not_valid_before(START)
        .not_valid_after(START + timedelta(days=9)).sign(key, None)
    )  # fmt: skip
    file = folder / "pair.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
