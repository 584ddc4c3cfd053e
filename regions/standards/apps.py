from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    name = "regions.standards"
    verbose_name = _("System of Regional Standards")
