"""What is missing from cooperatives, or cannot be right."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.cooperatives.models import Cooperative
from regions.validators import validate_bin
from registry.alphabet import named
from registry.quality import Asked
from registry.sections import Section


def sections(asked: Asked) -> Iterator[Section]:
    if not asked.may("cooperatives.view_cooperative"):
        return
    rows = Cooperative.objects.visible_to(asked.user)
    shown: dict[str, Any] = {
        "title": named(),
        "about": (named("region__"), F("bin"), F("product")),
        "page": lambda key, ref: reverse("cooperative", args=(key,)),
    }
    yield Section(
        "without_bin",
        _("Cooperatives without a БИН"),
        rows.without_bin(),
        why=_("The same cooperative may be entered twice, and its support cannot be checked elsewhere."),
        how=_("Enter the БИН from the certificate of registration."),
        every=f"{reverse('cooperatives')}?without_bin=true",
        **shown,
    )
    yield Section(
        "wrong_bin",
        _("Cooperatives with a wrong БИН"),
        rows.filter(
            pk__in=[key for key, number in rows.exclude(bin=None).values_list("pk", "bin") if _is_wrong(number)]
        ),
        why=_("Its check digit or its form is wrong: a digit is mistyped."),
        how=_("Compare the БИН with the certificate of registration."),
        **shown,
    )
    yield Section(
        "without_village",
        _("Cooperatives without a village"),
        rows.without_village(),
        why=_("They are placed in a district, a rural okrug or a region; the village is not known."),
        how=_("Choose the settlement on the cooperative's form."),
        every=f"{reverse('cooperatives')}?without_village=true",
        **shown,
    )


def _is_wrong(number: str | None) -> bool:
    try:
        validate_bin(number or "")
    except ValidationError:
        return True
    return False
