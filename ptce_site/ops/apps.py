from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "ptce_site.ops"
    verbose_name = "Exploitation"
