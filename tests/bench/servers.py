"""Servers to be measured: started alike, their processes counted, weighed and timed."""

import copy
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from . import ROOT

TICKS = os.sysconf("SC_CLK_TCK")  # a second
NGINX = """
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
daemon off;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ text/html html; }}
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} reuseport;
        root {root};
        location ~ \\.gz$ {{ add_header Content-Encoding gzip; default_type text/html; }}
    }}
}}
"""


class Running:
    """A server and its processes; `url` is the address that load is put on."""

    def __init__(self, command: list[str], environment: dict[str, str], url: str) -> None:
        self.url = url
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(url)
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise SystemExit(f"{command[0]} did not start: {' '.join(command)}")

    def at(self, path: str) -> "Running":
        """The same server, another address."""
        other = copy.copy(self)
        other.url = self.url.rstrip("/") + path
        return other

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def workers(self) -> list[int]:
        """The processes under the first one."""
        return list(_under(self.process.pid))

    def seconds(self) -> dict[int, float]:
        """The processor's time that each worker has taken."""
        found = {}
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            found[pid] = (int(fields[11]) + int(fields[12])) / TICKS
        return found

    def megabytes(self) -> tuple[float, float]:
        """Memory of all the processes: what is shared counted once (PSS), then each time (RSS)."""
        pss = rss = 0
        for pid in [self.process.pid, *self.workers()]:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                pss += int(line.split()[1]) if line.startswith("Pss:") else 0
                rss += int(line.split()[1]) if line.startswith("Rss:") else 0
        return pss / 1024, rss / 1024


def _under(pid: int) -> Iterator[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in map(int, children):
        yield child
        yield from _under(child)


def gunicorn(application: str, port: int, environment: dict[str, str], path: str) -> Running:
    """An application behind gunicorn, set as the site is."""
    program = str(Path(sys.executable).with_name("gunicorn"))
    command = [program, "-c", str(ROOT / "gunicorn.conf.py"), application]
    settings = {**environment, "PORT": str(port), "BIND": f"127.0.0.1:{port}"}
    return Running(command, settings, f"http://localhost:{port}{path}")


def nginx(root: Path, port: int, folder: Path, path: str) -> Running | None:
    """nginx with as many processes, or None where there is none."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        return None
    told = folder / "nginx.conf"
    workers = os.environ.get("WEB_CONCURRENCY", "2")
    told.write_text(NGINX.format(workers=workers, folder=folder, port=port, root=root))
    command = [program, "-p", str(folder), "-c", str(told)]
    return Running(command, dict(os.environ), f"http://localhost:{port}{path}")
