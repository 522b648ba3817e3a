"""What cvgen builds is accessible by PDF/UA-1: every profile, in both themes and engines, by every checker at hand.

`pdfua` is our own. Where veraPDF is on the PATH it has to agree; `test_it_is_told_who_checked` tells which were used.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import installed
from cvgen.build import build
from extract import words_of
from pdfua import check
from pdfua.content import Glyph
from pdfua.document import Document
from pdfua.objects import entry
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, ContentStream, NameObject, NullObject, NumberObject

from cvgen.composer import compose
from cvgen.document.nodes import Document as Doc
from cvgen.loading.load import load
from cvgen.pdf.gates.expected_text import fold, groups_of

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "profiles", ROOT / "examples", ROOT / "tests" / "corpus")
PROFILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))]
VARIANTS = [(path, variant) for path in PROFILES for variant in load(path).file.variants]
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]
CHAO_JIN = ROOT / "profiles" / "chao_jin.yaml"
VERAPDF = shutil.which("verapdf")


def identity(value: object) -> str | None:
    return f"{value.parent.name}-{value.stem}" if isinstance(value, Path) else None


def verapdf(path: Path) -> str:
    """Return what veraPDF finds wrong with a file, nothing if it passes or there is no veraPDF."""
    if VERAPDF is None:
        return ""
    command = [VERAPDF, "--flavour", "ua1", "--format", "text", "-v", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 and done.stdout.startswith("PASS") else done.stdout + done.stderr


def test_there_is_something_to_check():
    """Real profiles, examples and the corpus are all there."""
    assert {path.parent for path in PROFILES} == {*FOLDERS}
    assert len(PROFILES) >= 22
    assert len(VARIANTS) >= 4


def test_it_is_told_who_checked(capsys):
    """The output of the tests says whether veraPDF looked at the PDFs, or our own checker alone."""
    with capsys.disabled():
        print(f"\nPDF/UA-1 is checked by tests/pdfua{f' and {VERAPDF}' if VERAPDF else '; veraPDF is not installed'}")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("path", PROFILES, ids=identity)
def test_every_output_is_accessible(path, theme, engine, tmp_path):
    """No check fails, and a reader of its structure is told each text of the document, whole and in order."""
    installed(engine)
    result = build(path, theme=theme, engine=engine, output=tmp_path / "cv.pdf")
    assert [*map(str, check(result.data))] == []
    assert verapdf(tmp_path / "cv.pdf") == ""
    assert lost(result.data, compose(load(path))) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("path", "variant"), VARIANTS, ids=lambda value: getattr(value, "stem", value))
def test_every_variant_is_accessible(path, variant, engine, tmp_path):
    """As all of a profile is."""
    installed(engine)
    result = build(path, variant=variant, engine=engine, output=tmp_path / "cv.pdf")
    assert [*map(str, check(result.data))] == []
    assert verapdf(tmp_path / "cv.pdf") == ""
    assert lost(result.data, compose(load(path), variant=variant)) == []


def struct_text(pdf: bytes) -> str:
    """Return the text along the structure tree as poppler reads it, with a space between blocks and nowhere else."""
    done = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True)
    assert not done.stderr
    told = ""
    for line in done.stdout.decode().split("\n"):
        if text := re.fullmatch(r' *"(.*)"', line):
            told += text[1]
        elif "(block)" in line:
            told += " "
    return " ".join(fold(told).split())


def lost(pdf: bytes, document: Doc) -> list[str]:
    """Return the texts of a document that are not told as they stand there, or not in its order."""
    told, at, missing = struct_text(pdf), 0, []
    for group in groups_of(document):
        ends = [at]
        for field in group.fields:  # whose order is the theme's
            text = " ".join(fold(field.text).split())
            place = told.find(text, at)
            if place < 0:
                missing.append(f"{text!r} after {told[max(0, at - 40) : at]!r}")
            else:
                ends.append(place + len(text))
        at = max(ends)
    return missing


@pytest.fixture(scope="module")
def tagged(tmp_path_factory, xelatex) -> bytes:
    """Return a PDF of two pages, as it is built."""
    output = tmp_path_factory.mktemp("tagged") / "cv.pdf"
    return build(CHAO_JIN, output=output).data


def test_the_structure_tree_says_what_the_page_shows(tagged):
    """Read along the structure tree, the document has the words that a reader of its pages finds, each as often."""
    document = Document(tagged)
    told = Counter(" ".join(map(document.words, document.elements_of_blocks())).split())
    seen = Counter(words_of(tagged, "pypdf").split())
    assert told.total() > 400
    assert told - seen == Counter()
    feet = seen - told
    assert feet.total() <= 8 * len(document.pages)  # the foot of each page, and what stands between contacts


def test_what_is_told_in_another_order_is_noticed(tagged):
    """A document with two sections, or two bullets, the other way round is another one."""
    document = compose(load(CHAO_JIN))
    assert lost(tagged, document) == []
    one, two, *rest = document.sections
    assert lost(tagged, replace(document, sections=(two, one, *rest)))
    assert lost(tagged, replace(document, sections=(replace(one, blocks=one.blocks[::-1]), two, *rest)))


# --- a PDF that was good, broken in one place ---------------------------------------------------------------------


def changed(pdf: bytes, change) -> bytes:
    """Return a copy of a PDF after `change` was done to its writer."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pdf_header = "%PDF-1.7"
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def codes(pdf: bytes) -> set[str]:
    return {one.code for one in check(pdf)}


def operations(writer: PdfWriter, change) -> None:
    """Replace the first page's operations by what `change` makes of them."""
    page = writer.pages[0]
    content = ContentStream(page["/Contents"].get_object(), writer, forced_encoding="bytes")
    content.operations = change(content.operations)
    page[NameObject("/Contents")] = writer._add_object(content)


def test_a_copy_that_is_not_broken_passes(tagged):
    """What the tests below find is what they break: taking the content apart and writing it again breaks nothing."""
    assert codes(changed(tagged, lambda writer: operations(writer, lambda every: every))) == set()


@pytest.mark.parametrize("nth", [0, 7, -1])
def test_an_emc_that_is_missing_is_found(tagged, nth):
    """Wherever it was."""

    def without_one(every):
        places = [at for at, (_, operator) in enumerate(every) if operator == b"EMC"]
        return [one for at, one in enumerate(every) if at != places[nth]]

    assert "iso-14.6.1" in codes(changed(tagged, lambda writer: operations(writer, without_one)))


def space_between_letters(pdf: bytes) -> tuple[list[Glyph], int]:
    """Return the glyphs of an operator that shows words, and the place of a space among them."""
    for piece in Document(pdf).pages[0].read.pieces:
        for at in range(1, len(piece.glyphs) - 1):
            before, space, after = (glyph.text or "" for glyph in piece.glyphs[at - 1 : at + 2])
            tagged = any(one.mcid is not None for one in piece.marks)
            if tagged and space == " " and before.isalpha() and after.isalpha():
                return [*piece.glyphs], at
    pytest.fail("no operator shows two words")


def test_a_space_that_is_missing_is_found(tagged):
    """Words that stand apart on paper, with nothing between them in the text."""
    glyphs, place = space_between_letters(tagged)
    shown = b"".join(glyph.code.to_bytes(2) for glyph in glyphs)

    def without_one(every):
        done = False
        for operands, operator in every:
            parts = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
            if not done and shown == b"".join(part for part in parts if isinstance(part, bytes)):
                done, operands, operator = True, [gapped(parts, place, glyphs[place])], b"TJ"
            yield operands, operator
        assert done

    broken = changed(tagged, lambda writer: operations(writer, lambda every: [*without_one(every)]))
    assert codes(broken) == {"iso-14.8.2.5"}
    assert len(lost(broken, compose(load(CHAO_JIN)))) == 1


def gapped(parts: list, place: int, space: Glyph) -> ArrayObject:
    """Put a gap as wide as the space where the space was."""
    made, at = ArrayObject(), 0
    for part in parts:
        if not isinstance(part, bytes):
            made.append(part)
            continue
        count = len(part) // 2
        if at <= place < at + count:
            cut = 2 * (place - at)
            gap = NumberObject(-round(space.font.width(space.code)))
            made += [ByteStringObject(part[:cut]), gap, ByteStringObject(part[cut + 2 :])]
        else:
            made.append(part)
        at += count
    return made


def test_a_glyph_without_unicode_is_found(tagged):
    """One letter of one font says no more what it is."""
    document = Document(tagged)
    glyph = next(one for piece in document.pages[0].read.pieces for one in piece.glyphs if (one.text or "").isalpha())
    number = next(key for key, font in document.fonts.items() if font is glyph.font)
    rows = [f"<{code:04X}> <{text.encode('utf-16-be').hex()}>" for code, text in (glyph.font.unicode or {}).items()]
    kept = [row for row in rows if not row.startswith(f"<{glyph.code:04X}>")]
    cmap = "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    cmap += "\n".join(f"1 beginbfchar {row} endbfchar" for row in kept)
    assert len(kept) == len(rows) - 1

    def forget(writer):
        name = Document(tagged).fonts[number].name
        for page in writer.pages:
            for font in page["/Resources"]["/Font"].values():
                if entry(font.get_object(), "/BaseFont") == f"/{name}":
                    font.get_object()["/ToUnicode"].get_object().set_data(cmap.encode())

    assert "10-001" in codes(changed(tagged, forget))


@pytest.mark.parametrize("nth", [0, 5, -1])
def test_an_entry_that_is_missing_from_the_parent_tree_is_found(tagged, nth):
    """From a piece of text no way leads to its structure element."""

    def forget(writer):
        page = writer.pages[0]
        tree = writer.root_object["/StructTreeRoot"]["/ParentTree"]
        row = rows_of(tree)[int(page["/StructParents"])].get_object()
        held = [at for at, one in enumerate(row) if not isinstance(one, NullObject)]
        row[held[nth]] = NullObject()

    assert codes(changed(tagged, forget)) == {"iso-14.7.4.4-content"}


def test_a_link_that_is_missing_from_the_parent_tree_is_found(tagged):
    """From a link no way leads to its structure element."""

    def forget(writer):
        key = int(writer.pages[0]["/Annots"][0].get_object()["/StructParent"])
        rows = writer.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
        place = next(at for at in range(0, len(rows), 2) if int(rows[at]) == key)
        del rows[place : place + 2]

    assert codes(changed(tagged, forget)) == {"iso-14.7.4.4-annotation"}


def rows_of(tree) -> dict[int, object]:
    row = tree["/Nums"]
    return {int(row[at]): row[at + 1] for at in range(0, len(row), 2)}
