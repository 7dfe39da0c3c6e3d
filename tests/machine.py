"""What this machine offers to the tests: a browser, a PostgreSQL server."""

import glob
import os
import shutil


def chromium() -> str | None:
    """The path of a Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((p for n in names if (p := shutil.which(n))), None)


def headless_shell() -> str | None:
    """The path of Debian's Chromium without windows, or None; never instead of one asked for."""
    return None if os.environ.get("CHROMIUM") else shutil.which("chromium-headless-shell")


def postgresql_binaries() -> str | None:
    """The folder that holds initdb and postgres, the newest version first, or None."""
    found = shutil.which("initdb")
    if found:
        return os.path.dirname(os.path.realpath(found))
    versions = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    versions.sort(key=lambda path: int(path.split("/")[4]), reverse=True)
    return os.path.dirname(versions[0]) if versions else None


def nginx() -> str | None:
    """The path of nginx, or None."""
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
