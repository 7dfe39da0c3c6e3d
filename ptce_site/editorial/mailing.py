"""A letter that leaves while nobody waits: a mail server that is slow holds up no visitor."""

import logging
from threading import Thread

from django.core.mail import send_mail

NAME = "letter"  # of the threads that send one
logger = logging.getLogger(__name__)


def post(subject: str, body: str, to: str, about: str) -> None:
    """Send it from a thread of its own; `about` tells the log which one could not leave."""
    Thread(target=_send, args=(subject, body, to, about), name=NAME).start()


def _send(subject: str, body: str, to: str, about: str) -> None:
    try:
        send_mail(subject, body, None, [to])
    except (OSError, ValueError):
        logger.exception("%s could not be sent", about)
