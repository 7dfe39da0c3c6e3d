"""In a form: the French beside each field of another language, and the part of a language open."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils.safestring import SafeString

from .fields import other_languages, texts
from .models import Translated
from .sources import is_empty, outdated_source
from .state import change, shown


@dataclass(frozen=True)
class Beside:
    """The French of a field as the form holds it; its `change` if the translation is stale."""

    french: str
    change: tuple[SafeString, SafeString] | None = None
    board: str = ""


def put_french_beside(request: HttpRequest, context: dict[str, Any]) -> None:
    """Give each form of a page `beside`, by name of field; unfold the language `langue` asks for.

    One query, whatever the number of parts.
    """
    main, groups = context["adminform"], context["inline_admin_formsets"]
    forms = [main.form, *(form for group in groups for form in group.formset.forms)]
    forms = [form for form in forms if hasattr(form, "instance") and texts(type(form.instance))]
    saved = [form.instance for form in forms if form.instance.pk]
    noted = Translated.objects.of(saved).sources() if saved else {}
    whole = main.form.instance
    board = f"{whole._meta.label_lower}:{whole.pk}" if whole.pk else ""
    for form in forms:
        form.beside = dict(_of_form(form, noted, board))
    if request.GET.get("langue") in other_languages():
        _unfold(main, groups, request.GET["langue"])


def _of_form(form: Any, noted: dict, board: str) -> Any:
    row = form.instance
    kind = ContentType.objects.get_for_model(type(row)).pk
    for text in texts(type(row)):
        french_name = f"{text.name}_{settings.LANGUAGE_CODE}"
        if french_name not in form.fields:
            continue
        french = str(form[french_name].value() or "")
        for language in other_languages():
            name = f"{text.name}_{language}"
            if is_empty(french) or name not in form.fields:
                continue
            known = noted.get((kind, str(row.pk), language), {}).get(text.name, [])
            typed = str(form[name].value() or "")
            before = outdated_source(known, french, typed, rich=text.rich)
            moved = None if before is None else change(before, french, rich=text.rich)
            yield name, Beside(shown(french, rich=text.rich), moved, board)


def _unfold(main: Any, groups: Any, language: str) -> None:
    """Without the script, a link to a folded field must find it in sight."""
    end = f"_{language}"
    main.fieldsets = [(title, _open(options, end)) for title, options in main.fieldsets]
    for group in groups:
        if texts(group.opts.model):
            group.classes = group.classes.replace("collapse", "")
            group.fieldsets = [(title, _open(options, end)) for title, options in group.fieldsets]


def _open(options: dict[str, Any], end: str) -> dict[str, Any]:
    its = all(isinstance(name, str) and name.endswith(end) for name in options["fields"])
    return {**options, "classes": []} if its and options["fields"] else options
