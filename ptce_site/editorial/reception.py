"""Who may report, how often, about what: the protection of a form without cookie or session."""

import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from ipaddress import ip_network
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.signing import BadSignature
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import mailing
from .models import Publisher, Report
from .network import address_of
from .report_form import ReportForm, new_stamp, open_stamp, readable
from .site_index import site_index
from .tongues import FRENCH
from .where import form_of

LEAST_AGE, MOST_AGE = 3, 24 * 3600  # seconds between the form's making and its sending
AN_HOUR, A_DAY = 5, 20  # reports from one address
LARGEST = 200_000  # bytes posted


@dataclass(frozen=True)
class Subject:
    """What a report is about: a page of the site and the thing shown there, or the whole site."""

    path: str = ""
    label: str = ""
    pk: int | None = None
    title: str = ""

    @property
    def kind(self) -> str:
        """What sort of thing it is, in a word: "pôle", "page"."""
        return str(apps.get_model(self.label)._meta.verbose_name) if self.label else ""


def subject_at(request: HttpRequest, asked: str) -> Subject:
    """The published thing at an address of this site; the whole site for any other address."""
    path = asked.partition("#")[0].partition("?")[0]
    index = {entry.get_absolute_url(): entry for entry in site_index(request).values()}
    for address in (asked, path):
        if entry := index.get(address):
            return Subject(address, entry.label, entry.pk, entry.title)
    try:
        match = resolve(path)
    except Resolver404:
        return Subject()
    room = path.startswith(reverse("admin:index"))
    fixed = not match.captured_kwargs and not match.args and not room
    return Subject(path, title=path) if fixed and path != reverse("pages:home") else Subject()


@dataclass
class Answer:
    """What the visitor gets: the form again with a problem in words, or nothing more to do."""

    subject: Subject
    form: ReportForm
    stamp: str
    problem: str = ""
    status: int = HTTPStatus.OK
    accepted: bool = False


class Refused(Exception):
    """Why a report is not kept, in words; the form is offered again."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status, self.words = status, words


def offer(request: HttpRequest) -> Answer:
    """The empty form about what `?objet=` names."""
    return Answer(subject_at(request, request.GET.get("objet", "")), ReportForm(), new_stamp())


def receive(request: HttpRequest) -> Answer:
    """Keep the report that was posted, once; or say why not and give back all that was typed."""
    try:
        data = posted(request)
    except Refused as refusal:
        answer = offer(request)
        answer.status, answer.problem = refusal.status, refusal.words
        return answer
    subject, form = subject_at(request, data.get("objet", "")), ReportForm(data)
    answer = Answer(subject, form, data.get("cachet", ""))
    try:
        if not data.get("sujet"):  # a field that only robots see and fill
            check_origin(request)
            keep(subject, form, key_of(answer, form), sender_of(request))
        answer.accepted = True
    except Refused as refusal:
        answer.status, answer.problem = refusal.status, refusal.words
    return answer


def posted(request: HttpRequest) -> dict[str, str]:
    """The posted fields; raises Refused when they are too many, too long or not a form's."""
    too_large = _(
        "Cet envoi est trop long pour le formulaire, ou il est arrivé abîmé. "
        "4 000 caractères au plus, sans pièce jointe."
    )
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
        return readable(request.POST.dict())
    except (SuspiciousOperation, BadRequest, MultiPartParserError, ValueError):
        raise Refused(HTTPStatus.BAD_REQUEST, too_large) from None


def check_origin(request: HttpRequest) -> None:
    """Believe the browser on where the form was: every header it sent must name this site.

    No page of another site can write these headers. `Origin: null` says nothing, as when absent.
    """
    own = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    said = [site == "same-origin"] if (site := request.headers.get("Sec-Fetch-Site")) else []
    origin, referrer = (request.headers.get(name, "") for name in ("Origin", "Referer"))
    if origin and origin != "null":
        said.append(origin in own)
    elif referrer:
        said.append(f"{referrer}/".startswith(tuple(f"{address}/" for address in own)))
    if not said or not all(said):
        raise Refused(
            HTTPStatus.FORBIDDEN,
            _(
                "Votre navigateur n’a pas confirmé que cet envoi vient de notre formulaire. "
                "Essayez de nouveau ; si cela se répète, écrivez-nous."
            ),
        )


def key_of(answer: Answer, form: ReportForm) -> str:
    """The key of a form filled in at a human pace; renews the stamp when it cannot serve."""
    try:
        key, age = open_stamp(answer.stamp)
    except BadSignature:
        key, age = "", MOST_AGE
    in_time = age < MOST_AGE
    if not in_time or (form.is_valid() and age < LEAST_AGE):
        answer.stamp = new_stamp()
    if not form.is_valid():
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY)
    if not in_time:
        words = _("Ce formulaire était ouvert depuis trop longtemps. Relisez, puis envoyez encore.")
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, words)
    if age < LEAST_AGE:
        words = _("L’envoi est venu en moins de trois secondes. Relisez, puis envoyez encore.")
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, words)
    return key


def sender_of(request: HttpRequest) -> str:
    """A keyed hash, another one each day, of the address a request comes from.

    An IPv6 visitor has a whole /64 to write from.
    """
    address = address_of(request)
    if ":" in address:
        with suppress(ValueError):  # what is not an address is as good a name as another
            address = str(ip_network(f"{address}/64", strict=False))
    day = timezone.localdate().isoformat()
    return salted_hmac(f"report sender {day}", address, algorithm="sha256").hexdigest()


def keep(subject: Subject, form: ReportForm, key: str, sender: str) -> None:
    """Write the report and tell the editors; the same form sent twice is one report.

    Whoever goes back and writes something else into it has made another one.
    """
    said = json.dumps([key, subject.path, sorted(form.cleaned_data.items())])
    key = sha256(said.encode()).hexdigest()[: Report._meta.get_field("key").max_length]
    in_an_hour, in_a_day = Report.objects.sent_today(sender)
    if (in_an_hour >= AN_HOUR or in_a_day >= A_DAY) and not Report.objects.has_key(key):
        when = _("demain") if in_a_day >= A_DAY else _("dans une heure")
        words = _(
            "Plusieurs signalements sont déjà venus de votre connexion. Revenez %(when)s, "
            "ou écrivez-nous : une autre personne la partage peut-être."
        )
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, words % {"when": when})
    thing = {
        "path": subject.path,
        "about_label": subject.label,
        "about_pk": subject.pk,
        "about_title": subject.title,
    }
    values: dict[str, Any] = {**form.cleaned_data, **thing, "sender": sender}
    report, is_new = Report.objects.get_or_create(key=key, defaults=values)
    if is_new:
        tell_editors(report)


def tell_editors(report: Report) -> None:
    """Write to the publisher that a report waits: neither its words nor its author leave here.

    In the language of the room, whoever wrote it.
    """
    publisher = Publisher.objects.first()
    if not publisher or not publisher.email:
        return
    address = form_of(report)
    with override(FRENCH):
        subject = " ".join((_("Signalement : %(about)s") % {"about": report}).split())
        body = f"{report.get_kind_display()}\n\n{settings.SITE_URL}{address}\n"
    mailing.post(subject, body, publisher.email, f"The mail about report {report.pk}")
