"""Production's settings with most sheets and cards left blank: all would be 100 s of processor.

The sheets of one pole, the summary and the home page's cards are drawn. What is on the others is
the matter of `test_pdf` and `test_cards`; here, that each is a file.
"""

from ptce_site import cards, pdf
from ptce_site.settings.prod import *  # noqa: F403

SHEET, CARD = b"%PDF-1.7 blank\n", b"\x89PNG\r\n\x1a\nblank"
_make, _render = pdf._make, cards.render
pdf._make = lambda html, pages: _make(html, pages) if pages or "neo56" in html else SHEET
cards.render = lambda card: _render(card) if card.hot_end else CARD
