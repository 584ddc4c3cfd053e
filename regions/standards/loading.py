"""What `load_registry` brings of the System of Regional Standards."""

from regions.standards.models import StandardItem
from registry.loading import tables

STEPS = [tables("standards", standards=StandardItem)]
