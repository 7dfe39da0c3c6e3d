"""A change made from a list: one revision a thing, and a draft in progress that follows it."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from reversion import create_revision, set_comment, set_user

from .models import Draft
from .posted import as_posted
from .version_querysets import last_number
from .versions import keep_first

Posted = dict[str, list[str]]


def change(
    room: Any, request: HttpRequest, thing: Any, values: dict[str, Any], comment: str
) -> None:
    """Give a thing these values, and write down who did; to be called in a transaction.

    Its draft, if there is one, takes them over where nobody had typed anything else: published
    later, it would otherwise put the old ones back. It then starts from the new version; else
    who publishes it is asked, field by field.
    """
    draft = Draft.objects.of(thing).select_for_update().first()
    before, seen = _untouched(room, request, thing, values) if draft else {}, last_number(thing)
    keep_first(thing)
    with create_revision():
        set_user(request.user)
        set_comment(comment)
        for name, value in values.items():
            setattr(thing, name, value)
        # "updated_at" is told to visitors: a rank or a date of review is no change of the text.
        thing.save(update_fields=[*values, *(["updated_at"] if "state" in values else [])])
    if draft:
        after = _untouched(room, request, thing, values)
        same = [key for key in after if draft.data.get(key) == before[key]]
        draft.data |= {key: after[key] for key in same}
        if draft.seen == seen and len(same) == len(after):
            draft.seen = last_number(thing)
        draft.saves += 1  # who has it open is told
        draft.save(update_fields=["data", "seen", "saves"])


def _untouched(room: Any, request: HttpRequest, thing: models.Model, names: Any) -> Posted:
    """What the form of a thing would send for these fields if nobody touched them."""
    form = room.get_form(request, thing, change=True)(instance=thing)
    fields = [as_posted(form[name]) for name in names if name in form.fields]
    return {key: values for field in fields for key, values in field.items()}
