"""The only settings. Every value from the environment is read here, typed, and stops the start if bad."""

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from gpo_portal import environment
from operations.stored_values import JsonSerializer

BASE_DIR = Path(__file__).resolve().parent.parent

# What an installation may choose; README.md has the same table.
PORTAL_DATA_DIR = environment.folder("PORTAL_DATA_DIR", BASE_DIR / "var")
# Whatever this process makes is its owner's alone: databases, queues, caches, exports.
os.umask(0o077)
PORTAL_VERSION = "0.1.0"
# The trail's own name, its signing key and where its checkpoints are kept: outside the database.
PORTAL_NAME = environment.text("PORTAL_NAME", "gpo-portal")
PORTAL_AUDIT_KEY = Path(environment.text("PORTAL_AUDIT_KEY", str(PORTAL_DATA_DIR / "audit-key.pem")))
PORTAL_AUDIT_SINKS = environment.words("PORTAL_AUDIT_SINKS", [])
PORTAL_CHECKPOINTS = Path(environment.text("PORTAL_CHECKPOINTS", str(PORTAL_DATA_DIR / "checkpoints")))
PORTAL_CHECKPOINT_SINK = environment.text("PORTAL_CHECKPOINT_SINK", "operations.audit.checkpoint_store.FileSink")
PORTAL_CHECKPOINT_EVENTS = environment.number("PORTAL_CHECKPOINT_EVENTS", 1000, least=1, most=1000000)
PORTAL_CHECKPOINT_MINUTES = environment.number("PORTAL_CHECKPOINT_MINUTES", 15, least=1, most=10080)
PORTAL_HOST = environment.text("PORTAL_HOST", "127.0.0.1")
PORT = environment.number("PORT", 8000, least=1, most=65535)
# With a certificate of its own making, for one machine: never HSTS, which would bind every other localhost too.
LOCAL_TLS = PORTAL_DATA_DIR / "tls" if environment.flag("TLS") else None
PORTAL_TLS = environment.flag("PORTAL_TLS") or LOCAL_TLS is not None
PORTAL_TLS_CERTIFICATE = environment.text("PORTAL_TLS_CERTIFICATE", str(LOCAL_TLS / "server.pem") if LOCAL_TLS else "")
PORTAL_TLS_KEY = environment.text("PORTAL_TLS_KEY", str(LOCAL_TLS / "server.key") if LOCAL_TLS else "")
PORTAL_TRUSTED_PROXIES = environment.words("PORTAL_TRUSTED_PROXIES", [])
PORTAL_WEB_PROCESSES = environment.number("PORTAL_WEB_PROCESSES", 2, least=1, most=64)
PORTAL_WEB_THREADS = environment.number("PORTAL_WEB_THREADS", 4, least=1, most=64)
PORTAL_CONNECTIONS_PER_ADDRESS = environment.number("PORTAL_CONNECTIONS_PER_ADDRESS", 256, least=1, most=100000)
PORTAL_WORKER_THREADS = environment.number("PORTAL_WORKER_THREADS", 1, least=1, most=32)
PORTAL_LEASE_SECONDS = environment.number("PORTAL_LEASE_SECONDS", 60, least=1, most=3600)
PORTAL_MAX_ATTEMPTS = environment.number("PORTAL_MAX_ATTEMPTS", 20, least=1, most=1000)
PORTAL_INTUNE_RULES = environment.choice("PORTAL_INTUNE_RULES", "warn", among=("warn", "fail"))
PORTAL_TOKEN_SECONDS = environment.number("PORTAL_TOKEN_SECONDS", 3600, least=60, most=86400)
PORTAL_REFUSED_TOKENS_PER_MINUTE = environment.number("PORTAL_REFUSED_TOKENS_PER_MINUTE", 60, least=1, most=100000)
PORTAL_REQUESTS_PER_MINUTE = environment.number("PORTAL_REQUESTS_PER_MINUTE", 0, least=0, most=1000000)
# Boards mark what happens outside of them.
WORKING_HOURS = environment.working_hours("PORTAL_WORKING_HOURS", "Mon-Fri 7-19")
QUEUE_URL = environment.text("PORTAL_QUEUE_URL")
DEMO = environment.flag("DEMO")
# Left by the start that loaded a demonstration: such a portal says so on every page from then on.
DEMONSTRATION_MARK = PORTAL_DATA_DIR / "demonstration"

SECRET_KEY = environment.secret("PORTAL_SECRET_KEY", PORTAL_DATA_DIR / "secret-key")
DEBUG = environment.flag("PORTAL_DEBUG")
ALLOWED_HOSTS = environment.words("PORTAL_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words("PORTAL_TRUSTED_ORIGINS", [])

# What the portal accepts, in bytes and characters.
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_STATUS_DETAILS_BYTES = 16 * 1024
MAX_LANGUAGE_FILES = 100
# Multipart bodies reach Django's own parser; it stops there with the same figure.
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A whole PolicyDefinitions folder in several languages.
DATA_UPLOAD_MAX_NUMBER_FILES = 2_500
FILE_UPLOAD_HANDLERS = [
    "operations.web.limits.UploadPagesOnly",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700

INSTALLED_APPS = [
    # First: its commands replace those of others.
    "operations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "csp",
    "oauth2_provider",
    "drf_spectacular_sidecar",
    "rest_framework",
    "huey.contrib.djhuey",
]

MIDDLEWARE = [
    "operations.request_id.RequestIdMiddleware",
    "operations.web.metrics.LatencyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "operations.web.middleware.RefusalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "operations.web.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "operations.web.middleware.DeniedAccessMiddleware",
]

ROOT_URLCONF = "gpo_portal.urls"
# Microsoft Graph's addresses have no trailing slash and a redirect would lose a POST.
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": environment.database("DATABASE_URL", f"sqlite:///{PORTAL_DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was acknowledged survives a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Shared by all processes of a machine: limits per caller are counted in it.
CACHES = {
    "default": environment.cache("PORTAL_CACHE_URL", PORTAL_DATA_DIR / "cache"),
    # Charts by the digest of what they show; any may be forgotten at any time.
    "drawings": {
        "BACKEND": "operations.stored_values.JsonFileCache",
        "LOCATION": str(PORTAL_DATA_DIR / "drawings"),
        "TIMEOUT": 7 * 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "operations.User"
LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

OAUTH2_PROVIDER_APPLICATION_MODEL = "operations.ApiClient"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "operations.api.oauth.ClientCredentialsValidator",
    "SCOPES_BACKEND_CLASS": "operations.api.oauth.ApiClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": PORTAL_TOKEN_SECONDS,
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["client_credentials"],
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": [],
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# A view that declares nothing refuses everybody; ODataViewSet and PortalViewSet declare the rest.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}

# The queue only wakes: an operation's row with its lease decides what is due.
HUEY = {
    "name": "gpo-portal",
    "results": False,
    "serializer": JsonSerializer(),
    "immediate": False,
    "consumer": {"workers": PORTAL_WORKER_THREADS, "worker_type": "thread", "initial_delay": 0.1, "max_delay": 1.0},
}
if QUEUE_URL.startswith(("redis://", "rediss://")):
    if find_spec("redis") is None:
        raise ImproperlyConfigured(
            "PORTAL_QUEUE_URL names Redis, which needs a package: run .venv/bin/pip install redis."
        )
    HUEY |= {"huey_class": "huey.RedisHuey", "connection": {"url": QUEUE_URL}}
elif QUEUE_URL.startswith(("postgres://", "postgresql://")):
    HUEY |= {"huey_class": "huey.PostgresHuey", "connection": {"dsn": QUEUE_URL}}
elif QUEUE_URL:
    raise ImproperlyConfigured("PORTAL_QUEUE_URL must begin with postgres:// or redis://.")
else:
    HUEY |= {"huey_class": "huey.SqliteHuey", "connection": {"filename": str(PORTAL_DATA_DIR / "queue.sqlite3")}}

vars().update(environment.mail("PORTAL_EMAIL_URL", "smtp://localhost:25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("PORTAL_EMAIL_FROM", "gpo-portal@localhost")

LANGUAGE_CODE = "en-us"
TIME_ZONE = environment.time_zone("PORTAL_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = PORTAL_DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Cookies ignore ports: two portals on one host need names of their own.
_instance = hashlib.sha256(str(PORTAL_DATA_DIR).encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"portal-session-{_instance}"
CSRF_COOKIE_NAME = f"portal-csrf-{_instance}"
LANGUAGE_COOKIE_NAME = f"portal-language-{_instance}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PORTAL_TLS
SECURE_SSL_REDIRECT = PORTAL_TLS
# A token sent in the clear must fail loudly, so the API refuses instead of redirecting; probes stay plain.
SECURE_REDIRECT_EXEMPT = [
    r"^(healthz|readyz|metrics)$",
    r"^(beta|v1\.0|api/statistics)(/|$)",
    r"^[^/]+/oauth2/",
    r"^[^/]+/v2\.0/",
]
SECURE_HSTS_SECONDS = 31536000 if PORTAL_TLS and LOCAL_TLS is None else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PORTAL_TLS

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "operations.request_id.RequestIdFilter"},
        "denials": {"()": "operations.request_id.OneLineOfDenialsFilter"},
        "one_line": {"()": "operations.stored_values.OneLineFilter"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id", "one_line", "denials"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "operations": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "huey": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # At DEBUG it writes whole tokens.
        "oauthlib": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
