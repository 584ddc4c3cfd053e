"""Numbers and periods as people read them, in the reader's language."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

CENT = Decimal("0.01")


def plain(value: Decimal) -> Decimal:
    """Without empty decimals, and never with an exponent."""
    return Decimal(f"{value.normalize():f}")


def figure(value: Decimal) -> str:
    """Without empty decimals: «8 600», «99,5»."""
    return number_format(plain(value), force_grouping=True)


def tenge(amount: Decimal) -> str:
    """«21,2 млрд тенге», rounded to the second decimal of the unit that fits; below a million whole tenge."""
    for size, words in (
        (10**12, _("%(n)s trillion tenge")),
        (10**9, _("%(n)s billion tenge")),
        (10**6, _("%(n)s million tenge")),
    ):
        if amount >= size:
            return words % {"n": figure((amount / size).quantize(CENT))}
    return _("%(n)s tenge") % {"n": number_format(amount, 0, force_grouping=True)}


def years(first: int | None, last: int | None) -> str:
    """«2026», «2023–2024», "since 2023", "until 2029"; empty where neither is known."""
    if first and last:
        return str(first) if first == last else f"{first}–{last}"
    if first:
        return _("since %(year)d") % {"year": first}
    return _("until %(year)d") % {"year": last} if last else ""


def days(first: date | None, last: date | None) -> str:
    """As `years` where the period is one of whole years, else its days."""
    begins = first is None or (first.month, first.day) == (1, 1)
    ends = last is None or (last.month, last.day) == (12, 31)
    if begins and ends:
        return years(first.year if first else None, last.year if last else None)
    shown = [date_format(day, "SHORT_DATE_FORMAT") if day else "…" for day in (first, last)]
    return shown[0] if first == last else "–".join(shown)
