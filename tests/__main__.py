"""`make test`: everything that must pass, then one table of what ran and what could not.

A missing browser, database or gettext is said plainly; under CI=true it is a failure.
"""

import os
import shutil
import subprocess
import sys
import time

from . import machine

BIN = os.path.dirname(sys.executable)
CI = os.environ.get("CI", "").lower() in ("1", "true")
WORKERS = str(min(4, os.cpu_count() or 1))


def steps() -> list[tuple[str, list[str] | None, str, dict[str, str]]]:
    """Every step as (name, command or None, why it cannot run, extra environment)."""

    def tool(name: str) -> str:
        return os.path.join(BIN, name)

    python = [sys.executable]
    pytest = [*python, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal"]
    templates = subprocess.run(
        ["git", "ls-files", "templates/*.html"], capture_output=True, text=True
    ).stdout.split() or ["templates/base.html"]
    xgettext = shutil.which("xgettext")
    postgres = machine.postgresql_binaries()
    browser = machine.chromium()
    return [
        ("lint", [tool("ruff"), "check", "."], "", {}),
        ("format", [tool("ruff"), "format", "--check", "-q", "."], "", {}),
        ("types", [tool("mypy")], "", {}),
        ("templates", [tool("djlint"), "--lint", "--quiet", "templates"], "", {}),
        ("templates", [tool("djade"), "--check", "--target-version", "6.1", *templates], "", {}),
        ("checks", [*python, "manage.py", "check", "--fail-level", "WARNING"], "", {}),
        ("migrations", [*python, "manage.py", "makemigrations", "--check", "--dry-run"], "", {}),
        ("compile", [*python, "manage.py", "compile_catalogues"], "", {}),
        (
            "catalogues",
            [*python, "-m", "tests.catalogues"] if xgettext else None,
            "xgettext was not found (Debian: apt-get install gettext)",
            {},
        ),
        ("tests on SQLite", [*pytest, "-m", "not browser"], "", {"DATABASE_URL": ""}),
        (
            "tests on PostgreSQL",
            [*python, "-m", "tests.postgresql", *pytest, "-m", "not browser"]
            if postgres or os.environ.get("TEST_POSTGRESQL_URL")
            else None,
            "no PostgreSQL server was found (Debian: apt-get install postgresql)",
            {},
        ),
        (
            "tests in Chromium",
            [*pytest, "-m", "browser"] if browser else None,
            "no Chromium was found (Debian: apt-get install chromium)",
            {"DATABASE_URL": ""},
        ),
    ]


def main() -> int:
    results = []
    for name, command, reason, extra in steps():
        if command is None:
            results.append((name, "COULD NOT RUN", reason))
            continue
        print(f"\n── {name}", flush=True)
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ptce_site.settings.test", **extra}
        environment = {key: value for key, value in environment.items() if value}
        began = time.monotonic()
        code = subprocess.run(command, env=environment).returncode
        took = f"{time.monotonic() - began:.0f} s"
        results.append((name, "ok" if code == 0 else "FAILED", took))
    print("\n── what ran")
    for name, outcome, detail in results:
        print(f"{outcome:>14}  {name} ({detail})")
    failed = [r for r in results if r[1] == "FAILED" or (CI and r[1] != "ok")]
    passed = [r for r in results if r[1] == "ok"]
    skipped = len(results) - len(passed) - len(failed)
    print(f"\n{len(passed)} passed, {len(failed)} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
