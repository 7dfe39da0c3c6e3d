"""Writing down from which French a translation was made, after each change of a thing."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from .fields import Text, other_languages, pieces, rooms, texts
from .models import Translated
from .querysets import Key
from .sources import Noted, judged_right, judgement_undone, outdated_source, reconciled


def key_of(thing: models.Model, language: str) -> Key:
    return ContentType.objects.get_for_model(type(thing)).pk, str(thing.pk), language


def note(thing: models.Model, *, restored: bool = False) -> None:
    """Reconcile what is noted of a thing and its parts with what is saved. Safe to call again.

    To be called before a change (what nobody noted yet is fresh) and after it, in its transaction.
    `restored`: the texts come from the history.
    """
    rows = list(pieces(thing))
    _reconcile(rows, Translated.objects.of(rows).sources(), restored=restored)


def note_everything() -> None:
    """Note all there is, for what was loaded or changed outside the editors' room."""
    models_ = {room.model for room in rooms()} | {
        inline.model for room in rooms() for inline in room.inlines
    }
    noted = Translated.objects.sources()
    for model in models_:
        if texts(model):
            _reconcile(model._base_manager.all(), noted)


def _reconcile(
    rows: Iterable[models.Model], noted: dict[Key, dict[str, Noted]], *, restored: bool = False
) -> None:
    changed = {}
    for row in rows:
        for language in other_languages():
            key = key_of(row, language)
            before = noted.get(key, {})
            after = {
                text.name: reconciled(
                    before.get(text.name, []),
                    text.of(row),
                    text.of(row, language),
                    rich=text.rich,
                    restored=restored,
                )
                for text in texts(type(row))
            }
            after = {name: found for name, found in after.items() if found}
            if after != before:
                changed[key] = after
    if changed:
        Translated.objects.keep(changed)


def judge_right(thing: models.Model, language: str, text: Text) -> bool:
    """Say that a stale translation is still right. False if it is not, or no longer, stale."""
    with transaction.atomic():
        noted = Translated.objects.locked(thing).sources().get(key_of(thing, language), {})
        mine, source = noted.get(text.name, []), text.of(thing)
        if outdated_source(mine, source, text.of(thing, language), rich=text.rich) is None:
            return False
        noted[text.name] = judged_right(mine, source)
        Translated.objects.keep({key_of(thing, language): noted})
    return True


def undo_judgement(thing: models.Model, language: str, text: Text) -> None:
    """Take the last such judgement back; nothing if there was none."""
    with transaction.atomic():
        noted = Translated.objects.locked(thing).sources().get(key_of(thing, language), {})
        if text.name in noted:
            noted[text.name] = judgement_undone(noted[text.name])
            Translated.objects.keep({key_of(thing, language): noted})
