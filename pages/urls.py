from django.urls import path, register_converter
from django.views.generic import RedirectView

from ptce_site.addresses import PageConverter, route

from . import views

register_converter(PageConverter, "page")

app_name = "pages"
urlpatterns = [
    path("", views.page, {"slug": "accueil"}, name="home"),
    path(route("plan-du-site/"), views.site_map, name="sitemap"),
    path(route("recherche/"), views.search, name="search"),
    path("guide-de-style/", views.styleguide, name="styleguide"),
    path(route("donnees/<slug:name>.<slug:form>"), views.export, name="export"),
    path(route("resume/le-ptce-en-resume.pdf"), views.summary_pdf, name="summary_pdf"),
    path(route("chiffres-cles/<slug:slug>/"), views.figure, name="figure"),
    # The home page has one address; its slug is only what the room calls it.
    path(
        "accueil/",
        RedirectView.as_view(pattern_name="pages:home", permanent=True),
        name="home_by_slug",
    ),
    path("<page:slug>/", views.page, name="page"),
]
