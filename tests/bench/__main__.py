"""`make bench`: measure everything once, and write it to docs/performance.md.

Everything is served alike (gunicorn.conf.py, two processes), stays up, and is asked in turn, so
that what disturbs the machine disturbs all of them: what counts is ratios of medians. Some twelve
minutes on two cores; QUICK=1 does a tenth of it, to see that it works, and writes nothing.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import machine
from . import ROOT, hostile, report
from .load import Load, load, missing
from .servers import Running, gunicorn, nginx

QUICK = bool(os.environ.get("QUICK"))
ROUNDS = 2 if QUICK else 7
SECONDS = 1 if QUICK else 3
HOSTILE = 500 if QUICK else 10_000
TRIES = 5 if QUICK else 100
SIZES = (23, 500) if QUICK else (23, 500, 5_000)
PORT = int(os.environ.get("BENCH_PORT", "8200"))
COLD = ("/", "/poles/", "/poles/florange-e2i/", "/poles/?region=bretagne", "/tous-les-chiffres/")
GROWING = ("/", "/poles/", "/poles/florange-e2i/", "/poles/?region=bretagne")


def say(what: str) -> None:
    print(f"── {what}", file=sys.stderr, flush=True)


def environment(folder: Path) -> dict[str, str]:
    found = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ptce_site.settings.prod",
        "SECRET_KEY": "only-to-measure-" + "x" * 32,
        "DATA_DIR": str(folder),
        "SITE_URL": f"http://localhost:{PORT}",
        "WEB_CONCURRENCY": "2",
        "BENCH_PAGE": str(folder / "plain" / "page.html"),
    }
    found.pop("DATABASE_URL", None)
    return found


def run(settings: dict[str, str], *command: str) -> str:
    """What a command of ours says."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=settings, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def page_of_the_site(server: Running) -> tuple[bytes, str]:
    """The home page as it is sent to whoever takes gzip: unpacked, and its tag."""
    import gzip
    import urllib.request

    request = urllib.request.Request(server.url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return gzip.decompress(answer.read()), answer.headers["ETag"]


@contextmanager
def contenders(settings: dict[str, str], folder: Path) -> Any:
    """All that is compared, running: name → (server, headers that are sent)."""
    import gzip

    running: list[Running] = []

    def start(make: Callable[..., Running | None], *arguments: Any) -> Any:
        server = make(*arguments)
        if server is not None:
            running.append(server)
        return server

    try:
        site = start(gunicorn, "ptce_site.wsgi:application", PORT, settings, "/")
        body, tag = page_of_the_site(site)
        page = Path(settings["BENCH_PAGE"])
        page.parent.mkdir(exist_ok=True)
        page.parent.chmod(0o755)
        page.write_bytes(body)
        page.with_suffix(".html.gz").write_bytes(gzip.compress(body, 6, mtime=0))
        bare = "tests.bench.bare:"
        found: dict[str, tuple[Running, tuple[str, ...]]] = {}
        for name, path in report.KEPT.items():
            found[name] = site.at(path), ()
        found["304"] = site, (f"If-None-Match: {tag}",)
        found["filtered"] = site.at("/poles/?region=bretagne"), ()
        for number, name in enumerate(("plain", "django", "django_default"), 1):
            found[name] = start(gunicorn, bare + name, PORT + number, settings, "/"), ()
        found["whitenoise"] = (
            start(gunicorn, bare + "whitenoise", PORT + 4, settings, "/page.html"), (),
        )  # fmt: skip
        web = start(nginx, page.parent, PORT + 5, folder, "/page.html.gz")
        if web:
            found["nginx"] = web, ()
        yield site, found
    finally:
        for server in running:
            server.stop()


def in_turn(found: dict[str, tuple[Running, tuple[str, ...]]]) -> dict[str, list[Load]]:
    """Every contender once a round, in an order that turns."""
    for server, headers in found.values():
        load(server, 1, 16, *headers)
    told: dict[str, list[Load]] = {name: [] for name in found}
    names = list(found)
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        for name in names[number % len(names) :] + names[: number % len(names)]:
            server, headers = found[name]
            told[name].append(load(server, SECONDS, 16, *headers))
    return told


def crowd(site: Running) -> list[Load]:
    """Kept pages under 64 connections."""
    return [load(site, SECONDS, 64) for _ in range(ROUNDS)]


def weight(site: Running) -> dict[str, Any]:
    """Memory before and after the addresses that nobody publishes, and a second time over."""
    found: dict[str, Any] = {"before": site.megabytes(), "faults": 0}
    for name in ("after", "again"):
        found["faults"] += hostile.send(PORT, HOSTILE, name)
        found[name] = site.megabytes()
    return found


def growth(settings: dict[str, str], folder: Path) -> dict[int, dict[str, float]]:
    """What pages cost with ever more poles."""
    found = {}
    for size in SIZES:
        say(f"{size} poles")
        apart = folder / f"{size}-poles"  # the site as it was, with more poles
        shutil.copytree(folder, apart, ignore=shutil.ignore_patterns("copy", "plain", "*-poles"))
        more = {**settings, "DATA_DIR": str(apart), "POLES": str(size if size > 23 else 0)}
        told = json.loads(run(more, "-m", "tests.bench.inside", *GROWING).splitlines()[-1])
        found[size] = told["render"]
    return found


def publications() -> str:
    """How late, at most, a publication is seen by all; by the test that CI runs ten times."""
    test = ["-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "tests/test_delivery_servers.py"]
    settings = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "ptce_site.settings.test", "TRIES": str(TRIES),
    }  # fmt: skip
    if machine.postgresql_binaries():
        told = run(settings, "-m", "tests.postgresql", sys.executable, *test)
    else:
        told = run(settings, *test)
    return next(line.strip(".") for line in told.splitlines() if "seen after" in line)


def files(settings: dict[str, str], folder: Path) -> tuple[float, str]:
    """How long the site takes to be written as files, and what the command says last."""
    began = time.monotonic()
    told = run(settings, "manage.py", "publish_static", str(folder / "copy"))
    return time.monotonic() - began, told.strip().splitlines()[-1]


def main() -> int:
    reason = missing()
    if reason:
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="ptce-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx reads as another user
        settings = environment(folder)
        say("a site with the shipped content")
        run(settings, "manage.py", "prepare")
        run(settings, "manage.py", "collectstatic", "--noinput", "-v0")
        say("what an answer costs inside a process")
        inside = json.loads(run(settings, "-m", "tests.bench.inside", *COLD).splitlines()[-1])
        with contenders(settings, folder) as (site, found):
            told = in_turn(found)
            say("64 connections")
            told["crowd"] = crowd(site)
            say(f"{HOSTILE} addresses that nobody publishes, twice")
            memory = weight(site)
        say("the site as files")
        copy = files(settings, folder)
        say(f"{TRIES} publications, two servers on one database")
        seen = publications()
        larger = growth(settings, folder)
    written = report.write(told, inside, memory, copy, seen, larger)
    print(written)
    if not QUICK:
        report.keep(written)
    low = [name for name, runs in told.items() if statistics.median(r.wrong for r in runs)]
    return 1 if low or memory["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
