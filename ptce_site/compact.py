"""Templates without the blank lines that lines of tags leave behind.

A line that holds only block tags prints its line break. Dropping that break when the template is
loaded costs nothing at render time and never joins two words: the line before keeps its own.
"""

import re

from django.template import Origin
from django.template.loaders.filesystem import Loader as FileSystemLoader

TAGS_ALONE = re.compile(
    r"^[ \t]*((?:{%[^%]*%}|{#[^#]*#})(?:[ \t]*(?:{%[^%]*%}|{#[^#]*#}))*)[ \t]*\n", re.M
)


class Loader(FileSystemLoader):
    """Django's loader for `templates/`, with the line breaks of tag-only lines removed."""

    def get_contents(self, origin: Origin) -> str:
        return TAGS_ALONE.sub(r"\1", super().get_contents(origin))
