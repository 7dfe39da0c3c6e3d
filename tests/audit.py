"""`make audit`: known vulnerabilities, licences, secrets, and a list of all that is shipped.

Its tools live in `.venv-audit` (requirements-audit.txt). What cannot be asked without a network is
said, and is no fault; what is found is one. The list (CycloneDX) is left in `var/sbom.json`.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".venv-audit" / "bin"
LOCKS = (
    "requirements.txt", "requirements-dev.txt", "requirements-s3.txt", "requirements-audit.txt",
    "requirements-attack.txt",
)  # fmt: skip
APART = {"requirements-audit.txt", "requirements-attack.txt"}  # in environments of their own
PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
# A licence that would bind what we publish; one that leaves the choice of another does not.
BINDING = re.compile(r"\bA?GPL|General Public License|Affero", re.IGNORECASE)
FREE = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser|ISC|W3C|CNRI|Unlicense",
    re.IGNORECASE,
)
# What says nothing of itself, or is only run to check, read by hand.
READ = {
    "axe-playwright-python": "MIT, says its repository; tests only",
    "djlint": "GPL-3; a linter, nothing of it is shipped",
}
# What looks like a secret and is none: where, and why.
EXAMPLES = {
    "docs/deploying.md": "an example of an address",
    "ptce_site/mediastore.py": "an example of an address, in a message",
    "ptce_site/ops/doctor/told.py": "an example of an address, in a remedy",
    "ptce_site/settings/base.py": "an example of an address, in a message",
    "ptce_site/settings/test.py": "a key for tests",
}


def locked(text: str) -> dict[str, tuple[str, bool]]:
    """What a lock names: package → (version, whether it has a hash)."""
    found = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if match := PINNED.match(block):
            found[match[1].lower()] = match[2], "--hash=sha256:" in block
    return found


def weak_locks(texts: dict[str, str]) -> Iterator[str]:
    """Packages without a hash, files that name an address, versions that two locks disagree on."""
    seen: dict[str, tuple[str, str]] = {}
    for name, text in texts.items():
        for line in text.splitlines():
            if "://" in line and not line.lstrip().startswith("#"):
                yield f"{name} names an address: {line.strip()}"
        for package, (version, hashed) in locked(text).items():
            if not hashed:
                yield f"{name}: {package} has no hash"
            other = seen.setdefault(package, (version, name))
            if other[0] != version and name not in APART:
                yield f"{package} is {other[0]} in {other[1]} and {version} in {name}"


def vulnerable(told: dict) -> tuple[list[str], int]:
    """What pip-audit knows against a package, and how many it could not ask about."""
    found, unasked = [], 0
    for package in told["dependencies"]:
        unasked += "skip_reason" in package
        for one in package.get("vulns", ()):
            mended = ", ".join(one.get("fix_versions") or ["none yet"])
            found.append(
                f"{package['name']} {package['version']}: {one['id']} (mended in {mended})"
            )
    return found, unasked


def unfree(told: list[dict[str, str]]) -> Iterator[str]:
    """Licences that bind, or that nobody has read."""
    for package in told:
        name, licence = package["Name"], package["License"]
        choices = re.split(r"\bOR\b|;", licence)
        bound = all(BINDING.search(one) and "LGPL" not in one and "Lesser" not in one
                    for one in choices)  # fmt: skip
        if name not in READ and (bound or not FREE.search(licence)):
            yield f"{name}: {licence}"


def secrets(told: dict) -> Iterator[str]:
    """What looks like a secret in the files that git keeps, tests' own apart."""
    for name, found in told["results"].items():
        if name not in EXAMPLES and not name.startswith("tests/"):
            for one in found:
                yield f"{name}:{one['line_number']}: {one['type']}"
        elif any(one["type"] == "Private Key" for one in found):
            yield f"{name}: a private key"


def run(*command: str) -> str:
    """What a tool says; its exit code only repeats it."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout


def asked(*command: str, otherwise: str) -> dict | list:
    told = run(*command)
    try:
        return json.loads(told)
    except ValueError:
        raise SystemExit(f"{otherwise}\n{told[-2000:]}") from None


def main() -> int:
    texts = {name: (ROOT / name).read_text() for name in LOCKS}
    faults = {"locks": list(weak_locks(texts))}
    faults["vulnerabilities"], unasked = [], 0
    for name in LOCKS:
        told = asked(
            str(TOOLS / "pip-audit"), "-r", name, "--disable-pip", "--require-hashes", "-f", "json",
            otherwise="pip-audit did not answer.",
        )  # fmt: skip
        known, more = vulnerable(told)  # type: ignore[arg-type]
        faults["vulnerabilities"] += known
        unasked += more
    licences = asked(
        str(TOOLS / "pip-licenses"), "--python", sys.executable, "--format=json",
        otherwise="pip-licenses did not answer.",
    )  # fmt: skip
    faults["licences"] = list(unfree(licences))  # type: ignore[arg-type]
    seen = asked(
        str(TOOLS / "detect-secrets"), "scan",
        "--exclude-files", r"^(requirements.*\.txt|fixtures/.*|locale/.*)$",
        otherwise="detect-secrets did not answer.",
    )  # fmt: skip
    faults["secrets"] = list(secrets(seen))  # type: ignore[arg-type]
    (ROOT / "var").mkdir(exist_ok=True)
    listed = ROOT / "var" / "sbom.json"
    run(str(TOOLS / "cyclonedx-py"), "requirements", "requirements.txt", "-o", str(listed))
    counted = len(json.loads(listed.read_text())["components"])
    if counted != len(locked(texts["requirements.txt"])):
        faults["list"] = [f"{counted} packages in {listed.name}, not as many as are locked"]
    for what, found in faults.items():
        print(f"{what}: {len(found) or 'nothing'} found")
        for one in found:
            print(f"    {one}")
    if unasked:
        print(f"vulnerabilities of {unasked} packages could not be asked: no network, or no answer")
    print(f"{counted} packages listed in {listed.relative_to(ROOT)}")
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
