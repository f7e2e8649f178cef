"""The files of deploy/ do what docs/city.md says: tried on real nginx, pgbouncer and PostgreSQL."""

import configparser
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from server.store.opening import open_database
from services.sync.endpoint import MEDIA_TYPE
from services.sync.protocol import Ack, Heads, HeadsAnswer, Suffixes
from services.sync.wire import decode_answer, encode
from tests.server.deployed import BOUND, DEPLOY, SYSTEMD_PATH, as_postgres, wait_for
from tests.support import postgres
from tests.support.certificates import self_signed
from tests.support.city import OFFICE, Pen
from tests.support.keeper import kept
from tests.support.needs import get_program
from tests.support.running_city import Client, serving


def test_postgresql_takes_our_settings(postgres_cluster):
    """Every line of the settings is one this PostgreSQL knows and would take."""
    wanted = dict(
        re.match(r"(\w+) = (.*)", line).groups()
        for line in (DEPLOY / "postgresql" / "mot-cua.conf").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert {wanted[name] for name in ("fsync", "synchronous_commit", "full_page_writes")} == {"on"}
    with postgres_cluster.connect("postgres") as superuser:
        known = {row[0] for row in superuser.execute("SELECT name FROM pg_settings")}
        assert set(wanted) <= known
        check = subprocess.run(
            ["runuser", "-u", "postgres", "--"] * (os.geteuid() == 0)
            + [str(postgres_cluster.bin / "postgres"), "-C", "archive_timeout", "-D",
               str(postgres_cluster.folder / "data"),
               *(word for name, value in wanted.items()
                 for word in ("-c", f"{name}={value.strip(chr(39))}"))],
            capture_output=True, text=True, cwd="/",
        )  # fmt: skip
    assert "invalid" not in check.stderr and "unrecognized" not in check.stderr, check.stderr


@contextmanager
def pooled(cluster, name, folder):
    """pgbouncer with our settings in front of a database; yields its address."""
    program = get_program("pgbouncer", package="pgbouncer")
    settings = configparser.ConfigParser()
    settings.read(DEPLOY / "pgbouncer" / "pgbouncer.ini")
    port = postgres.free_port()
    settings["databases"] = {"motcua": f"host=127.0.0.1 port={cluster.port} dbname={name}"}
    users = folder / "users.txt"
    users.write_text('"motcua_app" ""\n')
    settings["pgbouncer"].update(
        listen_port=str(port), auth_type="trust", auth_file=str(users), unix_socket_dir=""
    )
    file = folder / "pgbouncer.ini"
    with file.open("w") as out:
        settings.write(out)
    options = as_postgres(folder)
    with kept([program, str(file)], options=options, stderr=subprocess.DEVNULL):
        url = f"postgresql+psycopg://motcua_app@127.0.0.1:{port}/motcua"
        wait_for(lambda: psycopg.connect(url.replace("+psycopg", "")).close() or True)
        yield url


@contextmanager
def fronted(folder, upstream):
    """nginx with our site in front of a port; yields its port and a context that trusts it."""
    program = get_program("nginx", package="nginx")
    port = postgres.free_port()
    certificate, key = self_signed(folder, "127.0.0.1")
    site = (DEPLOY / "nginx" / "mot-cua.conf").read_text("utf-8")
    for ours, theirs in {
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{upstream};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "listen 80;": f"listen 127.0.0.1:{postgres.free_port()};",
        "/var/log/nginx/mot-cua-error.log": str(folder / "site-error.log"),
        "/etc/mot-cua/tls/fullchain.pem": str(certificate),
        "/etc/mot-cua/tls/privkey.pem": str(key),
        "/var/log/nginx/mot-cua.log": str(folder / "access.log"),
    }.items():
        assert site.count(ours) == 1, ours
        site = site.replace(ours, theirs)
    (folder / "site.conf").write_text(site, "utf-8")
    temps = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{}} http {{ {temps} include {folder}/site.conf; }}"
    )
    command = [program, "-c", str(main), "-e", str(folder / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0 and "[warn]" not in checked.stderr, checked.stderr
    with kept(command, options=["--signal", "QUIT"]):
        trusting = ssl.create_default_context(cafile=str(certificate))
        trusting.check_hostname = False
        wait_for(lambda: fetch(port, trusting, "/health")[0] == 200)
        yield port, trusting


def fetch(port, trusting, path, body=None, headers=None):
    """An HTTPS request as (status, headers, body)."""
    url = f"https://127.0.0.1:{port}{path}"
    request = urllib.request.Request(url, body, headers or {})
    try:
        with urllib.request.urlopen(request, context=trusting, timeout=BOUND) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_nginx_server_pgbouncer_and_postgresql_in_a_row(postgres_cluster, city_url, tmp_path):
    name = city_url.rpartition("/")[2]
    postgres_cluster.run_sql("ALTER ROLE motcua_app LOGIN")
    direct = postgres_cluster.url(name, user="motcua_app")
    pool, front = Path("/tmp") / f"mc-pool-{os.getpid()}", tmp_path / "front"
    pool.mkdir()
    front.mkdir()
    pen = Pen()
    try:
        with (
            pooled(postgres_cluster, name, pool) as url,
            serving(url, tmp_path / "home", workers=2,
                    environment={"MOTCUA_CITY_NOTIFY": direct}) as server,
            fronted(front, server.port) as (port, trusting),
        ):  # fmt: skip
            server.enrol(pen)
            pen.write("a", "b")
            client = Client(pen, server.port)

            def through(question, path):
                body = encode(question)
                headers = {**client.headers(path, body), "Content-Type": MEDIA_TYPE}
                status, _, answer = fetch(port, trusting, path, body, headers)
                assert status == 200, answer
                return decode_answer(answer)

            assert isinstance(client.push(), Ack)
            assert isinstance(through(Heads(OFFICE), "/sync/v1/heads"), HeadsAnswer)
            assert isinstance(client.pull(), Suffixes)
            status, _, answer = fetch(port, trusting, "/enrol", b"x" * 20_000)
            assert (status, json.loads(answer)["code"]) == (413, "MC-13")
            often = "/enrol?ma=H26.00004-261116-0047"
            tries = [fetch(port, trusting, often, b"{}") for _ in range(14)]
            refused = [(h, b) for status, h, b in tries if status == 429]
            assert refused and refused[0][0]["Retry-After"] == "2"
            assert "max-age" in refused[0][0]["Strict-Transport-Security"]
            assert json.loads(refused[0][1])["code"] == "MC-11"
            with postgres_cluster.connect(name) as superuser:
                query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                wait_for(lambda: superuser.execute(query).fetchone()[0] == 2)
            _check_pages(front, port, trusting)
            os.kill(server.pid, 15)
            down = lambda: fetch(port, trusting, "/health")  # noqa: E731
            status, headers, answer = wait_for(lambda: (got := down())[0] == 503 and got)
            assert headers["Retry-After"] == "5" and json.loads(answer)["code"] == "MC-04"
            log = (front / "access.log").read_text("utf-8").splitlines()
            assert {"at", "method", "path", "status"} <= set(json.loads(log[0]))
    finally:
        shutil.rmtree(pool, ignore_errors=True)


def _check_pages(folder, port, trusting):
    """HTTPS only from now on; what was asked is in no log, not even when it came too often."""
    assert b'name="ma"' in fetch(port, trusting, "/")[2], "the citizens' page"
    _, headers, _ = fetch(port, trusting, "/tra-cuu?ma=H26.00004-261116-0047")
    assert "max-age" in headers["Strict-Transport-Security"]
    for name in ("access.log", "site-error.log", "error.log"):
        assert "261116" not in (folder / name).read_text("utf-8"), name
    plain = int(re.search(r"listen 127.0.0.1:(\d+);", (folder / "site.conf").read_text()).group(1))
    connection = http.client.HTTPConnection("127.0.0.1", plain, timeout=BOUND)
    connection.request("GET", "/board", headers={"Host": "city.test"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://city.test/board")
    connection.close()


def test_the_units_start_what_there_is():
    """The commands of the units exist and are understood; nothing runs as root."""
    root = DEPLOY.parent
    for unit in (DEPLOY / "systemd").glob("*.service"):
        words = unit.read_text()
        assert re.search(r"^User=(?!root)\S+$", words, re.M), unit.name
        for start in re.findall(r"^ExecStart=(.*)$", words, re.M):
            program, *rest = start.split()
            assert program.startswith("/opt/mot-cua/")
            if program.endswith("python"):
                from main import build_parser

                assert rest.pop(0) == "main.py"
                assert build_parser(("serve",)).parse_args(rest).workers == 4
            else:
                assert os.access(root / program.removeprefix("/opt/mot-cua/"), os.X_OK)


def test_the_app_role_alone_cannot_change_tables(postgres_cluster, city_url, tmp_path):
    """As IT installs it: the owner migrates, the server comes as motcua_app."""
    postgres_cluster.run_sql("ALTER ROLE motcua_app LOGIN")
    name = city_url.rpartition("/")[2]
    url = postgres_cluster.url(name, user="motcua_app")
    database = open_database(url, home=tmp_path)
    try:
        with database.read_city() as tx:
            assert tx.execute(text("SELECT current_user")).scalar() == "motcua_board"
        with pytest.raises(Exception, match="must be owner"), database.write(OFFICE) as tx:
            tx.execute(text("DROP TABLE ev"))
    finally:
        database.close()


def test_the_administrators_command_finds_the_installed_city(tmp_path):
    """`motcua-city …` as root: the account, the database and the home of the service."""
    if os.geteuid() != 0:
        pytest.skip("only root changes accounts")
    program = tmp_path / "opt"
    (program / ".venv" / "bin").mkdir(parents=True)
    (program / "deploy").mkdir()
    shutil.copy(DEPLOY / "motcua-city", program / "deploy")
    python = program / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$(id -un) $MOTCUA_CITY_DB $MOTCUA_HOME $*"\n')
    python.chmod(0o755)
    link = tmp_path / "motcua-city"
    link.symlink_to(program / "deploy" / "motcua-city")
    (tmp_path / "city.env").write_text("MOTCUA_CITY_DB=postgresql+psycopg://a@127.0.0.1:6432/x\n")
    for folder in (*tmp_path.rglob("*"), tmp_path, *list(tmp_path.parents)[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [str(link), "office", "add", "all"], capture_output=True, text=True,
        env={"PATH": SYSTEMD_PATH, "MOTCUA_CITY_ENV": str(tmp_path / "city.env"),
             "MOTCUA_CITY_ACCOUNT": "nobody", "MOTCUA_HOME": "/of/a/pc"},
    )  # fmt: skip
    url = "postgresql+psycopg://a@127.0.0.1:6432/x"
    said = f"nobody {url} /var/lib/mot-cua {program}/main.py city office add all"
    assert done.stdout.strip() == said, done.stderr


def test_every_folder_of_ours_is_made_by_a_step_of_the_guide():
    guide = (DEPLOY.parent / "docs" / "city.md").read_text("utf-8")
    made = set(re.findall(r"install -d .*?(/\S+)", guide))
    files = [each for each in DEPLOY.rglob("*") if each.is_file()]
    named = {
        found.rstrip("/.")
        for each in files
        for found in re.findall(r"/(?:var|etc)/[\w/-]*mot-cua[\w/-]*", each.read_text("utf-8"))
    }
    ours = {name for name in named if not name.startswith(("/var/log/nginx", "/etc/mot-cua/city"))}
    for name in ours:
        assert any(name == each or name.startswith(f"{each}/") for each in made), name
