"""A turn: let them work, kill the server in the midst of what one of them asks, look."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, connections

from ptce_site.ops.backup.querysets import one_moment

from ..conftest import Server
from .hands import Hand, Person

LOST = "LOST"
PATIENCE = 180  # seconds for an answer, on a machine that does much else


@dataclass
class Tally:
    """What a kind was put through."""

    kills: int = 0
    inside: int = 0  # kills that left something unanswered
    kept: int = 0
    cut: int = 0
    wrong: int = 0

    def __str__(self) -> str:
        return (
            f"killed {self.kills} times on {connection.vendor}, {self.inside} in the midst; "
            f"{self.kept} acknowledged, {self.cut} unanswered; {self.wrong} wrong"
        )

    @property
    def failed(self) -> bool:
        """Whether something was lost, or nothing is proved."""
        return bool(self.wrong or not self.kept or not self.inside)

    def tell(self, what: str, found: str) -> None:
        """Say what was found; what begins with LOST counts."""
        self.wrong += found.startswith(LOST)
        print(f"  {what}{found}", flush=True)


def play(kind: Any, site: Server, times: int, dice: random.Random) -> Tally:
    """Kill `times` times, and look each time; nothing runs in the end."""
    tally, hands = Tally(), kind.hands(site)
    connections.close_all()
    site.start()
    try:
        for hand in hands:
            if isinstance(hand, Person):
                hand.sign_in()
            hand.start()
        wanted = [hand for hand in hands if isinstance(hand, kind.WANTED)]
        for turn in range(times):
            cut = strike(kind, site, hands, wanted[turn % len(wanted)], dice)
            tally.kills += 1
            tally.inside += bool(cut)
            tally.cut += sum(cut.values())
            unanswered = ", ".join(f"{name} {count}" for name, count in cut.items()) or "nothing"
            found = verdict(kind, site, hands)
            tally.tell(f"{turn + 1:2}: unanswered: {unanswered}; ", found)
            site.start()
        if hasattr(kind, "after"):
            tally.tell("then: ", kind.after(site, hands))
        for hand in hands:
            assert hand.kept, f"{hand.name} was never acknowledged: {hand.said}"
    except AssertionError as error:
        tally.tell("", f"{LOST}: {error}")
    finally:
        kill(site, hands)
    tally.tell("in the end: ", verdict(kind, site, hands))
    tally.kept = sum(len(hand.kept) for hand in hands)
    return tally


def strike(
    kind: Any, site: Server, hands: list[Hand], chosen: Hand, dice: random.Random
) -> dict[str, int]:
    """Kill in the midst of what `chosen` asks, once it had an answer; tell what had none."""
    before, cut = len(chosen.kept), {hand.name: hand.cut for hand in hands}
    for hand in hands:
        hand.on.set()
    wait(lambda: len(chosen.kept) > before, lambda: f"{chosen.name} is not kept: {chosen.said}")
    moment = getattr(kind, "moment", any_moment)
    began = 0.0
    while not began or chosen.since != began:  # answered before the moment came: the next one
        began = next_asked(chosen)
        moment(site, chosen, dice)
    kill(site, hands)
    return {hand.name: more for hand in hands if (more := hand.cut - cut[hand.name])}


def kill(site: Server, hands: list[Hand]) -> None:
    """The server, and what runs beside it, at once; ends when everybody has noticed."""
    for hand in hands:
        hand.on.clear()
    with suppress(ProcessLookupError):
        site.kill()
    for hand in hands:
        hand.kill()
    for hand in hands:
        with hand.busy:
            pass


def next_asked(hand: Hand) -> float:
    """When the next thing that it asks began."""
    asked = hand.sent
    wait(lambda: hand.sent > asked and hand.since, lambda: f"{hand.name} asks nothing")
    return hand.since


def any_moment(_site: Server, chosen: Hand, dice: random.Random) -> None:
    time.sleep(dice.uniform(0, chosen.took))


def wait(ready: Callable[[], object], otherwise: Callable[[], str]) -> None:
    """Until it is so. Raises AssertionError after PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.001)


def verdict(kind: Any, site: Server, hands: list[Hand]) -> str:
    """What is there, read past the site; begins with LOST where something is not right."""
    try:
        quiet()
        with one_moment("default"):
            sound(kind.MODELS)
            return kind.look(site, hands)
    except AssertionError as error:
        return f"{LOST}: {error}"
    finally:
        connections.close_all()  # the server finds the files as the kill left them


def quiet() -> None:
    """Wait until PostgreSQL is done with whoever was killed."""
    if connection.vendor == "postgresql":
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        wait(lambda: not told(others + "AND pid <> pg_backend_pid()"), lambda: "still connected")


def sound(models: tuple[str, ...]) -> None:
    """The file is whole, nothing points nowhere, each row passes its constraints."""
    if connection.vendor == "sqlite":
        assert told("PRAGMA integrity_check") == "ok", told("PRAGMA integrity_check")
    connection.check_constraints()
    for label in models:
        for row in apps.get_model(label)._base_manager.all():
            try:
                row.validate_constraints()
            except ValidationError as error:
                raise AssertionError(f"{label} {row.pk}: {error}") from error


def told(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]
