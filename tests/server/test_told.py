"""What whoever enrols hears: in the language asked for, of certificates, of the clock, of disks."""

import contextlib
import json
import socket
import ssl
import threading
import urllib.error
import urllib.request
from datetime import timedelta

import pytest

from models.errors import ForeignError
from models.words import speaking
from server import health
from server.enrolment import NewDevice, enrol, issue_code
from server.store.troubles import full
from services.clock import FixedClock
from services.language import load_catalogue
from services.sync.client import Address
from services.sync.enrolment import post_json
from tests.support.certificates import self_signed
from tests.support.city import OFFICE, Pen
from tests.support.city_server import CityServer
from tests.support.devices import START
from tests.support.disks import small_disk

QUESTION = {
    "code": "00004-AAAAA-AAAAA", "public_key": "00" * 32, "incarnation": 1, "log": "00" * 16,
    "name": "PC", "app": "x",
}  # fmt: skip


def new_device(number, name="PC"):
    pen = Pen(seed=bytes([number]) * 32)
    return NewDevice(pen.log, pen.public_key, 1, name)


def test_a_refusal_comes_in_the_language_of_whoever_asks(tmp_path):
    city = CityServer(tmp_path, FixedClock(START))
    told = {}
    with city.running():
        for language in ("vi", "en"):
            words = load_catalogue("en") if language == "en" else {}
            with speaking(language, words), pytest.raises(Exception, match="MC-21") as refused:
                post_json(Address(city.url), "/enrol", QUESTION)
            told[language] = refused.value.what
    assert told["vi"].startswith("Nhật ký") and "log" in told["en"]


def test_a_code_typed_on_an_enrolled_pc_is_left_for_the_pc_it_was_meant_for(city):
    enrol(city.journal, issue_code(city.journal, OFFICE).code, new_device(1))
    before = city.store().heads()
    code = issue_code(city.journal, OFFICE).code
    again = enrol(city.journal, code, new_device(1))
    assert again.known and again.slot == 0 and city.store().heads() == before
    meant = enrol(city.journal, code, new_device(2))
    assert not meant.known and meant.slot == 1
    renamed = enrol(city.journal, issue_code(city.journal, OFFICE).code, new_device(1, "Quầy 1"))
    assert not renamed.known and renamed.slot == 0


@contextlib.contextmanager
def tls_server(files):
    """Somebody at a port who shows this certificate and says nothing more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, files))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shake_hands():
            with contextlib.suppress(OSError):
                asker, _ = listening.accept()
                with asker, contextlib.suppress(OSError):
                    context.wrap_socket(asker, server_side=True).close()

        thread = threading.Thread(target=shake_hands)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("later", "trusted", "wanted"),
    [(timedelta(), False, "DB-26"), (timedelta(days=-9), True, "DB-27"),
     (timedelta(days=9), True, "DB-27")],
)  # fmt: skip
def test_the_certificate_or_the_clock_is_named(tmp_path, later, trusted, wanted):
    """A clock that is wrong sees the certificate as this one sees another day's."""
    files = self_signed(tmp_path, "127.0.0.1", later=later)
    with tls_server(files) as url, pytest.raises(ForeignError) as refused:
        post_json(Address(url, ca_file=str(files[0]) if trusted else ""), "/enrol", QUESTION)
    assert refused.value.code == wanted


def ready(url):
    try:
        with urllib.request.urlopen(f"{url}/ready") as answer:
            return answer.status, json.load(answer)["parts"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)["parts"]


def test_ready_names_every_disk_that_is_full(tmp_path, monkeypatch, announce_log):
    announce_log("not ready")
    city = CityServer(tmp_path / "city", FixedClock(START))
    monkeypatch.setattr(health, "FULL_AT", 1.1)  # the machine of the test may be full itself
    with small_disk(tmp_path / "archive", kib=512) as archive, city.running():
        monkeypatch.setenv(health.DISKS, f"{tmp_path / 'city'}:{archive}")
        status, parts = ready(city.url)
        assert (status, set(parts)) == (200, {"database", "disk", f"disk {archive}"})
        monkeypatch.setattr(health, "FULL_AT", 0.95)
        (archive / "wal").write_bytes(bytes(500 << 10))
        status, parts = ready(city.url)
        assert (status, parts[f"disk {archive}"]) == (503, "almost full")


def test_ready_says_when_the_database_had_no_room(tmp_path, monkeypatch, announce_log):
    announce_log("not ready")
    city = CityServer(tmp_path, FixedClock(START))
    monkeypatch.setattr(health, "FULL_AT", 1.1)
    monkeypatch.setattr("server.store.troubles._seen", {})
    with city.running():
        assert ready(city.url)[1]["database"] == "ok"
        full()
        status, parts = ready(city.url)
        assert (status, parts["database"]) == (503, "no room")
