"""Addresses that nobody publishes, each another: what a store without a lid would drown in."""

import http.client
import random
import threading
from collections.abc import Iterator

ALIKE = ("/poles/", "/en/clusters/", "/ess/", "/de/", "/chiffres-cles/")
ODD = ("br;q=0.{0}", "gzip;q=0.{0}, identity", "*;q=0.{0}", "x-{0}", "identity;q=0, br;q=0.{0}")


def addresses(count: int, seed: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Pages that do not exist, query strings, codings, hosts and cookies, in turn; none twice."""
    dice = random.Random(seed)
    for number in range(count):
        word = f"{number}-{dice.getrandbits(40):x}"
        path = dice.choice(ALIKE)
        yield [
            (f"/{word}/", {}),
            (f"{path}{word}", {}),
            (f"{path}?{word}", {}),
            (f"/%{dice.randrange(16, 256):02x}{word}", {}),
            (f"{path}?utm_source={word}&" + "x" * dice.randrange(2000), {}),
            (f"{path}#{word}", {"Accept-Encoding": dice.choice(ODD).format(number)}),
            (path, {"Host": f"{word}.example"}),
            (path, {"Cookie": f"{word}={word}", "If-None-Match": f'"{word}"'}),
            (f"/{word}" * dice.randrange(1, 20), {}),
            (f"{path}?recherche={word}&page={number}", {"Accept-Language": word}),
        ][number % 10]


def send(port: int, count: int, seed: str, threads: int = 8) -> int:
    """Ask for all of them, over kept connections; how many answers were a server's own fault."""
    waiting, lock = addresses(count, seed), threading.Lock()
    faults = 0

    def work() -> None:
        nonlocal faults
        line = http.client.HTTPConnection("localhost", port, timeout=30)
        while True:
            with lock:
                path, headers = next(waiting, ("", {}))
            if not path:
                return
            try:
                line.request("GET", path.partition("#")[0], headers=headers)
                answer = line.getresponse()
                answer.read()
                failed = answer.status >= 500
            except (OSError, http.client.HTTPException):
                line.close()  # it ends a connection that has been idle, or that it refuses
                failed = False
            with lock:
                faults += failed

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return faults
