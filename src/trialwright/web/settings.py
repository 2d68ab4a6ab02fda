"""The one settings module. Everything comes from environment variables and the data folder.

TRIALWRIGHT_DATA    the data folder; `store.folder.open_data` sets it
TRIALWRIGHT_SECRET  secret key, at least 50 characters; default: the file secret.key of the data folder
TRIALWRIGHT_HOSTS   names that the server answers to, with commas; default: this machine only
TRIALWRIGHT_PROXIES addresses of proxies, with commas, whose X-Forwarded-For tells where a sign-in comes from; default: none
TRIALWRIGHT_DEBUG   1 shows faults in the browser; refused unless the folder is a demo
TRIALWRIGHT_PLAIN   1 allows plain http on a host that is not this machine: for a network that nobody else reaches
TRIALWRIGHT_ASKS    how often a minute one phone may ask, of each server process; default: 60
TRIALWRIGHT_TLS     1 where this server speaks https itself; `trialwright serve --tls` sets it

With a host that is not this machine, cookies are sent over https only: this server speaks it, or a proxy in front
ends TLS, sets X-Forwarded-Proto and lets no browser set it.
"""

import os
from pathlib import Path

from trialwright.store.errors import DataError
from trialwright.store.folder import VARIABLE, settings_of

_PACKAGE = Path(__file__).resolve().parent.parent
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_folder = settings_of(Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
DATA = _folder["DATA"]
IS_DEMO = _folder["IS_DEMO"]
DEMO = _folder["DEMO"]
SECRET_KEY = _folder["SECRET_KEY"]
DATABASES = _folder["DATABASES"]

DEBUG = os.environ.get("TRIALWRIGHT_DEBUG") == "1"
if DEBUG and DATA is not None and not IS_DEMO:
    raise DataError("TRIALWRIGHT_DEBUG is refused: this data folder is not a demo.")

ALLOWED_HOSTS = [name for name in os.environ.get("TRIALWRIGHT_HOSTS", "").split(",") if name] or list(
    _LOOPBACK
)
TRUSTED_PROXIES = frozenset(name for name in os.environ.get("TRIALWRIGHT_PROXIES", "").split(",") if name)
SPEAKS_TLS = os.environ.get("TRIALWRIGHT_TLS") == "1"
_is_local = set(ALLOWED_HOSTS) <= set(_LOOPBACK)
IS_HTTPS = SPEAKS_TLS or (not _is_local and os.environ.get("TRIALWRIGHT_PLAIN") != "1")

# A phone asks once in five minutes while its page is open, and at each entry.
_asks = os.environ.get("TRIALWRIGHT_ASKS", "60")
if not _asks.isdecimal() or int(_asks) < 1:
    raise DataError("TRIALWRIGHT_ASKS is a whole number, 1 or more.")
ASKS_A_MINUTE = int(_asks)

ROOT_URLCONF = "trialwright.web.urls"
WSGI_APPLICATION = "trialwright.web.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "trialwright.store",
    "trialwright.diary",
    "trialwright.web",
]
MIDDLEWARE = [
    "trialwright.web.security.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "trialwright.web.uploads.refuse_large",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "trialwright.web.refusals.RefusalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted((_PACKAGE / "web").glob("*/templates")),  # one folder a page family
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------ who

AUTH_USER_MODEL = "store.Account"
AUTHENTICATION_BACKENDS = ["trialwright.store.entrance.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"

# ------------------------------------------------------------------ sessions and cookies

SESSION_ENGINE = "trialwright.store.sessions"
SESSION_IDLE_SECONDS = 15 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "trialwright.web.refusals.bad_form_token"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ------------------------------------------------------------------ headers; the content policy: web/security.py

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Not for this machine's own name: a browser would refuse every other server on it for a year.
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS and not _is_local else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS and not SPEAKS_TLS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# A file is read into memory or not at all (web/uploads.py): nothing of it lies about on a disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 13_000_000

# ------------------------------------------------------------------ language, time, files

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [_PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
