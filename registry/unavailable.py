"""When the database is away, frozen, full or too slow: what Django raises, and when it is worth trying again."""

import psycopg
from django.db import InterfaceError, OperationalError

# Closing the cursor of a list that is read row by row, Django passes psycopg's own error on as it is.
NO_DATABASE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
RETRY_AFTER = "10"  # seconds, as the header of that name
