"""What is wrong somewhere, in words, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong on a page. `rule` is the name it is grouped under in the report."""

    rule: str
    page: str
    what: str
    remedy: str
