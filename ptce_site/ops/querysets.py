"""What the commands ask of the database."""

from poles.models import Actor, Pole, PoleName
from ptce_site.editorial.models import Source

NAMES = (
    (Pole, "name"), (Pole, "short_name"), (Pole, "lead_organisation_fr"),
    (PoleName, "name"), (Actor, "name"), (Source, "publisher"),
)  # fmt: skip


def proper_names() -> set[str]:
    """The names of poles, of organisations and of publishers: the same in every language."""
    return {
        name
        for model, field in NAMES
        for name in model._default_manager.values_list(field, flat=True)
        if name
    }
