"""How far the translations of things are: which fields are expected, missing, stale."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..comparing import marked
from ..models import Draft
from ..publication import State
from ..querysets import ordered
from ..richtext import plain_lines
from ..where import form_of, in_form
from .fields import Text, other_languages, parts, rooms, texts
from .models import Translated
from .querysets import Key
from .sources import Noted, is_empty, mark, outdated_source


@dataclass(frozen=True, slots=True)
class Piece:
    """A row of a thing's form: itself, or one of its parts; `start` begins its fields' names."""

    row: Any
    kind: int
    texts: list[Text]
    start: str = ""


@dataclass(frozen=True, slots=True)
class Concern:
    """A field that is missing in a language, or stale: `before` is the French it was made from."""

    line: "Line"
    piece: Piece
    text: Text
    language: str
    before: str = ""

    @property
    def label(self) -> str:
        words = {"part": self.piece.row, "field": self.text.label}
        return _("%(part)s, %(field)s") % words if self.piece.start else self.text.label

    @property
    def name(self) -> str:
        return f"{self.piece.row._meta.label_lower}:{self.piece.row.pk}"

    @property
    def address(self) -> str:
        """The form, the part of the language unfolded, at the field."""
        field = f"{self.piece.start}{self.text.name}_{self.language}"
        return form_of(self.line.thing, field, self.language)

    @property
    def change(self) -> tuple[SafeString, SafeString]:
        """What the French was and what it is, with what went and what came marked."""
        return change(self.before, self.text.of(self.piece.row), rich=self.text.rich)

    @property
    def translation(self) -> str:
        return shown(self.text.of(self.piece.row, self.language), rich=self.text.rich)

    @property
    def seen(self) -> str:
        """Which French this tells of, so that no other is judged by mistake."""
        return mark(self.text.of(self.piece.row), rich=self.text.rich)


@dataclass(slots=True)
class Cell:
    """A thing in one language."""

    expected: int = 0
    missing: list[Concern] = field(default_factory=list)
    stale: list[Concern] = field(default_factory=list)

    @property
    def fresh(self) -> int:
        return self.expected - len(self.missing) - len(self.stale)

    @property
    def states(self) -> set[str]:
        """In a word each; none when nothing is to be translated."""
        found = {"missing": bool(self.missing), "stale": bool(self.stale)}
        late = {state for state, there in found.items() if there}
        return late or ({"fresh"} if self.expected else set())


@dataclass(slots=True)
class Line:
    """One thing with its parts; `cells` by language."""

    room: Any
    thing: Any
    pieces: list[Piece]
    drafted: bool
    may_change: bool
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.thing._meta.label_lower}:{self.thing.pk}"

    @property
    def kind(self) -> str:
        return str(self.thing._meta.verbose_name)

    @property
    def address(self) -> str:
        return form_of(self.thing)

    @property
    def withdrawn(self) -> bool:
        return getattr(self.thing, "state", "") == State.WITHDRAWN

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """What matters most first: what is in a menu, what visitors read, then the rest."""
        in_menu = getattr(self.thing, "menu", "none") != "none"
        return self.withdrawn, not in_menu, getattr(self.thing, "state", "") != State.PUBLISHED


def lines(request: HttpRequest) -> list[Line]:
    """Everything this person may see, the most important first; as many queries as kinds."""
    noted = Translated.objects.sources()
    drafted = Draft.objects.drafted()
    found = [line for room in rooms() for line in _of_room(room, request, drafted)]
    for line in found:
        for language in other_languages():
            line.cells[language] = _cell(line, language, noted)
    return sorted(found, key=lambda line: line.rank)


def _of_room(room: Any, request: HttpRequest, drafted: set[tuple[int, str]]) -> Iterator[Line]:
    if not room.has_view_permission(request):
        return
    kind = ContentType.objects.get_for_model(room.model).pk
    own, may_change = texts(room.model), room.has_change_permission(request)
    owned = _owned_by_others(room)
    pieces: dict[Any, list[Piece]] = {}
    for part in parts(room):
        inline = part.inline(room.model, admin.site)
        kind_of_part, fields = ContentType.objects.get_for_model(part.model).pk, texts(part.model)
        for row, key, start in in_form(ordered(inline.get_queryset(request)), part.owner):
            if getattr(row, "state", "") != State.WITHDRAWN:
                pieces.setdefault(key, []).append(Piece(row, kind_of_part, fields, start))
    for thing in room.get_queryset(request):
        if owned and getattr(thing, owned) is not None:
            continue  # told with what it is a part of
        first = [Piece(thing, kind, own)] if own else []
        here = first + pieces.get(thing.pk, [])
        yield Line(room, thing, here, (kind, str(thing.pk)) in drafted, may_change)


def _owned_by_others(room: Any) -> str:
    """The column that says of what a thing is a part, if its kind is also edited as a part."""
    for other in rooms():
        for part in parts(other):
            if part.model is room.model:
                return part.owner.attname
    return ""


def _cell(line: Line, language: str, noted: dict[Key, dict[str, Noted]]) -> Cell:
    cell = Cell()
    for piece in line.pieces:
        known = noted.get((piece.kind, str(piece.row.pk), language), {})
        for text in piece.texts:
            source = text.of(piece.row)
            if is_empty(source):
                continue
            cell.expected += 1
            translation = text.of(piece.row, language)
            if is_empty(translation):
                cell.missing.append(Concern(line, piece, text, language))
                continue
            before = outdated_source(known.get(text.name, []), source, translation, rich=text.rich)
            if before is not None:
                cell.stale.append(Concern(line, piece, text, language, before))
    return cell


def shown(text: str, *, rich: bool) -> str:
    """A text as an editor reads it, a line for a paragraph."""
    return plain_lines(text) if rich else text


def change(before: str, after: str, *, rich: bool) -> tuple[SafeString, SafeString]:
    """Both texts in an editor's words, marked; with their HTML if only links or marks moved."""
    words = shown(before, rich=rich), shown(after, rich=rich)
    return marked(*(words if words[0] != words[1] else (before, after)))
