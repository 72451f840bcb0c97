"""What Django must be told for the sender's pages: no session, no account, no script, and nothing from anywhere else."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from quarantine.config import Config, OpenId
from quarantine.console.django import console_settings

HERE = Path(__file__).parent

INSTALLED_APPS = [
    "quarantine",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "csp",
]
SIGN_IN_APPS = [
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "quarantine.pages.middleware.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quarantine.pages.middleware.limits",
    "csp.middleware.CSPMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SIGN_IN_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
SESSION_HOURS = 8  # a day at school
LINKS = 20_000  # whose looks are counted at once; beyond it a third is forgotten
POLICY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}


def pages_settings(config: Config) -> dict[str, Any]:
    """The console's settings with all that differs here."""
    url = urlsplit(config.pages_url or "http://localhost")
    https = url.scheme == "https"
    return console_settings(config) | {
        "INSTALLED_APPS": INSTALLED_APPS,
        "MIDDLEWARE": MIDDLEWARE,
        "ROOT_URLCONF": "quarantine.pages.urls",
        "TEMPLATES": [_templates()],
        "ALLOWED_HOSTS": list(dict.fromkeys([url.hostname or "localhost", "127.0.0.1", "localhost"])),
        "CSRF_TRUSTED_ORIGINS": [f"{url.scheme}://{url.netloc}"],
        "CACHES": {"default": _in_memory()},
        "CSRF_FAILURE_VIEW": "quarantine.pages.views.stale",
        "CSRF_COOKIE_NAME": "__Host-pages" if https else "pages",
        "CSRF_COOKIE_SECURE": https,
        "CSRF_COOKIE_AGE": None,  # ends with the browser
        "SECURE_HSTS_SECONDS": 31_536_000 if https else 0,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": POLICY},
        **_sign_in(config, https=https),
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 50_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 20,
    }


def _sign_in(config: Config, *, https: bool) -> dict[str, Any]:
    """Sessions and the provider, where the settings ask for signing in; a form may then lead to the provider."""
    if not config.pages_sign_in or config.openid is None:
        return {}
    url = urlsplit(config.openid.issuer)
    leads_to = [*POLICY["form-action"], f"{url.scheme}://{url.netloc}"]
    return {
        "INSTALLED_APPS": [*INSTALLED_APPS, *SIGN_IN_APPS],
        "MIDDLEWARE": [*MIDDLEWARE, *SIGN_IN_MIDDLEWARE],
        "ROOT_URLCONF": "quarantine.pages.signed_urls",
        "FILE_UPLOAD_HANDLERS": [
            "django.core.files.uploadhandler.MemoryFileUploadHandler"
        ],  # never on a disk
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 12_000_000,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 500_000,
        "ACCOUNT_ADAPTER": "allauth.account.adapter.DefaultAccountAdapter",
        "SOCIALACCOUNT_ADAPTER": "quarantine.pages.school_account.Senders",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [_provider(config.openid)]}},
        "SESSION_COOKIE_NAME": "__Host-sender" if https else "sender",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_AGE": SESSION_HOURS * 3600,
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {**POLICY, "form-action": leads_to}},
    }


def _in_memory() -> dict[str, Any]:
    """A look at a page must cost no write: its limits are this process's own."""
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": LINKS},
    }


def _provider(found: OpenId) -> dict[str, Any]:
    return {
        "provider_id": "school",
        "name": found.name,
        "client_id": found.client,
        "secret": found.secret,
        "settings": {"server_url": found.issuer, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    }


def _templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"context_processors": ["django.template.context_processors.csrf"]},
    }
