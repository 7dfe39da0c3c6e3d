"""What hosts start from: units, timers, web servers; and restarts that lose no request."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import pytest

from ptce_site.ops.jobs import JOBS

from . import machine
from .conftest import ROOT
from .test_static_hosts import free_port

pytestmark = pytest.mark.once
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
CLOSED = {
    "NoNewPrivileges": "true", "ProtectSystem": "strict", "ReadWritePaths": "/srv/ptce/var",
    "ProtectHome": "true", "PrivateTmp": "true", "CapabilityBoundingSet": "", "UMask": "0027",
}  # fmt: skip
APP = """
import time, os
def application(environ, start_response):
    time.sleep(0.02)
    names = ("HTTP_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID",
             "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
    told = "\\n".join(f"{n}={environ.get(n, '')}" for n in names).encode()
    start_response("200 OK", [("Content-Length", str(len(told))), ("X-Process", str(os.getppid()))])
    return [told]
"""

AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""


def unit(name: str) -> dict[str, dict[str, str]]:
    found = ConfigParser(interpolation=None, strict=False)
    found.optionxform = str
    found.read(UNITS / name, encoding="utf-8")
    return {section: dict(found[section]) for section in found.sections()}


@pytest.mark.parametrize("name", ["ptce.service", "ptce-job@.service"])
def test_services_may_write_in_their_own_folder_only(name):
    service = unit(name)["Service"]
    assert CLOSED.items() <= service.items()
    assert service["User"] == "ptce"
    assert service["Environment"] == "DJANGO_SETTINGS_MODULE=ptce_site.settings.prod"


def test_each_job_has_its_timer_and_each_timer_its_job():
    timers = {path.stem.removeprefix("ptce-"): unit(path.name) for path in UNITS.glob("*.timer")}
    assert timers.keys() == {job.name for job in JOBS}
    for name, timer in timers.items():
        assert timer["Timer"]["Unit"] == f"ptce-job@{name}.service"
        assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_understands_them(tmp_path):
    """In a copy that names a program which is there: systemd looks for it too."""
    for path in UNITS.iterdir():
        text = re.sub(r"/srv/ptce/\.venv/bin/\w+", "/bin/true", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    shutil.copy(tmp_path / "ptce-job@.service", tmp_path / "ptce-job@backup.service")
    names = [str(path) for path in tmp_path.iterdir() if not path.name.endswith("@.service")]
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True
    )
    said = [line for line in told.stderr.splitlines() if "ptce" in line]
    assert told.returncode == 0 and not said, told.stderr


def test_the_guide_names_every_file_that_is_given():
    guide = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    for path in DEPLOY.rglob("*.*"):
        known = path.name in guide or path.suffix == ".timer" and "ptce-*.timer" in guide
        assert known, path.name


@contextmanager
def gunicorn(folder: Path, *, port: int = 0, held: socket.socket | None = None):
    """A small application served as the site is; on a port, or on a socket that systemd holds."""
    (folder / "small.py").write_text(APP)
    command = [sys.executable, "-m", "gunicorn", "--pythonpath", str(folder), "small:application"]
    environment = os.environ | {"PORT": str(port), "WEB_CONCURRENCY": "1"}
    held_fds = ()
    if held:
        held_fds = (held.fileno(),)
        command = [sys.executable, "-c", AS_SYSTEMD, str(held.fileno()), *command]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, pass_fds=held_fds, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


ANYONE = ssl.create_default_context()
ANYONE.check_hostname, ANYONE.verify_mode = False, ssl.CERT_NONE


def answered(
    port: int, tls: bool = False, path: str = "/recherche/?q=secret", **said: str
) -> http.client.HTTPResponse:
    if tls:
        link = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=ANYONE)
    else:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("GET", path, headers=said)
    answer = link.getresponse()
    answer.text = answer.read().decode()
    link.close()
    return answer


class Visitors:
    """Four of them, each on a connection of its own every time, until they are told to stop."""

    def __init__(self, port: int, tls: bool = False) -> None:
        self.port, self.tls, self.over = port, tls, threading.Event()
        self.statuses, self.faults, self.processes = [], [], set()
        self.threads = [threading.Thread(target=self._visit) for _ in range(4)]

    def _visit(self) -> None:
        while not self.over.is_set():
            try:
                answer = answered(self.port, self.tls)
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(repr(error))
                continue
            self.statuses.append(answer.status)
            self.processes.add(answer.getheader("X-Process"))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    def until_they_met(self, number: int) -> None:
        """As many processes in all; or give up, and the test says how many they were."""
        deadline = time.monotonic() + 20
        while len(self.processes) < number and time.monotonic() < deadline:
            time.sleep(0.02)

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()


def until_answered(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            answered(port)
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("it did not start")


def test_a_restart_behind_the_door_that_systemd_holds_loses_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as door:
        port = door.getsockname()[1]
        with gunicorn(tmp_path, held=door) as first:
            until_answered(port)
            with Visitors(port) as visitors:
                visitors.until_they_met(1)
                first.send_signal(signal.SIGTERM)
                first.wait(20)
                with gunicorn(tmp_path, held=door):
                    until_answered(port)
                    visitors.until_they_met(2)
                    visitors.stop()
    assert not visitors.faults and set(visitors.statuses) == {200}
    assert len(visitors.processes) == 2 and len(visitors.statuses) > 4


# nginx


@contextmanager
def nginx(folder: Path, secure: int, plain: int, *behind: int):
    """deploy/nginx.conf as it is, but for names of files, ports and the servers behind."""
    if not machine.nginx():
        assert not os.environ.get("CI"), "nginx is not installed"
        pytest.skip("nginx was not found (Debian: apt-get install nginx-light)")
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    servers = "\n".join(f"server 127.0.0.1:{port} max_fails=0;" for port in behind)
    for said, here in (
        ("listen [::]:80;", ""), ("listen [::]:443 ssl http2;", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
        ("server 127.0.0.1:8000 max_fails=0;", servers),
        ("/etc/letsencrypt/live/ptce.example.org/fullchain.pem", f"{folder}/cert.pem"),
        ("/etc/letsencrypt/live/ptce.example.org/privkey.pem", f"{folder}/key.pem"),
        ("/var/log/nginx/ptce.log", f"{folder}/access.log"),
    ):  # fmt: skip
        assert said in text, said
        text = text.replace(said, here)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.getuid() == 0 else ""
    paths = " ".join(f"{name}_temp_path {folder};" for name in TEMPORARY)
    (folder / "nginx.conf").write_text(
        f"daemon off; {user} pid {folder}/nginx.pid; events {{ }}\n"
        f"http {{ {paths} include {folder}/site.conf; }}\n"
    )
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", "/CN=ptce.example.org", "-days", "2", "-keyout", f"{folder}/key.pem",
         "-out", f"{folder}/cert.pem"], check=True, capture_output=True,
    )  # fmt: skip
    command = [machine.nginx(), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tried.returncode == 0 and "warn" not in tried.stderr, tried.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            until_answered(plain)
            yield
        finally:
            process.terminate()


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
FORGED = {
    "Host": "ptce.example.org", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example", "Forwarded": "for=203.0.113.9",
    "X-Request-ID": "forged-one",
}  # fmt: skip


def test_nginx_hands_over_nothing_that_a_visitor_forged(tmp_path):
    port, secure, plain = free_port(), free_port(), free_port()
    with gunicorn(tmp_path, port=port), nginx(tmp_path, secure, plain, port):
        until_answered(port)
        told = dict(
            line.split("=", 1) for line in answered(secure, tls=True, **FORGED).text.splitlines()
        )
        assert told["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
        assert told["HTTP_X_FORWARDED_PROTO"] == "https"
        assert told["HTTP_HOST"] == "ptce.example.org"
        assert re.fullmatch("[0-9a-f]{32}", told["HTTP_X_REQUEST_ID"])
        assert not told["HTTP_X_FORWARDED_HOST"] and not told["HTTP_FORWARDED"]
        away = answered(plain, **FORGED)
        assert away.status == 301
        assert away.getheader("Location") == "https://ptce.example.org/recherche/?q=secret"
        for door in ("/admin/compte/mot-de-passe/", "/apercu/"):
            answered(secure, tls=True, path=f"{door}3-secret/", **FORGED)
    line = (tmp_path / "access.log").read_text()
    assert '"GET /admin/compte/mot-de-passe/-" ' in line and '"GET /apercu/-" ' in line
    assert line.startswith("127.0.0.0 [") and '"GET /recherche/" 200' in line
    assert "secret" not in line and "127.0.0.1" not in line


def test_two_instances_restarted_in_turn_lose_nothing(tmp_path):
    """Visitors come by nginx; each instance ends, and starts anew, while the other answers."""
    ports, secure, plain = [free_port(), free_port()], free_port(), free_port()
    with nginx(tmp_path, secure, plain, *ports):
        both = [gunicorn(tmp_path, port=port) for port in ports]
        running = [one.__enter__() for one in both]
        for port in ports:
            until_answered(port)
        try:
            with Visitors(secure, tls=True) as visitors:
                visitors.until_they_met(2)
                for place, port in enumerate(ports):
                    running[place].send_signal(signal.SIGTERM)
                    running[place].wait(20)
                    both[place] = gunicorn(tmp_path, port=port)
                    running[place] = both[place].__enter__()
                    visitors.until_they_met(3 + place)
                visitors.stop()
        finally:
            for one in both:
                one.__exit__(None, None, None)
    assert not visitors.faults and set(visitors.statuses) == {200}
    assert len(visitors.processes) == 4


SAID = 'SITE_URL="https://ptce.example.org"\nPORT=8123\nWEB_CONCURRENCY=5\n'


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "https://ptce.example.org 8123"),
        ({"SITE_URL": "http://localhost:9"}, "http://localhost:9 8123"),
    ],
)
def test_make_listens_to_what_env_says(tmp_path, given, found):
    """A site brought back with its `.env` answers under its own name."""
    (tmp_path / ".env").write_text(SAID)
    clean = {k: v for k, v in os.environ.items() if k not in ("SITE_URL", "PORT", "MAKEFLAGS")}
    said = subprocess.run(
        ["make", "-sf", ROOT / "Makefile", "--eval", "said: ; @echo $$SITE_URL $$PORT", "said"],
        cwd=tmp_path, env=clean | given, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.strip() == found


def test_what_is_tested_has_an_address_of_its_own(tmp_path):
    (tmp_path / ".env").write_text(SAID)
    (tmp_path / "python").write_text('#!/bin/sh\necho "$SITE_URL"\n')
    (tmp_path / "python").chmod(0o755)
    asked = ["make", "-sf", ROOT / "Makefile", "-o", ".venv/.stamp-dev", f"BIN={tmp_path}", "test"]
    said = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "http://localhost:8000"


def test_gunicorn_listens_to_what_env_says(tmp_path):
    shutil.copy(ROOT / "gunicorn.conf.py", tmp_path)
    (tmp_path / ".env").write_text(SAID)
    asked = "from runpy import *; g = run_path('gunicorn.conf.py'); print(g['bind'], g['workers'])"
    clean = {k: v for k, v in os.environ.items() if k not in ("PORT", "BIND", "WEB_CONCURRENCY")}
    for given, found in (({}, "127.0.0.1:8123 5"), ({"WEB_CONCURRENCY": "3"}, "127.0.0.1:8123 3")):
        said = subprocess.run(
            [sys.executable, "-c", asked], cwd=tmp_path, env=clean | given,
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert said.strip() == found
