"""Where visitors report a mistake, in their language."""

from django.urls import path

from ..addresses import route
from . import views

urlpatterns = [
    path(route("signaler/"), views.report, name="report"),
    path(route("signaler/merci/"), views.thanks, name="report_thanks"),
]
