"""Each figure at its own address: passport, history, contradictions, citation."""

import re

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory

from pages import relations
from pages.models import KeyFigure, Section
from pages.templatetags.figures import drawn_figures
from ptce_site import seo

from .test_queries import count

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def read(client, slug: str) -> str:
    return client.get(f"/chiffres-cles/{slug}/").content.decode()


def part(html: str, name: str) -> str:
    """One section of a figure's page, by the id of its title."""
    return re.search(rf'<section aria-labelledby="{name}">.*?</section>', html, re.DOTALL)[0]


def test_every_figure_has_its_address_its_value_and_its_passport(client):
    for figure in KeyFigure.objects.published():
        assert figure.get_absolute_url() == f"/chiffres-cles/{figure.slug}/"
        html = client.get(figure.get_absolute_url()).content.decode()
        assert f'value="{figure.value:.6f}"' in html
        for title in ("Périmètre", "Date de référence", "Source", "Solidité", "Vérifié le"):
            assert f"<dt>{title}</dt>" in html, (figure.slug, title)
        assert 'id="note-1"' in html, "no footnote"


def test_titles_fit_and_what_they_say_is_not_escaped_twice(client):
    for figure in KeyFigure.objects.published():
        html = read(client, figure.slug)
        title = re.search(r"<title>(.*?)</title>", html)[1]
        assert len(title) <= seo.TITLE_MAX and figure.reference_date[:4] in title
        assert "&amp;amp;" not in html and "&amp;#" not in html


def test_a_withdrawn_figure_is_gone_and_a_draft_is_unknown(client):
    figures = KeyFigure.objects.filter(slug="salaries-2021")
    figures.update(state="withdrawn")
    assert client.get("/chiffres-cles/salaries-2021/").status_code == 410
    assert "/chiffres-cles/salaries-2021/" not in read(client, "salaries-2013")
    assert "/chiffres-cles/salaries-2021/" not in client.get("/").content.decode()
    figures.update(state="draft")
    for unknown in ("salaries-2021", "nulle-part", "x" * 300):
        assert client.get(f"/chiffres-cles/{unknown}/").status_code == 404


def test_the_gallery_keeps_its_anchors_and_leads_to_each_page(client):
    html = client.get("/tous-les-chiffres/").content.decode()
    for figure in KeyFigure.objects.published():
        assert f'id="{figure.slug}"' in html and f'id="passeport-{figure.slug}"' in html
        assert f'<h4 class="named"><a href="/chiffres-cles/{figure.slug}/">' in html
    assert 'href="/chiffres-cles/cooperatives-2022/"' in client.get("/ess/").content.decode()


def test_the_history_says_whether_one_may_compare(client):
    """From either end; drawn where it is comparable, and only there."""
    for slug in ("salaries-2013", "salaries-2021"):
        told = part(read(client, slug), "histoire")
        assert "Non comparable." in told and "Périmètres différents" in told
        assert "<svg" not in told
    for slug in ("mutuelles-2013", "mutuelles-2022"):
        told = part(read(client, slug), "histoire")
        assert "À peu près comparable." in told and told.count("<svg") == 2
        assert "114\u202f000" in told and "137\u202f738" in told
    assert "ni chiffre antérieur" in part(read(client, "recrutements-2020"), "histoire")


def test_a_history_follows_the_whole_line_and_no_circle():
    KeyFigure.objects.filter(slug="salaries-2022").update(
        supersedes=KeyFigure.objects.get(slug="salaries-2021")
    )
    figures = {figure.slug: figure for figure in drawn_figures()}
    line = ["salaries-2021", "salaries-2022"]
    for slug in ("salaries-2013", *line):
        assert [f.slug for f in relations.history(figures[slug])] == line
    assert relations.history(figures["recrutements-2020"]) == []
    figures["salaries-2013"].follows = figures["salaries-2022"]
    figures["salaries-2022"].followed_by = [figures["salaries-2013"]]
    assert len(relations.history(figures["salaries-2021"])) == 3


def test_contradictions_stand_side_by_side_at_one_scale(client):
    told = part(read(client, "ptce-2023-etat"), "contredit")
    values = re.findall(r'<span class="number">([^<]+)</span>', told)
    assert values == ["56", "140", "153", "160", "218"]
    lengths = [float(length) for length in re.findall(r'd="M0 4.5h([\d.]+)"', told)]
    assert lengths == pytest.approx([100 * int(value) / 218 for value in values], abs=0.06)
    assert "/chiffres-cles/ptce-2023-etat/" not in told, "a page does not link to itself"
    assert "/chiffres-cles/ptce-2021/" in told and "8 janvier 2021" in told and "Contesté" in told
    assert "ne le contredit" in part(read(client, "femmes-2023"), "contredit")


def test_the_groups_are_those_the_disputes_connect():
    groups = [
        {figure.slug for figure in group.figures}
        for group in relations.disagreements(drawn_figures())
    ]
    assert len(groups) == 6
    assert {"pib-2013", "pib-2021", "valeur-ajoutee-2010", "valeur-ajoutee-2012",
            "valeur-ajoutee-2019"} in groups  # fmt: skip
    assert {"ptce-2017", "ptce-2021", "ptce-2023-etat", "ptce-2023-carenews",
            "ptce-2023-mediatico"} in groups  # fmt: skip


def test_a_group_without_words_names_itself_and_one_without_scale_is_not_drawn():
    figures = {figure.slug: figure for figure in drawn_figures()}
    ptce = [figures[f"ptce-{name}"] for name in ("2023-etat", "2021", "2023-mediatico")]
    assert relations.disagreement(ptce).title == "56, 140 ou 218 pôles\u202f?"
    assert len(relations.disagreement(ptce).notes) == 1
    twice = [figures["pib-2013"], figures["pib-2021"]]
    assert relations.disagreement(twice).title == "10\u202f%"
    odd = relations.disagreement([figures["pib-2013"], figures["ptce-2021"]])
    assert [length for _, length in odd.rows] == [None, None]


def test_why_figures_differ_tells_each_group_once_beside_the_words_that_link_to_it(client):
    html = client.get("/chiffres-cles/").content.decode()
    section = re.search(r'<section class="section figures-disputed".*?</section>', html, re.DOTALL)[
        0
    ]
    parts = re.split(r'(?=<div class="dispute">)', section)[1:]
    assert section.count('<table class="disagreement">') == 6
    assert [part.count("<table") for part in parts] == [1, 1, 1, 2, 1]
    assert "10\u202f% du PIB, ou 5\u202f%" in parts[0] and "/valeur-ajoutee-2012/" in parts[0]
    assert "56, 140, 153, 160 ou 218" in parts[-1] and "/ptce-2017/" in parts[-1]
    assert "se contredire" in section and "600\u202f000 départs" in section


def test_without_the_editors_words_the_groups_still_stand(client):
    Section.objects.filter(kind="figures-disputed").update(body_fr="", body=None)
    html = client.get("/chiffres-cles/").content.decode()
    assert html.count('<table class="disagreement">') == 6
    assert "<h3>56, 140, 153, 160 ou 218 pôles\u202f?</h3>" in html
    assert html.count("Ces nombres ne forment pas une courbe.</p>") == 1


def test_the_citation_is_whole_and_the_same_for_everyone(client, settings):
    html = read(client, "masse-salariale-2013")
    said = re.search(r"<textarea[^>]* readonly [^>]*>(.*?)</textarea>", html, re.DOTALL)[1]
    assert said.startswith("Environ 54 milliards d’euros de masse salariale")
    assert "Source\u202f: Miroir social, «\u202f" in said and "vérifié le 2026-11-23" in said
    assert (
        f"{settings.SITE_URL}/chiffres-cles/masse-salariale-2013/ (consulté le AAAA-MM-JJ)" in said
    )
    KeyFigure.objects.filter(slug="masse-salariale-2013").update(verified_on=None)
    assert re.search(r"vérifié le \d{4}-\d\d-\d\d,", read(client, "masse-salariale-2013"))


def test_neighbours_stay_within_the_theme(client):
    themed = [f for f in drawn_figures() if f.theme == "europe"]
    html = read(client, themed[0].slug)
    assert f'href="{themed[1].get_absolute_url()}" rel="next"' in html
    assert 'rel="prev"' not in html


def test_texts_link_to_figures():
    request = RequestFactory().get("/")
    pk = KeyFigure.objects.get(slug="femmes-2023").pk
    text = f'<a href="ref:pages.keyfigure:{pk}">67 %</a>'
    template = Template("{% load editorial %}{% richtext text %}")
    html = template.render(RequestContext(request, {"text": text}))
    assert html == '<a href="/chiffres-cles/femmes-2023/">67 %</a>'


def test_a_figure_s_page_keeps_its_budget(client):
    client.get("/")
    counts = {count(client, f.get_absolute_url()) for f in KeyFigure.objects.published()}
    assert max(counts) <= 8 and max(counts) - min(counts) <= 1, "a card may draw the scale of all"


def test_marks_are_explained_on_the_page_that_draws_them(client):
    for address in ("/chiffres-cles/", "/tous-les-chiffres/"):
        assert client.get(address).content.decode().count('<ul class="textures"') == 1
