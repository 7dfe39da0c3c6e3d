"""What the database holds, row by row, so that what changed can be told."""

from .target import Target

# Rows that change by themselves, or by reading: who is here, what was last seen.
SKIPPED = (
    "sessions.Session", "usersessions.UserSession", "editorial.ContentVersion", "editorial.Reading",
    "poles.Commune", "ops.JobRun",
)  # fmt: skip
DIGEST = """
import hashlib, json
from django.apps import apps
def mark(row):
    return hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()[:16]
print("TOLD" + json.dumps({
    model._meta.label: {
        str(row[model._meta.pk.attname]): mark(row) for row in model._base_manager.values()
    }
    for model in apps.get_models(include_auto_created=True)
    if model._meta.managed and model._meta.label not in SKIPPED
}))
"""

type Digest = dict[str, dict[str, str]]


def digest(target: Target) -> Digest:
    return target.asked_inside(f"SKIPPED = {SKIPPED!r}\n{DIGEST}")


def changes(before: Digest, after: Digest) -> set[tuple[str, str]]:
    """Each kind of row and what became of some: new, gone, or other than it was."""
    found = set()
    for label, rows in after.items():
        old = before.get(label, {})
        if rows.keys() - old.keys():
            found.add((label, "new"))
        if old.keys() - rows.keys():
            found.add((label, "gone"))
        if any(rows[pk] != mark for pk, mark in old.items() if pk in rows):
            found.add((label, "other"))
    return found
