"""Where each address leads. French is unprefixed; `/en/` and `/de/` come with their contents."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("ptce_site.editorial.urls")),
    path("", include("poles.urls")),
    path("", include("pages.urls")),
]
