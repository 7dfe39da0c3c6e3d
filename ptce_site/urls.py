"""Where each address leads. French is unprefixed; `/en/` and `/de/` come with their contents."""

from django.contrib import admin
from django.urls import include, path

from .editorial.guide import guide_view
from .editorial.translations.views import board_view, judge_view
from .feeds import Changes

urlpatterns = [
    path("admin/aide/", admin.site.admin_view(guide_view), name="guide"),
    path("admin/traductions/", admin.site.admin_view(board_view), name="translations"),
    path("admin/traductions/juste/", admin.site.admin_view(judge_view), name="still_right"),
    path("admin/", admin.site.urls),
    path("", include("ptce_site.editorial.urls")),
    path("fil.atom", Changes(), name="feed"),
    path("", include("poles.urls")),
    path("", include("pages.urls")),
]
