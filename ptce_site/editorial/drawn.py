"""What a part of a page shows of other things, said by the app that has the part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Things of one kind: all that is told of them, or what is named.

    `kind` is a label ("poles.pole"); `which` picks among the published ones; `fields` are what is
    shown of each, where that is not everything; `part` is the one kind of their parts shown.
    """

    kind: str
    which: Callable[[Any], bool] | None = None
    fields: tuple[str, ...] = ()
    part: str = ""

    @property
    def said(self) -> tuple:
        """The same in plain values."""
        return self.kind, self.which and self.which.__name__, self.fields, self.part
