"""Where each address leads. French is unprefixed; `/en/` and `/de/` come with their contents."""

from django.contrib import admin
from django.urls import include, path

from .editorial.guide import guide_view
from .editorial.link_picker import link_picker_view
from .feeds import Changes

urlpatterns = [
    path("admin/aide/", admin.site.admin_view(guide_view), name="guide"),
    path("admin/liens/", admin.site.admin_view(link_picker_view), name="link_picker"),
    path("admin/", admin.site.urls),
    path("", include("ptce_site.editorial.urls")),
    path("fil.atom", Changes(), name="feed"),
    path("", include("poles.urls")),
    path("", include("pages.urls")),
]
