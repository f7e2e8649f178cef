"""The diagnosis tells this PC, the cable, the office, the city and a login page apart."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.sync.diagnosis import Asked, Line, Part, State, diagnose, report_of
from services.sync.naming import distinct_names
from services.sync.probes import SystemProbes, asked_of, says_public
from tests.support.office import open_desk
from tests.support.second_pc import CITY, HUB, enrol, see

KEY = "ab" * 32


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """A server on the loopback that answers every GET alike; yields its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> str:
    """An address of the loopback where nobody listens."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{made.getsockname()[1]}"


@dataclass
class Here(SystemProbes):
    """The real probes, but for what a test machine cannot have."""

    _home: Path = Path()
    ip: tuple[str, ...] = ("192.0.2.7",)
    free: int = 10**10
    public: bool = False
    names: dict[str, bool] = field(default_factory=dict)

    def addresses(self) -> tuple[str, ...]:
        return self.ip

    def free_bytes(self) -> int:
        return self.free

    def public_profile(self) -> bool:
        return self.public

    def resolves(self, host: str) -> bool:
        return self.names.get(host, True) and super().resolves(host)


def parts(lines: tuple[Line, ...], state: State) -> set[Part]:
    return {line.part for line in lines if line.state is state}


def health(key: str) -> bytes:
    return json.dumps({"key": key, "time_ms": 1}).encode()


def test_the_city_with_the_right_key_is_well() -> None:
    with answering(200, health(KEY)) as server:
        found = diagnose(Asked(server, KEY, skew_ms=0), Here())
    assert "gặp được thành phố" in found.verdict
    assert {Part.CITY, Part.PORTAL, Part.CABLE, Part.PC} == parts(found.lines, State.OK)
    assert parts(found.lines, State.BAD) == set()


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (302, b"", {"Location": "http://login.example/?from=mot-cua"}),
        (200, b"<html><title>Wi-Fi</title><form action=/login></html>", {}),
        (200, b'{"welcome": "to the hotel"}', {"Content_Type": "application/json"}),
        (200, b'["key"]', {}),
        (511, b"<html>", {}),
    ],
)
def test_another_s_answer_is_a_login_page(status, body, headers) -> None:
    with answering(status, body, **headers) as server:
        found = diagnose(Asked(server, KEY), Here())
    assert parts(found.lines, State.BAD) == {Part.PORTAL}
    assert "đăng nhập" in found.verdict


def test_another_key_is_never_taken_for_the_city() -> None:
    with answering(200, health("cd" * 32)) as server:
        found = diagnose(Asked(server, KEY), Here())
    (bad,) = [line for line in found.lines if line.state is State.BAD]
    assert bad.part is Part.CITY and "khóa đã ghim" in bad.words and "mật khẩu" in bad.to_do


def test_a_closed_port_is_the_city_s_matter_and_a_failing_city_too() -> None:
    found = diagnose(Asked(closed_port(), KEY), Here())
    (bad,) = [line for line in found.lines if line.state is State.BAD]
    assert (bad.part, "từ chối" in bad.words) == (Part.CITY, True)
    with answering(503, b"busy") as server:
        found = diagnose(Asked(server, KEY), Here())
    assert [line.words for line in found.lines if line.state is State.BAD] == [
        "Máy chủ thành phố báo lỗi 503."
    ]


def test_what_does_not_speak_tls_is_named() -> None:
    with answering(200, health(KEY)) as server:
        found = diagnose(Asked(server.replace("http:", "https:"), KEY), Here())
    assert ["kết nối kín" in line.words for line in found.lines if line.state is State.BAD] == [
        True
    ]


def test_without_a_cable_nothing_farther_is_asked() -> None:
    asked = Asked(closed_port(), KEY, peers=(("PC 2", closed_port()),))
    found = diagnose(asked, Here(ip=()))
    assert parts(found.lines, State.BAD) == {Part.CABLE}
    assert {Part.OFFICE, Part.CITY} <= parts(found.lines, State.SKIPPED)
    assert "dây mạng" in found.verdict


def test_an_unknown_name_is_the_line_to_the_outside() -> None:
    found = diagnose(Asked("https://city.invalid", KEY), Here(names={"city.invalid": False}))
    (bad,) = [line for line in found.lines if line.state is State.BAD]
    assert "city.invalid" in bad.words and "modem" in bad.to_do


def test_silent_colleagues_are_named_and_one_that_answers_is_enough() -> None:
    with answering(200, b"") as there:
        both = (("PC văn thư", there), ("PC lãnh đạo", closed_port()))
        found = diagnose(Asked(peers=both), Here())
        (line,) = [line for line in found.lines if line.part is Part.OFFICE]
        assert line.state is State.WARNING and "PC lãnh đạo" in line.words
        assert "PC văn thư" not in line.words
        found = diagnose(Asked(peers=both[:1]), Here())
    assert [x.state for x in found.lines if x.part is Part.OFFICE] == [State.OK]
    found = diagnose(Asked(peers=both[1:]), Here())
    assert [x.state for x in found.lines if x.part is Part.OFFICE] == [State.BAD]
    assert "trong cơ quan" in found.verdict


def test_this_pc_s_disk_and_clock() -> None:
    found = diagnose(Asked(skew_ms=16 * 60_000), Here(free=1000))
    bad = [line for line in found.lines if line.state is State.BAD]
    assert [line.part for line in bad] == [Part.PC, Part.PC]
    assert "chậm hơn 16 phút" in bad[1].words and found.verdict == "Vấn đề ở máy này."
    found = diagnose(Asked(skew_ms=-3 * 60_000), Here())
    assert ["nhanh hơn 3 phút" in x.words for x in found.lines if x.state is State.WARNING] == [
        True
    ]


def test_a_public_profile_of_windows_is_a_warning_with_the_way_out() -> None:
    found = diagnose(Asked(), Here(public=True))
    (line,) = [line for line in found.lines if line.state is State.WARNING]
    assert "Riêng tư" in line.to_do
    assert says_public("Private\r\nPublic\r\n") and not says_public("DomainAuthenticated\r\n")


def test_the_report_names_nobody(tmp_path: Path) -> None:
    with answering(200, health(KEY)) as server:
        peers = (("PC chị Hạnh", closed_port()),)
        found = diagnose(Asked(server, KEY, peers=peers, skew_ms=0), Here())
    text = report_of(found, app="1.0", counts=(("Chờ gửi", "3"),))
    assert "Hạnh" not in text and "127.0.0.1" not in text
    assert "1 trong 1 máy khác không trả lời" in text and "Chờ gửi: 3" in text
    assert len(text.splitlines()) == 3 + len(found.lines)


def test_the_real_probes_look_at_this_machine(tmp_path: Path) -> None:
    probes = SystemProbes(tmp_path)
    assert probes.free_bytes() > 0 and not probes.public_profile()
    assert all(not ip.startswith(("127.", "169.254.")) for ip in probes.addresses())
    assert probes.resolves("127.0.0.1") and not probes.answers("https://")


def test_what_is_expected_comes_from_the_store(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    assert asked_of(desk.core) == Asked()
    enrol(desk, server="https://city.example")
    see(desk, CITY, kind="city", name="Hà Nội", offset=5)
    see(desk, HUB, kind="hub", name="PC văn thư")
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("UPDATE peer SET address = 'https://192.0.2.5:7443' WHERE kind = 'hub'")
        tx.exec_driver_sql("INSERT INTO sync_state VALUES ('city_key', ?)", (bytes.fromhex(KEY),))
    assert asked_of(desk.core) == Asked(
        "https://city.example", KEY, (("PC văn thư", "https://192.0.2.5:7443"),), 5
    )
    desk.office.close()


def test_two_pcs_of_one_name_are_told_apart_by_their_number():
    rows = [(b"a", "Quầy", 0, b"1"), (b"b", "Quầy", 1, b"2"), (b"c", "Văn thư", 2, b"3"),
            (b"d", "Văn thư", 2, b"3")]  # fmt: skip
    names = distinct_names(rows)
    assert [names[log] for log in (b"a", b"b")] == ["Quầy (số 0)", "Quầy (số 1)"]
    assert names[b"c"] == names[b"d"] == "Văn thư", "two logs of one PC"


def test_a_revoked_pc_is_told_first_however_well_the_network_is(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    enrol(desk)
    with desk.core.store.write() as tx:
        tx.exec_driver_sql(
            "UPDATE device SET last_seq = 1 WHERE log = ?", (desk.core.journal.device.log,)
        )
    asked = asked_of(desk.core)
    assert asked.revoked
    found = diagnose(asked, Here(tmp_path))
    assert (found.lines[0].part, found.lines[0].state) == (Part.PC, State.BAD)
    assert "thu hồi" in found.lines[0].words and found.verdict == "Vấn đề ở máy này."
    desk.office.close()
