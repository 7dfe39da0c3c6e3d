"""How the admin's own machinery takes up a form that was posted before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from reversion.admin import VersionAdmin

from . import posted
from .models import Draft
from .publication import State
from .querysets import among
from .titles import TitledAdmin


class PublishingForm(forms.ModelForm):
    """Validated only to be published."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.instance.state = State.PUBLISHED
        start = publication_time(self.data) or timezone.now()
        if data.get("withdraw_at") and data["withdraw_at"] <= start:
            self.add_error(
                "withdraw_at",
                _("Le retrait viendrait avant la publication : choisissez un moment plus tard."),
            )
        return data


def publication_time(data: Mapping[str, Any]) -> datetime | None:
    """When to publish, as typed beside the button; None for now. Raises ValidationError."""
    return forms.DateTimeField(required=False).clean(data.get("_publish_at", "").replace("T", " "))


def was_saved(request: HttpRequest) -> bool:
    """Whether the admin's view saved: for a popup window, it answers 200 then too."""
    return getattr(request, "saved", None) is not None


class TakingUp(VersionAdmin, TitledAdmin):
    """A form can be opened on what was typed (`request.taken_up`) instead of on what is saved."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        data = getattr(request, "taken_up", None)
        if data is None:
            return form

        class TakenUp(form):  # type: ignore[misc, valid-type]
            def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
                super().__init__(data, {}, instance=instance)

        return TakenUp

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        data = getattr(request, "taken_up", None)
        if data is not None:
            kwargs |= {"data": data, "files": {}}
        if "data" in kwargs:  # rows added by others since are not in this form, and stay
            own = posted.keys(kwargs["data"], prefix, inline.model._meta.pk.name)
            kwargs["queryset"] = among(kwargs["queryset"], own)
        return kwargs

    def held(self, thing: Any) -> Any:
        """The thing as it is now, held until the transaction ends; None if it was deleted since."""
        return self.model._base_manager.select_for_update().in_bulk([thing.pk]).get(thing.pk)

    def take_up(self, request: HttpRequest, thing: Any, draft: Draft) -> QueryDict:
        data = self.mended(request, thing, draft.posted)
        form = self.get_form(request, thing, change=thing is not None)(instance=thing)
        posted.complete(data, form, draft.names)
        return data

    def mended(self, request: HttpRequest, thing: Any, data: QueryDict) -> QueryDict:
        data = data.copy()
        for formset, inline in self.get_formsets_with_inlines(request, thing):
            rows = formset(instance=thing, queryset=inline.get_queryset(request)).get_queryset()
            live = [str(row.pk) for row in rows] if thing else []
            key = inline.model._meta.pk.name
            posted.renumber(data, formset.get_default_prefix(), key, live)
        return data

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        request.saved = obj  # type: ignore[attr-defined]
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        request.saved = obj  # type: ignore[attr-defined]
        return super().response_change(request, obj)

    def message_user(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not getattr(request, "silent", False):
            super().message_user(request, *args, **kwargs)
