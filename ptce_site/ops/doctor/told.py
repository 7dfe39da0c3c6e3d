"""The five settings, and what was made of them: is each what it should be?"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection

from ..errormail import NOWHERE
from .answers import Answer, fine, remark, wrong

HERE = ("localhost", "127.0.0.1", "::1")
PROBE = "doctor/probe.txt"


def site_url() -> Answer:
    about, host = "SITE_URL", urlsplit(settings.SITE_URL).hostname
    if settings.HTTPS:
        told = f"{settings.SITE_URL}: secure cookies, redirection to HTTPS and HSTS for a year."
        return fine(about, told)
    if host in HERE:
        told = f"{settings.SITE_URL}: this machine alone can be served so, without HTTPS."
        return remark(about, told, "Set the public address, https://…, before opening the site.")
    return wrong(
        about,
        f"{settings.SITE_URL}: what the staff types, passwords included, travels in the clear.",
        "Put a web server that speaks HTTPS in front (deploy/), and set SITE_URL=https://…",
    )


def secret_key() -> Answer:
    about, key = "SECRET_KEY", settings.SECRET_KEY
    make = "Write another one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'. "
    make += "Whoever is signed in will have to sign in again."
    if len(key) < 32 or len(set(key)) < 12 or key.startswith(("django-insecure", "only-for-")):
        return wrong(about, "It is short, repetitive or known: sessions can be forged.", make)
    if len(key) < 50:
        return remark(about, f"{len(key)} characters; 50 or more are the habit.", make)
    return fine(about, f"{len(key)} characters, {len(set(key))} different ones.")


def database_url() -> Answer:
    about, told = "DATABASE_URL", connection.settings_dict
    if connection.vendor == "sqlite":
        return fine(about, f"SQLite, in the file {told['NAME']}: one machine.")
    return fine(about, f"PostgreSQL, {told['NAME']} at {told['HOST'] or 'the local socket'}.")


def email_url() -> Answer:
    """Without asking the mail server anything."""
    about, told = "EMAIL_URL", settings.MAILERS["default"]
    if told["BACKEND"] == NOWHERE:
        return remark(
            about,
            "Mail is off: no reminders, reports of visitors, invitations nor errors are mailed.",
            "Set EMAIL_URL=submission://user:password@host:587.",
        )
    options = told.get("OPTIONS", {})
    host = options.get("host", "this process")
    if options.get("password") and not (options.get("use_tls") or options.get("use_ssl")):
        said = f"The password for {host} travels in the clear."
        return wrong(about, said, "Write submission:// (or smtps://) in EMAIL_URL, not smtp://.")
    return fine(about, f"Mail leaves through {host}.")


def mail_server() -> Answer:
    """Whether the mail server lets this site in; asks it, which takes ten seconds at most."""
    about = "mail"
    if settings.MAILERS["default"]["BACKEND"] == NOWHERE:
        return fine(about, "Nothing to ask: mail is off.")
    try:
        link = mail.mailers["default"]
        link.open()
        link.close()
    except (OSError, ValueError) as error:
        told = f"The mail server refuses or does not answer: {error}"
        return wrong(about, told, "Check EMAIL_URL: name, port, user and password (with %XX).")
    return fine(about, "The mail server lets this site in (--mail ADDRESS sends a letter).")


def media_store() -> Answer:
    """Writes a few bytes where media are kept, and removes them."""
    about = "MEDIA_STORE"
    local = isinstance(default_storage, FileSystemStorage)
    place = f"the folder {default_storage.location}" if local else "an S3-compatible storage"
    try:
        default_storage.delete(PROBE)
        name = default_storage.save(PROBE, ContentFile(b"x"))
        default_storage.delete(name)
    except OSError as error:
        told = f"Media are kept in {place}, which refuses to be written to: {error}"
        return wrong(about, told, "Check the owner of the folder, or MEDIA_STORE.")
    return fine(about, f"Media are kept in {place}; it can be written to.")


def debug() -> Answer:
    if settings.DEBUG:
        told = "Error pages show the code and its secrets to anyone."
        return wrong("debug", told, "Set DJANGO_SETTINGS_MODULE=ptce_site.settings.prod.")
    return fine("debug", "Off: error pages tell nothing.")


def proxies() -> Answer:
    """What is believed of the proxies; what they really do cannot be seen from here."""
    about, number = "proxies", settings.TRUSTED_PROXIES
    if settings.HTTPS and not number:
        told = "HTTPS without a proxy of ours: every visitor seems to come from the proxy."
        return wrong(about, told, "Remove TRUSTED_PROXIES=0 from the settings.")
    if number and not settings.HTTPS:
        told = f"{number} trusted without HTTPS: visitors can pretend to come from anywhere."
        return remark(about, told, "Right only if such a proxy is there, and is the only way in.")
    if number:
        return remark(
            about,
            f"{number} in front is believed: it must set X-Forwarded-Proto itself and append to "
            "X-Forwarded-For. That cannot be seen from here.",
            f"Ask curl -sI -H 'X-Forwarded-Proto: https' http://{urlsplit(settings.SITE_URL).netloc}"
            "/ from elsewhere: it must lead to https.",
        )
    return fine(about, "None is believed: an address is that of the connection.")
