"""Django settings. Everything that an installation may change comes from the environment (see docs/settings.md)."""

import os
from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from otklik.web.secret import read_or_create_secret

BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("OTKLIK_DATA", "data")).resolve()
DEBUG = os.environ.get("OTKLIK_DEBUG") == "1"
SECRET_KEY = read_or_create_secret(DATA_DIR / "secret.key")
ALLOWED_HOSTS = os.environ.get("OTKLIK_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("OTKLIK_ORIGINS", "").split(",") if origin]
BEHIND_HTTPS = os.environ.get("OTKLIK_HTTPS") == "1"

INSTALLED_APPS = [
    "otklik.web",
    "otklik.company",
    "otklik.jobs",
    "otklik.surveys",
    "otklik.events",
    "otklik.devices",
    "otklik.metrics",
    "otklik.dashboards",
    "otklik.reports",
    "otklik.demo",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "otklik.events.told.ToldMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "otklik.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "otklik.urls"
WSGI_APPLICATION = "otklik.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "otklik.web.context.shell",
                "otklik.events.told.told",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "otklik.web.templatetags.web",
                "otklik.web.templatetags.formats",
                "otklik.web.templatetags.components",
                "otklik.reports.templatetags.exports",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "catalogue.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "company.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "otklik.company.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_FORMS = {"login": "otklik.company.forms.sign_in.SignInForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # an invitation ends signed in
MFA_TOTP_ISSUER = "Otklik"
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "otklik_language"
USE_TZ = True
TIME_ZONE = os.environ.get("OTKLIK_TIMEZONE", "Europe/Moscow")

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[0-9A-Za-z_-]{8}\.[0-9a-z]+$"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx sends it back as a header
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("OTKLIK_LOG", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}},
}

# --- Otklik's own settings -------------------------------------------------------------------------------------
INGEST_MAX_BODY_BYTES = int(os.environ.get("OTKLIK_INGEST_MAX_BODY", str(8 * 1024 * 1024)))
INGEST_MAX_PAST_DAYS = int(os.environ.get("OTKLIK_INGEST_MAX_PAST_DAYS", "3660"))
INGEST_MAX_FUTURE_SECONDS = int(os.environ.get("OTKLIK_INGEST_MAX_FUTURE_SECONDS", "600"))
CURRENCY = os.environ.get("OTKLIK_CURRENCY", "₽")  # what stands after amounts of money
UPKEEP_SECONDS = float(os.environ.get("OTKLIK_UPKEEP_SECONDS", "300"))  # 0: nothing is made ahead unasked
RETENTION_DAYS = int(os.environ.get("OTKLIK_RETENTION_DAYS", "0"))  # 0 keeps events for ever
