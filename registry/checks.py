"""System checks: what would open a hole is found before the server starts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from registry.scope import ScopedQuerySet


def own_models() -> Iterator[Any]:
    """Models of the project's own apps, without their history."""
    for config in apps.get_app_configs():
        if Path(config.path).is_relative_to(settings.BASE_DIR) and ".venv" not in Path(config.path).parts:
            for model in config.get_models():
                if not hasattr(model, "history_id"):
                    yield model


@register(Tags.models)
def every_model_is_scoped(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A model whose manager does not know its user would show every row to everybody."""
    return [
        Error(
            f"{model._meta.label} has no scope",
            hint="Give it `objects = SomeScopedQuerySet.as_manager()` (registry/scope.py).",
            obj=model,
            id="registry.E001",
        )
        for model in own_models()
        if not isinstance(model._default_manager.all(), ScopedQuerySet)
    ]


@register(Tags.files)
def the_largest_file_fits_into_a_request(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.REQUEST_MAX_MB > settings.ATTACHMENT_MAX_MB:
        return []
    return [
        Error(
            "REQUEST_MAX_MB leaves no room for a file of ATTACHMENT_MAX_MB",
            hint="Set REQUEST_MAX_MB to at least one more: the form that brings the file is a part of the request.",
            id="registry.E002",
        )
    ]


@register(Tags.security, deploy=True)
def no_demo_in_earnest(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.DEMO:
        return []
    return [
        Warning(
            "DEMO is on: users with generated passwords may exist",
            hint="Unset DEMO, then run `manage.py demo_users`, which closes them.",
            id="registry.W001",
        )
    ]


@register(Tags.security, deploy=True)
def the_proxy_is_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "HTTPS is on, so a proxy stands in front, but TRUSTED_PROXIES is 0",
            hint="Say how many there are: else all callers seem to come from one address, and failures at sign-in "
            "close a name for everybody.",
            id="registry.W002",
        )
    ]
