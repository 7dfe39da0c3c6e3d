"""A page as a tree of elements, read by Python's own parser: ten times faster than a whole one.

The site's pages are valid HTML (every test reads them with a strict parser): all that is left to
know here is which elements are void and which end tags may be left out.
"""

from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser

_VOID = "area base br col embed hr img input link meta source track wbr"
_BLOCKS = (
    "address article aside blockquote body button caption dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header label legend li main nav ol option p "
    "pre section summary svg table tbody td tfoot th thead title tr ul"
)
VOID = frozenset(_VOID.split())  # HTML, § 13.1.2
ENDS = {  # an element that ends, by beginning, the one that is open (§ 13.1.2.4)
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr", "td", "th"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "option": {"option"},
}
BLOCKS = frozenset(_BLOCKS.split())
UNREAD = frozenset({"script", "style", "template"})


class Element:
    """A tag with its attributes, its parent, and what it holds: texts and elements, in order."""

    __slots__ = ("attributes", "holds", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.holds: list[str | Element] = []

    def get(self, name: str) -> str:
        """The value of an attribute; "" if it has none or is not there."""
        return self.attributes.get(name, "")

    def walk(self) -> Iterator["Element"]:
        """This element and all it holds, in the order of the page."""
        yield self
        for one in self.holds:
            if isinstance(one, Element):
                yield from one.walk()

    def every(self, *tags: str) -> Iterator["Element"]:
        return (one for one in self.walk() if one.tag in tags)

    def above(self) -> Iterator["Element"]:
        """This element and those it stands in, the nearest first."""
        one: Element | None = self
        while one:
            yield one
            one = one.parent

    def has_class(self, name: str) -> bool:
        return name in self.get("class").split()

    @property
    def words(self) -> str:
        """Its text as read, blanks made one; blocks are kept apart."""
        return " ".join("".join(self._texts()).split())

    @property
    def language(self) -> str:
        """The nearest `lang`, as a screen reader takes it."""
        return next((one.get("lang") for one in self.above() if one.get("lang")), "")

    def _texts(self) -> Iterator[str]:
        for one in self.holds:
            if isinstance(one, str):
                yield one
            elif one.tag not in UNREAD:
                apart = " " if one.tag in BLOCKS or one.tag == "br" else ""
                yield apart
                yield from one._texts()
                yield apart


class Document:
    """The whole page; `flat` holds its elements in the order of the page."""

    def __init__(self, html: str) -> None:
        reader = _Reader()
        self.root = reader.read(html)
        self.flat = reader.flat

    @cached_property
    def elements(self) -> dict[str, list[Element]]:
        """By tag."""
        found: dict[str, list[Element]] = {}
        for one in self.flat:
            found.setdefault(one.tag, []).append(one)
        return found

    def all(self, *tags: str) -> list[Element]:
        return [one for tag in tags for one in self.elements.get(tag, ())]

    def first(self, tag: str) -> Element | None:
        return next(iter(self.elements.get(tag, ())), None)

    @cached_property
    def anchors(self) -> set[str]:
        """What a `#fragment` can lead to."""
        return {one.get("id") for one in self.flat if one.get("id")}

    def meta(self, name: str) -> str | None:
        """The content of a `<meta>`, by its name or property; None if there is no such thing."""
        for one in self.all("meta"):
            if name in (one.get("name"), one.get("property")):
                return one.get("content")
        return None

    def links(self, rel: str) -> list[Element]:
        return [one for one in self.all("link") if rel in one.get("rel").split()]

    def navigation(self, name: str) -> Element | None:
        """The `<nav>` of a class."""
        return next((one for one in self.all("nav") if one.has_class(name)), None)

    @cached_property
    def words(self) -> str:
        """All that is read on the page, its title and the texts of its attributes among them."""
        said = [self.root.words]
        for one in self.flat:
            said += [one.get(name) for name in ("alt", "aria-label", "title") if one.get(name)]
        said += [one.get("content") for one in self.all("meta") if one.get("name")]
        return " ".join(" ".join(said).split())


class _Reader(HTMLParser):
    def read(self, html: str) -> Element:
        self.root = self.open = Element("", {}, None)
        self.flat: list[Element] = []
        self.feed(html)
        self.close()
        return self.root

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        while self.open.tag in ENDS.get(tag, ()) and self.open.parent:
            self.open = self.open.parent
        if self.open.tag == "p" and tag in BLOCKS and tag != "button" and self.open.parent:
            self.open = self.open.parent
        one = self._hold(tag, attributes)
        if tag not in VOID:
            self.open = one

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A shape of a drawing that ends itself (`<path/>`)."""
        self._hold(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        for one in self.open.above():
            if one.tag == tag and one.parent:
                self.open = one.parent
                return

    def handle_data(self, text: str) -> None:
        self.open.holds.append(text)

    def _hold(self, tag: str, attributes: list[tuple[str, str | None]]) -> Element:
        one = Element(tag, {name: value or "" for name, value in attributes}, self.open)
        self.open.holds.append(one)
        self.flat.append(one)
        return one
