"""Which backups to keep: one a day for a while, then one a week, then one a month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .archive import Kept, backups

FRESH = timedelta(days=2)


@dataclass(frozen=True)
class Keep:
    """How many days, weeks and months keep their last backup."""

    daily: int = 14
    weekly: int = 8
    monthly: int = 12


def kept(moments: Iterable[datetime], keep: Keep) -> set[datetime]:
    """Those to keep: the last of each of the last days, weeks and months that have one.

    The newest is always among them, and all those of the two days before it: whoever makes one
    more while repairing the site keeps the good one.
    """
    newest_first = sorted(moments, reverse=True)
    found = {moment for moment in newest_first if newest_first[0] - moment < FRESH}
    shapes = {"%Y-%m-%d": keep.daily, "%G-%V": keep.weekly, "%Y-%m": keep.monthly}
    for shape, number in shapes.items():
        last: dict[str, datetime] = {}
        for moment in newest_first:
            last.setdefault(moment.strftime(shape), moment)
        found |= set([*last.values()][: max(number, 0)])
    return found


def rotate(folder: Path, site: str, keep: Keep) -> list[Path]:
    """Remove the backups of this site that are too many; return their paths. Raises OSError.

    What does not read as a backup of this very site is somebody else's, and stays.
    """
    ours: list[Kept] = [one for one in backups(folder) if one.manifest.site == site]
    staying = kept((one.manifest.made for one in ours), keep)
    gone = [one.path for one in ours if one.manifest.made not in staying]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
