"""What waits for whom on the first screen: short lists, each line one click from its field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .models import CheckedLink, Draft, Publisher, Report, Translated
from .outside.cited import still_there
from .roles import PUBLISH, publishers
from .told import moment
from .translations.state import lines as translated_lines
from .waiting import Waiting, needing_someone
from .where import form_of, list_of

SOON = timedelta(days=30)
MOST = 30


@dataclass(frozen=True)
class Line:
    """One thing that waits: where to click, and what to know before."""

    title: str
    address: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Lines under one heading; `urgent` when something went wrong or is late."""

    title: str
    lines: list[Line]
    urgent: bool = False
    address: str = ""
    total: int = 0

    @property
    def number(self) -> int:
        """How many there are, shown or not."""
        return max(self.total, len(self.lines))


def what_waits(request: HttpRequest) -> list[Group]:
    """The groups that have something in them, the most pressing first."""
    user: Any = request.user
    drafts = [d for d in Draft.objects.for_first_screen() if _may_change(user, d.content_type)]
    today = timezone.localdate()
    waiting = [w for w in needing_someone(today + SOON) if _may_change(user, w.model._meta)]
    being_written = {
        (f"{d.content_type.app_label}.{d.content_type.model}", d.object_id) for d in drafts
    }
    groups = [
        *_drafts(user, drafts),
        *_planned(drafts, waiting),
        *_reports(user),
        *_reviews(today, waiting),
        *_translations(request),
        _group(
            _("Écrits, jamais publiés"),
            waiting,
            lambda one: Line(str(one), one.address(), one.kind),
            only=lambda one: one.never_published and (one.label, str(one.pk)) not in being_written,
        ),
        *_dead_links(user),
        *_publisher(user),
    ]
    return [group for group in groups if group.lines]


def _drafts(user: Any, drafts: list[Draft]) -> list[Group]:
    """Those that failed, then mine, then those of writers for who publishes, then the others."""
    stuck = [draft for draft in drafts if draft.problem]
    open_ones = [draft for draft in drafts if not draft.problem and not draft.publish_at]
    mine = [draft for draft in open_ones if draft.author_id == user.pk]
    others = [draft for draft in open_ones if draft.author_id != user.pk]
    to_reread: list[Draft] = []
    if others and user.has_perm(PUBLISH):
        able = {person.pk for person in publishers()}
        to_reread = [draft for draft in others if draft.author_id not in able]
        others = [draft for draft in others if draft.author_id in able]
    return [
        _group(
            _("Pas publiés à l’heure prévue"),
            stuck,
            lambda draft: Line(str(draft), draft.address, draft.problem),
            urgent=True,
        ),
        _group(
            _("Mes brouillons"), mine, lambda draft: Line(str(draft), draft.address, _since(draft))
        ),
        _group(_("Brouillons à relire et à publier"), to_reread, _by_whom),
        _group(_("Brouillons des autres"), others, _by_whom),
    ]


def _planned(drafts: list[Draft], waiting: list[Waiting]) -> list[Group]:
    """What will come and what will leave, at the moment told."""
    coming = sorted((d for d in drafts if d.publish_at and not d.problem), key=_when)
    leaving = [one for one in waiting if one.withdraw_at and not one.never_published]
    return [
        _group(
            _("Publications programmées"),
            coming,
            lambda draft: Line(
                str(draft),
                draft.address,
                _("%(kind)s, le %(when)s") % {"kind": draft.kind, "when": moment(draft.publish_at)},
            ),
        ),
        _group(
            _("Retraits programmés"),
            sorted(leaving, key=lambda one: one.withdraw_at or timezone.now()),
            lambda one: Line(
                str(one),
                one.address("withdraw_at_0"),
                _("%(kind)s, le %(when)s") % {"kind": one.kind, "when": moment(one.withdraw_at)},
            ),
        ),
    ]


def _reports(user: Any) -> list[Group]:
    if not user.has_perm("editorial.view_report"):
        return []
    waiting = list(Report.objects.waiting()[: MOST + 1])
    lines = [
        Line(
            report.about_title or report.path or _("le site en général"),
            form_of(report, "state"),
            Truncator(" ".join(report.message.split())).chars(80),
        )
        for report in waiting[:MOST]
    ]
    total = Report.objects.waiting().count() if len(waiting) > MOST else len(lines)
    whole = list_of(Report, state__exact="new")
    return [Group(_("Signalements de visiteurs"), lines, address=whole, total=total)]


def _reviews(today: date, waiting: list[Waiting]) -> list[Group]:
    """What should have been read again, and what will have to be within thirty days."""

    def line(one: Waiting) -> Line:
        words = {"kind": one.kind, "when": date_format(one.review_on or today, "j F Y")}
        return Line(str(one), one.address("verified_on"), _("%(kind)s, pour le %(when)s") % words)

    dated = sorted(
        (one for one in waiting if one.review_on and not one.never_published),
        key=lambda one: (one.review_on or today, one.title),
    )
    late = [one for one in dated if one.review_on and one.review_on <= today]
    soon = [one for one in dated if one.review_on and today < one.review_on <= today + SOON]
    return [
        _group(_("Relectures en retard"), late, line, urgent=True),
        _group(_("À relire d’ici trente jours"), soon, line),
    ]


def _dead_links(user: Any) -> list[Group]:
    """The addresses of other sites that lead nowhere any more, at the field that holds them."""
    if not user.has_perm(PUBLISH) or not user.has_perm("editorial.view_checkedlink"):
        return []
    dead = list(CheckedLink.objects.dead()[: MOST + 1])
    lines = [
        Line(
            places[0][3],
            places[0][4],
            _("%(what)s, depuis le %(when)s : %(url)s")
            % {
                "what": link.said,
                "when": date_format(timezone.localtime(link.first_failed), "j F Y"),
                "url": Truncator(link.url).chars(70),
            },
        )
        for link, places in still_there(dead[:MOST])
    ]
    total = CheckedLink.objects.dead().count() if len(dead) > MOST else len(lines)
    whole = list_of(CheckedLink, constat="morts")
    return [Group(_("Liens qui ne mènent plus nulle part"), lines, address=whole, total=total)]


def _translations(request: HttpRequest) -> list[Group]:
    """What was translated from a French that has changed since; looked for once there is any."""
    if not Translated.objects.exists():
        return []
    names = dict(settings.LANGUAGES)
    stale = [
        Line(
            str(line.thing),
            cell.stale[0].address,
            _("%(kind)s, %(language)s") % {"kind": line.kind, "language": names[code]},
        )
        for line in translated_lines(request)
        if line.may_change and not line.withdrawn
        for code, cell in line.cells.items()
        if cell.stale
    ]
    board = reverse("translations", query={"etat": "stale"})
    return [Group(_("Traductions périmées"), stale[:MOST], address=board, total=len(stale))]


def _publisher(user: Any) -> list[Group]:
    record = Publisher.objects.first() or Publisher()
    missing = record.missing_fields
    if not missing or not user.has_perm("editorial.change_publisher"):
        return []
    name, keys = ("change", [record.pk]) if record.pk else ("add", [])
    line = Line(
        _("Compléter la fiche de l’éditeur"),
        reverse(f"admin:editorial_publisher_{name}", args=keys) + f"#id_{missing[0]}",
        _("il manque %(fields)s") % {"fields": ", ".join(record.missing)},
    )
    return [Group(_("Les mentions légales affichent « à compléter »"), [line], urgent=True)]


def _group(
    title: str,
    things: Iterable[Any],
    line: Callable[[Any], Line],
    *,
    only: Callable[[Any], bool] = bool,
    urgent: bool = False,
) -> Group:
    return Group(title, [line(thing) for thing in things if only(thing)], urgent)


def _may_change(user: Any, kind: Any) -> bool:
    """Whether this person edits this kind of thing."""
    model = getattr(kind, "model", None) or kind.model_name
    return user.has_perm(f"{kind.app_label}.change_{model}")


def _by_whom(draft: Draft) -> Line:
    words = {"who": draft.who, "since": _since(draft)}
    return Line(str(draft), draft.address, _("par %(who)s, %(since)s") % words)


def _since(draft: Draft) -> str:
    return _("%(kind)s, depuis le %(when)s") % {
        "kind": draft.kind,
        "when": moment(draft.updated_at),
    }


def _when(draft: Draft) -> datetime:
    return draft.publish_at or draft.updated_at
