from django.urls import path

from . import views

app_name = "poles"
urlpatterns = [path("poles/<slug:slug>/", views.pole, name="pole")]
