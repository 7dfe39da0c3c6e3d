"""Where each address leads. French is unprefixed; words are translated in `addresses.py`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from . import sitemaps
from .addresses import route
from .editorial.finding.filter_views import filters_view, open_view
from .editorial.finding.room_search import search_view
from .editorial.guide import guide_view
from .editorial.link_picker import link_picker_view
from .editorial.sharing import card
from .editorial.translations.views import board_view, judge_view
from .feeds import Changes
from .ops.state import state_view

urlpatterns = [
    path("admin/etat/", admin.site.admin_view(state_view), name="site_state"),
    path("admin/aide/", admin.site.admin_view(guide_view), name="guide"),
    path("admin/recherche/", admin.site.admin_view(search_view), name="room_search"),
    path("admin/filtres/", admin.site.admin_view(filters_view), name="saved_filters"),
    path("admin/filtres/<int:pk>/", admin.site.admin_view(open_view), name="open_filter"),
    path("admin/traductions/", admin.site.admin_view(board_view), name="translations"),
    path("admin/traductions/juste/", admin.site.admin_view(judge_view), name="still_right"),
    path("admin/liens/", admin.site.admin_view(link_picker_view), name="link_picker"),
    path("admin/", include("ptce_site.editorial.accounts.urls")),
    path("admin/", admin.site.urls),
    path("partage/<str:language>/<str:label>/<slug:name>.png", card, name="card"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:name>.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path(".well-known/security.txt", sitemaps.security, name="security"),
    path("", include("ptce_site.editorial.urls")),
    *i18n_patterns(
        path("", include("ptce_site.editorial.visitor_urls")),
        path(route("fil.atom"), Changes(), name="feed"),
        path("site.webmanifest", sitemaps.manifest, name="manifest"),
        path("", include("poles.urls")),
        path("", include("pages.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "ptce_site.editorial.views.not_understood"
handler403 = "ptce_site.editorial.views.not_allowed"
handler404 = "ptce_site.editorial.views.not_found"
handler429 = "ptce_site.editorial.accounts.views.too_many"
handler500 = "ptce_site.editorial.views.failed"
