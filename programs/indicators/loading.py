"""What `load_registry` brings of indicators; indicator_values.csv says which fact belongs to which."""

from programs.indicators.models import Indicator, IndicatorValue
from registry.loading import tables

STEPS = [tables("indicators", indicators=Indicator, indicator_values=IndicatorValue)]
