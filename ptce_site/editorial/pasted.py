"""What Word, LibreOffice and web pages leave in a text, before and after it is made safe.

Pure text to text. Nothing here makes a text safe: `richtext.clean_html` cleans in between.
"""

import re

RENAMED = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "b": "strong", "i": "em"}
SILENT = {"script", "style", "title", "xml"}  # their text is never for readers

_OFFICE = re.compile(r"\bmso-|\bMso|urn:schemas-microsoft-com")
_LANGUAGE = re.compile(r"""\slang=(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.I)
_MARKER = re.compile(
    r"<!(?:--)?\[if !supportLists\](?:--)?>((?:(?!<!).)*)<!(?:--)?\[endif\](?:--)?>", re.S | re.I
)
_ITEM = re.compile(r"<p\b[^<>]*mso-list:\s*l\d[^<>]*>((?:(?!</?p\b).)*)</p>", re.S | re.I)
_RUN = re.compile(r"(?:<li data-(?:ul|ol)>(?:(?!<li data-|</li>).)*</li>\s*)+", re.S)
_TAG = re.compile(r"<[^>]*>")
_RENAMED = re.compile(rf"<(/?)({'|'.join(RENAMED)})>")
_HEADING, _STRONG = re.compile(r"<(h[34])>.*?</\1>", re.S), re.compile(r"</?strong>")
_BARE = re.compile(r"<(span|a)(?=[ >])[^>]*>|</(span|a)>")
_EMPTY = re.compile(r"<(p|h3|h4)>(?:\s|&nbsp;|<br>|<(?:strong|em)>|</(?:strong|em)>)*</\1>")
_SPACES = re.compile(r"(?:&nbsp;|[ \t]){2,}")  # nothing may follow: a long run is read once

_HIGH = tuple(";:!?»%")  # French puts a space that does not break before them


def unpacked(html: str) -> str:
    """Without what only Word understands: null bytes, fake list marks, a language a word."""
    html = html.replace("\0", "")
    if not _OFFICE.search(html):
        return html
    return _RUN.sub(_listed, _ITEM.sub(_item, _LANGUAGE.sub("", html)))


def _item(paragraph: re.Match) -> str:
    """A paragraph with a typed bullet or number is an item of a list."""
    marker = _MARKER.search(paragraph[1])
    numbered = marker and re.match(r"\W*\w{1,3}[.)]", _TAG.sub("", marker[1]).strip())
    kind = "ol" if numbered else "ul"
    return f"<li data-{kind}>{_MARKER.sub('', paragraph[1])}</li>"


def _listed(items: re.Match) -> str:
    kind = "ol" if items[0].startswith("<li data-ol>") else "ul"
    return f"<{kind}>{re.sub('<li data-..>', '<li>', items[0]).strip()}</{kind}>"


def tidied(html: str) -> str:
    """A clean text in our words; written by the cleaner, so that tags can be read as text."""
    html = _RENAMED.sub(lambda tag: f"<{tag[1]}{RENAMED[tag[2]]}>", html)
    html = _HEADING.sub(lambda heading: _STRONG.sub("", heading[0]), html)
    html = _EMPTY.sub("", _without_bare(html))

    def one_space(run: re.Match) -> str:
        if "&nbsp;" not in run[0]:
            return run[0]
        return "&nbsp;" if html[run.end() : run.end() + 1] in _HIGH else " "

    return _SPACES.sub(one_space, html)


def _without_bare(html: str) -> str:
    """Without spans that say no language and anchors that lead nowhere; their words stay."""
    opened: dict[str, list[bool]] = {"span": [], "a": []}

    def kept(tag: re.Match) -> str:
        if tag[1]:
            opened[tag[1]].append(tag[0] != f"<{tag[1]}>")
            return tag[0] if opened[tag[1]][-1] else ""
        return tag[0] if opened[tag[2]] and opened[tag[2]].pop() else ""

    return _BARE.sub(kept, html)
