"""Ninety hostile or broken uploads, made here: (content, what is expected) by name.

Expected is "refused", "clean" (taken, and nothing of it but its points is kept) or "either".
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from zipfile import ZipFile

from PIL import Image, ImageCms

from .photographs import drawn, photograph, saved

SIZE = (640, 480)
SCRIPT = b"<script>alert('chez-marie')</script>"
MARKS = (b"<script", b"alert(", b"chez-marie", b"%PDF", b"PK\x03\x04", b"Exif")
KINDS = ("JPEG", "PNG", "WEBP", "AVIF")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def whole(kind: str, **settings) -> bytes:
    return saved(drawn(*SIZE), kind, **settings)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *extra: bytes, depth=8, colour=2, data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", data or zlib.compress(b"\0" * 1000))
    return b"".join([b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), *extra, body, chunk(b"IEND", b"")])


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """A fair PNG with one chunk more, after its header."""
    fair = whole("PNG")
    return fair[:33] + chunk(kind, body) + fair[33:]


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_segment(marker: int, body: bytes) -> bytes:
    """A fair JPEG with one segment more, after its first mark."""
    fair = whole("JPEG")
    return fair[:2] + segment(marker, body) + fair[2:]


def resized(width: int, height: int) -> bytes:
    """A fair JPEG whose header tells another size."""
    fair = whole("JPEG")
    at = fair.index(b"\xff\xc0") + 5
    return fair[:at] + struct.pack(">HH", height, width) + fair[at + 4 :]


def vp8x(width: int, height: int) -> bytes:
    size = b"".join((n - 1).to_bytes(3, "little") for n in (width, height))
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size
    body += whole("WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def flipped(data: bytes, step: int) -> bytes:
    """Every so many bytes turned over, past the mark that names the format."""
    turned = bytearray(data)
    for at in range(64, len(turned), step):
        turned[at] ^= 0xFF
    return bytes(turned)


def animated(kind: str) -> bytes:
    others = [Image.new("RGB", SIZE, colour) for colour in ("red", "blue")]
    return saved(drawn(*SIZE), kind, save_all=True, append_images=others)


def zipped() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("image.jpg", whole("JPEG"))
    return file.getvalue()


def many_scans() -> bytes:
    """A JPEG in passes, its last one told again and again: cheap to send, slow to read."""
    fair = saved(drawn(2000, 1500), "JPEG", progressive=True)
    last = fair.rindex(b"\xff\xda")
    return fair[:last] + fair[last:-2] * 400 + fair[-2:]


def exif_bomb() -> bytes:
    """A directory that says it holds 65,535 entries, each of four thousand million values."""
    entry = struct.pack("<HHII", 0x9286, 2, 0xFFFFFFFF, 8)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 0xFFFF) + entry * 4000


def exif_loop() -> bytes:
    """A directory whose next one is itself."""
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 8)


def swapped_profile() -> bytes:
    """The profile of a screen whose red is another's green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for one, other in ((b"rXYZ", b"bXYZ"),):
        at, to = profile.index(one), profile.index(other)
        profile[at : at + 4], profile[to : to + 4] = other, one
    return (
        bytes(profile)
        .replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be"))
        .replace(b"sRGB built-in", b"xRGB built-in")
    )


def cases() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    for kind in KINDS:
        for part in (5, 25, 50, 75, 95):
            yield (
                f"{kind} cut at {part} %",
                lambda k=kind, p=part: whole(k)[: len(whole(k)) * p // 100],
                "refused",
            )
        yield f"{kind} cut at its head", lambda k=kind: whole(k)[:16], "refused"
        yield f"{kind} with its bytes turned", lambda k=kind: flipped(whole(k), 97), "either"
        yield f"{kind} with few bytes turned", lambda k=kind: flipped(whole(k), 5003), "either"
        yield f"{kind} then a script", lambda k=kind: whole(k) + SCRIPT, "clean"
        yield f"{kind} then an archive", lambda k=kind: whole(k) + zipped(), "clean"
        yield f"a script then {kind}", lambda k=kind: SCRIPT + whole(k), "refused"
        yield f"{kind} of one point", lambda k=kind: saved(Image.new("RGB", (1, 1)), k), "refused"
        yield (
            f"{kind} too narrow",
            lambda k=kind: saved(Image.new("RGB", (399, 500)), k),
            "refused",
        )
    yield "empty", lambda: b"", "refused"
    yield "one byte", lambda: b"\xff", "refused"
    yield "zeros", lambda: b"\0" * 100_000, "refused"
    yield "text", lambda: b"Bonjour, voici la photo." * 100, "refused"
    yield "HTML named .jpg", lambda: b"<!doctype html>" + SCRIPT, "refused"
    yield "PHP named .jpg", lambda: b"<?php system($_GET['c']); ?>", "refused"
    yield "SVG with a script", lambda: SVG, "refused"
    yield "SVG named .png", lambda: b'<?xml version="1.0"?>\n' + SVG, "refused"
    yield "SVG after a long remark", lambda: b"<!--" + b"x" * 9000 + b"-->" + SVG, "refused"
    yield "SVG in UTF-16", lambda: SVG.decode().encode("utf-16"), "refused"
    yield (
        "XML that grows",
        lambda: b'<!DOCTYPE l [<!ENTITY a "aaaa">]><svg>' + b"&a;" * 9999 + b"</svg>",
        "refused",
    )
    yield "zip", zipped, "refused"
    yield "PDF", lambda: b"%PDF-1.7\n" + SCRIPT, "refused"
    yield "PDF then JPEG", lambda: b"%PDF-1.7\n" + whole("JPEG"), "refused"
    yield "GIF", lambda: saved(drawn(*SIZE), "GIF"), "refused"
    yield "GIF and script", lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//", "refused"
    yield "BMP", lambda: whole("BMP"), "refused"
    yield "TIFF", lambda: whole("TIFF"), "refused"
    yield "ICO", lambda: saved(Image.new("RGB", (256, 256)), "ICO"), "refused"
    yield "EPS", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 900 900\n", "refused"
    yield "HEIC", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500, "refused"
    yield "MP4", lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 500, "refused"
    yield "PNG named JPEG inside", lambda: b"\xff\xd8\xff\xe0" + whole("PNG")[4:], "refused"
    yield "JPEG named PNG inside", lambda: b"\x89PNG\r\n\x1a\n" + whole("JPEG"), "refused"
    yield "RIFF that is sound", lambda: b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 99, "refused"
    # Sizes
    yield "PNG of 60 million points", lambda: png(10_000, 6_000), "refused"
    yield "PNG of 60 million points, real", lambda: real_png(10_000, 6_000), "refused"
    yield "PNG of 2³¹ by 2³¹", lambda: png(2**31 - 1, 2**31 - 1), "refused"
    yield "PNG of no width", lambda: png(0, 500), "refused"
    yield "PNG of 1 by 100,000", lambda: png(1, 100_000), "refused"
    yield "PNG of 400 by 100,000", lambda: png(400, 100_000), "refused"
    yield "PNG that lacks its points", lambda: png(800, 600), "refused"
    yield "PNG of a depth that is not", lambda: png(800, 600, depth=7), "refused"
    yield "PNG of colours that are not", lambda: png(800, 600, colour=5), "refused"
    yield "JPEG of 65,000 by 65,000", lambda: resized(65_000, 65_000), "refused"
    yield "JPEG of 65,000 by 1", lambda: resized(65_000, 1), "refused"
    yield "JPEG of 7,000 by 7,000 that is not", lambda: resized(7_000, 7_000), "either"
    yield "JPEG of no height", lambda: resized(640, 0), "refused"
    yield "WebP of 16,383 by 16,383", lambda: vp8x(16_383, 16_383), "refused"
    yield "WebP of 16 million by 16 million", lambda: vp8x(2**24, 2**24), "refused"
    yield "more than 25 MB", lambda: whole("JPEG") + b"\0" * 27_000_000, "refused"
    yield "JPEG in 400 passes", many_scans, "refused"
    yield "AVIF that moves", lambda: animated("AVIF"), "refused"
    yield "WebP that moves", lambda: animated("WEBP"), "refused"
    yield "PNG that moves", lambda: animated("PNG"), "refused"
    yield "JPEG with several views", lambda: animated("MPO"), "clean"
    # What a header may hide
    large = zlib.compress(b"\0" * 200_000_000, 9)
    yield "PNG whose profile swells", lambda: with_chunk(b"iCCP", b"x\0\0" + large), "either"
    yield "PNG whose remark swells", lambda: with_chunk(b"zTXt", b"x\0\0" + large), "either"
    yield "PNG whose text swells", lambda: with_chunk(b"iTXt", b"x\0\1\0\0\0" + large), "either"
    yield "PNG whose Exif loops", lambda: with_chunk(b"eXIf", exif_loop()[6:]), "clean"
    yield "PNG with a false sum", lambda: whole("PNG").replace(b"IHDR", b"IHDr", 1), "refused"
    yield "PNG with a script in a remark", lambda: with_chunk(b"tEXt", b"x\0" + SCRIPT), "clean"
    yield "JPEG whose Exif swells", lambda: with_segment(0xE1, exif_bomb()[:60_000]), "clean"
    yield "JPEG whose Exif loops", lambda: with_segment(0xE1, exif_loop()), "clean"
    yield (
        "JPEG whose Exif is noise",
        lambda: with_segment(0xE1, b"Exif\0\0" + b"\xee" * 900),
        "clean",
    )
    yield "JPEG with a script in a remark", lambda: with_segment(0xFE, SCRIPT), "clean"
    yield "JPEG with a false profile", lambda: whole("JPEG", icc_profile=b"\xee" * 3000), "clean"
    yield (
        "JPEG with a false view list",
        lambda: with_segment(0xE2, b"MPF\0II*\0" + b"\xff" * 99),
        "either",
    )
    yield "CMYK", lambda: saved(drawn(*SIZE).convert("CMYK"), "JPEG"), "clean"
    yield (
        "CMYK, broken",
        lambda: flipped(saved(drawn(*SIZE).convert("CMYK"), "JPEG"), 301),
        "either",
    )
    yield "large and honest", lambda: photograph(), "clean"


def real_png(width: int, height: int) -> bytes:
    """Small to send, large to read: all its points are black."""
    return png(width, height, data=zlib.compress(b"\0" * (width * 3 + 1) * height, 9))


_CASES = {name: (make, expected) for name, make, expected in cases()}
NAMES = list(_CASES)


def made(name: str) -> tuple[bytes, str]:
    make, expected = _CASES[name]
    return make(), expected
