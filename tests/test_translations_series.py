"""Edits and translations of all kinds, through the room: no false alarm, none missed.

What should be stale is told by a model of its own (`Told`), which knows meanings and not texts:
each text of the series is one of several ways to write one meaning.
"""

import copy
import datetime as dt
import os
import random
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from pages.models import Definition, KeyFigure, Page
from poles.models import Pole, Sector
from ptce_site.editorial import due
from ptce_site.editorial.models import Draft
from ptce_site.editorial.version_querysets import versions_of

from .seeing import publish_seeing
from .test_admin import agreed, parse_soft
from .test_drafts import address, typed
from .test_history import add_row, row_of
from .test_translations import board, stale_on_board

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("only_french")]
LANGUAGES = ("en", "de")
RICH = {"body", "story", "explanation", "method_note"}
STEPS = int(os.environ.get("STEPS", "32"))  # each kind of edit twice; it was written with 50


def written(field: str, meaning: int, language: str, way: int) -> str:
    """One of the ways to write a meaning: typography and HTML differ, not the words."""
    words = {"fr": "Qu'est-ce que l'idée {n} : oui !", "en": "Idea {n}...", "de": "Gedanke {n}..."}
    plain = words[language].format(n=meaning)
    if way % 2:
        plain = plain.replace("'", "’").replace(" :", "\u202f:").replace(" !", "\u202f!")
        plain = plain.replace("...", "…")
    if field not in RICH:
        return plain + " " * (way // 2)
    between = "\n" if way % 3 else ""
    item = f"<p>{plain}</p>" if way % 2 else plain
    return f"<p>{plain}</p>{between}<ul>{between}<li>{item}</li></ul>"


class Told:
    """What an attentive person would know: who was translated from what."""

    def __init__(self) -> None:
        self.french: dict[tuple, object] = {}
        self.translation: dict[tuple, object] = {}
        self.made_from: dict[tuple, set] = {}
        self.past: dict[tuple, dict] = {}
        self.gone: set[str] = set()

    def save(self, french: dict, translations: dict, *, restored: bool = False) -> None:
        self.french |= french
        for key, meaning in translations.items():
            if meaning == self.translation.get(key):
                continue
            self.translation[key] = meaning
            known = self.past.setdefault(key, {})
            if meaning is not None and not (restored and meaning in known):
                known[meaning] = {self.french[key[:2]]}
            self.made_from[key] = known.get(meaning, set())

    def judged_right(self, key: tuple) -> None:
        self.made_from[key].add(self.french[key[:2]])

    def stale(self) -> set[tuple]:
        return {
            key
            for key, meaning in self.translation.items()
            if meaning is not None
            and key[0] not in self.gone
            and self.french[key[:2]] not in self.made_from[key]
        }

    def missing(self, pieces: list[str], language: str) -> int:
        return sum(
            self.translation.get((*key, language)) is None
            for key in self.french
            if key[0] in pieces and key[0] not in self.gone
        )

    def of(self, pieces: list[str]) -> tuple[dict, dict]:
        return (
            {k: v for k, v in self.french.items() if k[0] in pieces},
            {k: v for k, v in self.translation.items() if k[0] in pieces},
        )


class Series:
    """The room, worked in at random but always the same way."""

    def __init__(self, publisher, writer, seed: int) -> None:
        self.publisher, self.writer = publisher, writer
        self.chance, self.told, self.number = random.Random(seed), Told(), 0
        self.texts: dict[tuple, list[str]] = {}
        page, pole = Page.objects.get(slug="ess"), Pole.objects.get(slug="neo56")
        self.things = {
            page: ["title", "lead"],
            pole: ["hook", "story"],
            KeyFigure.objects.get(slug="pib-2013"): ["label", "method_note"],
            Definition.objects.filter(state="published").order_by("pk")[0]: ["short_answer"],
            Sector.objects.order_by("pk")[0]: ["name"],
        }
        self.parts = {
            page: ("sections", "body", page.sections),
            pole: ("actors", "role", pole.actors),
        }
        self.pieces: dict[str, tuple] = {}  # name → (thing, prefix or "", field names)
        self.added: dict[str, object] = {}
        self.snapshots: dict[tuple, tuple] = {}
        for thing, fields in self.things.items():
            self.follow(thing, thing, "", fields)
        for thing, (prefix, field, rows) in self.parts.items():
            for row in [r for r in rows.all() if getattr(r, f"{field}_fr")][:2]:
                self.follow(thing, row, prefix, [field])
        self.base = {
            (thing, code): self.shown_missing(thing, code) - self.told.missing(self.of(thing), code)
            for thing in self.things
            for code in LANGUAGES
        }

    def follow(self, thing, row, prefix: str, fields: list[str]) -> None:
        name = f"{row._meta.label_lower}:{row.pk}"
        self.pieces[name] = (thing, prefix, fields, row)
        for field in fields:
            if text := getattr(row, f"{field}_fr"):
                self.told.french[name, field] = ("at first", name, field)
                self.texts[name, field, ("at first", name, field)] = [text]

    def of(self, thing) -> list[str]:
        return [name for name, piece in self.pieces.items() if piece[0] == thing]

    def alive(self, thing) -> list[str]:
        return [name for name in self.of(thing) if name not in self.told.gone]

    def any_thing(self, *, published: bool = False):
        things = [t for t in self.things if not published or hasattr(t, "state")]
        return self.chance.choice(things)

    def new(self) -> int:
        self.number += 1
        return self.number

    def say(self, name: str, field: str, meaning, language: str = "fr") -> str:
        if meaning is None:
            return ""
        if isinstance(meaning, tuple):
            return self.texts[name, field, meaning][0]
        return written(field, meaning, language, self.chance.randrange(4))

    def form(self, client, thing, french: dict, translations: dict, **buttons) -> dict:
        data = typed(client, address(thing), **buttons)
        for (name, field, *language), meaning in (french | translations).items():
            code = language[0] if language else "fr"
            _thing, prefix, _fields, row = self.pieces[name]
            start = f"{row_of(data, prefix, row)}-" if prefix else ""
            data[f"{start}{field}_{code}"] = [self.say(name, field, meaning, code)]
        return data

    def post(self, client, thing, data: dict, code: int = 302) -> None:
        answer = publish_seeing(client, address(thing), data)
        said = re.findall(r"errorlist.*?</ul>|class=.conflict.", answer.content.decode())
        assert answer.status_code == code, said

    def publish(self, thing, french: dict, translations: dict, data: dict | None = None) -> None:
        data = data or self.form(self.publisher, thing, french, translations)
        self.post(self.publisher, thing, data | {"_publish": [""]})
        self.told.save(french, translations)

    def pick(self, thing) -> tuple:
        """A field of a thing or of its parts, with French in it."""
        fields = [key for key in self.told.french if key[0] in self.alive(thing)]
        return self.chance.choice(fields)

    def changes(self, thing) -> tuple[dict, dict]:
        """Some French, some translations, or both, rewritten."""
        french, translations = {}, {}
        for _n in range(self.chance.randint(1, 3)):
            key = self.pick(thing)
            if self.chance.random() < 0.5:
                french[key] = self.new()
            else:
                translations[*key, self.chance.choice(LANGUAGES)] = self.new()
        return french, translations

    # What one may do, each step one of these

    def edit_the_french(self) -> None:
        thing = self.any_thing()
        self.publish(thing, {self.pick(thing): self.new()}, {})

    def translate(self) -> None:
        thing = self.any_thing()
        key = self.pick(thing)
        self.publish(thing, {}, {(*key, code): self.new() for code in LANGUAGES})

    def edit_both(self) -> None:
        thing = self.any_thing()
        key = self.pick(thing)
        self.publish(thing, {key: self.new()}, {(*key, "en"): self.new()})

    def only_typography(self) -> None:
        """The same words of every text of a thing, written another way."""
        thing = self.any_thing()
        french, translations = self.told.of(self.alive(thing))
        self.publish(thing, french, translations)

    def edit_and_put_back(self) -> None:
        thing = self.any_thing()
        key = self.pick(thing)
        was = self.told.french[key]
        self.publish(thing, {key: self.new()}, {})
        self.check(thing)
        self.publish(thing, {key: was}, {})

    def empty_a_language(self) -> None:
        thing = self.any_thing()
        self.publish(thing, {}, {(*self.pick(thing), self.chance.choice(LANGUAGES)): None})

    def write_an_old_translation_again(self) -> None:
        known = [k for k, past in self.told.past.items() if past and k[0] not in self.told.gone]
        if known:
            key = self.chance.choice(known)
            meaning = self.chance.choice(list(self.told.past[key]))
            self.publish(self.pieces[key[0]][0], {}, {key: meaning})

    def draft_then_publish(self) -> None:
        thing = self.any_thing(published=True)
        french, translations = self.changes(thing)
        data = self.form(self.writer, thing, french, translations, _publish="")
        self.post(self.writer, thing, data)
        self.check(thing)
        self.publish(thing, french, translations, typed(self.publisher, address(thing)))

    def preview(self) -> None:
        thing = self.any_thing(published=True)
        data = self.form(self.writer, thing, *self.changes(thing), _preview="en")
        self.post(self.writer, thing, data, 200)

    def plan(self) -> None:
        thing = self.any_thing(published=True)
        french, translations = self.changes(thing)
        later = f"{timezone.localtime() + dt.timedelta(days=1):%Y-%m-%dT%H:%M}"
        data = self.form(self.publisher, thing, french, translations)
        self.post(self.publisher, thing, data | {"_publish": [""], "_publish_at": [later]})
        self.check(thing)
        Draft.objects.update(publish_at=timezone.now() - dt.timedelta(minutes=1))
        assert due.apply_due() == (1, 0)
        self.told.save(french, translations)

    def put_a_version_back(self) -> None:
        thing, number = self.chance.choice(sorted(self.snapshots, key=str))
        url = reverse(
            f"admin:{thing._meta.app_label}_{thing._meta.model_name}_revision",
            args=[thing.pk, number],
        )
        data = typed(self.publisher, url, _publish="")
        assert publish_seeing(self.publisher, url, data).status_code == 302
        french, translations, there = self.snapshots[thing, number]
        now = {key: None for key in self.told.translation if key[0] in there}
        self.told.gone -= set(there)
        self.told.gone |= set(self.of(thing)) - set(there)
        self.told.save(french, now | translations, restored=True)

    def add_a_part(self) -> None:
        thing = self.chance.choice(list(self.parts))
        prefix, field, rows = self.parts[thing]
        known, meaning = {row.pk for row in rows.all()}, self.new()
        data = typed(self.publisher, address(thing))
        text = written(field, meaning, "fr", 0)
        values = {f"{field}_fr": text, f"{field}_en": written(field, meaning, "en", 0)}
        if prefix == "sections":
            values |= {"anchor": f"partie-{meaning}", "kind": "text", "position": "50"}
        else:
            values |= {"name": f"Acteur {meaning}", "position": "50", "source": "loi-2014-856"}
        add_row(data, prefix, **values)
        self.post(self.publisher, thing, data | {"_publish": [""]})
        row = next(row for row in rows.all() if row.pk not in known)
        name = f"{row._meta.label_lower}:{row.pk}"
        self.pieces[name] = (thing, prefix, [field], row)
        self.added[name] = row
        self.told.save({(name, field): meaning}, {(name, field, "en"): meaning})

    def remove_a_part(self) -> None:
        there = [name for name in self.added if name not in self.told.gone]
        if not there:
            self.add_a_part()
            return
        name = self.chance.choice(there)
        thing, prefix, _fields, row = self.pieces[name]
        data = typed(self.publisher, address(thing))
        data[f"{row_of(data, prefix, row)}-DELETE"] = ["on"]
        self.post(self.publisher, thing, data | {"_publish": [""]})
        self.told.gone.add(name)

    def reorder_parts(self) -> None:
        thing = self.chance.choice(list(self.parts))
        prefix, _field, rows = self.parts[thing]
        data = typed(self.publisher, address(thing))
        places = list(range(len(rows.all())))
        self.chance.shuffle(places)
        for number, place in enumerate(places):
            data[f"{prefix}-{number}-position"] = [str(place)]
        self.post(self.publisher, thing, data | {"_publish": [""]})

    def withdraw_and_publish_in_bulk(self) -> None:
        things = [thing for thing in self.things if isinstance(thing, KeyFigure)]
        for action in ("withdraw", "publish"):
            agreed(
                self.publisher,
                "/admin/pages/keyfigure/",
                {"action": action, "_selected_action": [thing.pk for thing in things]},
            )
            self.check(things[0])

    def judge_right(self) -> None:
        for form in parse_soft(board(self.publisher, etat="stale")).iter("form"):
            if form.get("action") == reverse("still_right"):
                data = {i.get("name"): i.get("value") for i in form.iter("input")}
                answer = self.writer.post(form.get("action"), data)
                key = data["partie"], data["champ"], data["langue"]
                allowed = not key[0].startswith("poles.sector")
                assert answer.status_code == (302 if allowed else 403)
                if allowed:
                    self.told.judged_right(key)
                return

    ACTIONS = (
        edit_the_french, translate, edit_both, only_typography, edit_and_put_back,
        empty_a_language, write_an_old_translation_again, draft_then_publish, preview, plan,
        put_a_version_back, add_a_part, remove_a_part, reorder_parts,
        withdraw_and_publish_in_bulk, judge_right,
    )  # fmt: skip

    def shown_missing(self, thing, code: str) -> int:
        html = board(self.publisher, fiche=f"{thing._meta.label_lower}:{thing.pk}", langue=code)
        found = re.search(r"à traduire (\d+)/", html)
        return int(found[1]) if found else 0

    def check(self, *things) -> None:
        assert stale_on_board(self.publisher) == self.told.stale()
        for thing in things:
            for code in LANGUAGES:
                expected = self.base[thing, code] + self.told.missing(self.of(thing), code)
                assert self.shown_missing(thing, code) == expected, (thing, code)

    def remember(self) -> None:
        for thing in self.things:
            last = versions_of(type(thing), thing.pk).first()
            if last and (thing, last.pk) not in self.snapshots:
                there = self.alive(thing)
                french, translations = self.told.of(there)
                self.snapshots[thing, last.pk] = copy.deepcopy((french, translations, there))


@pytest.mark.parametrize("seed", [6])
def test_many_edits_and_no_false_alarm_nor_a_missed_one(publisher, writer, seed):
    series = Series(publisher, writer, seed)
    for thing in series.things:
        keys = [key for key in series.told.french if key[0] in series.of(thing)]
        series.publish(thing, {}, {(*key, "en"): series.new() for key in keys})
    series.check(*series.things)
    edits = (Series.edit_the_french, Series.draft_then_publish, Series.plan)
    order = [*Series.ACTIONS, *Series.ACTIONS, *series.chance.choices(edits, k=STEPS)][:STEPS]
    series.chance.shuffle(order)
    seen: set[tuple] = set()
    for action in order:
        series.remember()
        action(series)
        try:
            series.check()
        except AssertionError as error:
            raise AssertionError(action.__name__) from error
        seen |= series.told.stale()
    series.check(*series.things)
    assert len(seen) >= 5, "the series has something to tell"
