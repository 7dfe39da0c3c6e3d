from django.urls import path

from . import views

app_name = "pages"
urlpatterns = [
    path("", views.page, {"slug": "accueil"}, name="home"),
    path("plan-du-site/", views.SiteMap.as_view(), name="sitemap"),
    path("recherche/", views.search, name="search"),
    path("guide-de-style/", views.styleguide, name="styleguide"),
    path("donnees/<slug:name>.<slug:form>", views.export, name="export"),
    path("resume/le-ptce-en-resume.pdf", views.summary_pdf, name="summary_pdf"),
    path("chiffres-cles/<slug:slug>/", views.figure, name="figure"),
    path("<slug:slug>/", views.page, name="page"),
]
