"""Vectors saved in every text of every thing, and looked for wherever these are shown."""

import re
from collections import Counter

from .forms import Form, opened, refused, warnings
from .report import Part
from .shown import Shown
from .target import Target
from .vectors import ALL, SHORT, grouped

WHO = "administration"
KINDS = (
    "editorial/source", "editorial/publisher", "editorial/accessibilityaudit", "editorial/image",
    "pages/page", "pages/keyfigure", "pages/definition", "poles/sector", "poles/call", "poles/pole",
    "poles/milestone", "auth/user",
)  # fmt: skip
FRESH = re.compile(r'type="hidden" name="(_\w+)" value="(\w*)"')  # which version was opened
TRIES = 8  # of one form: what is refused is put back, and the rest is saved


class Stored:
    """One thing of each kind, whose texts are filled again and again."""

    def __init__(self, target: Target, part: Part) -> None:
        self.target, self.part = target, part
        self.paths = {kind: f"/admin/{kind}/{target.rows[kind][0]}/change/" for kind in KINDS}
        self.before = {kind: opened(target, path, WHO) for kind, path in self.paths.items()}
        self.refusals: Counter[str] = Counter()
        self.published = self.drafts = 0
        self.many = grouped()

    def fill(self, kind: str, number: int, *, plain: bool = False, many: int = 0) -> Form:
        """Publish a thing with a vector in each text, or keep it as a draft if it cannot be.

        `many`: long texts take the vectors of this group at once, the first being 1.
        """
        path = self.paths[kind]
        before, texts = self.before[kind]
        sent: Form = {**before, **self.fresh(kind), "_seen_warning": []}
        sent.pop("url_complete", None)  # a source whose address is none: it is shown as typed
        tried: dict[str, str] = {}
        for at, (name, text) in enumerate(texts.items()):
            if name in sent and (name != "email" or not plain):
                tried[name] = vector(number + at, text.most)
                if many and text.long and not text.most:
                    tried[name] = self.many[(many + at) % len(self.many)]
                    self.part.tried += len(ALL) // len(self.many) - 1
                if plain:
                    tried[name] = f"essai {number} {at}"
                sent[name] = [tried[name]]
        self.part.tried += 0 if plain else len(tried)
        if self.publish(kind, sent, tried):
            return sent
        answer = self.target.post(path, {**sent, "_draft": ""}, WHO)
        self.drafts += len(tried)
        if answer.status != 302:
            self.part.found(f"{path} is not saved with vector {number}: answer {answer.status}")
        return sent

    def fresh(self, kind: str) -> dict[str, str]:
        """What a form says of the moment it was opened."""
        return dict(FRESH.findall(self.target.get(self.paths[kind], WHO).text))

    def publish(self, kind: str, sent: Form, tried: dict[str, str]) -> bool:
        """Press the button, mend what is refused, and press it again."""
        path, before = self.paths[kind], self.before[kind][0]
        wrapped = False
        for _turn in range(TRIES):
            answer = self.target.post(path, {**sent, "_publish": ""}, WHO)
            if answer.status == 302:
                self.published += len(tried)
                return True
            if answer.status >= 500:
                self.part.found(f"{path}: answer {answer.status}")
            sent["_seen_warning"] = warnings(answer.text)
            wrong = refused(answer.text) & tried.keys()
            for name in wrong:
                sent[name] = before.get(name, [""])
                del tried[name]
                self.refusals[f"{kind} {name}"] += 1
            if not wrong and wrapped:
                return False
            if not wrong:  # nothing was left of a long text: it is given words besides
                wrapped = True
                for name, text in self.before[kind][1].items():
                    if name in tried and text.long:
                        sent[name] = [f"<p>essai</p>{tried[name]}"]
        return False


def vector(number: int, most: int) -> str:
    """The vector of this number, or the next one that the field has room for."""
    for at in range(len(ALL)):
        one = ALL[(number + at) % len(ALL)]
        if not most or len(one) <= most:
            return one
    return SHORT[number % len(SHORT)][:most]


def run(target: Target, rounds: int) -> Part:
    """In each round every text gets the next vector; in every second one, long texts get a group.

    Those that visitors see formatted have had each vector after twice as many rounds as groups.
    """
    part = Part("vectors stored in every text")
    stored, shown = Stored(target, part), Shown(target, part, WHO)
    plain = {kind: stored.fill(kind, 0, plain=True) for kind in KINDS}
    for kind in KINDS:  # a second version, so that there is something to compare
        stored.fill(kind, 1, plain=True)
    for kind, sent in plain.items():  # nor is a draft in progress a fault of its list
        target.post(stored.paths[kind], {**sent, **stored.fresh(kind), "_draft": ""}, WHO)
    shown.learn_all()
    shown.learn_from(
        [
            target.post(stored.paths[kind], {**sent, "_preview": "fr"}, WHO).text
            for kind, sent in plain.items()
        ]
    )
    stored.published = stored.drafts = 0
    step = max(1, len(ALL) // rounds)
    for turn in range(rounds):
        for kind in KINDS:
            sent = stored.fill(kind, turn * step, many=turn % 2 and turn // 2 + 1)
            shown.preview(stored.paths[kind], sent, ("fr", "en", "de")[turn % 3])
            shown.thing(kind, turn)
        shown.visitors(turn)
    shown.end()
    fields = sum(len(texts) for _data, texts in stored.before.values())
    part.told = (
        f"{len(ALL)} vectors, alone and {len(ALL) // len(stored.many)} at once, in {rounds} rounds "
        f"over {fields} texts of {len(KINDS)} kinds: {stored.published:,} published, "
        f"{stored.drafts:,} in drafts, {stored.refusals.total():,} refused beside their field; "
        f"{shown.pages:,} pages read"
    )
    if not stored.published:
        part.found("nothing was published: the part proves nothing")
    return part
