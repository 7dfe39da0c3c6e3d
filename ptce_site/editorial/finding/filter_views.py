"""Keeping a filter, asking it again, renaming it, deleting it: plain forms."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ..drafting import may_publish
from ..models import SavedFilter
from ..where import list_of
from .asked import known, listing, packed, room_of, unpacked
from .saved import MOST_FILTERS

TAKEN = gettext_lazy("Un filtre s’appelle déjà « %s » : donnez un autre nom.")


@require_http_methods(["GET", "HEAD", "POST"])
def filters_view(request: HttpRequest) -> HttpResponse:
    """The filters kept for one list, to rename or delete; a posted one is kept."""
    room = _room(request, request.POST.get("liste") or request.GET.get("liste", ""))
    if request.method != "POST":
        return _page(request, room)
    kept = _numbered(request, request.POST.get("filtre", ""))
    try:
        if "_delete" in request.POST and kept:
            kept.delete()
            messages.success(request, _("Filtre « %s » supprimé.") % kept)
        elif kept:
            kept.name = _named(request, kept)
            _save(kept)
            messages.success(request, _("Filtre renommé : « %s ».") % kept)
        else:
            return _keep(request, room)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return HttpResponseRedirect(reverse("saved_filters", query={"liste": _label(room)}))


def open_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as a kept filter asks it today; or what no longer fits, said."""
    kept = SavedFilter.objects.seen_by(request.user).numbered(pk)
    room = room_of(kept.label, request) if kept else None
    if room is None:
        raise Http404
    query = unpacked(room, request, kept.query)
    if query is None:
        messages.error(
            request,
            _(
                "Le filtre « %s » ne convient plus : ce qu’il cherchait n’est plus dans cette "
                "liste. Supprimez-le, ou enregistrez-en un autre."
            )
            % kept,
        )
        return HttpResponseRedirect(reverse("saved_filters", query={"liste": kept.label}))
    return HttpResponseRedirect(f"{list_of(room.model)}?{query}")


def _keep(request: HttpRequest, room: Any) -> HttpResponse:
    """Keep what the list is asked now."""
    changes = listing(room, request, known(room, request, request.POST.get("question", "")))
    query = packed(changes) if changes else ""
    if not query or len(query) > 1000:
        raise ValidationError(_("Il n’y a pas de filtre à enregistrer : filtrez d’abord la liste."))
    shared = "tous" in request.POST
    if shared and not may_publish(request):
        raise PermissionDenied
    user: Any = None if shared else request.user
    kept = SavedFilter(user=user, label=_label(room), query=query)
    if SavedFilter.objects.of_list(kept.label).of(user).count() >= MOST_FILTERS:
        words = _("Vous avez déjà %d filtres pour cette liste : supprimez-en un d’abord.")
        raise ValidationError(words % MOST_FILTERS)
    kept.name = _named(request, kept)
    _save(kept)
    messages.success(request, _("Filtre enregistré : « %s ».") % kept)
    return HttpResponseRedirect(f"{list_of(room.model)}?{unpacked(room, request, query) or ''}")


def _named(request: HttpRequest, kept: SavedFilter) -> str:
    """The name typed. Raises ValidationError when it says nothing or is taken."""
    name = " ".join(forms.CharField(max_length=60).clean(request.POST.get("nom", "")).split())
    others = SavedFilter.objects.of_list(kept.label).of(kept.user_id).named(name)
    if any(other.pk != kept.pk for other in others):
        raise ValidationError(TAKEN % name)
    return name


def _save(kept: SavedFilter) -> None:
    """Save it. Raises ValidationError if its name was taken meanwhile, by a double click say."""
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise ValidationError(TAKEN % kept.name) from None


def _numbered(request: HttpRequest, number: str) -> SavedFilter | None:
    """The filter a form names, if it is this person's to change."""
    if not number:
        return None
    seen = SavedFilter.objects.seen_by(request.user)
    kept = seen.numbered(int(number)) if number.isdecimal() and len(number) < 18 else None
    if kept is None or kept.user_id is None and not may_publish(request):
        raise PermissionDenied
    return kept


def _room(request: HttpRequest, label: str) -> Any:
    room = room_of(label, request)
    if room is None:
        raise Http404
    return room


def _page(request: HttpRequest, room: Any) -> HttpResponse:
    filters = SavedFilter.objects.seen_by(request.user).of_list(_label(room))
    context = {
        **admin.site.each_context(request),
        "title": _("Filtres enregistrés"),
        "subtitle": capfirst(room.opts.verbose_name_plural),
        "kept": [(one, bool(one.user_id) or may_publish(request)) for one in filters],
        "label": _label(room),
        "list_address": list_of(room.model),
    }
    return TemplateResponse(request, "admin/editorial/filters.html", context)


def _label(room: Any) -> str:
    return room.model._meta.label_lower
