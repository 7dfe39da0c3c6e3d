"""What can be wrong with one text, plain or HTML: pure rules, each a sentence and what to do.

`quality` applies them to the fields of a thing, and adds those that need the rest of the site.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ptce_site.search import fold

from .typography import french

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a text; `wrong` is the piece at fault, as it was typed."""

    rule: str
    level: str
    wrong: str
    message: str
    help: str


_BREAKS = {
    "p", "h3", "h4", "ul", "ol", "li", "blockquote", "br", "table", "caption", "tr", "th", "td",
    "dl", "dt", "dd",
}  # fmt: skip


class Reading(HTMLParser):
    """A text read once: its runs of words, headings, links and tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.runs: list[str] = [""]
        self.headings: list[tuple[int, str]] = []
        self.links: list[tuple[str, str]] = []
        self.tables: list[bool] = []  # whether each has header cells
        self._heading = self._link = ""
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.runs.append("")
        if tag in ("h3", "h4"):
            self.headings.append((int(tag[1]), ""))
            self._heading = tag
        elif tag == "a":
            self._link = tag
            self.links.append((dict(attrs).get("href") or "", ""))
        elif tag == "table":
            self.tables.append(False)
        elif tag == "th" and self.tables:
            self.tables[-1] = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.runs.append("")
        if tag == self._heading:
            self._heading = ""
        if tag == self._link:
            self._link = ""

    def handle_data(self, data: str) -> None:
        if self._link and self.links[-1][0].startswith("source:"):
            return
        self.runs[-1] += data
        if self._heading:
            level, words = self.headings[-1]
            self.headings[-1] = level, words + data
        if self._link:
            href, words = self.links[-1]
            self.links[-1] = href, words + data


def short(text: str) -> str:
    """A piece of text on one line, short enough to be quoted."""
    return Truncator(" ".join(text.split(" "))).chars(60)


def headings(reading: Reading, above: int | None) -> Iterator[Fault]:
    """Headings follow one another without a jump; `above` is the level they stand under, if any."""
    for level, words in reading.headings:
        if above is None:
            yield Fault(
                "heading-not-here",
                ERROR,
                words,
                _("Le titre « %s » n’a pas sa place dans ce texte.") % short(words),
                _("Ce texte s’affiche sous un titre : faites-en une phrase, en gras au besoin."),
            )
            continue
        if not words.strip():
            yield Fault(
                "heading-empty",
                ERROR,
                f"h{level}",
                _("Un titre est vide."),
                _("Écrivez ce titre, ou supprimez sa ligne."),
            )
        if level > above + 1:
            yield Fault(
                "heading-order",
                ERROR,
                words,
                _("Le titre « %s » saute un niveau.") % short(words),
                _("Un sous-titre vient sous un titre : mettez d’abord un titre, ou montez-le.")
                if above > 1
                else _("Donnez d’abord un titre à cette partie, ou à l’une de celles d’avant."),
            )
        above = max(level, 3)


def tables(reading: Reading) -> Iterator[Fault]:
    for number, headed in enumerate(reading.tables, start=1):
        if not headed:
            yield Fault(
                "table-headers",
                ERROR,
                str(number),
                _("Un tableau n’a pas de ligne de titres."),
                _("Faites de sa première ligne la ligne des titres de colonnes."),
            )


_WEAK = re.compile(
    "ici|cliquez( ici)?|cliquer ici|clic|la|lire|lire la suite|(la )?suite|(en )?savoir plus|plus|"
    "voir|voir plus|voir la page|(ce |le )?lien|(cette |la )?page|(ce |le )?site|details|"
    "plus d'info(rmation)?s|telecharger|(cet |l')?article|(ce |le )?document|source|"
    "(click )?here|click|(read |learn |find out |see )?more|(this )?link|this page|see|"
    "(klicken sie )?hier|hier klicken|mehr( erfahren)?|weiter(lesen)?|dieser link|diese seite"
)
_ADDRESS = re.compile(r"(https?://|www\.)\S*$|[\w-]+(\.[\w-]+)+/\S*$", re.I)


def weak(words: str) -> bool:
    """Whether a link's words say nothing once read alone, as screen readers list them."""
    said = fold(words).replace("’", "'").strip(" .…:;!?»«>→\u00a0\u202f")
    return bool(_WEAK.fullmatch(said) or _ADDRESS.match(words.strip()))


def weak_link(words: str) -> Fault:
    return Fault(
        "link-text",
        WARNING,
        words,
        _("Le lien « %s » ne dit pas où il mène.") % short(words),
        _("Mettez le lien sur des mots qui disent ce qu’on trouvera : le titre de la page."),
    )


def links(reading: Reading) -> Iterator[Fault]:
    """What links say; where they lead needs the site (`quality`)."""
    targets: dict[str, set[str]] = defaultdict(set)
    for href, words in reading.links:
        if href.startswith("source:"):
            continue
        if not words.strip():
            yield Fault(
                "link-empty",
                ERROR,
                href,
                _("Un lien n’a pas de texte (il mène à « %s »).") % short(href or _("rien")),
                _("Écrivez le texte du lien, ou retirez-le."),
            )
        elif not href:
            yield Fault(
                "link-nowhere",
                ERROR,
                words,
                _("Le lien « %s » ne mène nulle part.") % short(words),
                _("Choisissez où il mène, ou retirez-le."),
            )
        elif weak(words) and not href.startswith(("mailto:", "tel:")):
            yield weak_link(words)
        else:
            targets[fold(words).strip()].add(href)
    for words, hrefs in targets.items():
        if len(hrefs) > 1:
            yield Fault(
                "link-same-text",
                WARNING,
                words + "".join(sorted(hrefs)),
                _("Le même texte de lien, « %(words)s », mène à %(number)d endroits.")
                % {"words": short(words), "number": len(hrefs)},
                _("Dites ce qui distingue chaque lien, ou n’en gardez qu’un."),
            )


_TWICE = re.compile(r"\b([^\W\d_]{2,})[ \u00a0\u202f]+\1\b", re.I)
_MAY_REPEAT = {
    *("nous", "vous", "très", "si", "bien", "non", "oui"),
    *("that", "had", "very", "the", "die", "der", "das", "den", "dem", "sie"),
}


def writing(runs: list[str], language: str) -> Iterator[Fault]:
    """Typography and slips of the keyboard, run by run."""
    if language == "fr":
        changed = [(run, french(run)) for run in runs if french(run) != run]
        if changed:
            yield Fault(
                "typography",
                WARNING,
                "".join(run for run, _right in changed),
                _("Typographie à corriger : %s.")
                % ", ".join(f"« {_difference(*pair)} »" for pair in changed[:3]),
                _("« Corriger la typographie » s’en charge : espaces, apostrophes, points."),
            )
        opened = sum(run.count("«") for run in runs)
        closed = sum(run.count("»") for run in runs)
        if opened != closed:
            alone = next((run for run in runs if run.count("«") != run.count("»")), "")
            yield Fault(
                "guillemets",
                WARNING,
                alone,
                _("Un guillemet est seul : « %s ».") % short(alone.strip()),
                _("Ouvrez ou fermez la citation."),
            )
    for run in runs:
        for found in re.finditer(r"(?<=\S)[ \u00a0\u202f]{2,}(?=\S)", run):
            near = _around(run, found.start(), found.end())
            yield Fault(
                "double-space",
                WARNING,
                near,
                _("Deux espaces se suivent : « %s ».") % near,
                _("N’en laissez qu’un."),
            )
        for found in _TWICE.finditer(run):
            if found[1].lower() not in _MAY_REPEAT:
                near = _around(run, found.start(), found.end())
                yield Fault(
                    "doubled-word",
                    WARNING,
                    near,
                    _("Un mot est répété : « %s ».") % near,
                    _("Effacez le mot en trop, sauf s’il est voulu."),
                )


def title(text: str) -> Iterator[Fault]:
    """A title shouted in capitals."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    if len(words) > 1 and text == text.upper():
        yield Fault(
            "capitals",
            WARNING,
            text,
            _("Le titre « %s » est tout en capitales.") % short(text),
            _("Écrivez-le en minuscules, avec une capitale au début : il se lit mieux."),
        )


def length(text: str, least: int, most: int) -> Iterator[Fault]:
    """A text meant for search engines, in characters; 0 for no least."""
    size = len(text)
    words = {"size": size, "least": least, "most": most}
    if size > most:
        yield Fault(
            "too-long",
            WARNING,
            str(size),
            _("Trop long pour les moteurs de recherche : %(size)d caractères.") % words,
            _("Ils en montrent %(most)d : mettez l’essentiel au début, et coupez.") % words,
        )
    elif size < least:
        yield Fault(
            "too-short",
            WARNING,
            str(size),
            _("Trop court pour les moteurs de recherche : %(size)d caractères.") % words,
            _("Dites en une phrase, %(least)d caractères au moins, ce qu’on y trouvera.") % words,
        )


def _difference(before: str, after: str) -> str:
    """The words around the first place where two texts differ."""
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    return _around(before, at, at + 1)


def _around(text: str, start: int, end: int) -> str:
    """The piece from `start` to `end` with a word or so on each side, spaces as typed."""
    left = text.rfind(" ", 0, max(0, start - 8)) + 1
    right = text.find(" ", end + 8)
    return text[left : right if right > 0 else len(text)].strip()[:80]
