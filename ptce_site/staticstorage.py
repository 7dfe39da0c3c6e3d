"""How static files leave the house: hashed, compressed, stylesheets joined."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

VISITORS = tuple(f"css/site/{name}.css" for name in ("site", "directory", "finding", "reference"))
BUNDLES = (*VISITORS, "css/embed.css", "css/admin.css")
PARTS = "css/site/"
# The first with `light-dark()` and `:has()`, which the stylesheets use as they are.
BROWSERS = ["chrome >= 123", "firefox >= 121", "safari >= 17.5"]


class SiteStaticStorage(CompressedManifestStaticFilesStorage):
    """Joins and minifies the stylesheets, visitors' and editors', before names are hashed.

    Those of visitors import their parts from their own folder, the others from it;
    lightningcss follows the imports, and a missing or broken part stops collectstatic. The parts
    are not published.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        bundles = [] if dry_run else [name for name in BUNDLES if name in paths]
        joined = {name: self._join(*paths[name]) for name in bundles}
        for name, css in joined.items():
            Path(self.path(name)).write_text(css, encoding="utf-8")
            paths[name] = (self, name)
        for name in [n for n in paths if joined and n.startswith(PARTS) and n not in joined]:
            del paths[name]
            self.delete(name)
        yield from super().post_process(paths, dry_run, **options)

    def create_compressor(self, **options: Any) -> Compressor:
        """Source maps of libraries stay as they are: nobody's page fetches them, and 2 MB of them
        would take longer to compress than all the rest."""
        return Compressor(**options | {"extensions": (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")})

    @staticmethod
    def _join(storage: Storage, path: str) -> str:
        import lightningcss  # only collectstatic needs it

        return lightningcss.bundle_css(
            storage.path(path),
            browsers_list=BROWSERS,
            minify=True,
        )
