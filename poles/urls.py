from django.urls import path

from ptce_site.addresses import route

from . import views

app_name = "poles"
urlpatterns = [
    path(route("poles/poles.<slug:form>"), views.export, name="export"),
    path(route("donnees/reperes.<slug:form>"), views.events, name="events"),
    path(route("poles/<slug:slug>/"), views.pole, name="pole"),
    path(route("poles/<slug:slug>/fiche.pdf"), views.pole_pdf, name="pdf"),
    path(route("carte/embed/"), views.embed, name="embed"),
]
