"""All settings, read once from the environment and checked strictly.

A value that cannot be parsed stops the start with the variable's name. README lists every variable; a test keeps the
list complete. Only DEBUG may run without a secret of its own.
"""

from datetime import timedelta
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
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "registry.encoding.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.accounts.middleware.SessionLimits",
    "registry.encoding.Utf8Middleware",
    "registry.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",  # what it answers when sign-in is closed replaces the page
    "registry.limits.RequestSizeMiddleware",  # the body is first read by what comes after all of these
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # the registry comes first in INSTALLED_APPS, so that its templates win
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
# How long a statement of a page may take; registry/wsgi.py sets it, commands may take their time.
QUERY_SECONDS = env.int("DATABASE_QUERY_SECONDS", 0, validate=validate.Range(min=0))
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # One office's pilot: WAL lets readers go on while one writer writes; IMMEDIATE takes the write lock at the start
    # of a transaction, where waiting helps, instead of failing in its middle. FULL: what was acknowledged outlives a
    # power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,  # seconds; writers do not queue in order, so eight on a slow machine may keep one waiting long
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # JIT compiles the board's one large query of small parts for seconds and saves none of them.
    limits = "-c jit=off"
    patience = {"timeout": 30}
    if QUERY_SECONDS:
        # Notices a database that falls silent: it answers 503 at once, requests do not pile up. What fails to connect
        # is tried again by the next request, not at ever longer intervals.
        DATABASES["default"]["ENGINE"] = "registry.postgresql"
        patience = {"timeout": 1, "reconnect_timeout": 1}
        limits += f" -c statement_timeout={QUERY_SECONDS}s -c lock_timeout={(QUERY_SECONDS + 2) // 3}s"
        limits += f" -c idle_in_transaction_session_timeout={QUERY_SECONDS * 2}s"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # of what the pool hands out, after a restart of the database
    DATABASES["default"]["OPTIONS"] = {
        "options": limits,
        "connect_timeout": 3,
        "keepalives_idle": 30,  # a machine that is gone is noticed by long commands too: in a minute, not in hours
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 3), **patience},
    }
else:
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:///… or postgres://…")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "registry.accounts.backends.SignedInBackend"]
SECOND_FACTOR = env.str("SECOND_FACTOR", "off", validate=validate.OneOf(["off", "staff", "all"]))  # of whom demanded
OTP_TOTP_ISSUER = "Regional Development Registry"  # what the app on the phone calls us
SESSION_ENGINE = "registry.accounts.session_store"
# A session ends when it is not used for the first time or when it is as old as the second.
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", 120, validate=validate.Range(min=1, max=525600))
SESSION_MAX_HOURS = env.int("SESSION_MAX_HOURS", 12, validate=validate.Range(min=1, max=8760))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.int("PASSWORD_MIN_LENGTH", 10, validate=validate.Range(min=8))},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# After this many failures one name is closed from one address; see registry/accounts/lockout.py.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0))
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES", 5, validate=validate.Range(min=1))
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_COOL_OFF_MINUTES", 30, validate=validate.Range(min=1)))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "registry.accounts.lockout.key_of"
AXES_CLIENT_IP_CALLABLE = "registry.accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "registry.accounts.lockout.closed"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else whoever goes on guessing keeps the owner out for ever
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False  # an administrator finds the locks on the user's page, within the own scope
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "next", "csrfmiddlewaretoken"]  # not kept, not logged

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

# A calendar feed holds so many deadlines, of so many days back and ahead.
CALENDAR_FEED_ROWS = env.int("CALENDAR_FEED_ROWS", 500, validate=validate.Range(min=1, max=2000))
CALENDAR_FEED_DAYS = env.int("CALENDAR_FEED_DAYS", 365, validate=validate.Range(min=1, max=3660))

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
    "DEFAULT_PERMISSION_CLASSES": [
        "registry.api.permissions.ViewModelPermissions",
        "registry.api.permissions.TokenAllows",
    ],
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
API_TOKEN_MAX_DAYS = env.int("API_TOKEN_MAX_DAYS", 1095, validate=validate.Range(min=1, max=36500))
API_TOKEN_DAYS = env.int(
    "API_TOKEN_DAYS", min(365, API_TOKEN_MAX_DAYS), validate=validate.Range(min=1, max=API_TOKEN_MAX_DAYS)
)
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
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "axes": {"level": "WARNING"},
    },
}
