"""What stands under every page: sources, who publishes, what was audited."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..addresses import reader
from .drafts import Draft
from .finding.saved import SavedFilter
from .outside.record import CheckedLink
from .partialdate import PartialDateField, format_partial_date
from .pictures import Illustrated, Image
from .querysets import SourcedQuerySet, SourceQuerySet
from .reading_querysets import ContentVersionQuerySet
from .readings import Reading
from .redirects import FormerAddress
from .reports import Report
from .richtext import RichTextField
from .translations.models import Translated

__all__ = [
    "AccessibilityAudit",
    "CheckedLink",
    "ContentVersion",
    "Draft",
    "FormerAddress",
    "Illustrated",
    "Image",
    "Publisher",
    "Reading",
    "Report",
    "SavedFilter",
    "Source",
    "Sourced",
    "Translated",
]


class Source(models.Model):
    """A document that backs a claim. Its key never changes: texts cite it by key."""

    class Reading(models.TextChoices):
        LIVE = "live", _("page consultée en ligne")
        COPY = "copy", _("copie archivée, lue en entier")
        EXTRACT = "extract", _("copie archivée, lue en partie")

    class Language(models.TextChoices):
        FRENCH = "fr", _("français")
        ENGLISH = "en", _("anglais")
        GERMAN = "de", _("allemand")

    key = models.SlugField(
        _("clé"),
        primary_key=True,
        max_length=80,
        help_text=_("Nom court et définitif, par exemple insee-premiere-1522."),
    )
    title = models.CharField(_("titre"), max_length=300)
    language = models.CharField(
        _("langue du titre"),
        max_length=2,
        choices=Language.choices,
        default=Language.FRENCH,
        help_text=_("Un lecteur d’écran prononce le titre dans cette langue."),
    )
    title_is_descriptive = models.BooleanField(
        _("titre descriptif"),
        default=False,
        help_text=_("Cochez si le titre décrit le document sans être son titre exact."),
    )
    publisher = models.CharField(_("éditeur ou auteur"), max_length=200)
    url = models.CharField(_("adresse"), max_length=500, blank=True)
    url_complete = models.BooleanField(
        _("adresse complète"),
        default=True,
        help_text=_("Décochez si l’adresse est partielle : elle sera montrée sans lien."),
    )
    date = PartialDateField(_("date du document"), blank=True)
    date_note = models.CharField(
        _("précision sur la date"),
        max_length=120,
        blank=True,
        help_text=_("Par exemple : déduite de l’adresse, mise à jour le…"),
    )
    accessed_on = PartialDateField(_("consulté en"), blank=True)
    reading = models.CharField(
        _("lecture"), max_length=8, choices=Reading.choices, default=Reading.LIVE
    )

    objects = SourceQuerySet.as_manager()

    quoted = True  # what cites it shows it whole

    class Meta:
        verbose_name = _("source")
        ordering = ["publisher", "title"]
        constraints = [
            models.CheckConstraint(
                name="editorial_source_linkable_url",
                condition=Q(url_complete=False) | Q(url="") | Q(url__startswith="http"),
                violation_error_message=_(
                    "Une adresse complète commence par http ; sinon décochez « adresse complète »."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title}" + (f" ({self.date})" if self.date else "")

    @property
    def reading_note(self) -> str:
        """How and when it was read, in words; nothing when it was read online."""
        if self.reading == self.Reading.LIVE:
            return ""
        return _how_read(self.reading, self.accessed_on, reader())

    @property
    def link(self) -> str:
        """The address to link to, or nothing when it is not whole."""
        return self.url if self.url_complete else ""


@lru_cache(maxsize=1000)
def _how_read(reading: str, accessed_on: str, _language: str) -> str:
    words = (str(dict(Source.Reading.choices).get(reading, "")), format_partial_date(accessed_on))
    return ", ".join(word for word in words if word)


def ordered_keys(main: str | None, others: str | None) -> list[str]:
    """The keys of a claim's sources, the main one first, from its others joined with commas."""
    return [key for key in dict.fromkeys([main, *sorted((others or "").split(","))]) if key]


class Sourced(models.Model):
    """A claim with its main source and those that confirm or qualify it."""

    source = models.ForeignKey(
        Source,
        models.PROTECT,
        verbose_name=_("source principale"),
        null=True,
        blank=True,
        related_name="+",
    )
    other_sources = models.ManyToManyField(
        Source, verbose_name=_("autres sources"), blank=True, related_name="+"
    )

    objects = SourcedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def source_keys(self) -> list[str]:
        """The keys to cite, the main one first. Needs `with_source_keys()`."""
        return ordered_keys(self.source_id, self.other_source_keys)


class Publisher(models.Model):
    """Who answers for this site: one row, empty until the association fills it."""

    name = models.CharField(_("éditeur du site"), max_length=200, blank=True)
    legal_form = models.CharField(_("forme juridique"), max_length=200, blank=True)
    registration = models.CharField(_("numéro RNA ou SIREN"), max_length=60, blank=True)
    address = models.TextField(_("adresse postale"), blank=True)
    director = models.CharField(
        _("directeur ou directrice de la publication"), max_length=200, blank=True
    )
    email = models.EmailField(_("adresse électronique de contact"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    host_name = models.CharField(_("hébergeur"), max_length=200, blank=True)
    host_address = models.TextField(_("adresse de l’hébergeur"), blank=True)
    host_phone = models.CharField(_("téléphone de l’hébergeur"), max_length=30, blank=True)
    licence = models.CharField(
        _("licence des données"),
        max_length=120,
        blank=True,
        help_text=_(
            "Par exemple : Licence Ouverte 2.0. La page des données et chaque fichier la disent."
        ),
    )

    class Meta:
        verbose_name = _("éditeur du site")
        verbose_name_plural = _("éditeur du site")
        constraints = [
            models.CheckConstraint(name="editorial_publisher_one_row", condition=Q(pk=1))
        ]

    def __str__(self) -> str:
        return self.name or str(_("à compléter"))

    @property
    def missing_fields(self) -> list[str]:
        """The fields still empty that the law asks for."""
        legal = ("name", "legal_form", "address", "director", "email", "host_name", "host_address")
        return [name for name in legal if not getattr(self, name)]

    @property
    def missing(self) -> list[str]:
        """Their names, in words."""
        return [str(self._meta.get_field(name).verbose_name) for name in self.missing_fields]


class AccessibilityAudit(models.Model):
    """One audit against the RGAA. Without any, the site declares itself "non conforme"."""

    audited_on = models.DateField(_("date de l’audit"))
    auditor = models.CharField(_("réalisé par"), max_length=200)
    standard = models.CharField(_("référentiel"), max_length=60, default="RGAA 4.1.2")
    rate = models.PositiveSmallIntegerField(
        _("taux de conformité, en %"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    findings = RichTextField(_("contenus non accessibles et dérogations"), blank=True)

    headings_in = ("findings",)

    class Meta:
        verbose_name = _("audit d’accessibilité")
        verbose_name_plural = _("audits d’accessibilité")
        ordering = ["-audited_on"]
        get_latest_by = "audited_on"
        constraints = [
            models.CheckConstraint(
                name="editorial_audit_rate_percent", condition=Q(rate__gte=0, rate__lte=100)
            )
        ]

    def __str__(self) -> str:
        return f"{self.standard}, {self.audited_on:%d/%m/%Y}"

    def clean(self) -> None:
        super().clean()
        if self.rate is not None and self.rate < 100 and not self.findings_fr:
            raise ValidationError(
                {"findings_fr": _("Sous 100 %, dites ici ce qui n’est pas encore accessible.")}
            )

    @property
    def conformity(self) -> str:
        """The RGAA's word for the rate: all criteria, half of them at least, or fewer."""
        if self.rate == 100:
            return str(_("totalement conforme"))
        return str(_("partiellement conforme") if self.rate >= 50 else _("non conforme"))


class ContentVersion(models.Model):
    """One row: a word that changes whenever what visitors read does (see `content_version`).

    `dated` is the word that was in force when the changes were last dated (see `reading`).
    """

    read_by_visitors = False

    word = models.CharField(max_length=16)
    dated = models.CharField(max_length=16, blank=True, default="")

    objects = ContentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version du contenu")
        verbose_name_plural = _("version du contenu")
        constraints = [
            models.CheckConstraint(name="editorial_contentversion_one_row", condition=Q(pk=1))
        ]

    def __str__(self) -> str:
        return self.word
