from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "ptce_site.editorial.accounts"
    label = "accounts"
    verbose_name = _("Connexions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import noticing

        noticing.listen()
