"""What the database tells: is it there and up to date, did the jobs run, who signs in how."""

from django.apps import apps
from django.db import DatabaseError
from django.utils import timezone

from ..jobs import State, states
from ..querysets import staff_without_second_factor
from ..readiness import database_fault
from .answers import Answer, fine, remark, wrong

TIMERS = "Install the timers of deploy/systemd (docs/deploying.md)."


def database() -> Answer:
    if fault := database_fault():
        return wrong("database", fault, "Check DATABASE_URL; then manage.py prepare.")
    return fine("database", "It answers, and its tables are those of this code.")


def jobs() -> Answer:
    """Late ones; what was promised to visitors is wrong, the rest is worth knowing."""
    late = [state for state in states() if state.is_late and state.job.name != "backup"]
    if not late:
        return fine("jobs", "All ran when they should have.")
    told = "; ".join(_told(state) for state in late)
    promised = [state for state in late if state.job.name == "purge" and state.last]
    if promised:
        more = f"{TIMERS} The page on personal data promises purge each day."
        return wrong("jobs", f"Late: {told}.", more)
    return remark("jobs", f"Late: {told}.", TIMERS)


def _told(state: State) -> str:
    if state.last is None:
        return f"{state.job.name} never ran"
    when = f"{timezone.localtime(state.last.began):%Y-%m-%d %H:%M}"
    return f"{state.job.name} {state.last.outcome} on {when} ({state.last.told or 'no word'})"


def second_factor() -> Answer:
    about = "accounts"
    if not apps.is_installed("allauth.mfa"):
        return fine(about, "A password opens them: the second factor is not installed.")
    number = staff_without_second_factor()
    if number:
        told = f"{number} account(s) of the staff have no second factor yet."
        return remark(about, told, "Each sets one up when signing in.")
    return fine(about, "All those of the staff have a second factor.")


def guarded(about: str, error: DatabaseError | OSError) -> Answer:
    """The answer to a question that could not be asked."""
    return wrong(about, f"It could not be looked at: {' '.join(str(error).split())}")
