"""Hosts that are not ours, said in every way there is: none may come back."""

import time
from collections.abc import Iterator

from . import detect
from .asking import Asked, Headers
from .report import Part
from .target import TOKEN, Target

EVIL = detect.FOREIGN
PLACES = (
    "/", "/en/", "/poles", "/poles/", "/poles/florange-e2i/", "/poles/florange-e2i", "/accueil/",
    "/fil.atom", "/en/feed.atom", "/sitemap.xml", "/sitemap-poles.xml", "/robots.txt",
    "/site.webmanifest", "/carte/embed/", "/.well-known/security.txt", "/nulle-part/", "/admin/",
    "/admin/login/", "/admin/compte/mot-de-passe-oublie/", "/signaler/", "/recherche/?q=pole",
    "/poles/poles.csv", "/donnees/chiffres.csv", "/apercu/x/", "/healthz", "/poles/poles.geojson",
    "/partage/fr/poles.pole/florange-e2i.png", "/static/css/site/site.css",
)  # fmt: skip
FORWARDED = (
    "X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-HTTP-Host-Override", "X-Original-Host",
    "X-Real-Host", "X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP",
    "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Proto", "X-Forwarded-Scheme",
    "X-Forwarded-Port", "X-Forwarded-Prefix", "SCRIPT_NAME", "SCRIPT-NAME", "X-Script-Name",
    "Referer", "Origin", "Base-Url", "Destination", "Via", "From", "Client-IP", "X-Wap-Profile",
)  # fmt: skip


def ways(own: str, path: str) -> Iterator[Asked]:
    """Each way to name another host in a request for one address."""
    for host in (
        EVIL, f"{EVIL}:80", f"{own}@{EVIL}", f"{EVIL}#{own}", f"{own}.{EVIL}", f"{own},{EVIL}",
        f"{own} {EVIL}", f"{EVIL}/{own}", f"localhost:{EVIL}", f"localhost:80@{EVIL}",
        f"{EVIL}\\{own}", f"[{EVIL}]", f"{EVIL}.", f"localhost:0{EVIL}", f"\t{EVIL}",
        f"{EVIL}?{own}", f"{EVIL}%00{own}", f"localhost\"><xq7>{EVIL}",
    ):  # fmt: skip
        yield Asked(path=path, headers=[("Host", host)], host=False)
    twice: Headers = [("Host", own), ("Host", EVIL)]
    yield Asked(path=path, headers=twice, host=False)
    yield Asked(path=path, headers=twice[::-1], host=False)
    yield Asked(path=path, headers=[("Host", own), (" Host", EVIL)], host=False)
    yield Asked(path=f"http://{EVIL}{path}")
    yield Asked(path=f"http://{EVIL}{path}", headers=[("Host", EVIL)], host=False)
    yield Asked(path=f"//{EVIL}{path}")
    yield Asked(path=f"/\\{EVIL}{path}")
    yield Asked(path=f"///{EVIL}/%2f..{path}")
    for name in FORWARDED:
        value = f"https://{EVIL}/" if name in ("Referer", "Origin", "Destination") else EVIL
        yield Asked(path=path, headers=[(name, value)])
    for value in (f"host={EVIL}", f"for={EVIL};host={EVIL};proto=https", f'host="{EVIL}"'):
        yield Asked(path=path, headers=[("Forwarded", value)])


def echoes(asked: Asked) -> bool:
    """A page may say again the very address that it was asked for, as a text or a path of ours."""
    return EVIL in asked.path


def run(target: Target) -> Part:
    """Ask for each address in each way, then once plainly: nothing forged was kept either."""
    part = Part("forged hosts")
    own = f"localhost:{target.port}"
    for path in PLACES:
        for asked in ways(own, path):
            answer = target.ask(asked)
            part.tried += 1
            faults = [*detect.everywhere(asked, answer)]
            if not echoes(asked):
                faults += detect.names_another(answer)
            for fault in faults:
                part.found(f"{asked} {asked.headers}: {fault}")
        for fault in detect.names_another(target.get(path)):
            part.found(f"{path}, asked plainly afterwards: {fault}")
    letters(target, part)
    part.told = f"{len(PLACES)} addresses; letters of the password form too"
    return part


def letters(target: Target, part: Part) -> None:
    """The letter that resets a password leads to SITE_URL, whatever the host asked for."""
    path = "/admin/compte/mot-de-passe-oublie/"
    body = f"csrfmiddlewaretoken={TOKEN}&email=publication%40example.org".encode()
    for name in ("X-Forwarded-Host", "Forwarded", "X-Forwarded-Server", "X-Original-Host"):
        headers: Headers = [
            *target.cookies(""),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", target.url),
            (name, f"host={EVIL}" if name == "Forwarded" else EVIL),
        ]
        target.ask(Asked("POST", path, headers, body))
        part.tried += 1
    told, deadline = target.mail.kept, time.monotonic() + 20  # letters leave after the answer
    while not told and time.monotonic() < deadline:
        time.sleep(0.2)
    if not told:
        part.found("no letter was written: the password form was not tried")
    for text in told:
        if EVIL in text:
            part.found("a letter names the forged host")
        if target.url not in text:
            part.found("a letter does not lead to this site")
