from django.urls import path

from . import views

urlpatterns = [
    path("signaler/", views.report, name="report"),
    path("signaler/merci/", views.thanks, name="report_thanks"),
]
