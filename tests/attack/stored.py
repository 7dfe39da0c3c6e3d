"""Vectors saved in every text of every thing, and looked for wherever these are shown."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from . import detect
from .asking import Answer
from .forms import Form, opened, refused
from .report import Part
from .target import Target
from .vectors import ALL, SHORT

WHO = "administration"
KINDS = (
    "editorial/source", "editorial/publisher", "editorial/accessibilityaudit", "editorial/image", "pages/page",
    "pages/keyfigure", "pages/definition", "poles/sector", "poles/call", "poles/pole", "poles/milestone", "auth/group",
)  # fmt: skip
WRITTEN = {  # what long texts may hold, said again here and not read from the site (docs/editing.md)
    "p": "", "h3": "", "h4": "", "ul": "", "ol": "", "li": "", "strong": "", "em": "lang", "a": "href hreflang lang",
    "blockquote": "", "q": "lang", "cite": "lang", "abbr": "title lang", "dfn": "", "sup": "", "sub": "", "br": "",
    "span": "lang", "table": "", "caption": "", "thead": "", "tbody": "", "tr": "", "th": "scope colspan",
    "td": "colspan", "dl": "", "dt": "", "dd": "",
}  # fmt: skip


class Stored:
    """One thing of each kind, whose texts are filled again and again."""

    def __init__(self, target: Target, part: Part) -> None:
        self.target, self.part = target, part
        self.paths = {
            kind: f"/admin/{kind}/{target.rows[kind][0]}/change/"
            for kind in KINDS
            if target.rows[kind]
        }
        self.forms = {kind: opened(target, path, WHO) for kind, path in self.paths.items()}
        self.refusals: Counter[str] = Counter()
        self.kept = 0
        self.before = {kind: dict(data) for kind, (data, _texts) in self.forms.items()}

    def fill(self, kind: str, number: int) -> None:
        """Save the thing with a vector in each text; what is refused is put back, and it is saved."""
        path = self.paths[kind]
        data, _texts = opened(self.target, path, WHO)
        _data, texts = self.forms[kind]
        sent: Form = dict(data)
        tried: dict[str, str] = {}
        for at, (name, most) in enumerate(texts.items()):
            if name in sent:
                tried[name] = vector(number + at, most)
                sent[name] = [tried[name]]
        sent.pop("url_complete", None)  # a source whose address is none: what is typed there is shown
        self.part.tried += len(tried)
        for _again in range(4):
            answer = self.target.post(path, {**sent, "_publish": "", "_remarks": "on"}, WHO)
            if answer.status == 302:
                self.kept += len(tried)
                return
            wrong = refused(answer.text) & set(tried)
            self.report(path, answer)
            if not wrong:
                break
            for name in wrong:
                sent[name] = self.before[kind].get(name, [""])
                del tried[name]
                self.refusals[f"{kind} {name}"] += 1
        self.part.found(f"{path} was not saved with vector {number}: answer {answer.status}")

    def report(self, path: str, answer: Answer) -> None:
        if answer.status >= 500:
            self.part.found(f"{path}: answer {answer.status}")


def vector(number: int, most: int) -> str:
    """The vector of this number, or the next one that the field has room for."""
    for at in range(len(ALL)):
        one = ALL[(number + at) % len(ALL)]
        if not most or len(one) <= most:
            return one
    return SHORT[number % len(SHORT)][:most]
