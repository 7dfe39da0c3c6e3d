"""What is saved at once, without a draft: the second to save is told all the same."""

import copy
from typing import Any

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from .conflicts import find_conflict, give_back
from .taking_up import TakingUp
from .version_querysets import last_number


class GuardedAdmin(TakingUp):
    """The form says which version it was opened on; what changed since is shown, never covered."""

    change_form_template = "admin/editorial/guarded_form.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id))
        extra: dict[str, Any] = {**(extra_context or {}), "seen": last_number(thing)}
        if thing is None or request.method != "POST" or "_seen" not in request.POST:
            return super().change_view(request, object_id, form_url, extra)
        data = give_back(self, request, thing, self.mended(request, thing, request.POST))
        request.POST = data  # type: ignore[assignment]
        with transaction.atomic():
            pk, thing = thing.pk, self.held(thing)
            if thing is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
            if str(last_number(thing)) != data["_seen"]:
                extra["conflict"] = find_conflict(self, request, thing, data, None)
            if not extra.get("conflict"):
                return super().change_view(request, object_id, form_url, extra)
        asked = copy.copy(request)
        asked.method = "GET"
        asked.taken_up = data  # type: ignore[attr-defined]
        return super().change_view(asked, object_id, form_url, extra)
