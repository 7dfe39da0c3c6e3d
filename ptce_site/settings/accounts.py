"""Who may sign in, and how: staff only, visitors never get a cookie (docs/adr/0021)."""

AUTHENTICATION_BACKENDS = ["ptce_site.editorial.accounts.backend.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Nothing of the room opens without a second factor; prod.py says so, the others let people in.
SECOND_FACTOR_REQUIRED = False

# A working day after what was last written: not asked again after lunch, closed the next morning.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # not a cookie more

# Attempts are counted, and codes that served remembered, for every process of every machine.
CACHES = {
    "default": {
        "BACKEND": "ptce_site.editorial.accounts.counting.Counts",
        "LOCATION": "kept_counts",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

ACCOUNT_ADAPTER = "ptce_site.editorial.accounts.adapters.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]  # nobody signs up: no such address
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True  # for as long as SESSION_COOKIE_AGE says
ACCOUNT_LOGOUT_REDIRECT_URL = "admin:login"
ACCOUNT_REAUTHENTICATION_METHODS = ("password",)
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_FORMS = {
    "login": "ptce_site.editorial.accounts.forms.SignInForm",
    "reset_password": "ptce_site.editorial.accounts.forms.ResetForm",
}
# `ip` is a whole network (accounts.adapters), `key` an account, or a name that is none.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/15m/ip,5/15m/key",
    "reset_password": "10/15m/ip,3/15m/key",
    "reset_password_from_key": "20/15m/ip",
    "reauthenticate": "10/15m/user",
    "change_password": "10/15m/user",
}

MFA_ADAPTER = "ptce_site.editorial.accounts.adapters.FactorAdapter"
MFA_FORMS = {"add_webauthn": "ptce_site.editorial.accounts.forms.KeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are written by administrators
MFA_TOTP_TOLERANCE = 1  # telephones whose clock is half a minute wrong
MFA_RATE_LIMITS = {"webauthn_login": "60/15m/ip"}
