from django.urls import path, re_path

from . import media, views

urlpatterns = [
    path("apercu/<str:token>/", views.preview, name="preview"),
    re_path(rf"^media/{media.MADE}/(?P<name>{media.NAMES})$", views.picture, name="picture"),
    path("signaler/", views.report, name="report"),
    path("signaler/merci/", views.thanks, name="report_thanks"),
]
