"""Vectors that come in by a spreadsheet: looked at, applied, and read where they are shown."""

import csv
import io
import re
from html import unescape

from .forms import send_file
from .report import Part
from .shown import Shown
from .stored import WHO, vector
from .target import Target
from .vectors import ALL, FORMULAS

LISTS = ("pages/keyfigure", "pages/definition", "poles/pole")
TEXTS = re.compile(r", en (?:français|anglais|allemand) \(\w+\)$")
FEW = 3  # texts of a row that are changed at once: one that is refused holds back its whole row


def column(header: list[str], name: str) -> int:
    """Where the column of a field stands: "Identifiant (slug)"."""
    return next(at for at, title in enumerate(header) if title.endswith(f"({name})"))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";"))


def sheet(header: list[str], row: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([header, row])
    return out.getvalue().encode("utf-8-sig")


def run(target: Target, shown: Shown, count: int) -> Part:
    """Send `count` sheets of one row, each with the next vectors in its next texts."""
    part = Part("vectors in spreadsheets")
    applied = refused = number = 0
    kept = {kind: rows(target.get(f"/admin/{kind}/export.csv", WHO).text) for kind in LISTS}
    for kind, (header, thing, *_others) in kept.items():
        own = [column(header, "slug"), *(n for n, name in enumerate(header) if TEXTS.search(name))][
            :3
        ]
        plain = sheet([header[n] for n in own], [thing[own[0]], *("essai" for _n in own[1:])])
        answer = send_file(target, f"/admin/{kind}/import/", {}, WHO, file=("essai.csv", plain))
        shown.learn_from([answer.text])
    for turn in range(count):
        kind = LISTS[turn % len(LISTS)]
        path = f"/admin/{kind}/import/"
        header, *things = kept[kind]
        slug, version = column(header, "slug"), column(header, "version")
        texts = [at for at, name in enumerate(header) if TEXTS.search(name)]
        if not texts:
            part.found(f"{kind}: no text among {header[:5]}")
            continue
        row = list(things[turn // len(LISTS) % len(things)])
        columns = {slug}
        for _one in range(FEW):
            at = texts[number % len(texts)]
            one = vector(number, 0)
            row[at] = one if one in FORMULAS else f"essai {one}"
            columns.add(at)
            number += 1
        assert version not in columns  # not sent: whatever was saved since is no conflict
        order = sorted(columns)
        content = sheet([header[at] for at in order], [row[at] for at in order])
        looked = send_file(target, path, {}, WHO, file=("essai.csv", content))
        shown.judge(f"{path} {turn}", looked)
        part.tried += FEW
        carried = re.search(r'name="carried" value="([^"]+)"', looked.text)
        if carried is None:
            refused += 1
            continue
        data = {"carried": unescape(carried[1]), "_remarks": "on", "_publish": ""}
        answer = target.post(path, data, WHO)
        if answer.status != 302:  # not complete enough for visitors: kept as a draft
            shown.judge(f"{path} {turn}, applied", answer)
            answer = target.post(path, {"carried": data["carried"], "_draft": ""}, WHO)
        applied += answer.status == 302
        shown.judge(f"{path} {turn}, applied", answer)
        if turn % 20 == 0:
            shown.visitors(1)
            shown.look(f"/admin/{kind}/")
            shown.look(f"/admin/{kind}/export.csv")
    shown.visitors(0)
    part.told = f"{len(ALL)} vectors; {applied} sheets applied, {refused} refused with a reason"
    if not applied:
        part.found("no sheet was applied: the part proves nothing")
    return part
