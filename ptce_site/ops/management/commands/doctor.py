"""Say in plain words what is wrong or unsafe in this installation."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management import BaseCommand, CommandParser

from ptce_site.ops.doctor.answers import Answer, Level, fine, wrong
from ptce_site.ops.doctor.everything import examine
from ptce_site.ops.errormail import NOWHERE

MARKS = {Level.FINE: "ok    ", Level.REMARK: "remark", Level.WRONG: "WRONG "}


class Command(BaseCommand):
    help = (
        "Looks at the settings, the machine, the database and the jobs, and says what is wrong or "
        "unsafe and what to do. Exit code 1 if anything is wrong, 0 with remarks."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a machine")
        parser.add_argument("--mail", metavar="ADDRESS", help="also sends a letter there")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = examine()
        if options["mail"]:
            answers.append(letter(options["mail"]))
        if options["json"]:
            told = [asdict(answer) for answer in answers]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            for answer in answers:
                self._say(answer)
            self.stdout.write(summary(answers))
        if any(answer.level == Level.WRONG for answer in answers):
            raise SystemExit(1)

    def _say(self, answer: Answer) -> None:
        self.stdout.write(f"{MARKS[answer.level]}  {answer.about}: {answer.told}")
        if answer.remedy:
            self.stdout.write(f"        → {answer.remedy}")


def letter(address: str) -> Answer:
    """Send a letter, and say how that went."""
    if settings.MAILERS["default"]["BACKEND"] == NOWHERE:
        return wrong("letter", "Mail is off: nothing was sent.", "Set EMAIL_URL.")
    body = f"manage.py doctor sent this from {settings.SITE_URL}: mail works.\n"
    try:
        send_mail("Mail works", body, None, [address])
    except (OSError, ValueError) as error:
        return wrong("letter", f"It could not leave: {error}")
    return fine("letter", f"Handed over for {address}; see that it arrives, and not as spam.")


def summary(answers: list[Answer]) -> str:
    """One line that sums up."""
    number = {level: sum(answer.level == level for answer in answers) for level in Level}
    if not number[Level.WRONG] and not number[Level.REMARK]:
        return "Nothing is wrong."
    return f"{number[Level.WRONG]} wrong, {number[Level.REMARK]} remark(s)."
