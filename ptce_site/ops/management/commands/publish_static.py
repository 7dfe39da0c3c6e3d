"""Write the whole public site as a tree of files, for archives and static hosts."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.templatetags.static import static
from django.utils import timezone

from ptce_site.ops.copying.copy import Faulty, Made, make
from ptce_site.ops.copying.rewriting import Terms
from ptce_site.ops.copying.tree import Refused, Tree
from ptce_site.ops.progress import Progress

SHOWN = 20  # faults told


class Command(BaseCommand):
    help = (
        "Writes the whole public site, in every language, as files into DIR: verified, then put "
        "in place at once. No network. What needs a server (search, filters, reports) leads to "
        "SITE_URL. See docs/deploying.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR")
        parser.add_argument(
            "--alone", action="store_true", help="no site answers at SITE_URL: no link to it"
        )
        parser.add_argument("--force", action="store_true", help="replace a folder of another kind")
        parser.add_argument(
            "--base", default="/", help="only /: the copy stands at the root of its host"
        )
        parser.add_argument(
            "--processes", type=int, default=min(os.cpu_count() or 1, 4), help="that ask the site"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_settings(options["base"])
        terms = Terms(timezone.now(), options["alone"])
        folders = (settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT)
        own = (settings.BASE_DIR, *(Path(one).resolve() for one in folders))
        tree = Tree(options["dir"], force=options["force"], never=(Path.home().resolve(),), own=own)
        began = time.monotonic()
        with _one_sentence(tree, self.report), _stopped_as_interrupted():
            tree.begin({"site": settings.SITE_URL, "moment": terms.moment.isoformat()})
            made = make(
                tree, terms, options["processes"], Progress(self.stdout, "addresses", at_once=True)
            )
            tree.swap()
        self.stdout.write(_summary(made, tree, time.monotonic() - began))

    def report(self, found: list[str]) -> None:
        for sentence in found[:SHOWN]:
            self.stderr.write(f"  {sentence}")
        if len(found) > SHOWN:
            self.stderr.write(f"  … and {len(found) - SHOWN} more")


def _refuse_settings(base: str) -> None:
    if base != "/":
        raise CommandError(
            f"--base {base} is refused: pages, styles and scripts name each other from the root of "
            "the host. Give the copy a host name of its own."
        )
    if settings.DEBUG:
        raise CommandError(
            "These are settings for development. Run it with "
            "DJANGO_SETTINGS_MODULE=ptce_site.settings.prod."
        )
    try:
        static("css/site/site.css")
    except ValueError:
        raise CommandError(
            "Static files are not collected. Run manage.py collectstatic first."
        ) from None


@contextmanager
def _one_sentence(tree: Tree, report: Any) -> Iterator[None]:
    """Whatever stops the copy is said in a sentence; the tree in place stays, nothing else does."""
    try:
        yield
    except BaseException as error:
        _clear(tree)
        kept = f"{tree.target} is as it was." if tree.target.exists() else "Nothing was written."
        if tree.swapped:
            kept = f"{tree.target} is the new copy already."
        if isinstance(error, Faulty):
            report(error.found)
            said = f"{len(error.found)} fault(s) in the copy."
        elif isinstance(error, KeyboardInterrupt):
            said = "Interrupted."
        elif isinstance(error, Refused):
            raise CommandError(str(error)) from None
        elif isinstance(error, OSError):
            where = f" ({error.filename})" if error.filename else ""
            said = f"The copy could not be written: {error.strerror or error}{where}."
        elif isinstance(error, BrokenProcessPool):
            said = "A process that asks the site was stopped; is there enough memory?"
        else:
            raise
        raise CommandError(f"{said} {kept}") from None


def _clear(tree: Tree) -> None:
    """Whoever presses Ctrl-C twice leaves no half tree either."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        tree.abandon()
    except OSError as error:
        print(f"{tree.new} could not be removed: {error.strerror}.", file=sys.stderr)  # noqa: T201
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _stopped_as_interrupted() -> Iterator[None]:
    """Who stops the command (SIGTERM) or closes its terminal (SIGHUP) is heard as Ctrl-C."""

    def interrupt(*_heard: Any) -> None:
        raise KeyboardInterrupt

    before = {one: signal.signal(one, interrupt) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, former in before.items():
            signal.signal(one, former)


def _summary(made: Made, tree: Tree, seconds: float) -> str:
    said = (
        f"{len(made.site.pages)} pages, {made.files} files, {made.size / 1e6:.1f} MB; "
        f"{made.site.links} links verified; {seconds:.0f} s: {tree.target}"
    )
    if made.changed:
        said += "\nThe content changed meanwhile: run it again for a copy of one moment."
    return said
