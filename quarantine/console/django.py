"""Everything that Django must be told for the console, as one dict; `quarantine.setup` adds database, models and secrets."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from quarantine.config import Config

HERE = Path(__file__).parent

INSTALLED_APPS = [
    "quarantine",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "quarantine.console.middleware.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quarantine.console.middleware.sessions_end",
    "quarantine.console.middleware.second_factor",
    "django_htmx.middleware.HtmxMiddleware",
]

# No script, style, picture or frame from anywhere but here, and none inside a page.
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}

IDLE_MINUTES = 30  # a session ends so long after the last page …
LONGEST_HOURS = 12  # … and in any case so long after signing in
SUDO_MINUTES = 10  # who proved themselves within these may reveal and release


def console_settings(config: Config) -> dict[str, Any]:
    """The settings of pages, sign-in, sessions and headers for this installation."""
    return {
        "INSTALLED_APPS": INSTALLED_APPS,
        "MIDDLEWARE": MIDDLEWARE,
        "ROOT_URLCONF": "quarantine.console.urls",
        "TEMPLATES": [_templates()],
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "LANGUAGE_CODE": "en-gb",
        "USE_TZ": True,
        "TIME_ZONE": "Europe/London",
        **_static(),
        "CACHES": {"default": {"BACKEND": "quarantine.console.limits.SharedCounts"}},
        **_sign_in(config),
        **_transport(config),
    }


def _templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quarantine.console.menu.menu",
            ],
            "libraries": {"console": "quarantine.console.words"},
        },
    }


def _static() -> dict[str, Any]:
    return {
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [HERE / "static"],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_MAX_AGE": 3600,
    }


def _sign_in(config: Config) -> dict[str, Any]:
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (
                ("UserAttributeSimilarityValidator", {}),
                ("MinimumLengthValidator", {"min_length": 12}),
                ("CommonPasswordValidator", {}),
                ("NumericPasswordValidator", {}),
            )
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "PASSWORD_RESET_TIMEOUT": 3 * 24 * 3600,  # how long a one-time link made on the server opens
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "ACCOUNT_ADAPTER": "quarantine.console.signin.Accounts",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",  # accounts are made on the server; the console sends no mail
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": SUDO_MINUTES * 60,
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "username",
        **_openid(config),
        "MFA_ADAPTER": "quarantine.console.signin.SecondFactors",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_USER_VERIFICATION": "required",
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_TOTP_ISSUER": "Schoolgate",
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": urlsplit(config.console_url).hostname == "localhost",
    }


def _openid(config: Config) -> dict[str, Any]:
    """The school's own accounts, by one provider; accounts of the console are matched in `console.admission`."""
    found = config.openid
    app = found and {
        "provider_id": "school",
        "name": found.name,
        "client_id": found.client,
        "secret": found.secret,
        "settings": {"server_url": found.issuer, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    }
    return {
        "SOCIALACCOUNT_ADAPTER": "quarantine.console.admission.SchoolAccounts",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app] if app and config.admission else []}},
        "SOCIALACCOUNT_REQUESTS_TIMEOUT": 10,
        "SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX": "oidc",
    }


def _transport(config: Config) -> dict[str, Any]:
    url = urlsplit(config.console_url)
    https = url.scheme == "https"
    return {
        "ALLOWED_HOSTS": list(dict.fromkeys([url.hostname or "localhost", "127.0.0.1", "localhost"])),
        "CSRF_TRUSTED_ORIGINS": [f"{url.scheme}://{url.netloc}"],
        "CSRF_FAILURE_VIEW": "quarantine.console.errors.csrf_failure",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "CSRF_COOKIE_SECURE": https,
        "SESSION_SERIALIZER": "quarantine.sealed_sessions.SealedSessions",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",  # a link in a notice opens the page of somebody who is signed in
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_AGE": LONGEST_HOURS * 3600,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",  # nothing goes elsewhere; "no-referrer" would take the Origin from our own forms
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": 31_536_000 if https else 0,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
        "X_FRAME_OPTIONS": "DENY",
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": POLICY},
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,  # notes and reasons
        "FILE_UPLOAD_HANDLERS": [
            "django.core.files.uploadhandler.MemoryFileUploadHandler"
        ],  # never on a disk
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 12_000_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2_000,
    }
