"""Where it happens: poles, what they are made of and what happened to them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ptce_site.addresses import address_of
from ptce_site.editorial.described import Described
from ptce_site.editorial.models import Illustrated, Source, Sourced
from ptce_site.editorial.partialdate import PartialDateField
from ptce_site.editorial.publication import Publishable, State, required_unless_draft
from ptce_site.editorial.richtext import RichTextField

from .calls import ApplicationCount, Call, Sector, SectorWording
from .geography import Commune, Department, Region
from .parts import Actor, PoleFigure, PoleName
from .querysets import MilestoneQuerySet, PoleQuerySet

__all__ = [
    "Actor", "ApplicationCount", "Call", "Commune", "Department", "Milestone", "Pole",
    "PoleFigure", "PoleName", "Region", "Sector", "SectorWording",
]  # fmt: skip


class Pole(Illustrated, Described, Sourced, Publishable):
    """A laureate pole. `source` is the evidence that it is one."""

    class Precision(models.TextChoices):
        ADDRESS = "address", _("adresse")
        COMMUNE = "commune", _("commune")
        DEPARTMENT = "department", _("département seulement")
        REGION = "region", _("région seulement")

    class Status(models.TextChoices):
        UNKNOWN = "unknown", _("situation inconnue")
        ACTIVE = "active", _("en activité")
        RENAMED = "renamed", _("a changé de nom")
        MERGED = "merged", _("a fusionné")
        STOPPED = "stopped", _("a cessé")

    class Evidence(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmé")
        LIKELY = "likely", _("à confirmer")

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=160, blank=True)
    short_name = models.CharField(_("nom court"), max_length=60, blank=True)
    hook = models.CharField(
        _("accroche"), max_length=220, blank=True, help_text=_("Une phrase : qui fait quoi, où.")
    )
    summary = models.TextField(_("résumé"), blank=True)
    story = RichTextField(_("récit"), blank=True)
    trade = models.CharField(_("métiers"), max_length=200, blank=True)
    lead_organisation = models.CharField(_("porté par"), max_length=250, blank=True)
    legal_form = models.CharField(_("forme juridique"), max_length=200, blank=True)
    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("appel"), related_name="poles")
    sectors = models.ManyToManyField(
        Sector, verbose_name=_("secteurs"), blank=True, related_name="poles"
    )
    evidence = models.CharField(
        _("statut de lauréat"), max_length=10, choices=Evidence.choices, default=Evidence.CONFIRMED
    )
    evidence_note = models.CharField(_("ce qui l’établit"), max_length=400, blank=True)
    award_eur = models.PositiveIntegerField(_("aide reçue, en euros"), null=True, blank=True)
    founded = PartialDateField(_("créé en"), blank=True)

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("commune"), null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("département"),
        null=True,
        blank=True,
        related_name="+",
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        verbose_name=_("région"),
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"current": True},
    )
    former_region = models.ForeignKey(
        Region,
        models.PROTECT,
        verbose_name=_("région au moment de l’appel"),
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"current": False},
    )
    territory = models.CharField(_("territoire d’action"), max_length=250, blank=True)
    address = models.CharField(_("adresse postale"), max_length=200, blank=True)
    precision = models.CharField(
        _("précision du lieu"), max_length=10, choices=Precision.choices, default=Precision.COMMUNE
    )
    location_note = models.CharField(_("précision sur le lieu"), max_length=300, blank=True)
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        help_text=_("Laissez vide : la position de la commune sera reprise."),
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    status = models.CharField(
        _("aujourd’hui"), max_length=8, choices=Status.choices, default=Status.UNKNOWN
    )
    status_note = models.TextField(_("ce qui le montre"), blank=True)
    status_as_of = PartialDateField(_("selon la page la plus récente lue, datée de"), blank=True)
    status_sources = models.ManyToManyField(
        Source, verbose_name=_("sources sur la situation actuelle"), blank=True, related_name="+"
    )
    website = models.URLField(_("site"), blank=True)
    website_note = models.CharField(_("précision sur le site"), max_length=160, blank=True)
    unknowns = models.TextField(_("ce que nous ne savons pas encore"), blank=True)
    featured = models.BooleanField(_("à la une"), default=False)

    objects = PoleQuerySet.as_manager()

    required_to_publish = ("name", "summary_fr", "source", "region", "unknowns_fr")
    never_twice = (("name",),)
    described_by = "hook"
    not_read = ("featured",)
    headings_in = ("story",)

    class Meta:
        verbose_name = _("pôle")
        ordering = ["name"]
        constraints = [
            *required_unless_draft(
                texts=("name", "summary_fr", "unknowns_fr"), values=("source", "region")
            ),
            models.CheckConstraint(
                name="poles_pole_place_as_precise_as_said",
                condition=Q(state=State.DRAFT)
                | Q(
                    precision__in=["address", "commune"],
                    commune__isnull=False,
                    department__isnull=False,
                )
                | Q(precision="department", commune__isnull=True, department__isnull=False)
                | Q(precision="region", commune__isnull=True, department__isnull=True),
                violation_error_message=_("La précision annoncée ne correspond pas au lieu saisi."),
            ),
            models.CheckConstraint(
                name="poles_pole_position_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                violation_error_message=_(
                    "Donnez la latitude et la longitude, ou aucune des deux."
                ),
            ),
            models.CheckConstraint(
                name="poles_pole_known_status_is_dated",
                condition=Q(state=State.DRAFT) | Q(status="unknown") | ~Q(status_as_of=""),
                violation_error_message=_("Une situation connue porte la date de sa source."),
            ),
            models.UniqueConstraint(
                fields=["featured"],
                condition=Q(featured=True),
                name="poles_pole_one_featured",
                violation_error_message=_("Un seul pôle peut être à la une."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    def get_absolute_url(self) -> str:
        return address_of("poles:pole", self.slug)

    def clean(self) -> None:
        super().clean()
        if self.state == State.DRAFT:
            return
        if self.precision in ("address", "commune") and not self.commune_id:
            raise ValidationError(
                {"commune": _("Choisissez la commune, ou dites que seul le département est connu.")}
            )
        if self.status != self.Status.UNKNOWN and not self.status_as_of:
            raise ValidationError(
                {"status_as_of": _("Datez cette situation d’après la source la plus récente.")}
            )

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, or None where no source places it."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def exact(self) -> bool:
        """Whether a dot is honest; otherwise the map draws a ring."""
        return self.precision in (self.Precision.ADDRESS, self.Precision.COMMUNE)

    @property
    def place(self) -> str:
        """Where it is, as precisely as known: "Florange (Moselle)", "Isère", "Bretagne"."""
        if self.commune_id and self.commune.name != self.department.name:
            return f"{self.commune.name} ({self.department.name})"
        return str(self.department or self.region)


class Milestone(Sourced, Publishable):
    """Something that happened: to a pole, or to the policy when no pole is named."""

    pole = models.ForeignKey(
        Pole,
        models.CASCADE,
        verbose_name=_("pôle"),
        null=True,
        blank=True,
        related_name="milestones",
        help_text=_("Laissez vide pour un repère de la politique publique."),
    )
    date = PartialDateField(_("date"), blank=True)
    date_note = models.CharField(_("précision sur la date"), max_length=160, blank=True)
    title = models.CharField(_("titre"), max_length=120, blank=True)
    text = RichTextField(_("ce qui s’est passé"), blank=True)
    caution = models.CharField(_("réserve"), max_length=400, blank=True)

    objects = MilestoneQuerySet.as_manager()

    required_to_publish = ("date", "text_fr", "source")

    class Meta:
        verbose_name = _("repère")
        ordering = ["date", "pk"]
        constraints = required_unless_draft(texts=("date", "text_fr"), values=("source",))

    def __str__(self) -> str:
        return f"{self.date} {self.title or self.text[:60]}"

    def get_absolute_url(self) -> str:
        policy = address_of("pages:page", "reperes")
        return f"{self.pole.get_absolute_url() if self.pole else policy}#annee-{self.date[:4]}"
