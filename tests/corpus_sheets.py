"""Files that no editor should send, and some that a spreadsheet does write: made here, not kept.

Each is (name of the file, its content, words that the answer must have). Where the words are
"Aucun changement", the file is odd but says what the site says.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time

from openpyxl import Workbook

HEADER = ["slug", "label_fr", "value", "reference_date", "source", "theme", "featured"]
GOOD = ["pib-2013", "Neuf", "12", "2014", "loi-2014-856", "l’ESS", "oui"]
Entry = tuple[str, bytes, str]


def line(*cells: str) -> str:
    return ";".join(cells) + "\r\n"


def text(*rows: list[str]) -> bytes:
    return "".join(line(*row) for row in rows).encode()


def cell(place: int, value: str, slug: str = "pib-2013") -> bytes:
    """A file in which one cell of one row is wrong."""
    row = [slug, *GOOD[1:]]
    row[place] = value
    return text(HEADER, row)


def workbook(rows: list[list], change=lambda page: None, *, book: Workbook | None = None) -> bytes:
    book = book or Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def part(content: bytes, name: str, change) -> bytes:
    """The same workbook with one of its files changed, added or (None) taken away."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for item in old.namelist():
            data = change(old.read(item)) if item == name else old.read(item)
            if data is not None:
                new.writestr(item, data)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook([HEADER, GOOD])
ABIME = "abîmé"


def bombs() -> Iterator[Entry]:
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", 8) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 200_000_000)
    yield "bombe.xlsx", zeros.getvalue(), "énorme"
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w", 8) as archive:
        for number in range(3000):
            archive.writestr(f"xl/{number}.xml", b"")
    yield "trop-de-parties.xlsx", many.getvalue(), "énorme"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'.encode()
    for name in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        yield f"rires-{name[3:8]}.xlsx", part(PLAIN, name, lambda _old: bomb), ABIME
    yield "rires16.xlsx", part(PLAIN, SHEET, lambda _old: bomb.decode().encode("utf-16")), ABIME
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    for name in (SHEET, "[Content_Types].xml", "_rels/.rels", "docProps/core.xml"):
        yield f"xxe-{name[:4]}.xlsx", part(PLAIN, name, lambda _old: outside), ABIME
    for cut in (30, 100, len(PLAIN) // 2, len(PLAIN) - 10):
        yield "coupe.xlsx", PLAIN[:cut], ABIME
    flipped = bytearray(PLAIN)
    flipped[len(flipped) // 3] ^= 0xFF
    yield "octet.xlsx", bytes(flipped), ABIME
    liar = bytearray(zeros.getvalue())
    at = liar.rfind(b"PK\x01\x02")
    struct.pack_into("<I", liar, at + 24, 10)  # says that it will be ten bytes long
    yield "menteur.xlsx", bytes(liar), ABIME
    yield "sans-feuille.xlsx", part(PLAIN, SHEET, lambda _old: None), "feuille visible"
    yield "xml-casse.xlsx", part(PLAIN, SHEET, lambda old: old[: len(old) // 2]), ABIME
    yield "vide.zip", b"PK\x05\x06" + b"\0" * 18, "pas un classeur"


def other_kinds() -> Iterator[Entry]:
    macros = part(PLAIN, "xl/vbaProject.bin", lambda _old: b"\xd0\xcf")
    yield "macros.xlsm", macros, "macros"
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    yield "liste.ods", ods.getvalue(), "pas un classeur"
    yield "docx.xlsx", ods.getvalue(), "pas un classeur"
    yield "ancien.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "ancien Excel"
    yield "chiffre.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1EncryptedPackage", "mot de passe"
    yield "facture.csv", b"%PDF-1.7\n1 0 obj", "PDF"
    yield "photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "ni un classeur"
    yield "photo.xlsx", b"\xff\xd8\xff\xe0\0\x10JFIF", "ni un classeur"
    yield "comprime.csv", b"\x1f\x8b\x08\0" + zlib.compress(b"x"), "encodage|ni un classeur"
    yield (
        "page.csv",
        b"<html><body><table><tr><td>slug</td></tr></table></body></html>",
        "seule|titre|existe pas",
    )
    yield "liste.json", b'[{"slug": "pib-2013"}]', "seule|titres|existe pas"


def encodings() -> Iterator[Entry]:
    good = text(HEADER, GOOD).decode()
    yield "vide.csv", b"", "vide"
    yield "blancs.csv", b" \r\n\t \r\n", "vide"
    yield "marque-seule.csv", b"\xef\xbb\xbf", "vide"
    yield "separateurs.csv", b";;;\r\n;;;\r\n", "vide"
    yield "titres-seuls.csv", text(HEADER), "ligne de titres"
    yield "sans-titres.csv", text(GOOD, GOOD), "existe pas"
    yield "zeros.csv", good.replace("Neuf", "Ne\0uf").encode(), "ni un classeur"
    yield "commandes.csv", good.replace("Neuf", "\x1b[31mNeuf").encode(), "ni un classeur"
    yield "utf16-nu.csv", good.encode("utf-16-le"), "ni un classeur"
    yield "utf32.csv", good.encode("utf-32"), "ni un classeur"
    yield "utf16-coupe.csv", good.encode("utf-16")[:-1], "abîmé"
    yield "utf8-abime.csv", b"\xef\xbb\xbf" + good.encode() + b"\xff\xfe", "abîmé"
    yield "inconnu.csv", good.encode() + b"\x81\x8d\x8f", "encodage"
    yield "marque-au-milieu.csv", (good + "\ufeff" + good).encode(), "deux fichiers collés"
    yield "long.csv", b"slug;label_fr\r\npib-2013;" + b"a" * 10_000_000, "5 Mo"
    yield "cellule.csv", b"slug;label_fr\r\npib-2013;" + b"a" * 3_000_000, "trop longue"
    yield "limite.csv", b"slug;label_fr\r\npib-2013;" + b"a" * 40_000, "trop long"
    yield "guillemets.csv", b'slug;label_fr\r\npib-2013;"Neuf', "guillemets"
    yield "guillemets2.csv", b'slug;label_fr\r\npib-2013;"Ne"uf"\r\n', "guillemets"
    yield "lignes.csv", b"slug;label_fr\r\n" + b"a;b\r\n" * 2500, "2 000 lignes"
    yield "vides.csv", b"slug;label_fr\r\n" + b"\r\n" * 1_000_000 + b"a;b\r\n", "20 000"
    yield "colonnes.csv", ";".join(f"c{n}" for n in range(300)).encode() + b"\r\na", "100 colonnes"


def columns() -> Iterator[Entry]:
    yield "sans-identifiant.csv", text(HEADER[1:], GOOD[1:]), "Il manque la colonne"
    yield "inconnue.csv", text([*HEADER, "couleur"], [*GOOD, "bleu"]), "« couleur »"
    yield "double.csv", text([*HEADER, "value"], [*GOOD, "3"]), "deux fois"
    yield "double-autrement.csv", text([*HEADER, "Valeur"], [*GOOD, "3"]), "deux fois"
    yield "sans-titre.csv", text([*HEADER, ""], [*GOOD, "3"]), "pas de titre"
    yield "titre-vide.csv", text(["slug", "", "value"], ["pib-2013", "", "3"]), "existe pas"
    yield "reste.csv", text(HEADER, [*GOOD, "", "", "3"]), "pas de titre"
    yield "etat.csv", text(["slug", "state"], ["pib-2013", "published"]), "« state »"
    yield "cle.csv", text(["slug", "id"], ["pib-2013", "1"]), "« id »"
    yield "autre-liste.csv", text(["slug", "term_fr"], ["pib-2013", "x"]), "« term_fr »"
    yield "script.csv", text(["slug", "<script>alert(1)</script>"], ["a", "b"]), "existe pas"
    yield "nom-python.csv", text(["slug", "__class__"], ["a", "b"]), "existe pas"


def cells() -> Iterator[Entry]:
    yield "sans-slug.csv", cell(0, ""), "L’identifiant manque"
    yield "doublon.csv", text(HEADER, GOOD, GOOD), "déjà à la ligne 2"
    yield "slug-faux.csv", cell(0, "../../etc"), "en erreur"
    yield "slug-long.csv", cell(0, "a" * 300), "caractères"
    yield "slug-accents.csv", cell(0, "é è"), "en erreur"
    yield "version.csv", text(["slug", "version", "label_fr"], ["pib-2013", "x", "y"]), "La version"
    yield (
        "version2.csv",
        text(["slug", "version", "label_fr"], ["pib-2013", "-1", "y"]),
        "La version|formule",
    )
    yield "disparu.csv", text(["slug", "version"], ["renomme", "0"]), "son identifiant a changé"
    for value in (
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        '=HYPERLINK("http://x")',
        "=cmd|' /C calc'!A0",
        "=IMPORTXML(1)",
        "=WEBSERVICE(1)",
        "+cmd|'x'!A1",
        "-2+3+cmd|x",
    ):
        yield "formule.csv", cell(1, '"' + value.replace('"', '""') + '"'), "contient une formule"
    for value in ("#REF!", "#N/A", "#NOM?", "#VALEUR!", "#DIV/0!", "Err:502"):
        yield "erreur.csv", cell(1, value), "erreur du tableur"
    for value in (
        "beaucoup",
        "1,2,3",
        "1.2.3",
        "12 %",
        "NaN",
        "inf",
        "1e99",
        "9" * 30,
        "0x10",
        "１e４００",
    ):
        yield "nombre.csv", cell(2, value), "1 en erreur"
    for value in ("41649", "hier", "2014-13", "31/02/2014", "14", "2014-01-10T00", "99/99/9999"):
        yield "date.csv", cell(3, value), "Écrivez la date|10 caractères"
    yield "source.csv", cell(4, "n-existe-pas"), "n-existe-pas"
    yield "sources.csv", cell(4, "loi-2014-856 | n-existe-pas"), "n-existe-pas"
    yield "deux-sources.csv", cell(4, "loi-2014-856|loi-2014-856"), "Une seule valeur"
    yield "injection.csv", cell(4, "' OR 1=1 --"), "Rien de ce nom"
    yield "choix.csv", cell(5, "musique"), "pas un choix possible"
    yield "choix-vide.csv", cell(5, ""), "ne peut pas être vide"
    yield "case.csv", cell(6, "peut-être"), "oui ou non"
    yield "case-vide.csv", cell(6, ""), "ne peut pas être vide"
    yield "libelle.csv", cell(1, "a" * 400), "160"
    yield "libelle-vide.csv", cell(1, ""), "obligatoire"
    half = [GOOD] + [
        [f"neuf-{n}", "x", "beaucoup" if n % 2 else "1", "2014", "loi-2014-856", "ess", "non"]
        for n in range(60)
    ]
    yield "moitie.csv", text(HEADER, *half), "en erreur"
    part_share = text(["slug", "drawing", "value"], ["pib-2013", "carrés sur cent", "250"])
    yield "part.csv", part_share, "0 à 100"
    yield (
        "script-riche.csv",
        text(
            ["slug", "method_note_fr", "value"],
            ["pib-2013", "<p>a<script>alert(1)</script></p>", "x"],
        ),
        "1 en erreur",
    )


def workbooks() -> Iterator[Entry]:
    def put(place: str, value):
        return lambda page: page.__setitem__(place, value)

    for value in ("=1+1", '=HYPERLINK("http://x";"y")', "=cmd|' /C calc'!A0", "=SUM(A1:A9)"):
        yield "formule.xlsx", workbook([HEADER, GOOD], put("B2", value)), "B2 contient une formule"
    matrix = part(
        PLAIN,
        SHEET,
        lambda old: old.replace(
            b'<c r="B2" t="inlineStr"',
            b'<c r="B2" t="str"><f t="array" ref="B2">1+1</f><v>2</v></c><c r="I2" t="inlineStr"',
            1,
        ),
    )
    yield "matrice.xlsx", matrix, "contient une formule|pas de titre"
    for value in ("#REF!", "#N/A", "#DIV/0!", "#NAME?"):
        yield "erreur.xlsx", workbook([HEADER, GOOD], put("C2", value)), "erreur du tableur"
    yield "fusion.xlsx", workbook([HEADER, GOOD], lambda p: p.merge_cells("B2:C2")), "fusionnées"
    yield "serie.xlsx", workbook([HEADER, GOOD], put("D2", 41649)), "Écrivez la date"
    yield "date-texte.xlsx", workbook([HEADER, GOOD], put("B2", date(2014, 1, 10))), "format Texte"
    yield "heure.xlsx", workbook([HEADER, GOOD], put("D2", time(12, 30))), "une heure"
    yield (
        "instant.xlsx",
        workbook([HEADER, GOOD], put("D2", datetime(2014, 1, 1, 5))),
        "Écrivez la date|10 caractères",
    )
    yield "logique.xlsx", workbook([HEADER, GOOD], put("B2", True)), "format Texte"
    yield "logique2.xlsx", workbook([HEADER, GOOD], put("C2", True)), "en erreur"
    yield "titre-nombre.xlsx", workbook([[1, 2, 3], GOOD]), "titres de colonnes"
    yield "vide.xlsx", workbook([]), "vide"
    yield "titres.xlsx", workbook([HEADER]), "ligne de titres"
    yield "loin.xlsx", workbook([HEADER, GOOD], put("A1048576", "fin")), "20 000"
    yield "droite.xlsx", workbook([HEADER, GOOD], put("CW2", "fin")), "pas de titre"
    rows = b"".join(b'<row r="%d"/>' % n for n in range(3, 1_000_001))
    empty = part(PLAIN, SHEET, lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>"))
    yield "million.xlsx", empty, "20 000|énorme"
    yield "lignes.xlsx", workbook([HEADER, *([GOOD] * 2100)]), "2 000 lignes"
    yield "double.xlsx", workbook([HEADER, GOOD, GOOD]), "déjà à la ligne 2"
    yield "long.xlsx", workbook([HEADER, GOOD], put("B2", "a" * 32_767)), "trop long"
    yield "grand-nombre.xlsx", workbook([HEADER, GOOD], put("C2", 1e300)), "1 en erreur"
    hidden = Workbook()
    hidden.create_sheet("autre")
    hidden.active.sheet_state = "hidden"
    yield "cachee.xlsx", workbook([HEADER, GOOD], book=hidden), "vide"
    yield "echappe.xlsx", workbook([HEADER, GOOD], put("C2", "_x0041_")), "1 en erreur"


def hostile() -> list[Entry]:
    """All of them."""
    kinds = (bombs, other_kinds, encodings, columns, cells, workbooks)
    return [entry for kind in kinds for entry in kind()]
