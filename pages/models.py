"""What the site explains: pages made of sections; figures and definitions are in `knowledge`."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ptce_site.addresses import address_of
from ptce_site.editorial.drawn import Drawn
from ptce_site.editorial.models import Illustrated
from ptce_site.editorial.publication import Publishable, required_unless_draft
from ptce_site.editorial.reserved import reserved_words
from ptce_site.editorial.richtext import RichTextField

from .drawn import DRAWN
from .knowledge import Definition, KeyFigure
from .querysets import PageQuerySet

__all__ = ["Definition", "KeyFigure", "Page", "Section"]

RESERVED = _("Le site a déjà une adresse « %(word)s » : choisissez un autre mot.")


class Page(Publishable):
    """One explainer page. The main ones have addresses the site relies on, and keep them."""

    class Main(models.TextChoices):
        HOME = "accueil", _("accueil")
        ESS = "ess", _("comprendre l’ESS")
        PTCE = "ptce", _("comprendre le PTCE")
        FIGURES = "chiffres-cles", _("chiffres clés")
        ALL_FIGURES = "tous-les-chiffres", _("tous les chiffres")
        POLES = "poles", _("les lauréats")
        FLORANGE = "florange-e2i", _("Florange e2i")
        GLOSSARY = "glossaire", _("glossaire")
        TIMELINE = "reperes", _("repères")
        SUMMARY = "resume", _("le PTCE en résumé")
        DATA = "donnees", _("données ouvertes")
        CONTACT = "contact", _("contact")
        LEGAL = "mentions-legales", _("mentions légales")
        PRIVACY = "donnees-personnelles", _("données personnelles")
        ACCESSIBILITY = "accessibilite", _("accessibilité")
        ECODESIGN = "ecoconception", _("écoconception")

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
    never_twice = (("title",), ("seo_title",))
    described_by = "description"
    not_read = ("menu",)

    class Meta:
        verbose_name = _("page")
        ordering = ["position", "slug"]
        constraints = required_unless_draft(texts=("title_fr", "description_fr"))

    def __str__(self) -> str:
        return self.title or self.slug

    def get_absolute_url(self) -> str:
        if self.slug == self.Main.HOME:
            return address_of("pages:home")
        return address_of("pages:page", self.slug)

    def clean(self) -> None:
        super().clean()
        if self.slug in reserved_words() - set(self.Main.values):
            raise ValidationError({"slug": RESERVED % {"word": self.slug}})

    @property
    def menu_title(self) -> str:
        return self.nav_title or self.title

    @property
    def sheets(self) -> list[str]:
        """The stylesheets its parts ask for beside `site.css`; the home page asks for none."""
        drawn = self.pk and self.slug != self.Main.HOME
        kinds = {section.kind for section in self.sections.all()} if drawn else set()
        return [sheet for sheet, wanted in Section.SHEETS.items() if kinds & wanted]

    @property
    def is_reference(self) -> bool:
        """Whether one looks things up there."""
        return bool(self.sheets)

    @property
    def is_main(self) -> bool:
        """Whether the site links to it by its address, which is then for good."""
        return self.slug in self.Main.values


# What every page holds already: no part of it can be called so.
TAKEN = {
    "contenu", "contents-title", "menu", "pied-lire", "pied-site", "sources", "sources-titre",
    "terme",
}  # fmt: skip


class Section(Illustrated):
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
        FIGURES_DISPUTED = "figures-disputed", _("chiffres qui se contredisent")
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
        DATASETS = "datasets", _("données à télécharger")
        CONTACT = "contact", _("coordonnées de contact")
        PUBLISHER = "publisher", _("éditeur et hébergeur")
        ACCESSIBILITY = "accessibility", _("état de conformité")
        WEIGHTS = "weights", _("poids des pages")

    # Where one looks things up: the stylesheet, and the kinds that need it.
    SHEETS = {
        "css/site/directory.css": {Kind.DIRECTORY},
        "css/site/reference.css": {
            Kind.FIGURES_THEN_NOW, Kind.FIGURES_ALL, Kind.FIGURES_DISPUTED, Kind.GLOSSARY,
            Kind.DATASETS,
        },
    }  # fmt: skip

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

    headings_in = ("body",)
    leads_to = (("more", "more_label"),)
    draws = DRAWN

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

    def clean(self) -> None:
        super().clean()
        if self.anchor in TAKEN:
            words = _("La page a déjà un endroit qui s’appelle ainsi : choisissez un autre mot.")
            raise ValidationError({"anchor": words})

    @property
    def template_name(self) -> str:
        return f"pages/sections/_{self.kind}.html"

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """What it shows of other things."""
        return self.draws.get(self.kind, ())
