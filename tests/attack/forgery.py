"""Posts that no page of ours sent: without a token, with another's, from elsewhere."""

from collections.abc import Iterator

from . import detect
from .asking import Asked, Headers
from .digest import changes, digest
from .places import admin_addresses
from .report import Part
from .target import TOKEN, Target

WHO = "administration"
EVIL = f"https://{detect.FOREIGN}"
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def ways(target: Target, path: str) -> Iterator[Asked]:
    """Each forged post for one address, signed in as an administrator. All must be refused."""
    own = ("Origin", target.url)
    session = target.cookies(WHO)
    bare: Headers = [("Cookie", session[0][1].partition("; ")[2])]
    good = f"csrfmiddlewaretoken={TOKEN}&post=yes&_save=&_publish=&action=delete_selected".encode()
    other = good.replace(TOKEN.encode(), b"b" * 32)
    for headers, body in (
        ([*session, own], b"post=yes"),
        ([*session, own], other),
        ([*session, own], good.replace(TOKEN.encode(), b"")),
        ([*session, own], good.replace(TOKEN.encode(), TOKEN.encode()[:31])),
        ([*bare, own], good),
        ([*session, ("Origin", EVIL)], good),
        ([*session, ("Origin", "null")], good),
        ([*session, ("Origin", target.url.replace("localhost", "localhost.evil.example"))], good),
        ([*session, ("Origin", target.url.replace("http:", "https:"))], good),
        ([*session, ("Origin", EVIL), ("Referer", target.url + path)], good),
        ([*session, ("Origin", EVIL), ("X-CSRFToken", TOKEN)], b""),
    ):
        yield Asked("POST", path, [*headers, FORM], body, WHO)
    yield Asked("DELETE", path, [*session, own], b"", WHO)
    yield Asked("PUT", path, [*session, own, FORM], b"post=yes", WHO)


def run(target: Target, share: int) -> Part:
    part = Part("forged posts")
    paths = admin_addresses(target)[::share]
    before = digest(target)
    for path in paths:
        for asked in ways(target, path):
            answer = target.ask(asked)
            part.tried += 1
            for fault in detect.everywhere(asked, answer):
                part.found(f"{asked}: {fault}")
            if answer.status != 403:
                part.found(f"{asked} {asked.headers[1:]}: answer {answer.status}")
            elif "CSRF" in answer.text or "<h1" not in answer.text:
                part.found(f"{asked}: refused, but not in words of ours")
    for origin in (EVIL, "null", ""):
        headers = [FORM, *([("Origin", origin)] if origin else [])]
        body = b"kind=other&message=essai&key=x"
        asked = Asked("POST", "/signaler/", headers, body)
        answer = target.ask(asked)
        part.tried += 1
        if answer.status == 302:
            part.found(f"{asked} from {origin or 'nowhere'}: taken")
    for label, what in sorted(changes(before, digest(target))):
        part.found(f"{label}: {what}")
    part.told = (
        f"{len(paths)} addresses of the room, 13 ways each; every row compared before and after"
    )
    return part
