"""All the questions, in the order in which one would ask them."""

from collections.abc import Iterable

from django.db import DatabaseError

from . import machine, records, told
from .answers import Answer, Question

QUICK: tuple[Question, ...] = (
    told.site_url, told.secret_key, told.database_url, told.email_url, told.debug, told.proxies,
    machine.env_file, machine.data_folder, machine.disk, machine.clock, machine.s3_library,
    machine.static_files, machine.catalogues, machine.pango,
    records.database, records.jobs, machine.backups, records.second_factor,
)  # fmt: skip
# These ask another machine, or write: not for a page that someone waits for.
SLOW: tuple[Question, ...] = (told.mail_server, told.media_store)


def examine(questions: Iterable[Question] = (*QUICK, *SLOW)) -> list[Answer]:
    """Ask them all; one that cannot be asked does not keep the others from it."""
    return [_asked(question) for question in questions]


def _asked(question: Question) -> Answer:
    try:
        return question()
    except (DatabaseError, OSError) as error:
        return records.guarded(question.__name__, error)
