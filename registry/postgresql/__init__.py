"""Django's PostgreSQL for pages: one that falls silent is noticed, and nobody waits for it (`registry/settings.py`)."""
