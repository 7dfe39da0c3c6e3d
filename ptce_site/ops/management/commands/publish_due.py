"""Publish and withdraw what was planned, without waiting for a visitor: run it every minute."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from ptce_site.editorial.due import apply_due
from ptce_site.editorial.models import Draft
from ptce_site.ops.jobs import recorded


class Command(BaseCommand):
    help = (
        "Publishes the drafts and withdraws the pages whose time has come. Ends with code 1 if a "
        "draft could not be published; editors find why on their first screen."
    )

    @recorded
    def handle(self, *args: Any, **options: Any) -> str:
        due = [draft.pk for draft in Draft.objects.due()]
        published, withdrawn = apply_due()
        done = f"{published} draft(s) published, {withdrawn} page(s) withdrawn."
        stuck = Draft.objects.stuck().in_bulk(due).values()
        if stuck:
            told = "; ".join(f"{draft} ({draft.problem})" for draft in stuck)
            self.stdout.write(done)
            raise CommandError(f"{len(stuck)} draft(s) could not be published: {told}")
        return done
