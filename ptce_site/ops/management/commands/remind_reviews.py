"""Write to those who publish about what should have been read again: run it once a week."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ptce_site.editorial.roles import publishers
from ptce_site.editorial.waiting import Waiting, overdue
from ptce_site.ops.jobs import recorded

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


class Command(BaseCommand):
    help = (
        "Mails the list of what should have been read again to the accounts that may publish and "
        "have an e-mail. Nothing late, no mail. Needs EMAIL_URL."
    )

    @recorded
    def handle(self, *args: Any, **options: Any) -> str:
        late = overdue(timezone.localdate())
        if not late:
            return "Nothing is overdue: no mail."
        if settings.MAILERS["default"]["BACKEND"] == NOWHERE:
            return f"{len(late)} overdue; mail is off (EMAIL_URL is not set): not sent."
        people = [person.email for person in publishers() if person.is_staff and person.email]
        if not people:
            return f"{len(late)} overdue; no account that publishes has an e-mail."
        with translation.override(settings.LANGUAGE_CODE):
            subject, body = letter(late)
        try:
            send_mail(subject, body, None, people)
        except (OSError, ValueError) as error:
            raise CommandError(f"{len(late)} overdue; the mail could not leave: {error}") from None
        return f"{len(late)} overdue: mailed to {len(people)} account(s)."


def letter(late: list[Waiting]) -> tuple[str, str]:
    """Subject and text of the mail, in the active language."""
    number = len(late)
    subject = ngettext("%(number)s relecture en retard", "%(number)s relectures en retard", number)
    lines = [
        _("%(title)s (%(kind)s), à relire depuis le %(when)s :")
        % {
            "title": one,
            "kind": one.kind,
            "when": date_format(one.review_on or timezone.localdate(), "j F Y"),
        }
        + f"\n{settings.SITE_URL}{one.address('verified_on')}"
        for one in late
    ]
    opening = _(
        "La date de relecture de ces fiches est passée. Relisez-les face à leurs sources, puis "
        "changez « vérifié le » et « prochaine relecture »."
    )
    return subject % {"number": number}, "\n\n".join([opening, *lines]) + "\n"
