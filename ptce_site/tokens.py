"""The colours of the light theme, read where they are written once: tokens.css.

For what is made outside a browser, which knows neither `var()` nor `light-dark()`.
"""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

TOKENS = "css/site/tokens.css"
_LIGHT = re.compile(r"light-dark\(((?:[^(),]|\([^()]*\))+),.*")
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")


def source(name: str) -> str:
    """A style sheet of the site without its comments."""
    found = finders.find(name)
    return re.sub(r"/\*.*?\*/", "", Path(str(found)).read_text(encoding="utf-8"), flags=re.DOTALL)


def light(css: str) -> str:
    """A style sheet with the colours of the light theme in place of their names."""
    tokens = source(TOKENS).partition("@media")[0]
    known = dict(re.findall(r"--([\w-]+):\s*([^;]+);", tokens))
    while "var(--" in css:
        css = _VARIABLE.sub(lambda m: _LIGHT.sub(r"\1", known[m[1]]), css)
    return css
