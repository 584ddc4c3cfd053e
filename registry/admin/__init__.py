"""The admin: staff's main tool. What every page of it has in common: scope, choices, rules, history."""

from registry.admin.base import ReadOnly, RegistryAdmin, RegistryInline
from registry.admin.conflict import changed_by
from registry.admin.filters import QueueFilter, ScopedRelatedFilter, region_filter
from registry.admin.forms import Refused, RegistryForm, RegistryFormSet
from registry.admin.site import RegistryAdminSite

__all__ = [
    "QueueFilter",
    "ReadOnly",
    "Refused",
    "RegistryAdmin",
    "RegistryAdminSite",
    "RegistryForm",
    "RegistryFormSet",
    "RegistryInline",
    "ScopedRelatedFilter",
    "changed_by",
    "region_filter",
]
