"""What the site explains: pages made of sections, figures with a passport, definitions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial.models import Sourced
from ptce_site.editorial.partialdate import PartialDateField
from ptce_site.editorial.publication import Publishable, required_unless_draft
from ptce_site.editorial.richtext import RichTextField

from .querysets import DefinitionQuerySet, KeyFigureQuerySet, PageQuerySet


class Page(Publishable):
    """One explainer page. The main ones have addresses the site relies on, and keep them."""

    class Main(models.TextChoices):
        HOME = "accueil", _("accueil")
        ESS = "ess", _("comprendre l’ESS")
        PTCE = "ptce", _("comprendre le PTCE")
        FIGURES = "chiffres-cles", _("chiffres clés")
        POLES = "poles", _("les lauréats")
        FLORANGE = "florange-e2i", _("Florange e2i")
        GLOSSARY = "glossaire", _("glossaire")
        TIMELINE = "reperes", _("repères")
        SUMMARY = "resume", _("le PTCE en résumé")
        CONTACT = "contact", _("contact")
        LEGAL = "mentions-legales", _("mentions légales")
        PRIVACY = "donnees-personnelles", _("données personnelles")
        ACCESSIBILITY = "accessibilite", _("accessibilité")

    class Menu(models.TextChoices):
        NONE = "none", _("dans aucun menu")
        MAIN = "main", _("menu principal")
        FOOTER = "footer", _("pied de page")

    slug = models.SlugField(
        _("adresse"),
        unique=True,
        help_text=_("Le mot de l’adresse, sans accent, le même dans toutes les langues."),
    )
    title = models.CharField(_("titre"), max_length=160, blank=True)
    nav_title = models.CharField(_("titre court, pour les menus"), max_length=40, blank=True)
    lead = RichTextField(_("chapeau"), blank=True)
    seo_title = models.CharField(_("titre pour les moteurs"), max_length=70, blank=True)
    description = models.CharField(_("description pour les moteurs"), max_length=170, blank=True)
    menu = models.CharField(_("menu"), max_length=8, choices=Menu.choices, default=Menu.NONE)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = PageQuerySet.as_manager()

    required_to_publish = ("title_fr", "description_fr")

    class Meta:
        verbose_name = _("page")
        ordering = ["position", "slug"]
        constraints = required_unless_draft(texts=("title_fr", "description_fr"))

    def __str__(self) -> str:
        return self.title or self.slug

    def get_absolute_url(self) -> str:
        if self.slug == self.Main.HOME:
            return reverse("pages:home")
        return reverse("pages:page", args=[self.slug])

    @property
    def menu_title(self) -> str:
        return self.nav_title or self.title

    @property
    def is_main(self) -> bool:
        """Whether the site links to it by its address, which is then for good."""
        return self.slug in self.Main.values


class Section(models.Model):
    """One part of a page: some text, or a drawing the site makes from its own data."""

    class Kind(models.TextChoices):
        TEXT = "text", _("texte")
        CALLOUT = "callout", _("encadré")
        POINTS = "points", _("points numérotés")
        FAMILIES = "families", _("familles de l’ESS")
        COMPARISON = "comparison", _("tableau de comparaison")
        FIGURES_FEATURED = "figures-featured", _("chiffres clés à la une")
        FIGURES_THEN_NOW = "figures-then-now", _("chiffres : alors et maintenant")
        FIGURES_ALL = "figures-all", _("tous les chiffres")
        MAP = "map", _("carte des pôles")
        DIRECTORY = "directory", _("carte et liste des pôles")
        FUNNEL = "funnel", _("des dossiers aux lauréats")
        FEATURED_POLE = "featured-pole", _("portrait du pôle à la une")
        POLE_TIMELINE = "pole-timeline", _("repères du pôle à la une")
        POLE_ACTORS = "pole-actors", _("acteurs du pôle à la une")
        POLE_FIGURES = "pole-figures", _("chiffres du pôle à la une")
        TIMELINE = "timeline", _("repères de la politique publique")
        GLOSSARY = "glossary", _("glossaire")
        SUMMARY = "summary", _("résumé en une feuille")
        CONTACT = "contact", _("coordonnées de contact")
        PUBLISHER = "publisher", _("éditeur et hébergeur")
        ACCESSIBILITY = "accessibility", _("état de conformité")

    page = models.ForeignKey(Page, models.CASCADE, verbose_name=_("page"), related_name="sections")
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    kind = models.CharField(_("genre"), max_length=20, choices=Kind.choices, default=Kind.TEXT)
    anchor = models.SlugField(
        _("ancre"), max_length=40, help_text=_("Le mot après # dans l’adresse de cette partie.")
    )
    title = models.CharField(_("titre"), max_length=160, blank=True)
    body = RichTextField(_("texte"), blank=True)
    more = models.ForeignKey(
        Page,
        models.SET_NULL,
        verbose_name=_("page à lire ensuite"),
        null=True,
        blank=True,
        related_name="+",
    )
    more_label = models.CharField(_("texte du lien"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("partie")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "anchor"],
                name="pages_section_anchor_once",
                violation_error_message=_("Deux parties de la page portent la même ancre."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def template_name(self) -> str:
        return f"pages/sections/_{self.kind}.html"


class KeyFigure(Sourced, Publishable):
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
        return f"{reverse('pages:page', args=[Page.Main.FIGURES])}#{self.slug}"


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

    objects = DefinitionQuerySet.as_manager()

    required_to_publish = ("term_fr", "short_answer_fr")

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
        return f"{reverse('pages:page', args=[Page.Main.GLOSSARY])}#{self.slug}"

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
