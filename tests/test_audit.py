"""`make audit` sees what it is for; its tools themselves run apart."""

from .audit import LOCKS, ROOT, locked, secrets, unfree, vulnerable, weak_locks

HASH = "    --hash=sha256:" + "0" * 64
GOOD = f"django==6.1 \\\n{HASH}\npillow==12.0 ; python_version > '3' \\\n{HASH}\n"


def test_the_locks_are_whole():
    texts = {name: (ROOT / name).read_text() for name in LOCKS}
    assert not list(weak_locks(texts))
    assert len(locked(texts["requirements.txt"])) > 30


def test_a_weak_lock_is_told():
    assert not list(weak_locks({"a.txt": GOOD}))
    bare = GOOD + "brotli==1.0\n"
    assert list(weak_locks({"a.txt": bare})) == ["a.txt: brotli has no hash"]
    found = list(weak_locks({"a.txt": "--index-url https://x.example/\n" + GOOD}))
    assert "names an address" in found[0]
    found = list(weak_locks({"a.txt": GOOD, "b.txt": GOOD.replace("6.1", "6.0")}))
    assert found == ["django is 6.1 in a.txt and 6.0 in b.txt"]


def test_what_is_known_against_a_package_is_told():
    told = {
        "dependencies": [
            {"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]},
            {"name": "b", "version": "1", "vulns": []},
            {"name": "c", "skip_reason": "no network"},
        ]
    }
    assert vulnerable(told) == (["a 1: X-1 (mended in 2)"], 1)


def test_licences_that_bind_or_that_nobody_read_are_told():
    told = {
        "a": "MIT", "b": "GPL-3.0-only", "c": "UNKNOWN", "d": "LGPL-3.0-only",
        "e": "GNU General Public License v2 (GPLv2); Mozilla Public License 1.1 (MPL 1.1)",
        "f": "AGPL-3.0", "g": "MIT AND GPL-3.0-only", "djlint": "GPL-3.0-or-later",
    }  # fmt: skip
    found = unfree([{"Name": name, "License": licence} for name, licence in told.items()])
    assert [one.split(":")[0] for one in found] == ["b", "c", "f", "g"]


def test_secrets_are_told_but_not_examples():
    one = [{"type": "Secret Keyword", "line_number": 3}]
    told = {"results": {"docs/deploying.md": one, "ptce_site/wsgi.py": one, "tests/a.py": one}}
    assert list(secrets(told)) == ["ptce_site/wsgi.py:3: Secret Keyword"]
    key = [{"type": "Private Key", "line_number": 1}]
    assert list(secrets({"results": {"tests/a.py": key}})) == ["tests/a.py: a private key"]
