"""Whether a translation still says what the French says: pure functions on texts.

`noted` is what is kept of one field: pairs (mark of a translation, French it was made from), the
present translation first. A translation judged right for another French keeps both sources.
"""

import hashlib
import re
from itertools import takewhile

from ..richtext import clean_html
from ..typography import french

Noted = list[list[str]]
MOST = 12  # translations remembered for a field
_BLOCK = re.compile(
    r"\s*(</?(?:p|h3|h4|ul|ol|li|blockquote|table|caption|thead|tbody|tr|th|td|dl|dt|dd|br)"
    r"(?: [^>]*)?>)\s*"
)
_ALONE = re.compile(r"(<(li|td|th|dd|dt|blockquote)(?: [^>]*)?>)<p>((?:(?!<p>).)*?)</p>(?=</\2>)")
_TAG = re.compile(r"<[^>]*>")


def is_empty(text: str | None) -> bool:
    """Whether a text, plain or HTML, says nothing."""
    return not text or not _TAG.sub("", text).strip()


def essence(text: str, *, rich: bool) -> str:
    """A text without what typography or an editor's HTML may change on their own."""
    if rich:
        text = clean_html(text).replace(' colspan="1"', "")
    text = re.sub(r"\s+", " ", french(re.sub(r"\s+", " ", text))).strip()
    if rich:
        text = _BLOCK.sub(r"\1", text).replace("<p></p>", "")
        text = _ALONE.sub(r"\1\3", text)
    return text


def mark(text: str, *, rich: bool) -> str:
    """What tells one translation from another."""
    return hashlib.sha256(essence(text, rich=rich).encode()).hexdigest()[:24]


def reconciled(
    noted: Noted, source: str, translation: str, *, rich: bool, restored: bool = False
) -> Noted:
    """What is noted once a thing is saved.

    A translation that did not move keeps its source; a new one was made from the present French;
    one that the history puts back (`restored`) comes back with the French it was made from.
    """
    if is_empty(translation):
        return [["", ""], *noted][:MOST] if noted and noted[0][0] else noted
    now = mark(translation, rich=rich)
    if noted and noted[0][0] == now:
        return noted
    mine, others = [n for n in noted if n[0] == now], [n for n in noted if n[0] != now]
    return [*(mine if restored and mine else [[now, source]]), *others][:MOST]


def judged_right(noted: Noted, source: str) -> Noted:
    """The present translation also says this French."""
    return [[noted[0][0], source], *noted][:MOST]


def judgement_undone(noted: Noted) -> Noted:
    """Without the last judgement, if there was one."""
    return noted[1:] if len(noted) > 1 and noted[0][0] == noted[1][0] else noted


def outdated_source(noted: Noted, source: str, translation: str, *, rich: bool) -> str | None:
    """The French a translation was made from, if the French says something else now.

    None if it is fresh, or if it changed without being noted: it is then newer than its note.
    """
    if not noted or is_empty(translation) or is_empty(source):
        return None
    first = noted[0][0]
    made_from = [french for _mark, french in takewhile(lambda one: one[0] == first, noted)]
    if source in made_from:
        return None
    now = essence(source, rich=rich)
    if any(essence(one, rich=rich) == now for one in made_from):
        return None
    return made_from[0] if mark(translation, rich=rich) == first else None
