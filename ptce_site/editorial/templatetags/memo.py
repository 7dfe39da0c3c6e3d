"""A part of a page that all pages share."""

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token

from ..memo import EveryPage, once_a_version

register = template.Library()


class Shared(Node):
    """See `shared`."""

    def __init__(self, names: list[FilterExpression], nodelist: NodeList) -> None:
        self.names, self.nodelist = names, nodelist

    def render(self, context: Context) -> str:
        names = [str(name.resolve(context)) for name in self.names]
        if not all(names):
            return self.nodelist.render(context)
        return once_a_version(context.request, " ".join(names), lambda: self._draw(context))

    def _draw(self, context: Context) -> str:
        page = context.request
        context.request = EveryPage(page)
        try:
            with context.push(request=context.request):
                return self.nodelist.render(context)
        finally:
            context.request = page


@register.tag
def shared(parser: Parser, token: Token) -> Shared:
    """`{% shared "name" %}…{% endshared %}`: drawn once for every page, as `once_a_version` keeps.

    All that the part shows must follow from its names, several if need be, the language and the
    content. It is drawn for each page where one of the names is empty. A footnote in it, or
    anything else that belongs to one page, is refused.
    """
    names = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endshared",))
    parser.delete_first_token()
    return Shared(names, nodelist)
