"""Every address of the room by everyone, read and posted: nobody passes above their role.

What is expected is written here after docs/deploying.md, not read from the code that gives rights.
"""

import re
from collections.abc import Iterator

from ..test_admin import form_data
from . import detect
from .asking import Answer, Asked
from .digest import changes, digest
from .forms import Form, Text, texts
from .places import admin_addresses
from .report import Part
from .target import ROLES, Target

EVERYONE = ("", *ROLES)
# Who may open what, the first line that fits. "redaction" means: this role and those above it.
OPEN_TO = (
    (r"/admin/(login|compte/(sans-)?mot-de-passe|compte/(code|cle)/)", ""),
    (r"/admin/(jsi18n|logout)/", ""),
    (r"/admin/(auth|accounts)/|/admin/etat/", "administration"),
    (r"/admin/r/", ""),  # leads to the public page
    (r"/admin/\w+/\w+/recover/|/admin/\w+/\w+/[^/]+/delete/", "publication"),
    (r"/admin/editorial/(source|image)/add/", "redaction"),
    (r"/admin/(editorial|poles/(sector|call))/?\w*/add/", "publication"),
    (r"/admin/(editorial|pages|poles)/\w+/", "redaction"),
    (r"/admin/(editorial|pages|poles)/$", "redaction"),
)
ALWAYS_OPEN = {  # that the table is not true only because everything is shut
    "redaction": ("/admin/poles/pole/", "/admin/pages/page/add/", "/admin/editorial/source/"),
    "publication": ("/admin/poles/pole/", "/admin/poles/sector/add/", "/admin/pages/page/recover/"),
    "administration": ("/admin/auth/user/", "/admin/accounts/accountevent/", "/admin/etat/"),
}
ACTIONS = re.compile(r'<select name="action".*?</select>', re.DOTALL)
# What may change in the database through each, whatever they post.
OWN = {
    ("admin.LogEntry", "new"), ("accounts.AccountEvent", "new"), ("editorial.SavedFilter", "new"),
    ("editorial.SavedFilter", "gone"), ("editorial.SavedFilter", "other"),
}  # fmt: skip
DRAFTS = ("editorial.Draft", "editorial.Translated", "reversion.Revision", "reversion.Version")
ADDED = {("editorial.Source", "new"), ("editorial.Image", "new")}
NEVER = ("auth.", "accounts.", "account.", "mfa.")


def rank(who: str) -> int:
    return EVERYONE.index(who)


def needed(path: str) -> str | None:
    """The least role that may open an address; None where any account may."""
    for pattern, who in OPEN_TO:
        if re.match(pattern, path):
            return who
    return None


def may_open(path: str, who: str) -> bool:
    least = needed(path)
    return rank(who) >= rank("sans" if least is None else least)


def is_open(answer: Answer) -> bool:
    """Whether something was shown; to be led elsewhere in the room shows nothing yet."""
    where = answer.get("Location")
    return answer.status == 200 or (answer.status == 302 and not where.startswith("/admin/"))


def may_change(what: tuple[str, str], who: str) -> bool:
    """Whether a change in the database is one that this role may make."""
    label = what[0]
    if what in OWN:
        return True
    if who == "publication":
        return not label.startswith(NEVER)
    if who == "redaction":
        return label in DRAFTS or what in ADDED
    return False


def bodies(target: Target, path: str, who: str) -> Iterator[Form]:
    """What could be posted there by hand: by someone who has seen an administrator's screen."""
    yield {"post": "yes"}
    html = target.get(path, "administration").text
    if match := ACTIONS.search(html):
        keys = re.findall(r'name="_selected_action" value="([^"]+)"', html)[:1]
        for action in re.findall(r'<option value="(\w+)"', match[0]):
            yield {"action": action, "_selected_action": keys, "post": "yes", "select_across": "0"}
    if re.search(r"/(add|change|\d+)/$", path) and 'id="' in html and "_form" in html:
        data, names = form_of(html)
        typed = {
            **data,
            **{name: [f"passé {who}"] for name, text in names.items() if text.most != 1},
        }
        for button in ("_save", "_publish", "_withdraw", "_draft", "_continue"):
            yield {**typed, button: ""}
            yield {**data, button: ""}


def form_of(html: str) -> tuple[Form, dict[str, Text]]:
    try:
        return form_data(html), texts(detect.tree(html))
    except StopIteration:  # no form of a thing on this page
        return {}, {}


def run(target: Target, share: int) -> Part:
    """Read as everyone, then post as all but administrators, from the least to the most."""
    part = Part("every address of the room, by every role")
    paths = admin_addresses(target)
    for who in EVERYONE:
        for path in paths:
            answer = target.get(path, who)
            part.tried += 1
            for fault in detect.everywhere(Asked("GET", path, who=who), answer):
                part.found(f"GET {path} as {who or 'visitor'}: {fault}")
            if is_open(answer) and not may_open(path, who):
                part.found(f"GET {path} is open to {who or 'visitors'}: answer {answer.status}")
    for role, open_paths in ALWAYS_OPEN.items():
        for path in open_paths:
            if not is_open(target.get(path, role)):
                part.found(f"{path} is shut to {role}: the table proves nothing")
    shut = [p for p in paths if not re.search(r"logout|abandonner|password|/compte/", p)][::share]
    for who in EVERYONE[:-1]:
        before = digest(target)
        for path in shut:
            for body in bodies(target, path, who):
                answer = target.post(path, body, who)
                part.tried += 1
                if answer.status >= 500:
                    part.found(f"POST {path} as {who or 'visitor'}: answer {answer.status}")
        for what in sorted(changes(before, digest(target))):
            if not may_change(what, who):
                part.found(f"{who or 'a visitor'} changed {what[0]}: {what[1]}")
    part.told = (
        f"{len(paths)} addresses read by 5; posted by 4, with what administrators would post"
    )
    return part
