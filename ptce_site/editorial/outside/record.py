"""What is known of an address of another site that the content leads to."""

import hashlib
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .querysets import CheckedLinkQuerySet


def key_of(url: str) -> str:
    """One address, one row: its SHA-256, since an address may be too long for an index."""
    return hashlib.sha256(url.encode()).hexdigest()


class Problem(models.TextChoices):
    """Why an address was not reached, in an editor's words."""

    NONE = "", _("répond")
    GONE = "gone", _("la page n’existe plus")
    ERROR = "error", _("le site répond qu’il est en panne")
    REFUSED = "refused", _("le site refuse la demande")
    NAME = "name", _("le nom du site n’existe pas")
    UNREACHED = "unreached", _("le site est injoignable")
    SLOW = "slow", _("le site met trop longtemps à répondre")
    SECURITY = "security", _("le certificat de sécurité du site n’est pas valable")
    LOOP = "loop", _("l’adresse renvoie sans fin vers une autre")
    NONSENSE = "nonsense", _("le site répond de façon incompréhensible")
    BAD_ADDRESS = "address", _("l’adresse est mal écrite")
    INSIDE = "inside", _("l’adresse mène dans un réseau privé")
    CLOSED_DOOR = "door", _("ne se laisse pas vérifier : le site demande un accès ou de patienter")


class CheckedLink(models.Model):
    """One address. Dead only after failures on several days; a closed door is never a death."""

    read_by_visitors = False

    url = models.TextField(_("adresse"))
    url_hash = models.CharField(max_length=64, unique=True, editable=False)
    places = models.JSONField(default=list)
    last_checked = models.DateTimeField(_("vérifiée le"), null=True)
    last_ok = models.DateTimeField(_("a répondu le"), null=True)
    status = models.PositiveSmallIntegerField(_("réponse du site"), default=0)
    problem = models.CharField(_("constat"), max_length=10, choices=Problem.choices, blank=True)
    redirected_to = models.TextField(_("mène désormais à"), blank=True)
    failures = models.PositiveSmallIntegerField(_("jours d’échec de suite"), default=0)
    first_failed = models.DateTimeField(_("ne répond plus depuis le"), null=True)
    ask_after = models.DateTimeField(null=True)
    ignored_until = models.DateField(_("laissée de côté jusqu’au"), null=True)

    objects = CheckedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien vers un autre site")
        verbose_name_plural = _("liens vers d’autres sites")
        ordering = ["-failures", "first_failed", "url"]

    def __str__(self) -> str:
        return self.url if len(self.url) <= 90 else f"{self.url[:89]}…"

    @property
    def is_aside(self) -> bool:
        return self.ignored_until is not None and self.ignored_until >= timezone.localdate()

    @property
    def is_dead(self) -> bool:
        return not self.is_aside and self.failures >= (2 if self.problem == Problem.GONE else 3)

    @property
    def said(self) -> str:
        """What was found, in words, with the code the site gave."""
        if not self.last_checked:
            return str(_("pas encore vérifiée"))
        words = str(self.get_problem_display())
        return f"{words} ({self.status})" if self.status and self.problem else words

    def note(self, status: int, problem: str, redirected_to: str, when: datetime) -> None:
        """Write down one check. A failure counts once a day; a closed door changes no count."""
        before = self.last_checked
        self.last_checked, self.status, self.problem = when, status, problem
        self.redirected_to = redirected_to
        if problem == Problem.NONE:
            self.last_ok, self.failures, self.first_failed = when, 0, None
        elif problem != Problem.CLOSED_DOOR:
            same_day = before and timezone.localdate(before) == timezone.localdate(when)
            if not self.failures or not same_day:
                self.failures += 1
            self.first_failed = self.first_failed or when
