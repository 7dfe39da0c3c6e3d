"""The first screen of the editors' room."""

from django import template
from django.template import Context

from ..first_screen import Group, what_waits

register = template.Library()


@register.simple_tag(takes_context=True)
def what_waits_for_me(context: Context) -> list[Group]:
    """What needs the person who is signed in, the most pressing first."""
    return what_waits(context.request)
