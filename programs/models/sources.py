"""Where a fact was read."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.choices import (
    Language,
)
from programs.querysets import (
    SourceQuerySet,
)
from registry.models import Loaded, Record, Searchable


class Source(Searchable, Loaded, Record):
    """Where a figure or an instruction was read: nothing is shown without it."""

    searched: ClassVar[tuple[str, ...]] = ("title", "publisher", "url")

    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_note = models.CharField(
        _("why the date is not known"), max_length=300, blank=True, help_text=_("And what is known of it instead.")
    )
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.RU)

    objects: ClassVar[Any] = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("title", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("url",),
                condition=~Q(url=""),
                name="source_once_by_address",
                violation_error_message=_("There is a source with this address already."),
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=False) | ~Q(published_note=""),
                name="source_date_or_why_not",
                violation_error_message=_("Give the date of publication, or say why it is not known."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Sourced(models.Model):
    """A fact read in a source: the source, its own words and what remains in doubt."""

    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    quote = models.CharField(_("quote"), max_length=300, blank=True, help_text=_("The source's own words, at most 12."))
    note = models.TextField(_("note"), blank=True, help_text=_("What is inferred, unclear or in doubt."))

    class Meta:
        abstract = True
