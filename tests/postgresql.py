"""Run a command with DATABASE_URL pointing to a PostgreSQL cluster made for it and thrown away.

`python -m tests.postgresql COMMAND…`. TEST_POSTGRESQL_URL names a server to use instead.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from . import machine


def _unprivileged() -> dict:
    """PostgreSQL refuses to run as root: run it as its own user, or as nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise SystemExit("No user to run PostgreSQL as: neither postgres nor nobody exists.")


@contextmanager
def cluster() -> Iterator[str]:
    """A running throw-away cluster; gives its URL."""
    binaries = machine.postgresql_binaries()
    assert binaries, "PostgreSQL is not installed"
    as_user = _unprivileged()
    folder = tempfile.mkdtemp(prefix="ptce-pg-")
    if as_user:
        os.chown(folder, as_user["user"], as_user["group"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = os.path.join(folder, "data")

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)

    try:
        run(
            f"{binaries}/initdb", "-D", data, "-U", "ptce", "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        run(f"{binaries}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        yield f"postgres://ptce@127.0.0.1:{port}/postgres"
        run(f"{binaries}/pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_of_its_own(folder: Path, name: str) -> Iterator[str]:
    """The address of an empty database: a file, or one on the server that the tests run on."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    import psycopg

    name = f"{name}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> int:
    command = sys.argv[1:]
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": given}).returncode
    with cluster() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
