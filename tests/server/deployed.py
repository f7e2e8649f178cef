"""What the tests of deploy/ share: its folder, the PATH of systemd, another account, patience."""

import os
import pwd
import time
import urllib.error
from pathlib import Path

import psycopg

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
BOUND = 60.0
SYSTEMD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"


def as_postgres(*paths):
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        for path in paths:
            for each in (path, *path.rglob("*")):
                os.chown(each, account.pw_uid, account.pw_gid)
    return ["--user", "postgres"] if os.geteuid() == 0 else []


def wait_for(what):
    until = time.monotonic() + BOUND
    while time.monotonic() < until:
        try:
            if found := what():
                return found
        except (OSError, psycopg.Error, urllib.error.URLError):
            pass
        time.sleep(0.05)
    raise AssertionError("waited in vain")
