"""Forms saved: two published, one kept as a draft."""

from reversion.models import Version

from pages.models import KeyFigure
from poles.models import Pole
from ptce_site.editorial.models import Draft

from ..conftest import Server
from ..test_admin import form_data
from .hands import FRESH, Hand, Person, number_in, numbered

LABELS = ("label_fr", "label_en", "label_de")
TRADE = ("trade_fr", "actors-0-name")
MODELS = ("pages.KeyFigure", "poles.Pole", "poles.Actor", "editorial.Draft")
FIGURE, PUBLISHED, DRAFTED = "pib-2013", "neo56", "cluster-jura"


class Save(Person):
    """Types a number into some fields of a form, and presses a button."""

    def __init__(
        self, site: Server, name: str, place: str, fields: tuple[str, ...], button: str
    ) -> None:
        super().__init__(site, name)
        self.address, self.fields, self.button = f"/admin/{place}/change/", fields, button
        self.form: dict = {}  # parsed once: what changes between two openings is read again

    def work(self) -> None:
        page = self.ask(self.address).text
        self.form = self.form or form_data(page)
        data = self.form | dict(FRESH.findall(page)) | {self.button: ""}
        with self.asking() as number:
            answer = self.ask(self.address, data | dict.fromkeys(self.fields, numbered(number)))
        self.hear(number, answer)


WANTED = (Save,)  # in the midst of whose work the server is killed


def figure_editor(site: Server) -> Save:
    key = KeyFigure.objects.get(slug=FIGURE).pk
    return Save(site, "figure", f"pages/keyfigure/{key}", LABELS, "_publish")


def hands(site: Server) -> list[Hand]:
    keys = {slug: Pole.objects.get(slug=slug).pk for slug in (PUBLISHED, DRAFTED)}
    return [
        figure_editor(site),
        Save(site, "pole", f"poles/pole/{keys[PUBLISHED]}", TRADE, "_publish"),
        Save(site, "draft", f"poles/pole/{keys[DRAFTED]}", TRADE, "_draft"),
    ]


def look(_site: Server, hands: list[Hand]) -> str:
    """AssertionError names what is half done, or lost."""
    figure, pole, draft = hands
    look_at_figure(figure)
    row = Pole.objects.get(slug=PUBLISHED)
    if number_in(row.trade_fr):
        assert row.trade_fr == row.actors.first().name, f"half published: {row.trade_fr}"
        assert last_version(row)["trade_fr"] == row.trade_fr, "the pole is not its last version"
    not_lost(pole, row.trade_fr)
    key = str(Pole.objects.get(slug=DRAFTED).pk)
    kept = Draft.objects.filter(object_id=key, content_type__model="pole").first()
    values = [kept.data[name][0] for name in TRADE] if kept else [""]
    assert len(set(values)) == 1, f"a draft half kept: {values}"
    not_lost(draft, values[0])
    return f"{figure.sent} figures, {pole.sent} poles and {draft.sent} drafts sent so far"


def look_at_figure(hand: Hand) -> None:
    row = KeyFigure.objects.get(slug=FIGURE)
    values = [getattr(row, name) for name in LABELS]
    if number_in(row.label_fr):
        assert len(set(values)) == 1, f"half published: {values}"
        held = last_version(row)
        assert [held[name] for name in LABELS] == values, "the figure is not its last version"
    not_lost(hand, row.label_fr)


def last_version(thing) -> dict:
    return Version.objects.get_for_object(thing).first().field_dict


def not_lost(hand: Hand, text: str) -> None:
    last = max(hand.kept, default=0)
    assert number_in(text) >= last, f"{hand.name}: {last} was acknowledged, “{text}” is there"
