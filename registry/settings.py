"""All settings, read once from the environment and checked strictly.

A value that cannot be parsed stops the start with the variable's name. README lists every variable; a test keeps the
list complete. Only DEBUG may run without a secret of its own.
"""

from pathlib import Path

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# --- Mode -------------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
HTTPS = env.bool("HTTPS", False)  # served behind TLS: secure cookies, HSTS, redirect
DEMO = env.bool("DEMO", False)  # demo users may exist and sign in
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """SECRET_KEY, else the content of the file SECRET_KEY_FILE names, else (DEBUG only) a new random key."""
    if key := env.str("SECRET_KEY", ""):
        return key
    if file := env.path("SECRET_KEY_FILE", None):
        if not file.is_file():
            raise ImproperlyConfigured(f"SECRET_KEY_FILE names {file}, which is not a file")
        return file.read_text().strip()
    if DEBUG:
        return get_random_secret_key()
    raise ImproperlyConfigured("Set SECRET_KEY or SECRET_KEY_FILE: outside DEBUG the secret key has no default")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# --- Applications -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "registry.apps.RegistryConfig",
    "registry.apps.RegistryAdminConfig",
    "registry.accounts",
    "registry.audit",
    "regions",
    "regions.standards",
    "programs",
    "programs.indicators",
    "programs.cooperatives",
    "programs.instructions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # templates of the widgets, for FORM_RENDERER
    "simple_history",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "registry.limits.RequestSizeMiddleware",  # the body is first read by what comes after all of these
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "registry/templates"],  # before the packages', so that ours win
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ---------------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{VAR_DIR / 'registry.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # One office's pilot: WAL lets readers go on while one writer writes; IMMEDIATE takes the write lock at the start
    # of a transaction, where waiting helps, instead of failing in its middle.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Fewer connections than threads and a short wait: a frozen database answers 503 at once, requests do not pile up.
    # JIT compiles the board's one large query of small parts for seconds and saves none of them.
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c jit=off",
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 3), "timeout": 1},
    }
else:
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:///… or postgres://…")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("kk", _("Kazakh")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "registry/locale", BASE_DIR / "registry/locale_packages"]
FORMAT_MODULE_PATH = ["registry.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Almaty"

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # an instruction to all district akimats is a form of some 1,600 fields

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "registry/static"]
WHITENOISE_USE_FINDERS = True  # serves straight from the packages: no collecting step between a clone and a page
FIXTURES_DIR = BASE_DIR / "fixtures"
# What people attach. Served by a page that asks who may see it, so there is no MEDIA_URL.
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# What `load_registry` runs, in order: each names a module with its STEPS.
REGISTRY_LOADERS = [
    "regions.loading",
    "regions.standards.loading",
    "programs.loading",
    "programs.indicators.loading",
    "programs.instructions.loading",
]

# What /search/ and /quality/ show, in order: each names a module with its `sections`.
REGISTRY_SEARCH = [
    "programs.instructions.searching",
    "programs.searching",
    "regions.searching",
    "programs.cooperatives.searching",
    "programs.indicators.searching",
    "regions.standards.searching",
]
REGISTRY_QUALITY = [
    "programs.instructions.quality",
    "programs.quality",
    "programs.indicators.quality",
    "programs.cooperatives.quality",
]

# --- Instruction control ----------------------------------------------------------------------------------------------
DUE_SOON_WORKING_DAYS = env.int("DUE_SOON_WORKING_DAYS", 3)  # "falls due soon": this many working days ahead
URGENT_WORKING_DAYS = env.int("URGENT_WORKING_DAYS", 0)  # «незамедлительно» in working days; 0: somebody sets the date
PERIODS_AHEAD_DAYS = env.int("PERIODS_AHEAD_DAYS", 365)  # how far ahead periodic deadlines are made
EXTENSIONS_AT_MOST = env.int("EXTENSIONS_AT_MOST", 0)  # how often one deadline may be extended; 0: no limit
EXTENSION_DAYS_BEFORE = env.int("EXTENSION_DAYS_BEFORE", 0)  # days before the last day to ask by; 0: no limit

ATTACHMENT_MAX_MB = env.int("ATTACHMENT_MAX_MB", 10, validate=validate.Range(min=1))
REQUEST_MAX_MB = env.int("REQUEST_MAX_MB", 50, validate=validate.Range(min=1))  # all files of one form together

# --- What asks for a second look --------------------------------------------------------------------------------------
COOPERATIVE_FEW_MEMBERS = env.int("COOPERATIVE_FEW_MEMBERS", 3, validate=validate.Range(min=0))
# The largest support in МРП of its day; 0: not judged.
COOPERATIVE_CEILING_MRP = env.int("COOPERATIVE_CEILING_MRP", 8000, validate=validate.Range(min=0, max=10**6))
# A figure older than that is stale, and a region without a newer one is silent.
STALE_AFTER_MONTHS = env.int("STALE_AFTER_MONTHS", 12, validate=validate.Range(min=1, max=1200))

# --- Lists as files ---------------------------------------------------------------------------------------------------
OFFICE_NAME = env.str("OFFICE_NAME", "")  # stands at the head of every file
EXPORT_MAX_ROWS = env.int("EXPORT_MAX_ROWS", 100_000)

# --- Security ---------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "registry.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["registry.api.permissions.ViewModelPermissions"],
    "DEFAULT_FILTER_BACKENDS": ["registry.api.filtering.StrictFilterBackend", "registry.api.keyset.KeysetOrdering"],
    "DEFAULT_PAGINATION_CLASS": "registry.api.keyset.KeysetPagination",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "registry.api.problems.problem_handler",
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter like any other: refused where nothing reads it
    "UNICODE_JSON": True,
}
REST_KNOX = {"TOKEN_MODEL": "accounts.ApiToken", "AUTH_HEADER_PREFIX": "Token"}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
MIGRATION_MODULES = {"knox": None}  # its table is replaced by ApiToken; nothing of it is to be made
SPECTACULAR_SETTINGS = {
    "TITLE": "Registry API",
    "DESCRIPTION": _(
        "Names stand side by side in Russian, Kazakh and English; dates are ISO 8601, money is tenge as decimal text. "
        "Parameters hold all at once; one that is unknown, repeated, empty or malformed is refused with 400."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "registry.api.schema.document_problems",
    ],
    "ENUM_NAME_OVERRIDES": {  # "kind", "state" and "status" mean other things in every app
        "OrganisationKind": "regions.choices.OrganisationKind",
        "RegionKind": "regions.choices.RegionKind",
        "RegionLevel": "regions.choices.RegionLevel",
        "Language": "programs.choices.Language",
        "ProgramKind": "programs.choices.ProgramKind",
        "ProgramStatus": "programs.choices.ProgramStatus",
        "Approximation": "programs.choices.Approximation",
        "BudgetLevel": "programs.choices.BudgetLevel",
        "FundingStage": "programs.choices.FundingStage",
        "IndicatorNature": "programs.indicators.choices.IndicatorNature",
        "Aggregation": "programs.indicators.choices.Aggregation",
        "Direction": "programs.indicators.choices.Direction",
        "ValueKind": "programs.indicators.choices.ValueKind",
        "CooperativeStatus": "programs.cooperatives.choices.CooperativeStatus",
        "ChainPlace": "programs.cooperatives.choices.ChainPlace",
        "MeetingKind": "programs.instructions.choices.MeetingKind",
        "InstructionForm": "programs.instructions.choices.InstructionForm",
        "InstructionState": "programs.instructions.choices.InstructionState",
        "ControlLevel": "programs.instructions.choices.ControlLevel",
        "RollPolicy": "programs.instructions.choices.RollPolicy",
        "DeadlineState": "programs.instructions.choices.DeadlineState",
        "DeadlineKind": "programs.instructions.choices.DeadlineKind",
        "ExecutorRole": "programs.instructions.choices.ExecutorRole",
        "Mark": "programs.instructions.choices.Mark",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Logging ----------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"safe": {"()": "registry.logs.RedactingFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "safe"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # Django's own handlers mail and print on their own; ours alone speaks.
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
