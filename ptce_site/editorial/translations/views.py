"""The board of translations, and what is judged right on it."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .board import Board
from .fields import rooms
from .judging import judge


@require_safe
def board_view(request: HttpRequest) -> HttpResponse:
    if not any(room.has_view_permission(request) for room in rooms()):
        raise PermissionDenied
    title = _("Traductions")
    context = {**admin.site.each_context(request), "title": title, "board": Board(request)}
    return TemplateResponse(request, "admin/editorial/translations.html", context)


@require_POST
def judge_view(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(judge(request))
