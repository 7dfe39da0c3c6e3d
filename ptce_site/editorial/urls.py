"""What has one address, whatever the language: drafts shown by a link, images."""

from django.urls import path, re_path

from . import media, views

urlpatterns = [
    path("apercu/<str:token>/", views.preview, name="preview"),
    re_path(rf"^media/{media.MADE}/(?P<name>{media.NAMES})$", views.picture, name="picture"),
]
