from django.urls import path

from . import views

app_name = "poles"
urlpatterns = [
    path("poles/poles.<slug:form>", views.export, name="export"),
    path("donnees/reperes.<slug:form>", views.events, name="events"),
    path("poles/<slug:slug>/", views.pole, name="pole"),
    path("poles/<slug:slug>/fiche.pdf", views.pole_pdf, name="pdf"),
    path("carte/embed/", views.embed, name="embed"),
]
