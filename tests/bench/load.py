"""Puts load on a server with wrk, and reads what came of it."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

from .servers import Running

TOLD = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("TOLD %.1f %.3f %.3f %d %d\\n",
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass
class Load:
    """Requests a second; milliseconds at the median and at the 99th percentile; what went wrong.

    `balance` is the share of the work that the less busy of two processes did: 0.5 at best.
    """

    rate: float
    p50: float
    p99: float
    wrong: int
    balance: float


def missing() -> str:
    """What to install before anything can be measured, or nothing."""
    return "" if shutil.which("wrk") else "wrk was not found (Debian: apt-get install wrk)"


def load(server: Running, seconds: int, connections: int, *headers: str, script: str = "") -> Load:
    """Kept connections, one thread, gzip accepted; each header as wrk wants it, "Name: value".

    `script` is Lua that says what else wrk asks for, and when.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + TOLD)
        file.flush()
        sent = [word for header in ("Accept-Encoding: gzip", *headers) for word in ("-H", header)]
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
        before = server.seconds()
        done = subprocess.run(
            [*command, "-s", file.name, *sent, server.url],
            capture_output=True, text=True, timeout=seconds + 60, check=True,
        )  # fmt: skip
        after = server.seconds()
    found = re.search(r"TOLD (.+)", done.stdout)
    assert found, done.stdout + done.stderr
    rate, p50, p99, status, sockets = map(float, found[1].split())
    spent = sorted(after[pid] - before.get(pid, 0) for pid in after)
    balance = spent[0] / sum(spent) if len(spent) == 2 and sum(spent) else 1 / max(len(spent), 1)
    return Load(rate, p50, p99, int(status + sockets), balance)
