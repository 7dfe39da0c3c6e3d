"""French typography: the right spaces, apostrophes and dots, in plain text and in HTML.

Rules of the Imprimerie nationale's Lexique: a narrow no-break space (U+202F) before ; : ! ? » %
and after «, and between groups of three digits; the true apostrophe; one ellipsis character.
Only spaces already there are changed, so that addresses and times are left alone.
"""

import re
from functools import lru_cache

NARROW = "\u202f"
NO_BREAK = "\u00a0"
_SPACE = "[ \u00a0\u202f]"
_RULES = [
    (re.compile(r"(?<=\w)'(?=[\w«])|(?<=\w)'(?=\s|$|[.,;:!?)])"), "’"),
    (re.compile(r"\.\.\."), "…"),
    # From the first space of a run, all of it at once: a long one takes no time.
    (re.compile(rf"(?<!{_SPACE}){_SPACE}++(?=[;:!?»%€](?!\w))"), NARROW),
    (re.compile(rf"«{_SPACE}*"), f"«{NARROW}"),
    (re.compile(rf"(?<=\bn°){_SPACE}*(?=\d)"), NO_BREAK),
    (re.compile(rf"(?<=\d){_SPACE}(?=(?:millions?|milliards?|M€|km|m²|ans|tonnes)\b)"), NO_BREAK),
]
_NUMBER = re.compile(rf"(?<![\d,.])\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)")
_TAG = re.compile(r"(<[^<>]*>)")


@lru_cache(maxsize=5000)
def french(text: str) -> str:
    """Return `text`, plain or HTML, with French typography; tags and attributes are untouched."""
    parts = _TAG.split(text)
    for number in range(0, len(parts), 2):
        for pattern, right in _RULES:
            parts[number] = pattern.sub(right, parts[number])
        parts[number] = _NUMBER.sub(lambda m: re.sub(_SPACE, NARROW, m[0]), parts[number])
    return "".join(parts)
