from django.urls import path

from . import views

urlpatterns = [
    path("apercu/<str:token>/", views.preview, name="preview"),
    path("signaler/", views.report, name="report"),
    path("signaler/merci/", views.thanks, name="report_thanks"),
]
