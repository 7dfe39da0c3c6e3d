"""Long texts on the server: hostile ones come out harmless, pasted ones clean, ours unchanged."""
# ruff: noqa: E501 - markup and scripts on one line

import json
import time
from pathlib import Path

import html5lib
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from ptce_site.editorial.links import long_texts
from ptce_site.editorial.models import Source
from ptce_site.editorial.richtext import ATTRIBUTES, SCHEMES, TAGS, clean_html

PASTE = Path(__file__).parent / "paste"
HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror=alert(1)>",
    "<p onclick=alert(1) onmouseover='alert(1)'>x</p>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="&#106;avascript&colon;alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    '<a href="blob:https://a/b">x</a><a href="file:///etc/passwd">y</a>',
    '<a href="https://example.org" target=_blank onfocus=alert(1) autofocus>x</a>',
    '<a href="https://example.org" style="position:fixed;inset:0">x</a>',
    "<style>@import url(//evil.example/x.css);</style>",
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<link rel=stylesheet href="//evil.example/x.css">',
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<iframe src=javascript:alert(1)></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>x</button></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details><marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<p id=location name=cookie class=x data-x=1 tabindex=1 contenteditable>x</p>",
    "<abbr title='\"><img src=x onerror=alert(1)>'>x</abbr>",
    '<abbr title="a" onfocus=alert(1) x="`">x</abbr>',
    "<!--[if IE]><script>alert(1)</script><![endif]--><!--><img src=x onerror=alert(1)>-->",
    "<![if !supportLists]><img src=x onerror=alert(1)><![endif]>",
    "<p class=MsoNormal style='mso-list:l0'><![if !supportLists]><scr<![endif]>ipt>alert(1)</p><script>alert(1)</script>",
    "<p class=Mso style='mso-list:l0 \"><img src=x onerror=alert(1)>'>x</p>",
    "<h1 onclick=alert(1)>x<b onclick=alert(1)>y</h1></b>",
    "<<p>p>x</<p>p><p/onclick=alert(1)>",
    '<a href="ref:poles.pole:1" onclick=alert(1)>x</a><a href=\'source:x"onclick=alert(1)\'></a>',
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt><img sr\x00c=x onerr\x00or=alert(1)>",
    "＜script＞alert(1)＜/script＞",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
]


def wrong(html: str) -> list[str]:
    """What a text holds beyond the allow-list."""
    found = []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        if element.tag not in TAGS:
            found.append(str(element.tag))
        for name, value in element.attrib.items():
            scheme = value.partition(":")[0] if name == "href" and ":" in value else "https"
            if name not in ATTRIBUTES.get(element.tag, ()) or scheme not in SCHEMES:
                found.append(f"{name}={value}")
    return found


@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_comes_out_harmless(html):
    clean = clean_html(html)
    assert not wrong(clean), clean
    assert clean_html(clean) == clean


def test_the_corpus_is_hostile():
    assert sum(bool(wrong(html)) for html in HOSTILE) > len(HOSTILE) * 0.8


@pytest.mark.parametrize(
    "piece", ["<div>", "<p>", "<b><i>", "<ul><li>", "<span lang=fr>", "<table><td>"]
)
def test_a_megabyte_of_nesting_ends(piece):
    """It would take the cleaner minutes."""
    start = time.monotonic()
    clean = clean_html(piece * (1_000_000 // len(piece)))
    assert len(clean) < 8_000_000
    assert time.monotonic() - start < 10


def test_a_text_too_long_is_refused_with_a_sentence(writer):
    from poles.models import Pole

    field = Pole._meta.get_field("story_fr").formfield()
    with pytest.raises(ValidationError, match="100000"):
        field.clean("a" * 100_001)


@pytest.mark.django_db
def test_the_shipped_texts_are_unchanged():
    count = 0
    for model in apps.get_models():
        for name in long_texts(model):
            for row in model._default_manager.all():
                text = getattr(row, name)
                if text:
                    count += 1
                    assert clean_html(text) == text, (row, name)
    assert count > 300


WORDS = {
    "word": ["<h3>Les pôles en 2024</h3>", "<strong>une\nalliance</strong>", "<em>souvent</em>",
             "<li>se réunir</li>", "<li>décider</li></ol>", "<h4>Petit titre</h4>", "<td>"],
    "libreoffice": ["<h3>Une alliance</h3>", "<strong>entreprises</strong>", "<th>"],
    "google-docs": ["<h3>Une alliance</h3>", "<li>"],
    "web": ["<h3>Les&nbsp;pôles en France</h3>", "&nbsp;: «&nbsp;ensemble&nbsp;»", "<blockquote>"],
}  # fmt: skip
RUBBISH = ["mso", "Mso", "<o:p>", "·", "1.", "<b>", "<i>", "<h1", "<h2", "<h5", "style", "class=",
           "<p></p>", "<p>&nbsp;</p>", "<span", "name=", "<img", "Compte rendu", "alert", "<!"]  # fmt: skip


@pytest.mark.parametrize("sample", WORDS)
def test_what_is_pasted_is_cleaned_on_the_server_too(sample):
    clean = clean_html((PASTE / f"{sample}.html").read_text(encoding="utf-8"))
    assert not wrong(clean)
    for words in WORDS[sample]:
        assert words in clean, clean
    for rubbish in RUBBISH:
        assert rubbish not in clean, (rubbish, clean)
    assert clean_html(clean) == clean


def test_words_of_others_are_put_in_ours():
    assert clean_html("<h1>a</h1><h6>b</h6><p><b>c</b> <i>d</i></p>") == (
        "<h3>a</h3><h4>b</h4><p><strong>c</strong> <em>d</em></p>"
    )
    assert clean_html("<p><span>a <span lang='en'>b</span></span></p>") == (
        '<p>a <span lang="en">b</span></p>'
    )
    assert clean_html("<p>a&nbsp; &nbsp;b &nbsp;: c</p><p> &nbsp;<br></p>") == "<p>a b&nbsp;: c</p>"


def test_the_picker_finds_links_and_notes(writer):
    def ask(query: str) -> list[dict]:
        answer = writer.get(f"/admin/liens/?{query}")
        assert answer.headers["Content-Type"] == "application/json"
        return json.loads(answer.content)["found"]

    assert "ref:poles.pole:1" in [one["href"] for one in ask("q=florange+e2i")]
    assert ask("q=FLORANGÉ")[0]["title"].startswith("Florange")
    assert ask("q=florrange")[0]["title"].startswith("Florange"), "a typing error"
    assert [one["href"] for one in ask("note&q=2014-856")] == ["source:loi-2014-856"]
    assert ask("q=xyzzyq") == []
    assert len(ask("q=")) == len(ask("note&q=e")) == 12
    named = ask("href=ref:poles.pole:1&href=source:loi-2014-856&href=ref:poles.pole:99999")
    assert {one["href"] for one in named} == {"ref:poles.pole:1", "source:loi-2014-856"}
    assert ask("q=%00") and ask("q=" + "a" * 3000) == []


def test_the_picker_puts_whole_words_before_parts_of_words(writer):
    for key, title in [("a", "Bilan de l’emploi"), ("b", "Texte de la loi"), ("c", "Loi de 2014")]:
        Source.objects.create(key=f"mot-{key}", title=title, publisher="Zut")
    found = writer.get("/admin/liens/?note&q=loi+zut").json()["found"]
    titles = [one["title"] for one in found]
    assert titles == ["Loi de 2014", "Texte de la loi", "Bilan de l’emploi"]


def test_what_is_not_published_is_not_offered(writer, pole):
    pole.state = "withdrawn"
    pole.save()
    found = json.loads(writer.get("/admin/liens/", {"href": f"ref:poles.pole:{pole.pk}"}).content)
    assert found == {"found": []}


def test_the_picker_is_for_those_who_may_see(client, sign_in):
    assert client.get("/admin/liens/?q=a").status_code == 302
    stranger = sign_in("nobody")
    for query in ("q=", "note&q=", "href=source:loi-2014-856"):
        assert json.loads(stranger.get(f"/admin/liens/?{query}").content) == {"found": []}


def test_the_picker_asks_few_queries(writer, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        writer.get("/admin/liens/?href=ref:poles.pole:1")


def test_forms_hold_textareas_that_become_editors(writer):
    html = writer.get("/admin/pages/page/1/change/").content.decode()
    assert html.count("data-rich") >= 30 and 'name="lead_fr"' in html
    assert "data-modules" in html and "<script>" not in html
