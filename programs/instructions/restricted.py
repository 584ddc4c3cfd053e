"""What is for official use (ДСП) is left out of lists and figures, unless its reader asks for it as well.

It is asked for by the address, `?restricted=include`, so that page, list and drill-down agree; only those who may see
such instructions can. To anybody else the parameter is as unknown as one that nobody declared.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.pages import ListPage, RegistryPage

PARAMETER, INCLUDE = "restricted", "include"
NOT_IN_FILES = _("A list as a file never holds what is for official use (ДСП): take it without, or read the page.")


@dataclass(frozen=True)
class Counted:
    """What the lists and figures of one reader are made of."""

    user: Any
    with_restricted: bool = False

    def rows(self, model: Any) -> Any:
        rows = model.objects.visible_to(self.user)
        return rows if self.with_restricted else rows.unrestricted()

    @property
    def kept(self) -> dict[str, str]:
        """What the address of a list must say as well, to show these rows."""
        return {PARAMETER: INCLUDE} if self.with_restricted else {}

    @property
    def and_kept(self) -> str:
        """`kept` at the end of a query string."""
        return "".join(f"&{name}={value}" for name, value in self.kept.items())


class CountingPage(RegistryPage):
    """Takes its rows from `counted`."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.has_perm("instructions.view_restricted"):
            self.parameters = self.parameters | {PARAMETER}

    @cached_property
    def counted(self) -> Counted:
        told = self.request.GET.getlist(PARAMETER) if PARAMETER in self.parameters else []
        if told not in ([], [INCLUDE]):
            raise SuspiciousOperation("what is for official use is included or not asked for")
        return Counted(self.request.user, with_restricted=bool(told))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choice = {"counted": self.counted, "kept": self.counted.kept, "may_include": PARAMETER in self.parameters}
        return super().get_context_data(**choice, **kwargs)


class CountingList(CountingPage, ListPage):
    def why_no_file(self, name: str, count: int) -> str:
        return str(NOT_IN_FILES) if self.counted.with_restricted else super().why_no_file(name, count)
