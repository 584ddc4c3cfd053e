"""How dates and numbers are written in each language: the FORMAT_MODULE_PATH of the settings.

A day stands in figures wherever it stands, as it is typed: what Django shows by DATE_FORMAT, as lists of the admin do,
looks like what forms, histories and files show by SHORT_DATE_FORMAT.
"""

from django.utils.translation import pgettext_lazy

# The months as they stand inside a date («16 ақпан»): Django's own Kazakh catalogue writes them with a capital. Named
# here so that our catalogues carry them.
MONTHS_IN_A_DATE = (
    pgettext_lazy("alt. month", "January"),
    pgettext_lazy("alt. month", "February"),
    pgettext_lazy("alt. month", "March"),
    pgettext_lazy("alt. month", "April"),
    pgettext_lazy("alt. month", "May"),
    pgettext_lazy("alt. month", "June"),
    pgettext_lazy("alt. month", "July"),
    pgettext_lazy("alt. month", "August"),
    pgettext_lazy("alt. month", "September"),
    pgettext_lazy("alt. month", "October"),
    pgettext_lazy("alt. month", "November"),
    pgettext_lazy("alt. month", "December"),
)
