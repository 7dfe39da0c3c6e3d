"""What visitors report: a mistake, a dead link, something missing; the editors' queue."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .querysets import ReportQuerySet

LONGEST_MESSAGE = 4000


class Report(models.Model):
    """One message about one thing. Who wrote it is forgotten in time (`purge`)."""

    read_by_visitors = False

    class Kind(models.TextChoices):
        FACT = "fact", _("un fait : une date, un nom, un lieu, un chiffre")
        SOURCE = "source", _("une source absente, fausse ou mal citée")
        SPELLING = "spelling", _("une faute d’orthographe ou de frappe")
        LINK = "link", _("un lien qui ne mène pas où il faut")
        UNREADABLE = "unreadable", _("une page illisible ou difficile à utiliser")
        OTHER = "other", _("autre chose, ou un complément")

    class State(models.TextChoices):
        NEW = "new", _("à traiter")
        OPEN = "open", _("en cours")
        DONE = "done", _("traité")
        DROPPED = "dropped", _("sans suite")

    CLOSED = (State.DONE, State.DROPPED)

    key = models.CharField(_("clé du formulaire"), max_length=40, unique=True, editable=False)
    path = models.CharField(_("page"), max_length=300, blank=True)
    about_label = models.CharField(_("genre d’objet"), max_length=80, blank=True)
    about_pk = models.BigIntegerField(_("numéro de l’objet"), null=True, blank=True)
    about_title = models.CharField(_("titre ce jour-là"), max_length=300, blank=True)
    kind = models.CharField(_("genre d’erreur"), max_length=12, choices=Kind.choices)
    message = models.TextField(_("message"), max_length=LONGEST_MESSAGE)
    proof = models.CharField(_("ce qui le montre"), max_length=500, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    sender = models.CharField(
        _("empreinte de l’appareil"), max_length=64, blank=True, db_index=True, editable=False
    )
    created_at = models.DateTimeField(_("reçu le"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True, editable=False)
    state = models.CharField(
        _("état"),
        max_length=8,
        choices=State.choices,
        default=State.NEW,
        help_text=_(
            "« Traité » ou « sans suite » : l’adresse électronique est effacée 30 jours plus tard."
        ),
    )
    note = models.TextField(
        _("note de la rédaction"),
        blank=True,
        help_text=_("Ce que vous avez vérifié, ce que vous avez changé. Jamais public."),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("signalement")
        ordering = [F("closed_at").desc(nulls_first=True), "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="editorial_report_message_length",
                condition=GreaterThan(Length("message"), 0)
                & LessThanOrEqual(Length("message"), LONGEST_MESSAGE),
            ),
            models.CheckConstraint(name="editorial_report_keyed", condition=~Q(key="")),
            models.CheckConstraint(
                name="editorial_report_whole_thing",
                condition=Q(about_label="", about_pk=None)
                | ~Q(about_label="") & ~Q(path="") & Q(about_pk__isnull=False),
            ),
            models.CheckConstraint(
                name="editorial_report_dated_when_closed",
                condition=Q(state__in=("done", "dropped"), closed_at__isnull=False)
                | Q(state__in=("new", "open"), closed_at=None),
            ),
            models.CheckConstraint(
                name="editorial_report_known_kind",
                condition=Q(kind__in=("fact", "source", "spelling", "link", "unreadable", "other")),
            ),
        ]

    def __str__(self) -> str:
        day = timezone.localtime(self.created_at)
        return f"{self.about_title or self.path or _('le site')} ({day:%d/%m/%Y})"

    @property
    def is_closed(self) -> bool:
        return self.state in self.CLOSED
