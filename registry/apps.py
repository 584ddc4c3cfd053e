from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from registry.alphabet import teach


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from registry import checks  # noqa: F401  registers the system checks, which need the apps loaded

        connection_created.connect(teach)


class RegistryAdminConfig(AdminConfig):
    default_site = "registry.admin.RegistryAdminSite"
