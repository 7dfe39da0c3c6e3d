"""Forget what is about people: run once a day, as the page on personal data promises."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from ptce_site.editorial.accounts import querysets
from ptce_site.editorial.accounts.recording import events_to_forget
from ptce_site.editorial.models import Report
from ptce_site.ops.jobs import recorded

AFTER_CLOSING = datetime.timedelta(days=30)
AT_THE_LATEST = datetime.timedelta(days=365)


class Command(BaseCommand):
    help = (
        "Erases from reports the e-mail (30 days after closing, 12 months after sending at the "
        "latest) and yesterday's hashes of addresses; the reports themselves stay. Erases what "
        "happened to accounts a year ago, and sessions that ended."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only says what it would erase")

    @recorded
    def handle(self, *args: Any, dry_run: bool, **options: Any) -> str:
        now = timezone.now()
        today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        emails = Report.objects.with_email_to_erase(now - AFTER_CLOSING, now - AT_THE_LATEST)
        senders = Report.objects.with_sender_to_erase(today)
        events, sessions = events_to_forget(now), querysets.sessions_ended(now)
        told = [emails.count(), senders.count(), events.count(), sessions.count()]
        if not dry_run:
            told = [emails.update(email=""), senders.update(sender="")]
            told += [events.delete()[0], sessions.delete()[0]]
            querysets.lists_of_ended_sessions().delete()
        return (
            "{} {} e-mail(s) and {} address hash(es) of reports, {} event(s) of accounts, "
            "{} session(s) that ended.".format("Would erase" if dry_run else "Erased", *told)
        )
