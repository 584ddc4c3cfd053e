"""WSGI entry point, served by gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ.setdefault("DATABASE_QUERY_SECONDS", "15")  # of pages alone: a command may take as long as it needs
application = get_wsgi_application()
