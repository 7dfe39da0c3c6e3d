"""What happened to accounts: read by administrators, changed by nobody, kept a year."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .querysets import AccountEventQuerySet


class AccountEvent(models.Model):
    """One thing that happened to one account.

    Names and not keys: what was done stays readable once an account is deleted. `account` is empty
    where the name that was typed is nobody's, for people type passwords there. `network` is never a
    whole address (`network.network_of`).
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("connexion")
        REFUSED = "refused", _("connexion refusée")
        CODE_REFUSED = "code_refused", _("second facteur refusé")
        FACTOR_ADDED = "factor_added", _("second facteur ajouté")
        FACTOR_REMOVED = "factor_removed", _("second facteur retiré")
        CODES_RENEWED = "codes_renewed", _("codes de secours renouvelés")
        CODE_SPENT = "code_spent", _("code de secours utilisé")
        PASSWORD_CHANGED = "password_changed", _("mot de passe changé")
        LINK_GIVEN = "link_given", _("lien à usage unique donné")
        SESSIONS_ENDED = "sessions_ended", _("sessions fermées")
        ACCOUNT_MADE = "account_made", _("compte créé")
        ACCOUNT_DELETED = "account_deleted", _("compte supprimé")
        RIGHTS_CHANGED = "rights_changed", _("droits changés")
        ACCESS_REGAINED = "access_regained", _("accès rétabli sur la machine")

    at = models.DateTimeField(_("quand"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("quoi"), max_length=20, choices=Kind.choices)
    account = models.CharField(_("compte"), max_length=150, blank=True)
    by = models.CharField(_("par"), max_length=150, blank=True)
    network = models.CharField(_("réseau"), max_length=45, blank=True)
    detail = models.CharField(_("détail"), max_length=500, blank=True)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement de compte")
        verbose_name_plural = _("événements des comptes")
        ordering = ["-at", "-pk"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.account}".strip()
