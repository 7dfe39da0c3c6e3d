"""One word that changes with the content, so that whoever keeps something knows when to forget it.

Saving or deleting anything that visitors read changes it, in the same transaction; a bulk
`update()` says so itself by calling `bump()`.
"""

import secrets
from typing import Any

from django.apps import apps
from django.db.models.signals import m2m_changed, post_delete, post_save

READ_BY_VISITORS = {"pages", "poles", "editorial"}


def _record() -> Any:
    """Asked by name: what the models themselves are made with asks for the version too."""
    return apps.get_model("editorial.ContentVersion").objects


def content_version() -> str:
    """The version in force; one light query. Empty before anything was saved."""
    return _record().current()


def bump() -> None:
    """Say that the content changed."""
    _record().set(secrets.token_hex(8))


def _changed(sender: Any, action: str = "post_", **kwargs: Any) -> None:
    watched = sender._meta.app_label in READ_BY_VISITORS
    if watched and action.startswith("post_") and getattr(sender, "read_by_visitors", True):
        bump()


def watch() -> None:
    """Follow every save, deletion and many-to-many change; called once when Django is ready."""
    for signal in (post_save, post_delete, m2m_changed):
        signal.connect(_changed, dispatch_uid=f"content version {id(signal)}")
