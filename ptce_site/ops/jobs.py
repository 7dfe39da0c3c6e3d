"""The commands that timers start, each writing down its runs; the state of the site shows them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from .models import JobRun

logger = logging.getLogger(__name__)

REMEMBERED = 20  # runs of each job
MORE_THAN_DAILY, MORE_THAN_WEEKLY = timedelta(days=2), timedelta(days=9)


@dataclass(frozen=True)
class Job:
    """A command, and after how long without a run something is amiss."""

    name: str
    at_most: timedelta


JOBS = (
    Job("publish_due", timedelta(hours=1)),
    Job("purge", MORE_THAN_DAILY),
    Job("check_links", MORE_THAN_DAILY),
    Job("remind_reviews", MORE_THAN_WEEKLY),
    Job("sweep_images", MORE_THAN_WEEKLY),
    Job("backup", MORE_THAN_DAILY),
)


@dataclass(frozen=True)
class State:
    """What is known of a job: its last run, and the last that went well."""

    job: Job
    last: JobRun | None
    well: datetime | None

    @property
    def is_late(self) -> bool:
        return self.well is None or self.well < timezone.now() - self.job.at_most


def states() -> list[State]:
    """Every job, in order. Raises DatabaseError."""
    last, well = JobRun.objects.latest_by_name(), JobRun.objects.ended_well()
    return [State(job, last.get(job.name), well.get(job.name)) for job in JOBS]


type Handle = Callable[..., str | None]


def recorded(handle: Handle) -> Handle:
    """Around a command's `handle`: writes down the run, and the line that it returns or fails with.

    A run with `--dry-run` is none. What cannot be written down does not keep the job from its work.
    """

    @wraps(handle)
    def run(self: BaseCommand, *args: Any, **options: Any) -> str | None:
        if options.get("dry_run"):
            return handle(self, *args, **options)
        record = JobRun(name=self.__module__.rpartition(".")[2], began=timezone.now())
        _write(record)
        try:
            told = handle(self, *args, **options)
        except Exception as error:
            expected = isinstance(error, CommandError)
            _end(record, JobRun.Outcome.FAILED, str(error) if expected else type(error).__name__)
            if not expected:
                logger.exception("A job failed: %s", record.name)
            raise
        _end(record, JobRun.Outcome.DONE, told or "")
        return told

    return run


def _end(record: JobRun, outcome: JobRun.Outcome, told: str) -> None:
    record.ended, record.outcome = timezone.now(), outcome
    record.told = " ".join(told.split())[:300]
    _write(record)


def _write(record: JobRun) -> None:
    try:
        record.save()
        JobRun.objects.forget_older(record.name, REMEMBERED)
    except DatabaseError as error:
        logger.warning("A run of %s was not written down: %s", record.name, error)
