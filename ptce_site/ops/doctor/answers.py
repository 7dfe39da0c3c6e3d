"""What a question about the installation is answered with."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    FINE = "fine"
    REMARK = "remark"  # worth knowing; the site works
    WRONG = "wrong"  # to put right


@dataclass(frozen=True)
class Answer:
    """`about` names the question in a word; `told` is a sentence, `remedy` what to do about it."""

    about: str
    level: Level
    told: str
    remedy: str = ""


type Question = Callable[[], Answer]


def fine(about: str, told: str) -> Answer:
    return Answer(about, Level.FINE, told)


def remark(about: str, told: str, remedy: str = "") -> Answer:
    return Answer(about, Level.REMARK, told, remedy)


def wrong(about: str, told: str, remedy: str = "") -> Answer:
    return Answer(about, Level.WRONG, told, remedy)
