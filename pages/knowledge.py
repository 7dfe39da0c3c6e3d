"""What the site knows: figures with a passport, definitions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ptce_site.addresses import address_of
from ptce_site.editorial import numbers
from ptce_site.editorial.described import Described
from ptce_site.editorial.models import Sourced
from ptce_site.editorial.partialdate import PartialDateField
from ptce_site.editorial.publication import Publishable, required_unless_draft
from ptce_site.editorial.richtext import RichTextField

from .querysets import DefinitionQuerySet, KeyFigureQuerySet


class KeyFigure(Described, Sourced, Publishable):
    """A figure and its passport: what it counts, when, by whom, and what contradicts it."""

    class Theme(models.TextChoices):
        ESS = "ess", _("l’ESS")
        PTCE = "ptce", _("les PTCE")
        CALL = "call", _("le premier appel")
        EUROPE = "europe", _("en Europe")

    class Era(models.TextChoices):
        THEN = "then", _("chiffre du texte d’origine")
        REFERENCE = "reference", _("repère ancien")
        NOW = "now", _("chiffre récent")

    class Qualifier(models.TextChoices):
        EXACT = "", _("exactement")
        ABOUT = "about", _("environ")
        MORE = "more", _("plus de")
        LESS = "less", _("moins de")

    class Drawing(models.TextChoices):
        NUMBER = "number", _("le nombre seul")
        SHARE = "share", _("carrés sur cent")
        PEOPLE = "people", _("un trait pour 10 000 personnes")
        BAR = "bar", _("barre à l’échelle")

    class Comparable(models.TextChoices):
        YES = "yes", _("comparable")
        ROUGHLY = "roughly", _("à peu près comparable")
        NO = "no", _("non comparable")

    class Standing(models.TextChoices):
        VERIFIED = "verified", _("vérifié")
        PARTLY = "partly", _("vérifié en partie")
        DISPUTED = "disputed", _("contesté")

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    label = models.CharField(_("ce que le chiffre compte"), max_length=160, blank=True)
    qualifier = models.CharField(
        _("nuance"), max_length=5, choices=Qualifier.choices, default=Qualifier.EXACT, blank=True
    )
    value = models.DecimalField(_("valeur"), max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(
        _("unité"), max_length=60, blank=True, help_text=_("salariés, %, milliards d’euros…")
    )
    theme = models.CharField(_("sujet"), max_length=8, choices=Theme.choices, default=Theme.ESS)
    era = models.CharField(_("époque"), max_length=10, choices=Era.choices, default=Era.NOW)
    standing = models.CharField(
        _("solidité"), max_length=10, choices=Standing.choices, default=Standing.VERIFIED
    )
    scope = models.CharField(_("périmètre"), max_length=300, blank=True)
    reference_date = PartialDateField(_("date de référence"), blank=True)
    reference_note = models.CharField(_("précision sur la date"), max_length=120, blank=True)
    publication_date = PartialDateField(_("date de publication"), blank=True)
    method_note = RichTextField(_("méthode et précautions"), blank=True)
    series_break = RichTextField(_("rupture de série"), blank=True)
    supersedes = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("prend la suite de"),
        null=True,
        blank=True,
        related_name="successors",
    )
    comparable = models.CharField(
        _("comparable au chiffre précédent"), max_length=8, choices=Comparable.choices, blank=True
    )
    comparison_note = models.CharField(_("pourquoi"), max_length=300, blank=True)
    disputes = models.ManyToManyField(
        "self", verbose_name=_("contredit par ou contredisant"), blank=True
    )
    drawing = models.CharField(
        _("dessin"), max_length=8, choices=Drawing.choices, default=Drawing.NUMBER
    )
    featured = models.BooleanField(_("à la une"), default=False)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = KeyFigureQuerySet.as_manager()

    required_to_publish = ("label_fr", "value", "unit_fr", "reference_date", "source")
    proven_by = ("source", "reference_date")
    never_twice = (("label", "unit", "reference_date"),)
    quoted = True  # beside those it follows, and those that contradict it
    not_read = ("featured",)

    class Meta:
        verbose_name = _("chiffre clé")
        verbose_name_plural = _("chiffres clés")
        ordering = ["position", "slug"]
        constraints = [
            *required_unless_draft(
                texts=("label_fr", "unit_fr", "reference_date"), values=("value", "source")
            ),
            models.CheckConstraint(
                name="pages_keyfigure_share_under_100",
                condition=~Q(drawing="share") | Q(value__isnull=True) | Q(value__range=(0, 100)),
                violation_error_message=_(
                    "Un dessin sur cent carrés demande une valeur de 0 à 100."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.slug

    def get_absolute_url(self) -> str:
        return address_of("pages:figure", self.slug)

    @property
    def measure(self) -> str:
        """The number and its unit in plain words: "54 milliards d’euros", "10 %"."""
        return numbers.measured(self.value, self.unit)

    @property
    def plain_measure(self) -> str:
        """The same with an ordinary space, where it is searched, fed or heard and not set."""
        return numbers.measured(self.value, self.unit, " ")

    @property
    def parts(self) -> tuple[str, str]:
        """The number, then the unit, which a page sets apart."""
        return numbers.parts(self.value, self.unit)

    @property
    def said(self) -> str:
        """The same with its nuance: "environ 54 milliards d’euros"."""
        return f"{self.get_qualifier_display()} {self.measure}" if self.qualifier else self.measure


class Definition(Sourced, Publishable):
    """A term explained: the short answer first, then the detail, then the law."""

    class Origin(models.TextChoices):
        SOURCED = "sourced", _("définition sourcée")
        EDITORIAL = "editorial", _("définition de la rédaction")

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    term = models.CharField(_("terme"), max_length=120, blank=True)
    acronym = models.CharField(_("sigle"), max_length=20, blank=True)
    short_answer = models.CharField(_("réponse courte"), max_length=320, blank=True)
    explanation = RichTextField(_("explication"), blank=True)
    legal_reference = models.CharField(_("référence légale"), max_length=160, blank=True)
    origin = models.CharField(
        _("origine"), max_length=10, choices=Origin.choices, default=Origin.EDITORIAL
    )
    related = models.ManyToManyField("self", verbose_name=_("termes voisins"), blank=True)
    woven = models.BooleanField(
        _("à relier dans les textes"),
        default=True,
        help_text=_("Décochez pour un mot courant : ses mentions ne mènent pas au glossaire."),
    )

    objects = DefinitionQuerySet.as_manager()

    required_to_publish = ("term_fr", "short_answer_fr")
    never_twice = (("term",),)
    not_read = ("woven",)

    class Meta:
        verbose_name = _("définition")
        ordering = ["slug"]
        constraints = [
            *required_unless_draft(texts=("term_fr", "short_answer_fr")),
            models.CheckConstraint(
                name="pages_definition_sourced_has_source",
                condition=Q(state="draft") | Q(origin="editorial") | Q(source__isnull=False),
                violation_error_message=_("Une définition sourcée demande une source principale."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} ({self.acronym})" if self.acronym else self.term or self.slug

    def get_absolute_url(self) -> str:
        return f"{address_of('pages:page', 'glossaire')}#{self.slug}"

    def clean(self) -> None:
        super().clean()
        if self.state != "draft" and self.origin == self.Origin.SOURCED and not self.source_id:
            raise ValidationError(
                {
                    "source": _(
                        "Choisissez une source, ou marquez la définition « de la rédaction »."
                    )
                }
            )
