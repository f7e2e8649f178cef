from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from models.errors import InputError, MachineError, NotAllowed, OfficeError
from models.passwords import REAL_OFFICE, TRAINING, refuse_weak_password
from services.clock import VIETNAM, FixedClock
from services.store.os_secrets import KeyringSecrets, find_secret_store
from services.store.vault import Vault, create_vault, new_key, open_vault
from services.store.wraps import FLOOR, Kdf

CHEAP = Kdf(memory_kib=8, passes=1, lanes=1)
GOOD = "bốn con mèo vàng"
KEY = bytes(range(32))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def vault(home: Path, clock: FixedClock) -> Vault:
    made = create_vault(home, "p1", kdf=CHEAP, clock=clock)
    made.add_user("staff-1", "lan", password=GOOD, key=KEY)
    return made


def code(error: pytest.ExceptionInfo[OfficeError]) -> str:
    return error.value.code


def try_wrong(vault: Vault, times: int) -> None:
    for _ in range(times):
        with pytest.raises(InputError) as told:
            vault.unlock("lan", "sai mật khẩu")
        assert code(told) == "KHO-39"


def test_the_floor_is_what_the_rule_says() -> None:
    assert Kdf(memory_kib=65536, passes=3, lanes=1) == FLOOR


def test_unlock_gives_the_key_to_the_right_person(vault: Vault, home: Path) -> None:
    vault.add_user("staff-2", "Hùng", password="ba vạn chín nghìn", key=KEY)
    again = open_vault(home)
    assert again.unlock(" LAN ", GOOD).staff_id == "staff-1"
    assert again.unlock("hùng", "ba vạn chín nghìn").key == KEY
    assert again.logins() == ["hùng", "lan"]
    with pytest.raises(InputError) as told:
        again.unlock("lan", "ba vạn chín nghìn")
    assert code(told) == "KHO-39"
    with pytest.raises(InputError) as told:
        again.unlock("nobody", GOOD)
    assert code(told) == "KHO-39"


def test_password_is_the_same_however_the_accents_were_typed(vault: Vault) -> None:
    assert vault.unlock("lan", "bô\u0301n con me\u0300o va\u0300ng").key == KEY


def test_keys_are_fresh_and_never_shown(clock: FixedClock, vault: Vault, home: Path) -> None:
    assert new_key(clock) != new_key(clock) and len(new_key(clock)) == 32
    assert KEY.hex() not in repr(vault.unlock("lan", GOOD)) and repr(KEY) not in repr(
        vault.unlock("lan", GOOD)
    )
    for path in (home / "vault").rglob("*.json"):
        assert KEY.hex() not in path.read_text()
        assert path.stat().st_mode & 0o077 == 0


def test_changing_and_resetting_the_password(vault: Vault) -> None:
    vault.change_password("lan", GOOD, new="năm quả táo đỏ")
    assert vault.unlock("lan", "năm quả táo đỏ").key == KEY
    try_wrong(vault, 1)
    with pytest.raises(InputError) as told:
        vault.change_password("lan", GOOD, new="sáu chiếc xe đạp")
    assert code(told) == "KHO-39"
    vault.reset_password("lan", "bảy ngôi sao sáng", key=KEY)
    assert vault.unlock("lan", "bảy ngôi sao sáng").key == KEY


def test_removing_a_user_but_never_the_last(vault: Vault) -> None:
    with pytest.raises(NotAllowed) as refused:
        vault.remove_user("lan")
    assert code(refused) == "KHO-36"
    vault.add_user("staff-2", "hùng", password="ba vạn chín nghìn", key=KEY)
    vault.remove_user("lan")
    with pytest.raises(InputError):
        vault.unlock("lan", GOOD)
    assert vault.unlock("hùng", "ba vạn chín nghìn").key == KEY


def test_login_taken_or_empty(vault: Vault) -> None:
    with pytest.raises(InputError) as told:
        vault.add_user("staff-9", "LAN", password=GOOD, key=KEY)
    assert code(told) == "KHO-35"
    with pytest.raises(InputError) as told:
        vault.unlock("  ", GOOD)
    assert code(told) == "KHO-37"


def test_a_wrap_of_another_person_or_profile_does_not_open(vault: Vault, home: Path) -> None:
    path = next((home / "vault" / "users").glob("*.json"))
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "staff": "staff-2"}))
    with pytest.raises(InputError):
        vault.unlock("lan", GOOD)
    path.write_text(json.dumps(data))
    assert vault.unlock("lan", GOOD).key == KEY
    about = home / "vault" / "vault.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "profile": "p2"}))
    with pytest.raises(InputError):
        open_vault(home).unlock("lan", GOOD)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "staff": "s", "login": "l"}']
)
def test_damaged_files_say_so(vault: Vault, home: Path, text: str) -> None:
    next((home / "vault" / "users").glob("*.json")).write_text(text)
    with pytest.raises(MachineError) as told:
        vault.unlock("lan", GOOD)
    assert code(told) == "KHO-38"
    (home / "vault" / "vault.json").write_text(text)
    with pytest.raises(MachineError) as told:
        open_vault(home)
    assert code(told) == "KHO-38"


def test_absurd_kdf_and_newer_format_are_refused(vault: Vault, home: Path) -> None:
    path = next((home / "vault" / "users").glob("*.json"))
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "kdf": [1 << 40, 1, 1]}))
    with pytest.raises(MachineError) as told:
        vault.unlock("lan", GOOD)
    assert code(told) == "KHO-38"
    path.write_text(json.dumps({**data, "format": 2}))
    with pytest.raises(MachineError) as told:
        vault.unlock("lan", GOOD)
    assert code(told) == "KHO-09"


def test_a_second_vault_is_not_made_over_the_first(vault: Vault, home: Path) -> None:
    with pytest.raises(MachineError) as told:
        create_vault(home, "p2", kdf=CHEAP)
    assert code(told) == "KHO-34"
    assert open_vault(home).unlock("lan", GOOD).key == KEY


def test_throttle_waits_30_s_then_doubles_to_15_min(vault: Vault, clock: FixedClock) -> None:
    try_wrong(vault, 5)
    for wait in (30, 60, 120, 240, 480, 900, 900):
        clock.advance(seconds=wait - 1)
        with pytest.raises(NotAllowed) as refused:
            vault.unlock("lan", GOOD)
        assert code(refused) == "KHO-33" and " 1 " in refused.value.next_step
        clock.advance(seconds=1)
        try_wrong(vault, 1)
    clock.advance(seconds=900)
    assert vault.unlock("lan", GOOD).key == KEY
    try_wrong(vault, 4)
    assert vault.unlock("lan", GOOD).key == KEY


def test_throttle_counts_each_person_alone_and_over_restarts(
    vault: Vault, home: Path, clock: FixedClock
) -> None:
    vault.add_user("staff-2", "hùng", password="ba vạn chín nghìn", key=KEY)
    try_wrong(vault, 5)
    assert vault.unlock("hùng", "ba vạn chín nghìn").key == KEY
    with pytest.raises(NotAllowed):
        open_vault(home, clock=clock).unlock("lan", GOOD)


@pytest.mark.parametrize("left", [None, b"", b"{", b"[1]", b'{"*": 3}'])
def test_a_lost_counter_counts_as_five_wrong(
    vault: Vault, home: Path, clock: FixedClock, left: bytes | None
) -> None:
    path = home / "vault" / "attempts.json"
    path.unlink() if left is None else path.write_bytes(left)
    with pytest.raises(NotAllowed) as refused:
        vault.unlock("lan", GOOD)
    assert "30" in refused.value.next_step
    clock.advance(seconds=30)
    assert vault.unlock("lan", GOOD).key == KEY


def test_a_clock_turned_back_starts_the_wait_again(vault: Vault, clock: FixedClock) -> None:
    try_wrong(vault, 5)
    clock.advance(days=-1)
    with pytest.raises(NotAllowed) as refused:
        vault.unlock("lan", GOOD)
    assert "30" in refused.value.next_step
    clock.advance(seconds=30)
    assert vault.unlock("lan", GOOD).key == KEY


class Secrets:
    def __init__(self, works: bool = True) -> None:
        self.kept: dict[str, bytes] = {}
        self.works = works

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def put(self, name: str, secret: bytes) -> bool:
        if self.works:
            self.kept[name] = secret
        return self.works


def test_bound_to_the_machine_where_it_has_a_secret_store(home: Path) -> None:
    secrets = Secrets()
    create_vault(home, "p1", kdf=CHEAP, secrets=secrets).add_user(
        "staff-1", "lan", password=GOOD, key=KEY
    )
    assert open_vault(home, secrets=secrets).unlock("lan", GOOD).key == KEY
    for other in (None, Secrets()):
        with pytest.raises(MachineError) as told:
            open_vault(home, secrets=other).unlock("lan", GOOD)
        assert code(told) == "KHO-40"
    swapped = Secrets()
    swapped.kept = {name: bytes(32) for name in secrets.kept}
    with pytest.raises(MachineError) as told:
        open_vault(home, secrets=swapped).unlock("lan", GOOD)
    assert code(told) == "KHO-40"


def test_a_secret_store_that_refuses_is_done_without(home: Path) -> None:
    vault = create_vault(home, "p1", kdf=CHEAP, secrets=Secrets(works=False))
    vault.add_user("staff-1", "lan", password=GOOD, key=KEY)
    assert open_vault(home).unlock("lan", GOOD).key == KEY


class MemoryKeyring(KeyringBackend):
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_keyring_is_used_only_where_it_is_real() -> None:
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(keyring.backends.fail.Keyring())
        assert find_secret_store() is None
        keyring.set_keyring(MemoryKeyring())
        secrets = find_secret_store()
        assert secrets is not None and secrets.get("a") is None
        assert secrets.put("a", b"\x00\xff") and secrets.get("a") == b"\x00\xff"
    finally:
        keyring.set_keyring(before)


def test_a_keyring_that_raises_is_no_secret() -> None:
    secrets = KeyringSecrets(keyring.backends.fail.Keyring())
    assert secrets.get("a") is None
    assert not secrets.put("a", b"x")


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("ngắn quá", "KHO-31"),
        ("123456789012", "KHO-32"),
        ("matkhau12345", "KHO-32"),
        ("Password1234!", "KHO-32"),
        ("aaaaaaaaaaaa", "KHO-32"),
        ("lan.lan.lan.lan", "KHO-32"),
        ("ubnd-hanoi-2026", "KHO-32"),
        ("qwertyuiop123", "KHO-32"),
    ],
)
def test_weak_passwords_are_refused(vault: Vault, password: str, expected: str) -> None:
    with pytest.raises(InputError) as told:
        vault.add_user("staff-3", "lan2", password=password, key=KEY)
    assert code(told) == expected and told.value.field == "password"
    assert vault.logins() == ["lan"]


def test_training_takes_simple_passwords(home: Path) -> None:
    vault = create_vault(home, "p1", kdf=CHEAP, policy=TRAINING)
    vault.add_user("s", "lan", password="lan", key=KEY)
    assert open_vault(home).unlock("lan", "lan").key == KEY


@pytest.mark.parametrize("password", [GOOD, "hanoi-co-muoi-hai-cua-o", "Đường về quê xa lắc"])
def test_unrelated_words_are_taken(password: str) -> None:
    refuse_weak_password(password, "lan", policy=REAL_OFFICE)
