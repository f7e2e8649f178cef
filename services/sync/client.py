"""Asking a peer over HTTP: signed requests, TLS against the city's CA or a pinned device key.

The standard library's client is enough, for each `Caller` puts one question at a time on one
connection: the peer's key is compared before anything is sent, and `abort` ends a waiting poll at
once.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from models.errors import ForeignError
from services.clock import Clock
from services.journal.device import Device
from services.sync.endpoint import MEDIA_TYPE, METHOD
from services.sync.faults import fault
from services.sync.protocol import Answer, Busy, Pull, Question, Refused
from services.sync.requests import TIME, sign_request
from services.sync.wire import MAX_BODY, decode_answer, encode, path_of

__all__ = ["Address", "Caller", "NoAnswer", "certificate_fault", "reachable", "trusted_context"]

CONNECT_S, READ_S = 5.0, 50.0
_NOT_NOW = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""
BUSY_MS = 5_000
"""What a server in between means by 429 or 503 without saying how long."""


class NoAnswer(Exception):
    """There was no answer of sync; `code` is a fault of `services/sync/faults.py`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """Where a peer listens: `https://host:port`, or `http://` on this machine.

    `pin` is the Ed25519 key its self-signed certificate must have (LAN); without it the certificate
    must be signed by `ca_file`, or by an authority the system trusts. Raises `ForeignError` DB-18
    for an address that is neither encrypted nor on this machine.
    """

    url: str
    pin: bytes = b""
    ca_file: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(self.host)):
            raise fault("DB-18")

    @property
    def host(self) -> str:
        """Name or number of the machine."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, 443 or 80 when the address names none."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reachable(address: Address, *, seconds: float = 2.0) -> bool:
    """Whether something takes connections there; nothing is sent."""
    try:
        socket.create_connection((address.host, address.port), timeout=seconds).close()
    except OSError:
        return False
    return True


class Caller:
    """One connection to one peer; `ask` is called by one thread, `abort` by any."""

    def __init__(
        self,
        address: Address,
        device: Device,
        *,
        log: Callable[[], bytes],
        clock: Clock,
        read_s: float = READ_S,
    ) -> None:
        """Ask as `device`, introducing ourselves as `log()`, a log the peer has on its roster.

        An answer may take `read_s` seconds, a poll as much longer as it waits.
        """
        self._read_s = read_s
        self.address = address
        self._device = device
        self._log = log
        self._clock = clock
        self._offset_ms = 0
        self._connection: http.client.HTTPConnection | None = None
        self._stopped = False

    def ask(self, question: Question) -> Answer:
        """The peer's answer; raises `NoAnswer`.

        Says the question again once when the peer had closed the idle connection, or finds the
        time of the request wrong: then it is signed with the peer's time.
        """
        body, path = encode(question), path_of(question)
        wait_s = question.wait_ms / 1000 if isinstance(question, Pull) else 0.0
        answer = self._exchange(path, body, wait_s=wait_s)
        if isinstance(answer, Refused) and answer.code == "DB-06":
            answer = self._exchange(path, body, wait_s=wait_s)
        return answer

    def abort(self) -> None:
        """Break off whatever is being waited for; the next question opens a new connection."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):  # it may be closed already
                connection.sock.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Abort for good."""
        self._stopped = True
        self.abort()

    def _exchange(self, path: str, body: bytes, *, wait_s: float) -> Answer:
        used = self._connection is not None
        try:
            return self._send(path, body, wait_s=wait_s)
        except (http.client.HTTPException, OSError) as error:
            self.close()
            idle = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
            if not used or self._stopped or not isinstance(error, idle):
                raise NoAnswer(_code(error)) from error
        try:
            return self._send(path, body, wait_s=wait_s)
        except (http.client.HTTPException, OSError) as error:
            self.close()
            raise NoAnswer(_code(error)) from error

    def _send(self, path: str, body: bytes, *, wait_s: float) -> Answer:
        if self._stopped:
            raise NoAnswer("DB-01")
        connection = self._connection
        if connection is None or connection.sock is None:  # the server said it would hang up
            connection = self._connect()
        before = self._wall_ms()
        headers = sign_request(
            METHOD, path, body, log=self._log(), time_ms=before + self._offset_ms,
            nonce=self._clock.random(16), sign=self._device.sign,
        )  # fmt: skip
        connection.sock.settimeout(self._read_s + wait_s)
        connection.request(METHOD, path, body, {**headers, "Content-Type": MEDIA_TYPE})
        response = connection.getresponse()
        raw = response.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            self.close()
            raise NoAnswer("DB-09")
        self._learn_time(response.headers.get(TIME, ""), before)
        return _read(response, raw)

    def _connect(self) -> http.client.HTTPConnection:
        address = self.address
        if address.url.startswith("https:"):
            context = _pinned_context() if address.pin else trusted_context(address.ca_file)
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                address.host, address.port, timeout=CONNECT_S, context=context
            )
        else:
            made = http.client.HTTPConnection(address.host, address.port, timeout=CONNECT_S)
        made.connect()
        if address.pin and isinstance(made.sock, ssl.SSLSocket):
            shown = made.sock.getpeercert(binary_form=True)
            if shown is None or _key_of(shown) != address.pin:
                made.close()
                raise NoAnswer("DB-03")
        self._connection = made
        return made

    def close(self) -> None:
        """Close the connection, called by whoever asks; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _wall_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _learn_time(self, theirs: str, before: int) -> None:
        if theirs.isascii() and theirs.isdecimal() and len(theirs) < 16:
            self._offset_ms = int(theirs) - (before + self._wall_ms()) // 2


def _pinned_context() -> ssl.SSLContext:
    """TLS without an authority: the key is compared after the handshake, before we send."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def trusted_context(ca_file: str) -> ssl.SSLContext:
    """TLS for a certificate signed by `ca_file`, or by an authority the system trusts if empty."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _key_of(certificate: bytes) -> bytes:
    """The Ed25519 key of a certificate in DER; empty for another kind."""
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError:
        return b""
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else b""


def _read(response: http.client.HTTPResponse, raw: bytes) -> Answer:
    if response.headers.get("Content-Type", "") == MEDIA_TYPE:
        try:
            return decode_answer(raw)
        except ForeignError as error:
            raise NoAnswer(error.code) from error
    if response.status in (429, 503):  # a server in between
        pause = response.headers.get("Retry-After", "")
        return Busy(int(pause) * 1000 if pause.isdecimal() and len(pause) < 6 else BUSY_MS)
    codes = {500: "DB-15", 502: "DB-02", 504: "DB-02"}
    raise NoAnswer(codes.get(response.status, "DB-04"))


def _code(error: Exception) -> str:
    """The fault behind an exception of the connection."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_fault(error)
    if isinstance(error, TimeoutError):
        return "DB-02"
    if isinstance(error, http.client.HTTPException) and not isinstance(
        error, http.client.RemoteDisconnected | http.client.IncompleteRead
    ):
        return "DB-04"
    return "DB-01"


def certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    """DB-27 when by our clock the certificate is not valid now, else DB-26."""
    return "DB-27" if error.verify_code in _NOT_NOW else "DB-26"
