"""`main.py deadline`, run as IT staff run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def deadline(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py", "deadline", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


def answer(*args: str) -> dict[str, object]:
    done = deadline(*args, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_example_of_the_issue() -> None:
    found = answer("--received", "2026-11-20T16:00", "--limit", "1", "--unit", "working_day")
    assert found["due"] == found["original_due"] == "2026-11-23T17:30:00+07:00"
    steps = found["explanation"]
    assert isinstance(steps, list)
    assert all(set(step) == {"from", "to", "effect", "rule"} for step in steps)
    assert steps[0]["from"] == "2026-11-20T16:00:00+07:00"
    assert steps[-1]["to"] == found["due"]


@pytest.mark.parametrize(
    ("received", "rest", "due"),
    [
        ("2026-11-23T15:00", "same_day --cutoff15", "2026-11-23T17:30"),
        ("2026-11-23T15:00:01", "same_day --cutoff15", "2026-11-25T17:30"),
        ("2026-11-23T09:00", "same_day --limit 0", "2026-11-23T17:30"),
        ("2026-11-02T10:00", "working_day --limit 1 --mode elapsed", "2026-11-03T10:00"),
        ("2026-11-02T08:00", "working_day --limit 17,5 --mode elapsed", "2026-11-26T12:00"),
        ("2026-11-02T03:00Z", "working_hour --limit 2", "2026-11-02T12:00"),
        (
            "2026-11-02T09:00",
            "working_day --limit 1 --hours 07:00-11:30,13:30-17:00",
            "2026-11-03T17:00",
        ),
        ("2026-11-07T09:00", "working_hour --limit 2 --saturday 08:00-12:00", "2026-11-07T11:00"),
        ("2026-11-02", "calendar_day --limit 5", "2026-11-09T17:30"),
    ],
)
def test_options(received: str, rest: str, due: str) -> None:
    found = answer("--received", received, "--unit", *rest.split())
    assert found["due"] == f"{due}:00+07:00"


def test_events_in_order() -> None:
    base = ["--received", "2026-11-02T09:00", "--limit", "5", "--unit", "working_day"]
    restart = answer(
        *base,
        *("--event", "supplement_requested=2026-11-04T10:00"),
        *("--event", "supplement_received=2026-11-13T10:00"),
    )
    assert (restart["due"], restart["restarts"]) == ("2026-11-20T17:30:00+07:00", 1)
    assert restart["original_due"] == "2026-11-09T17:30:00+07:00"
    for event in (
        "extended=2026-11-06T09:00/2026-11-16T17:30",
        "extended=2026-11-16T17:30",
        "extended=2026-11-16",
    ):
        assert answer(*base, "--event", event)["due"] == "2026-11-16T17:30:00+07:00"
    assert answer(*base, "--event", "stopped=2026-11-04T10:00")["stopped"] is True


def test_a_calendar_file_is_added_to_the_official_one(tmp_path: Path) -> None:
    file = tmp_path / "lịch.csv"
    file.write_text("date,kind,label_vi\n2026-11-23,holiday,Bão số 12\n", encoding="utf-8")
    found = answer(
        *["--received", "2026-11-20T16:00", "--limit", "1", "--unit", "working_day", "--calendar"],
        str(file),
    )
    assert found["due"] == "2026-11-25T17:30:00+07:00"
    assert "Bão số 12" in str(found["explanation"])


def test_text_is_for_people() -> None:
    done = deadline(*["--received", "2026-11-23T09:00", "--limit", "1", "--unit", "working_day"])
    assert done.returncode == 0 and done.stdout.startswith("2026-11-25T17:30:00+07:00\n")
    assert "24/11 nghỉ Ngày Văn hóa Việt Nam (NQ 28/2026/QH16)" in done.stdout


BASE = "--received 2026-11-02T09:00 --limit 5 --unit working_day"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("--received 2026-11-31T09:00 --limit 5 --unit working_day", "HT-61"),
        ("--received 0001-01-01T00:00+14:00 --limit 5 --unit working_day", "HT-61"),
        ("--received 2045-01-01T09:00 --limit 5 --unit working_day", "HT-01"),
        ("--received 2026-11-02T09:00 --unit working_day", "HT-60"),
        ("--received 2026-11-02T09:00 --limit ba --unit working_day", "HT-63"),
        ("--received 2026-11-02T09:00 --limit 0 --unit working_day", "HT-03"),
        (f"{BASE} --hours 8-12", "HT-02"),
        (f"{BASE} --calendar /khong-co.csv", "HT-21"),
        (f"{BASE} --event paused=2026-11-03T09:00", "HT-62"),
        (f"{BASE} --event supplement_received=2026-11-03T09:00", "HT-06"),
        (f"{BASE} --event extended=2026-11-09T09:00/2026-11-30", "HT-09"),
        (f"{BASE} --event extended=2026-11-12 --event extended=2026-11-16", "HT-08"),
    ],
)
def test_bad_input_is_one_sentence_with_its_code(args: str, code: str) -> None:
    done = deadline(*args.split(), "--json")
    against_the_rules = code in ("HT-06", "HT-08", "HT-09")
    assert done.returncode == (1 if against_the_rules else 3)
    assert json.loads(done.stdout)["error"]["code"] == code
    assert done.stderr.count("\n") == 1 and code in done.stderr


@pytest.mark.parametrize("args", ["", "--received 2026-11-02T09:00 --limit 1 --unit fortnight"])
def test_wrong_usage_is_code_3(args: str) -> None:
    assert deadline(*args.split()).returncode == 3
