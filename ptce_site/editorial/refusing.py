"""What someone in the editors' room is told where they may not go, or where nothing is."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from . import unsent
from .accounts.querysets import administrators, names_of
from .told import name_of


def not_allowed(request: HttpRequest) -> HttpResponse:
    """403: which role this takes, and who can help."""
    roles = ", ".join(names_of(request.user.groups))
    who = ", ".join(sorted(name_of(one) for one in administrators()))
    words = [
        _("Votre rôle : %s.") % roles if roles else _("Votre compte n’a pas de rôle."),
        _(
            "Publier, retirer, supprimer, rétablir ou clore un signalement demande le rôle "
            "Publication ; les comptes et l’état du site, le rôle Administration. Rien n’a changé."
        ),
        _("Qui peut le faire, ou vous donner ce droit : %s.") % who,
    ]
    return _page(request, 403, _("Votre compte n’a pas ce droit"), words)


def not_there(request: HttpRequest) -> HttpResponse:
    """404: nothing answers at this address of the room."""
    words = [_("L’adresse est incomplète, ou ce qu’elle montrait n’est plus là.")]
    return _page(request, 404, _("Il n’y a rien à cette adresse"), words)


def _page(request: HttpRequest, status: int, title: str, words: list[str]) -> HttpResponse:
    kept = request.method == "POST" and unsent.is_form(request) and unsent.kept(request)
    own: dict[str, Any] = {"title": title, "words": words, "kept": kept}
    context = {**admin.site.each_context(request), **own}
    return TemplateResponse(request, "admin/refused.html", context, status=status).render()
