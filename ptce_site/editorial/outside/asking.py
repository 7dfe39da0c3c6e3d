"""Ask another site whether an address still leads somewhere: politely, briefly, never inside.

One request at a time to a host and two seconds between; HEAD first, GET where HEAD is refused;
headers only, no body; five redirects at most. An address that leads into a private network is not
asked, even when a public name or a redirect points there: the name is resolved once, checked, and
the connection goes to the very address checked.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin, urlsplit

from .record import Problem

MOST_REDIRECTS = 5
MOST_PATIENCE = 7 * 24 * 3600
TRY_GET = {400, 403, 404, 405, 406, 409, 410, 500, 501, 503}
DOORS = {401, 402, 403, 405, 406, 407, 412, 415, 418, 421, 423, 425, 426, 428, 429, 451, 503}
MOVED = {301, 302, 303, 307, 308}
SAFE = "%/:=&?~#+!$,;'@()*[]"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")  # all that the Internet of IPv6 is made of
LOGIN_WORDS = ("login", "signin", "sign-in", "connexion", "/cas/", "auth/", "sso", "captcha")


@dataclass(frozen=True)
class Answer:
    """What came of one address. `wait`: seconds the host asks to be left alone."""

    problem: str = Problem.NONE
    status: int = 0
    redirected_to: str = ""
    wait: int = 0

    @property
    def spoke(self) -> bool:
        """Whether some machine answered at all: the proof that the network is there."""
        return not self.silent and self.problem not in (Problem.BAD_ADDRESS, Problem.INSIDE)

    @property
    def silent(self) -> bool:
        """Whether it may be our own network that is not there."""
        return self.problem in (Problem.NAME, Problem.UNREACHED, Problem.SLOW)


class _Stop(Exception):
    """The end of the road, with its answer."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass
class Asker:
    """Asks addresses one after another, from several threads; remembers when it asked each host."""

    agent: str
    pause: float = 2.0
    timeout: float = 10.0
    longest: float = 30.0
    allowed: Iterable[str] = ()
    _next: dict[str, float] = field(default_factory=dict)
    _turns: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, url: str) -> Answer:
        """Where an address leads today. Never raises for what another machine does."""
        end = time.monotonic() + self.longest
        seen, here = {url}, url
        try:
            for _hop in range(MOST_REDIRECTS + 1):
                status, location, wait = self._one(here, end)
                if status not in MOVED or not location:
                    return self._judged(url, here, status, wait)
                before, here = here, location
                here = urljoin(before, _clean(location))
                if here in seen:
                    return Answer(Problem.LOOP, status)
                seen.add(here)
            return Answer(Problem.LOOP, status)
        except _Stop as stop:
            return Answer(stop.problem)
        except (ValueError, http.client.InvalidURL):
            return Answer(Problem.BAD_ADDRESS if here == url else Problem.NONSENSE)

    def _judged(self, url: str, here: str, status: int, wait: int) -> Answer:
        moved = here if here != url else ""
        if 200 <= status < 300 or status == 304:
            if moved and _asks_to_sign_in(url, here):
                return Answer(Problem.CLOSED_DOOR, status, moved)
            return Answer(Problem.NONE, status, moved)
        if status in (404, 410):
            return Answer(Problem.GONE, status, moved)
        if status in DOORS or wait:
            return Answer(Problem.CLOSED_DOOR, status, moved, wait)
        if status in MOVED:
            return Answer(Problem.NONSENSE, status, moved)
        return Answer(Problem.ERROR if status >= 500 else Problem.REFUSED, status, moved)

    def _one(self, url: str, end: float) -> tuple[int, str, int]:
        """Status, Location and seconds to wait of one address, HEAD and, if need be, GET."""
        try:
            told = self._send("HEAD", url, end)
            if told[0] not in TRY_GET or told[2]:
                return told
        except _Stop as stop:  # some hang up, or say nonsense, on HEAD alone
            if stop.problem not in (Problem.NONSENSE, Problem.SLOW):
                raise
        return self._send("GET", url, end)

    def _send(self, method: str, url: str, end: float) -> tuple[int, str, int]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(url)
        host = (
            parts.hostname.encode("idna").decode() if not _is_ip(parts.hostname) else parts.hostname
        )
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = quote(parts.path or "/", safe=SAFE) + (
            f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
        )
        with self._turn(host):
            left = min(self.timeout, end - time.monotonic())
            if left <= 0:
                raise _Stop(Problem.SLOW)
            return self._exchange(method, parts.scheme, host, port, path, left)

    def _exchange(
        self, method: str, scheme: str, host: str, port: int, path: str, left: float
    ) -> tuple[int, str, int]:
        """One request on one connection, cut after `left` seconds however slowly it drips."""
        connection = http.client.HTTPConnection(host, port, timeout=left)
        connection.sock = self._connect(host, port, left)
        cut = threading.Event()

        def hang_up() -> None:
            cut.set()
            with suppress(OSError):
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

        watch = threading.Timer(left, hang_up)
        watch.daemon = True
        watch.start()
        try:
            if scheme == "https":
                connection.sock = ssl.create_default_context().wrap_socket(
                    connection.sock, server_hostname=host, do_handshake_on_connect=False
                )
                connection.sock.do_handshake()
            default = port == (443 if scheme == "https" else 80)
            name = f"[{host}]" if ":" in host else host
            headers = {
                "Host": name if default else f"{name}:{port}",
                "User-Agent": self.agent,
                "Accept": "*/*",
                "Connection": "close",
            }
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            if cut.is_set():  # what was cut looks like the end of the headers
                raise _Stop(Problem.SLOW)
            wait = _seconds(answer.getheader("Retry-After", ""))
            wait = wait if answer.status in (429, 503) else 0
            return answer.status, answer.getheader("Location", ""), wait
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise _Stop(Problem.SLOW if cut.is_set() else Problem.NONSENSE) from error
        except ssl.SSLError as error:
            raise _Stop(Problem.SLOW if cut.is_set() else Problem.SECURITY) from error
        except TimeoutError as error:
            raise _Stop(Problem.SLOW) from error
        except (http.client.HTTPException, OSError) as error:
            raise _Stop(Problem.SLOW if cut.is_set() else Problem.NONSENSE) from error
        finally:
            watch.cancel()
            connection.close()

    def _connect(self, host: str, port: int, left: float) -> socket.socket:
        """A connection to an address of `host` that is neither private nor local."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise _Stop(Problem.NAME) from error
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        if not all(self._may_reach(address) for address in addresses):
            raise _Stop(Problem.INSIDE)
        for address in addresses[:3]:
            try:
                return socket.create_connection((address, port), timeout=left)
            except TimeoutError:
                slow = True
            except OSError:
                slow = False
        raise _Stop(Problem.SLOW if slow else Problem.UNREACHED)

    def _may_reach(self, address: str) -> bool:
        ip = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
        if ip in _NAT64:
            mapped = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        if any(mapped in ipaddress.ip_network(network) for network in self.allowed):
            return True
        public = ip.is_global and (ip.version == 4 or ip in _UNICAST) or ip in _NAT64
        return public and mapped.is_global and not mapped.is_multicast

    def _turn(self, host: str) -> "_Turn":
        with self._guard:
            return _Turn(self, host, self._turns[host])


@dataclass
class _Turn:
    """One's turn to ask a host: alone, and not before its pause has passed."""

    asker: Asker
    host: str
    lock: threading.Lock

    def __enter__(self) -> None:
        self.lock.acquire()
        time.sleep(max(0.0, self.asker._next.get(self.host, 0.0) - time.monotonic()))

    def __exit__(self, *_error: object) -> None:
        self.asker._next[self.host] = time.monotonic() + self.asker.pause
        self.lock.release()


def _clean(location: str) -> str:
    """A redirect's address as browsers read it: its raw bytes are UTF-8, and a NUL is escaped."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    return location.strip().partition("#")[0].replace("\x00", "%00")


def _asks_to_sign_in(asked: str, here: str) -> bool:
    """Whether one was led to a door: a word of signing in that the address asked does not have."""
    return any(word in here.lower() and word not in asked.lower() for word in LOGIN_WORDS)


def _is_ip(host: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False


def _seconds(told: str) -> int:
    """A Retry-After in seconds, whether it gives a number or a date; a week at most."""
    if told.strip().isdecimal():
        return min(int(told.strip()[:9]), MOST_PATIENCE)
    with suppress(ValueError, TypeError):
        return max(
            0, min(int(parsedate_to_datetime(told).timestamp() - time.time()), MOST_PATIENCE)
        )
    return 0
