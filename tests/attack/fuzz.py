"""Requests made of noise: on every address, as a visitor and as each role."""

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from . import detect
from .asking import Asked, Headers
from .places import admin_addresses, public_addresses
from .report import Part
from .target import ROLES, TOKEN, Target

METHODS = ("GET",) * 8 + ("POST",) * 6 + (
    "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "XQ7", "CONNECT",
)  # fmt: skip
WORDS = (
    "", "0", "-1", "1", "99999999999999999999", "1e309", "NaN", "null", "true", "[]", "{}", "'",
    '"', "';--", "' OR '1'='1", "1) OR (1=1", "%00", "\x00", "\ud7ff", "é", "’", "\u202e", "\ufeff",
    "a" * 5000, "<xq7>", '"><xq7 onload=1>', "{{7*7}}", "{% debug %}", "${7*7}",
    "../../../../etc/passwd", "..%2f..%2f.env", "%c0%ae%c0%ae/", "\\..\\", "//evil.example/",
    "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\r\nSet-Cookie: xq7=1",
    "%0d%0aSet-Cookie:%20xq7=1", "2026-13-45", "24:61", "٣", "１", "1_000", "0x10", "+1", "1,5",
    " 1 ", "fr", "publié", "on", "%", "%zz", "%ff%fe",
)  # fmt: skip
NAMES = (
    "q", "recherche", "page", "p", "o", "e", "next", "region", "departement", "secteur", "appel",
    "tri", "lang", "_popup", "_to_field", "_changelist_filters", "_draft", "_publish", "_preview",
    "_save", "_seen", "action", "select_across", "_selected_action", "post", "draft", "term",
    "app_label", "model_name", "field_name", "object_id", "version_id1", "version_id2", "is_popup",
    "pk", "id", "title_fr", "name", "slug", "utm_source", "state__exact", "id__in", "pk__gt",
    "password", "all", "carried", "file", "xq7", "next[]", "a.b", "__proto__",
)  # fmt: skip
HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Accept-Charset", "If-None-Match",
    "If-Modified-Since", "If-Match", "If-Unmodified-Since", "Range", "If-Range", "Referer",
    "Origin", "User-Agent", "X-Request-ID", "X-Requested-With", "X-Forwarded-For",
    "X-Forwarded-Proto", "X-HTTP-Method-Override", "Sec-Purpose", "Purpose", "Content-Encoding",
    "Content-Language", "Cookie", "Authorization", "Via", "X-Original-URL", "X-Rewrite-URL",
    "X-CSRFToken", "Sec-Fetch-Site", "Save-Data", "TE", "Cache-Control", "Pragma", "DNT", "Date",
    "From",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=xq7", "multipart/form-data",
    "application/json", "text/plain", "application/x-www-form-urlencoded; charset=utf-16", "",
    "xq7", "application/x-www-form-urlencoded; charset=nope",
    "multipart/form-data; boundary=" + "b" * 300, "text/plain; b*=nope''x",
    "text/plain; charset=rot13", "text/plain; charset=undefined", "text/plain; charset=utf-7",
    "text/plain; charset=unicode_escape",
    "multipart/form-data; boundary=xq7; charset=unicode_escape",
)  # fmt: skip
# What would end the sessions of the run, or take away its accounts: tried without a token only.
ENDING = ("logout", "abandonner", "sessions", "password", "/delete/", "auth/user")


class Noise:
    """Requests in an order that the seed decides."""

    def __init__(self, target: Target, seed: str) -> None:
        self.dice = random.Random(seed)
        self.target = target
        self.public, self.room = public_addresses(target), admin_addresses(target)

    def requests(self, count: int) -> Iterator[Asked]:
        """Each address in turn, as each of those who may ask, until there are enough."""
        pairs = [(path, "") for path in self.public]
        pairs += [(path, who) for path in self.room for who in ("", *ROLES)]
        for number in range(count):
            path, who = pairs[number % len(pairs)]
            yield self.one(path, who)

    def word(self) -> str:
        dice = self.dice
        if dice.random() < 0.15:
            return "".join(chr(dice.randrange(1, 0x2FF)) for _ in range(dice.randrange(1, 40)))
        return dice.choice(WORDS)

    def one(self, path: str, who: str) -> Asked:
        dice = self.dice
        method = dice.choice(METHODS)
        headers: Headers = list(self.target.cookies(who)) if who else []
        if dice.random() < 0.3:
            path = self.bent(path)
        if dice.random() < 0.6:
            mark = "&" if "?" in path else "?"
            path += mark + self.query()
        headers += [(dice.choice(HEADERS), self.value()) for _ in range(dice.choice((0, 0, 1, 3)))]
        asked = Asked(method, self.sendable(path), headers, who=who)
        if method in ("POST", "PUT", "PATCH"):
            self.fill(asked)
        return asked

    def sendable(self, path: str) -> str:
        """A line of a request has no space and no end of line: gunicorn would read another one."""
        if self.dice.random() < 0.03:
            return path.replace("\r\n", "")
        return quote(path, safe="/%?&=;:@!$'()*+,~.[]{}|\\^`\"<>#-_")

    def value(self) -> str:
        return self.word().replace("\r", " ").replace("\n", " ").replace("\x00", "")

    def bent(self, path: str) -> str:
        dice = self.dice
        pieces = path.strip("/").split("/")
        at = dice.randrange(len(pieces))
        way = dice.randrange(6)
        if way == 0:
            pieces[at] = self.word()
        elif way == 1:
            pieces.insert(at, dice.choice(("..", ".", "", "%2e%2e", "en", "de", "fr")))
        elif way == 2:
            pieces[at] = pieces[at].upper()
        elif way == 3:
            return "/" * dice.randrange(2, 5) + path.lstrip("/")
        elif way == 4:
            return path.rstrip("/") + self.word()
        else:
            pieces[at] = "".join(f"%{b:02x}" for b in pieces[at].encode())
        return "/" + "/".join(pieces) + "/"

    def query(self) -> str:
        dice = self.dice
        if dice.random() < 0.1:
            return self.word()
        found = [(dice.choice(NAMES), self.word()) for _ in range(dice.choice((1, 1, 2, 5, 40)))]
        return urlencode(found, errors="replace")

    def fill(self, asked: Asked) -> None:
        """A body: of a kind that it says, or not; whole, cut, or longer than is taken."""
        dice = self.dice
        data = {dice.choice(NAMES): self.word() for _ in range(dice.choice((0, 1, 3, 12)))}
        kind = dice.choice(TYPES[:3] * 3 + TYPES)
        safe = not asked.who or not any(word in asked.path for word in ENDING)
        if safe and dice.random() < 0.7:
            data["csrfmiddlewaretoken"] = TOKEN
            asked.headers.append(("Origin", self.target.url))
            if not asked.who:
                asked.headers.append(("Cookie", f"csrf={TOKEN}"))
        if "json" in kind:
            body = json.dumps(data)
        elif "multipart" in kind:
            body = "".join(
                f'--xq7\r\nContent-Disposition: form-data; name="{name}"'
                f"{dice.choice(('', '; filename="../../x.svg"'))}\r\n\r\n{value}\r\n"
                for name, value in data.items()
            ) + dice.choice(("--xq7--\r\n", "", "--xq7"))
        else:
            body = urlencode(data, errors="replace")
        asked.body = body.encode("utf-8", "replace")
        way = dice.random()
        if way < 0.1:
            asked.body = asked.body[: len(asked.body) // 2]
        elif way < 0.12:
            asked.body += b"&x=" + b"y" * dice.choice((70_000, 3_000_000))
        elif way < 0.14:
            asked.body += "".join(f"&n{n}=" for n in range(1500)).encode()
        elif way < 0.2:
            asked.body = dice.randbytes(dice.randrange(1, 500))
        if dice.random() < 0.03:
            asked.length = False
            asked.headers.append(("Content-Length", dice.choice(("0", "-1", "1", "x", "1, 2"))))
        asked.headers.append(("Content-Type", kind))


def run(target: Target, count: int, seed: str, threads: int = 4) -> Part:
    """Send `count` requests; the sessions must still be there at the end, or it proves little."""
    part = Part("noise")
    noise, lock = Noise(target, seed), threading.Lock()
    waiting = noise.requests(count)
    statuses: Counter[int] = Counter()

    def work() -> None:
        while True:
            with lock:
                asked = next(waiting, None)
            if asked is None:
                return
            try:
                answer = target.ask(asked)
                faults = list(detect.everywhere(asked, answer))
            except TimeoutError:
                answer, faults = None, ["no answer within a minute"]
            with lock:
                statuses[answer.status if answer else 0] += 1
                part.tried += 1
                for fault in faults:
                    part.found(f"{asked}: {fault}")

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for who in ROLES[1:]:
        status = target.get("/admin/", who).status
        if status != 200:
            part.found(f"the session of {who} did not last: answer {status}")
    part.told = (
        f"seed {seed}; {len(noise.public)} public addresses, {len(noise.room)} of the room × 5; "
        "answers: "
        + (", ".join(f"{n:,} × {status or 'closed'}" for status, n in sorted(statuses.items())))
    )
    return part
