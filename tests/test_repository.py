"""The house itself: floors, thin views, queries in their room, no dead template, no loose CSS."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("ptce_site", "pages", "poles")
FILES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
GROUND, EDITORIAL, APPS, OPS, TOP = range(5)
CSS = ROOT / "static" / "css" / "site"
ENTRIES = ("site.css", "directory.css", "finding.css", "reference.css")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def floor(module: str) -> int:
    """On which floor a module stands (house.md, "Floors")."""
    if module.startswith("ptce_site.editorial"):
        return EDITORIAL
    if module.startswith("ptce_site.ops"):
        return OPS
    if module.split(".")[0] in ("pages", "poles"):
        return APPS
    if re.match(r"ptce_site\.(urls|sitemaps|feeds|wsgi)\b", module):
        return TOP
    return GROUND


def imports_of(path: Path) -> set[str]:
    """The modules of the project that a file imports, relative imports resolved."""
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    known = {module_of(p) for p in FILES}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found |= {
                f"{origin}.{a.name}" if f"{origin}.{a.name}" in known else origin
                for a in node.names
            }
    return {name for name in found if name.split(".")[0] in PACKAGES}


GRAPH = {module_of(path): imports_of(path) for path in FILES}


def test_no_import_runs_upwards():
    upward = [
        f"{module} → {target}"
        for module, targets in GRAPH.items()
        for target in targets
        if floor(target) > floor(module)
    ]
    assert not upward
    for one, other in (("pages", "poles"), ("poles", "pages")):
        crossing = [
            m
            for m, ts in GRAPH.items()
            if m.split(".")[0] == one
            for t in ts
            if t.split(".")[0] == other
        ]
        assert not crossing


def test_no_import_goes_in_a_circle():
    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join([*trail, module])
        for target in GRAPH.get(module, ()):
            if module not in done:
                visit(target, (*trail, module))
        done.add(module)

    done: set[str] = set()
    for module in GRAPH:
        visit(module, ())


def test_only_two_modules_know_pillow():
    """One opens pictures that were sent, the other draws ours (docs/adr/0017)."""
    users = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "PIL" for name in names):
                users.add(module_of(path))
    assert users == {"ptce_site.images", "ptce_site.canvas"}


def test_views_are_thin():
    for path in FILES:
        if path.name != "views.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 12, f"{path.name}: {node.name} has {length} lines"


QUERYING = {
    "filter", "exclude", "annotate", "aggregate", "order_by", "values", "values_list",
    "select_related", "prefetch_related", "only", "defer", "raw", "extra", "union",
}  # fmt: skip


def test_queries_stay_in_their_room():
    """Only …querysets.py (and publication.py, which holds one) builds a query."""
    loose = []
    for path in FILES:
        if path.name.endswith("querysets.py") or path.name == "publication.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            name = node.func.attr
            if name in QUERYING and not _is_no_query(node):
                loose.append(f"{path.relative_to(ROOT)}:{node.lineno} .{name}()")
            lookups = [k.arg for k in node.keywords if k.arg and "__" in k.arg]
            loose += [f"{path.relative_to(ROOT)}:{node.lineno} {lookup}=" for lookup in lookups]
    assert not loose, loose


def _is_no_query(node: ast.Call) -> bool:
    """A dictionary's `.values()` and a template library's `register.filter()`."""
    owner = getattr(node.func.value, "id", "")
    return owner == "register" or (node.func.attr == "values" and not node.args)


def test_no_template_is_unused():
    texts = "".join(path.read_text(encoding="utf-8") for path in [*FILES, *TEMPLATES])
    called_by_django = {"404.html", "410.html", "500.html"}
    from pages.models import Section

    fragments = {Section(kind=kind).template_name for kind in Section.Kind}
    for path in TEMPLATES:
        name = path.relative_to(ROOT / "templates").as_posix()
        if name in called_by_django or name in fragments or name.startswith("admin/"):
            continue
        used = f'"{name}"' in texts or f'"{name}#' in texts
        assert used, f"{name} is used by nothing"


def test_components_say_their_inputs():
    for path in (ROOT / "templates" / "components").glob("*.html"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("{#") and first.endswith("#}"), path.name


def test_components_are_included_with_only():
    """Except what stands on every page and reads only the request."""
    loose = []
    for path in TEMPLATES:
        for call in re.findall(r'{% include "components/[^%]*%}', path.read_text(encoding="utf-8")):
            if " only " not in call and "masthead" not in call and "colophon" not in call:
                loose.append(f"{path.name}: {call}")
    assert not loose


@pytest.mark.parametrize(
    ("folder", "suffix", "limit"), [("templates", "html", 80), ("static/css", "css", 150)]
)
def test_files_stay_small(folder, suffix, limit):
    for path in (ROOT / folder).rglob(f"*.{suffix}"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= limit, path


def test_python_files_stay_small():
    for path in FILES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


def css_without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_style_is_in_a_layer():
    """The entries only state the order and import; each part is in one of them, in a layer."""
    names = []
    for entry_name in ENTRIES:
        entry = css_without_comments(CSS / entry_name)
        assert re.match(
            r"\s*@layer reset, tokens, base, layout, components, pages, utilities;", entry
        )
        names += [n for n, _ in re.findall(r'@import url\("([^"]+)"\) layer\((\w+)\);', entry)]
        rest = re.sub(r"@(layer [\w, ]+|import [^;]+);", "", entry)
        assert not rest.strip(), f"unlayered: {rest.strip()[:80]}"
    parts = {p.relative_to(CSS).as_posix() for p in CSS.rglob("*.css")} - {*ENTRIES}
    assert set(names) == parts and len(names) == len(parts)


def test_colours_live_in_tokens_only():
    for path in CSS.rglob("*.css"):
        if path.name == "tokens.css":
            continue
        css = re.sub(r"url\([^)]*\)", "", css_without_comments(path))
        loose = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])|\b(?:rgb|hsl|oklch)a?\(", css)
        assert not loose, f"{path.name}: {loose}"


def test_importance_is_rare():
    for path in CSS.rglob("*.css"):
        if path.name not in ("reset.css", "print.css"):
            assert "!important" not in css_without_comments(path), path.name


def test_no_class_is_unused():
    texts = "".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES, *FILES])
    scripts = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "static" / "js").rglob("*.js"))
    from pages.models import Section

    words = set(re.findall(r"[\w-]+", texts + scripts)) | {f"kind-{kind}" for kind in Section.Kind}
    for path in CSS.rglob("*.css"):
        css = re.sub(r"url\([^)]*\)|\"[^\"]*\"", "", css_without_comments(path))
        selectors = re.findall(r"([^{};]+)\{", css)
        for name in {n for s in selectors for n in re.findall(r"\.([a-zA-Z][\w-]*)", s)}:
            assert name in words, f"{path.name}: .{name} is on no page"


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).is_file()]


def test_nothing_is_left_behind():
    marks = re.compile(
        "TO" + "DO|FIX" + "ME|XX" + "X|lorem ip" + "sum|NotImplemented" + "Error", re.I
    )
    for path in tracked():
        if path.suffix in (".py", ".html", ".css", ".js", ".md", ".toml"):
            found = marks.search(path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found[0]}"


def test_locks_hold_hashes_and_no_address():
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-s3.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "index" not in text.split("asgiref")[0]
        pinned = re.findall(r"^[\w-]+==[^\n]*\n\s+--hash", text, re.M)
        assert len(pinned) == len(re.findall(r"^[\w-]+==", text, re.M))


def test_each_dependency_has_its_reason():
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    for name in ("requirements.in", "requirements-dev.in", "requirements-s3.in"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            package = re.match(r"[A-Za-z][\w-]*", line)
            if package:
                assert f"| {package[0].lower()} |" in reasons, package[0]
