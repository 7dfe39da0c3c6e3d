from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    name = "ptce_site.editorial"
    verbose_name = _("Rédaction")

    def ready(self) -> None:
        from . import content_version

        content_version.watch()
