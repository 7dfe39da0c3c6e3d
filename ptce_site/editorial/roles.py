"""Who may do what: three groups, made by the set-up, which adds to them and never takes away.

A writer changes nothing that visitors see: what they post is a draft, whatever the button
(`drafting`, `base_admin`). That is why their group may "change" publishable things; `publish` is
the permission that makes the difference.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models

from .models import Draft, Image, Report, Source
from .publication import Publishable
from .querysets import all_permissions, permissions_named

ROLES = {
    "redaction": "Rédaction",
    "publication": "Publication",
    "administration": "Administration",
}
PUBLISH = "editorial.publish"
ALL = ("view", "add", "change", "delete")
ACCOUNTS = ("auth", "accounts")  # for administrators only


def set_up_roles() -> None:
    """Make the groups, and give each what belongs to it. Safe at each start, once migrated."""
    for role, name in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        rights = (
            all_permissions() if role == "administration" else permissions_named(rights_of(role))
        )
        group.permissions.add(*rights)


def rights_of(role: str) -> set[tuple[str, str]]:
    """What a writer or a publisher may do, as (application, permission)."""
    edited = [model for model in admin.site._registry if model._meta.app_label not in ACCOUNTS]
    parts = [inline.model for room in admin.site._registry.values() for inline in room.inlines]
    if role == "publication":
        return _named([*edited, *parts], ALL) | {(Draft._meta.app_label, "publish")}
    publishable = [model for model in edited if issubclass(model, Publishable)]
    own = [inline.model for model in publishable for inline in _room(model).inlines]
    return (
        _named([*edited, *parts], ["view"])
        | _named(publishable, ["add", "change"])
        | _named(own, ALL)
        | _named([Source, Image], ["add"])
    )


def publishers() -> Any:
    """The accounts in use whose holders may change what visitors see."""
    return get_user_model().objects.with_perm(PUBLISH)


def _room(model: type[models.Model]) -> Any:
    return admin.site.get_model_admin(model)


def _named(things: Iterable[type[models.Model]], actions: Iterable[str]) -> set[tuple[str, str]]:
    """The permissions for each action on each model; nobody writes reports from the inside."""
    return {
        (model._meta.app_label, f"{action}_{model._meta.model_name}")
        for model in things
        for action in actions
        if not (model is Report and action == "add")
    }
