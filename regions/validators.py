"""Codes that carry their own check: БИН and КАТО."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

KATO_DIGITS, BIN_DIGITS = 9, 12

kato_format = RegexValidator(r"\A[0-9]{9}\Z", _("A КАТО code has nine digits."), code="kato_format")

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def bin_check_digit(digits: str) -> int | None:
    """Check digit of the first eleven `digits` of a БИН, or None where no number with them exists.

    Weighted sum modulo 11; at 10 once more with the second weights; at 10 again there is no such number (the rule of
    the ИИН, order № 521 of 29.06.2023).
    """
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        remainder = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def validate_bin(value: str) -> None:
    """Twelve digits: YYMM of registration, 4–6 for the kind of entity, 0–4 for its part, serial, check digit."""
    if len(value) != BIN_DIGITS or not (value.isascii() and value.isdigit()):
        raise ValidationError(_("A БИН has twelve digits."), code="bin_format")
    if not 1 <= int(value[2:4]) <= 12:
        raise ValidationError(_("Digits 3 and 4 of a БИН are the month of registration, 01 to 12."), code="bin_month")
    if value[4] not in "456":
        raise ValidationError(_("The fifth digit of a БИН is 4, 5 or 6; this looks like an ИИН."), code="bin_kind")
    if value[5] not in "01234":
        raise ValidationError(_("The sixth digit of a БИН is 0 to 4."), code="bin_part")
    if bin_check_digit(value[:11]) != int(value[11]):
        raise ValidationError(
            _("The check digit of the БИН is wrong: look for a mistyped digit."), code="bin_check_digit"
        )
