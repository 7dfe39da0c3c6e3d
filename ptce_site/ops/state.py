"""The state of the site, for administrators: jobs, backups, mail, disk, version, kept pages.

Made of what `doctor` looks at. Its sentences are for the host, in English, and are shown as such.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ptce_site.editorial.numbers import number
from ptce_site.editorial.told import moment

from .doctor.answers import Level
from .doctor.everything import QUICK, examine
from .doctor.machine import GIGABYTE, OLD, newest_backup, room
from .errormail import NOWHERE
from .jobs import State, states
from .models import JobRun
from .version import version

PERMISSION = "ops.view_jobrun"
JOBS = {
    "publish_due": gettext_lazy("Publications et retraits programmés"),
    "purge": gettext_lazy("Effacement des données personnelles"),
    "check_links": gettext_lazy("Vérification des liens"),
    "remind_reviews": gettext_lazy("Rappel des relectures"),
    "sweep_images": gettext_lazy("Ménage des images"),
    "backup": gettext_lazy("Sauvegarde"),
}
OUTCOMES = {
    JobRun.Outcome.BEGAN: gettext_lazy("commencée, pas finie"),
    JobRun.Outcome.DONE: gettext_lazy("réussie"),
    JobRun.Outcome.FAILED: gettext_lazy("échouée"),
}


@dataclass(frozen=True)
class Fact:
    """A line of the summary; `amiss` asks for attention."""

    label: str
    told: str
    amiss: bool = False


def state_view(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    told = [answer for answer in examine(QUICK) if answer.level != Level.FINE]
    context = {
        **admin.site.each_context(request),
        "facts": facts(request.META.get("ptce.kept")),
        "jobs": [_job(state) for state in states()],
        "wrong": [answer for answer in told if answer.level == Level.WRONG],
        "remarks": [answer for answer in told if answer.level == Level.REMARK],
    }
    return TemplateResponse(request, "admin/ops/state.html", context)


def facts(kept: Any) -> list[Fact]:
    """The summary. `kept`: the pages that this process keeps ready, where it keeps any."""
    return [_version(), _backup(), _mail(), _disk(), _kept(kept)]


def _version() -> Fact:
    return Fact(_("Version"), version() or _("inconnue"))


def _backup() -> Fact:
    last = newest_backup()
    if last is None:
        return Fact(_("Dernière sauvegarde"), _("aucune dans le dossier habituel"), amiss=True)
    return Fact(_("Dernière sauvegarde"), moment(last), amiss=last < timezone.now() - OLD)


def _mail() -> Fact:
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"] == NOWHERE:
        told = _("éteint : ni rappels, ni avis de signalement, ni avis de panne")
        return Fact(_("Courriel"), told, amiss=True)
    host = mailer.get("OPTIONS", {}).get("host", "")
    return Fact(_("Courriel"), _("part par %(host)s") % {"host": host} if host else _("en service"))


def _disk() -> Fact:
    found = room()
    sizes = {"free": number(round(found.free / GIGABYTE, 1))}
    sizes["total"] = number(round(found.total / GIGABYTE))
    told = _("%(free)s Go libres sur %(total)s") % sizes
    return Fact(_("Disque"), told, amiss=found.free < 2 * GIGABYTE)


def _kept(kept: Any) -> Fact:
    if kept is None:
        return Fact(_("Pages gardées prêtes"), _("aucune ici"))
    told = ngettext(
        "%(number)s page, %(size)s Mo, dans le processus qui vous répond",
        "%(number)s pages, %(size)s Mo, dans le processus qui vous répond",
        len(kept),
    ) % {"number": number(len(kept)), "size": number(round(kept.size / 1e6, 1))}
    return Fact(_("Pages gardées prêtes"), told)


def _job(state: State) -> dict[str, Any]:
    last = state.last
    return {
        "name": state.job.name,
        "label": JOBS[state.job.name],
        "when": moment(last.began) if last else "",
        "outcome": OUTCOMES[JobRun.Outcome(last.outcome)] if last else "",
        "told": last.told if last else "",
        "late": state.is_late,
    }
