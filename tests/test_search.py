"""The index: what a person means is found, errors forgiven, noise left out."""

import pytest

from ptce_site.kept import Kept
from ptce_site.search import Document, Index, extract, fold, words

DOCUMENTS = [
    Document("ile", "Le PHARES", "Un pôle à L’Île-Saint-Denis, au bord de la Seine."),
    Document("denis", "Resto Passerelle", "À Saint-Denis, un restaurant."),
    Document("alpilles", "Pôle déchets", "Le recyclage des déchets, une recyclerie."),
    Document("florange", "Florange e2i", "Le recycleur de fenêtres.", "57190 Lorraine Moselle"),
    Document("scic", "Société coopérative d’intérêt collectif", "On dit S.C.I.C. ou SCIC."),
    Document("scie", "Une scie", "La scierie coupe du bois, les SCI louent."),
    Document("romans", "Pôle Sud", "À Romans-sur-Isère, Archer.", "26100"),
    Document("roumanie", "Roumanie", "Un pays de l’Est."),
    Document("grand", "Grand Est", "Une région."),
    Document("grande", "Grandeur", "Le grand chemin est long."),
]
INDEX = Index(DOCUMENTS)


def found(query: str) -> list[str]:
    return [hit.key for hit in INDEX.search(query).hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("ile saint denis", "ile"),
        ("l'ILE-ST-DENIS", "ile"),
        ("Florrange", "florange"),
        ("LORRAINE", "florange"),
        ("57190", "florange"),
        ("571", "florange"),
        ("romans", "romans"),
        ("archer", "romans"),
        ("S.C.I.C.", "scic"),
        ("Grand Est", "grand"),
        ("coperative", "scic"),
    ],
)
def test_what_is_meant_comes_first(query, first):
    assert found(query)[0] == first


def test_words_of_one_family_are_found_together():
    assert set(found("recyclage")) == {"alpilles", "florange"}


def test_near_words_that_mean_something_else_are_not():
    assert found("scic") == ["scic"] and "roumanie" not in found("romans")
    assert found("zzzzqqq") == [] and found("sain denis")[0] in ("ile", "denis")


def test_every_word_must_be_there():
    answer = INDEX.search("florange romans")
    assert answer.partial and {hit.key for hit in answer.hits} == {"florange", "romans"}
    assert not INDEX.search("recyclage dechets").partial


def test_the_query_read_is_told():
    answer = INDEX.search("Florrange")
    assert answer.corrected == "Florange" and answer.words == {"florange"}
    assert INDEX.search("florange").corrected == ""
    assert not INDEX.search("de la").understood and not INDEX.search("' OR 1=1 --").hits


def test_a_huge_query_is_cut():
    assert found("florange " * 2000) == ["florange"]


def test_folding():
    assert fold("L’Œuvre Straße É") == "l’oeuvre strasse e"
    assert words("L’Île de la S.C.O.P. du Jura") == ["ile", "scop", "jura"]


def test_an_extract_shows_the_words_in_their_sentence():
    text = "Mot. " * 100 + "Ici le recyclage commence. " + "Suite. " * 100
    pieces = extract(text, frozenset({"recyclage"}))
    assert ("recyclage", True) in pieces and len("".join(p for p, _ in pieces)) < 260
    assert pieces[0] == ("…", False) and pieces[-1] == ("…", False)
    assert extract("Court.", frozenset()) == [("Court.", False)]


def test_what_is_kept_is_made_again_only_when_the_version_moves():
    made, version = [], ["a"]
    kept = Kept(lambda key: made.append(key) or len(made), lambda: version[0])
    assert kept.get("fr") == kept.get("fr") == 1 and kept.get("en") == 2
    version[0] = "b"
    assert kept.get("fr") == 3 and made == ["fr", "en", "fr"]


@pytest.mark.django_db
def test_the_content_version_follows_every_change(django_assert_num_queries):
    from pages.models import Definition
    from poles.models import Pole
    from ptce_site.editorial.content_version import bump, content_version

    seen = {content_version()}

    def moved() -> bool:
        seen.add(content_version())
        return len(seen) == len_before + 1

    changes = (
        lambda: Definition.objects.first().save(),
        lambda: Pole.objects.first().sectors.clear(),
        lambda: Definition.objects.first().delete(),
        bump,
    )
    for change in changes:
        len_before = len(seen)
        change()
        assert moved(), change
    with django_assert_num_queries(1):
        content_version()
