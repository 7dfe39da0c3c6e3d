"""How static files leave the house: hashed, compressed, one stylesheet for visitors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lightningcss
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/site/site.css"


class SiteStaticStorage(CompressedManifestStaticFilesStorage):
    """Joins and minifies the visitors' stylesheet before names are hashed.

    `site.css` imports its layers from its own folder; lightningcss follows the imports, and a
    missing or broken part stops collectstatic. The parts themselves are not published.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if not dry_run and BUNDLE in paths:
            storage, path = paths[BUNDLE]
            css = lightningcss.bundle_css(
                storage.path(path),
                browsers_list=["chrome >= 123", "firefox >= 120", "safari >= 17.5"],
                minify=True,
            )
            Path(self.path(BUNDLE)).write_text(css, encoding="utf-8")
            paths[BUNDLE] = (self, BUNDLE)
            folder = BUNDLE.rpartition("/")[0]
            for name in [n for n in paths if n.startswith(f"{folder}/") and n != BUNDLE]:
                del paths[name]
                self.delete(name)
        yield from super().post_process(paths, dry_run, **options)
