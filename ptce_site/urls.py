"""Where each address leads. French is unprefixed; `/en/` and `/de/` come with their contents."""

from django.contrib import admin
from django.urls import include, path

from .editorial.finding.room_search import search_view
from .editorial.guide import guide_view
from .feeds import Changes

urlpatterns = [
    path("admin/aide/", admin.site.admin_view(guide_view), name="guide"),
    path("admin/recherche/", admin.site.admin_view(search_view), name="room_search"),
    path("admin/", admin.site.urls),
    path("", include("ptce_site.editorial.urls")),
    path("fil.atom", Changes(), name="feed"),
    path("", include("poles.urls")),
    path("", include("pages.urls")),
]
