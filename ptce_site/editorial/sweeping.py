"""Which files of images are still needed: by the library, its history, pages kept by browsers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from ptce_site.images import cuts

from . import media
from .models import Image
from .versions import held


def sweep_images(*, dry_run: bool = False) -> list[str]:
    """Remove what nothing has needed for thirty days; return the names of the files."""
    now = timezone.now()
    masters, made = set(), set()
    for image in Image.objects.all():
        masters.add(image.master)
        made |= {name for cut in image.cuts.values() for name in cut.names}
    for values, left in _past():
        masters.add(values["master"])
        if left > now - timedelta(days=media.UNUSED_DAYS):
            size, focus = (
                (values["width"], values["height"]),
                (values["focus_x"], values["focus_y"]),
            )
            for cut in cuts(values["master"], size, focus).values():
                made |= set(cut.names)
    return media.sweep(masters, made, now, dry_run=dry_run)


def _past() -> Iterator[tuple[dict, datetime]]:
    """What each version held, and when the next one, or its deletion, took its place."""
    later: dict[str, datetime] = {}
    for version in Image.objects.versions():
        written = version.revision.date_created
        if values := held(version):
            yield values, later.get(version.object_id, written)
        later[version.object_id] = written
