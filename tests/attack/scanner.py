"""Wapiti, in an environment of its own (requirements-attack.txt), against this server only."""

import json
import os
import subprocess
from pathlib import Path

from . import ROOT
from .report import Part
from .target import Target

PROGRAM = ROOT / ".venv-attack" / "bin" / "wapiti"
# Not `ssrf`, `log4shell`, `spring4shell`, `takeover`, `xxe`: they ask servers of others. Not those
# that look for products we do not use, or fetch lists (`nikto`, `wapp`, `cms`). Not `csrf`, which
# takes two refusals alike for a token that nobody checks, and knows no form without a cookie;
# `forgery` posts to every address instead, and reads the database.
MODULES = (
    "backup", "crlf", "exec", "file", "htaccess", "methods", "permanentxss", "redirect",
    "sql", "timesql", "upload", "xss",
)  # fmt: skip


def run(target: Target, seconds: int, who: str = "") -> Part:
    """Crawl and attack for at most `seconds`, as a visitor or signed in."""
    part = Part(f"Wapiti, as {who or 'a visitor'}")
    if not PROGRAM.exists():
        part.told = "not installed (`make attack` installs it): not tried"
        return part
    folder = Path(target.folder)
    told = folder / f"wapiti-{who or 'visitor'}.json"
    command = [
        str(PROGRAM), "-u", f"{target.url}{'/admin/' if who else '/'}", "--scope", "folder",
        "-m", ",".join(MODULES), "-f", "json", "-o", str(told), "--no-bugreport", "-v", "0",
        "-S", "normal", "--max-scan-time", str(seconds),
        "--max-attack-time", str(max(30, seconds // len(MODULES))),
        "--flush-session", "--store-session", str(folder / "wapiti"),
        "--store-config", str(folder / "wapiti-config"), "--tasks", "4", "-t", "30",
        "--external-endpoint", "http://127.0.0.1:1/",
    ]  # fmt: skip
    for path in ("/admin/logout/", "/admin/compte/*", "/static/*", "/media/*"):
        command += ["-x", f"{target.url}{path}"]
    if who:
        # Not with --drop-set-cookie, which drops this one too.
        command += ["-C", dict(target.cookies(who))["Cookie"]]
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment["HOME"] = str(folder)
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=seconds * 2 + 300
    )
    if not told.exists():
        part.found(f"no report: {done.stdout[-300:]}{done.stderr[-300:]}")
        return part
    report = json.loads(told.read_text(encoding="utf-8"))
    infos = report.get("infos", {})
    part.tried = int(infos.get("crawled_pages_nbr", 0) or 0)
    for key in ("vulnerabilities", "anomalies"):
        for name, ones in report.get(key, {}).items():
            for one in ones:
                part.found(f"{name}: {one.get('method')} {one.get('path')}: {one.get('info')}")
    part.told = f"pages found, by {len(MODULES)} modules in {seconds // 60} minutes at most"
    return part
