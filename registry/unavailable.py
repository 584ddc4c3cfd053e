"""When the database is away, frozen, full or too slow: what Django raises, and when it is worth trying again."""

from django.db import InterfaceError, OperationalError

NO_DATABASE = (OperationalError, InterfaceError)
RETRY_AFTER = "10"  # seconds, as the header of that name
