"""An error of the site, mailed to the address of the publisher's record, without personal data.

What the mail holds is code: the kind of error, the lines it went through, which view answered. What
was asked, sent or known is not in it, nor what the error says, which may quote any of these: the
log has that, under the name of the request.
"""

import hashlib
import logging
import os
import threading
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.db import DatabaseError, connection

from ..logs import request_id

logger = logging.getLogger(__name__)

AN_HOUR, IN_ALL = 3600, 10  # seconds; mails that a machine sends in one, each of another kind
_known: dict[str, str] = {}
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


class ErrorMail(logging.Handler):
    """Mails the first error of each kind in an hour, from a thread: nobody waits for it."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == __name__ or settings.MAILERS["default"]["BACKEND"] == NOWHERE:
            return
        try:
            if may_be_sent(kind_of(record)):
                # One that is no daemon: a command that fails ends once its mail has left.
                threading.Thread(target=send, args=letter(record)).start()
        except Exception:  # noqa: BLE001 - what cannot be mailed must not break what goes on
            self.handleError(record)


def kind_of(record: logging.LogRecord) -> str:
    """The same for two errors that have one cause, as far as one can tell: what, and where."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return f"{record.name}: {record.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {_short(frames[-1].filename)}" if frames else repr(error)


def may_be_sent(kind: str, now: float | None = None) -> bool:
    """Whether this is the first of its kind in the hour, on this machine, and there were under ten.

    A file says that a mail left; only one process can make it.
    """
    hour = int((time.time() if now is None else now) // AN_HOUR)
    folder = Path(settings.DATA_DIR) / "cache" / "errors"
    folder.mkdir(parents=True, exist_ok=True)
    for former in folder.iterdir():
        if not former.name.startswith(f"{hour}-"):
            former.unlink(missing_ok=True)
    if not _take(folder / f"{hour}-{hashlib.sha256(kind.encode()).hexdigest()[:16]}"):
        return False
    return any(_take(folder / f"{hour}-{place}") for place in range(IN_ALL))


def _take(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


def letter(record: logging.LogRecord) -> tuple[str, str]:
    """Subject and text."""
    kind = kind_of(record)
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    lines = [
        f"{kind}, at {time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime(record.created))}.",
        f"Answering: {getattr(request, 'method', '-')} {match.route if match else '(no view)'}",
        f"Name in the log: {request_id() or '(outside of a request)'}",
        "",
        *_steps(record),
        "",
        "What the error said, and about what, is in the log of the server. No other error of this"
        " kind is mailed before the next hour, and no more than ten of all kinds in one.",
    ]
    return f"[{urlsplit(settings.SITE_URL).netloc}] {kind}"[:150], "\n".join(lines) + "\n"


def _steps(record: logging.LogRecord) -> Iterable[str]:
    """The lines of code that it went through, in order; never what variables held."""
    error = record.exc_info[1] if record.exc_info else None
    for frame in traceback.extract_tb(error.__traceback__) if error else ():
        yield f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}: {frame.line}"


def _short(path: str) -> str:
    base = f"{settings.BASE_DIR}{os.sep}"
    return path.removeprefix(base).rpartition("site-packages/")[2]


def recipient() -> str:
    """The address of the publisher's record; where the database is away, as it was known last."""
    from ptce_site.editorial.models import Publisher

    with suppress(DatabaseError):
        record = Publisher.objects.first()
        _known["address"] = record.email if record else ""
    return _known.get("address", "")


def send(subject: str, body: str) -> None:
    """Mail it to the publisher. What goes wrong is only written down."""
    try:
        if address := recipient():
            send_mail(subject, body, None, [address])
    except (OSError, ValueError):
        logger.warning("An error could not be mailed.", exc_info=True)
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()
