"""What every installation shares, in the order of Django's settings reference.

Each environment adds its own: dev (reload, debug pages), test (pytest), prod (what hosts serve).
What may differ between two hosts is read from the environment or `.env` (docs/deploying.md).
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from environs import Env
from environs.exceptions import EnvError

from ptce_site.mediastore import storage_of

from .accounts import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parents[2]

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / "var").absolute()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# Core: host and mail
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise ImproperlyConfigured(
        f"SITE_URL must be a full address such as https://ptce.example.org; it is {SITE_URL!r}."
    )
HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = [_site.hostname, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# How many proxies of ours stand in front and add to X-Forwarded-For; 0 believes the connection.
# HTTPS is spoken by one of them; a CDN before it is that one's affair (docs/deploying.md).
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 1 if HTTPS else 0)

# Mail is off until EMAIL_URL says where to send it (submission://user:password@host:587).
MAILERS: dict[str, dict] = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
if env.str("EMAIL_URL", ""):
    _mail = env.dj_email_url("EMAIL_URL")
    _options = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"],
        "username": _mail["EMAIL_HOST_USER"],
        "password": _mail["EMAIL_HOST_PASSWORD"],
        "use_tls": _mail["EMAIL_USE_TLS"],
        "use_ssl": _mail["EMAIL_USE_SSL"],
        "timeout": 10,
    }
    MAILERS = {"default": {"BACKEND": _mail["EMAIL_BACKEND"], "OPTIONS": _options}}
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = _mail.get("DEFAULT_FROM_EMAIL", "webmaster@localhost")

# Database: SQLite beside the code unless DATABASE_URL names another.
try:
    _database = env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
except (EnvError, ValueError) as error:
    raise ImproperlyConfigured(
        "DATABASE_URL is not an address this site can use. Expected, for instance, "
        f"postgres://user:password@host:5432/name or sqlite:////path/db.sqlite3 ({error})."
    ) from None
if _database["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at once, so the
    # busy timeout applies instead of "database is locked" (docs/adr/0005-sqlite.md).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-512",
    }
else:  # a machine that is gone would be waited for minutes, known or not, and a lock for ever
    _alive = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5}
    _waits = {"connect_timeout": 5, "options": "-c lock_timeout=5s", **_alive}
    _database["OPTIONS"] = {**_waits, **_database.get("OPTIONS", {})}
DATABASES = {"default": _database | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}}

# Security
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
CSRF_FAILURE_VIEW = "ptce_site.editorial.unsent.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # passkeys on http://localhost

# Globalization
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
FORMAT_MODULE_PATH = "ptce_site.formats"
MODELTRANSLATION_DEFAULT_LANGUAGE = "fr"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("fr",)

# HTTP
WSGI_APPLICATION = "ptce_site.wsgi.application"
MIDDLEWARE = [
    "ptce_site.protection.ProtectionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ptce_site.logs.RequestIdMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ptce_site.addresses.AddressLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ptce_site.editorial.accounts.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ptce_site.editorial.publication.GoneMiddleware",
    "ptce_site.editorial.redirects.FormerAddressMiddleware",
    "ptce_site.editorial.reading.ReadingMiddleware",
    "ptce_site.editorial.unsent.UnsentMiddleware",
]

# Models: modeltranslation stands before the admin, which it extends.
INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_prose_editor",
    "reversion",
    "ptce_site.editorial",
    "ptce_site.editorial.accounts",
    "pages",
    "poles",
    "ptce_site.ops",
]

# Templates
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["ptce_site.compact.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# URLs
ROOT_URLCONF = "ptce_site.urls"

# Kept pages, in seconds: how often changes are looked for; how long a CDN answers alone.
LOOK_EVERY = 0.5
SHARED_CACHE_SECONDS = env.int("SHARED_CACHE_SECONDS", 0)

# What editors upload, in the storage "default": re-encoded, and named after its content. In a
# folder, unless MEDIA_STORE names an S3-compatible storage that several machines share.
MEDIA_STORE = storage_of(env.str("MEDIA_STORE", ""))
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"

# Static files: one stylesheet for visitors, hashed and compressed when collected.
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": MEDIA_STORE,
    "staticfiles": {"BACKEND": "ptce_site.staticstorage.SiteStaticStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".speculationrules": "application/speculationrules+json"}
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # what is asked for at the root of the site
