"""What a screen reader reads: the words of the document, whole and in order, and nothing else.

veraPDF checks how a PDF is tagged, not whether its tags say what the profile says. Here poppler reads the text along
the structure tree, and each field of the composed document must be in it, one after the other.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from support.outputs import OUTPUTS, PROFILES, Output, themes_of

from cvgen.composer import compose
from cvgen.document.nodes import Document
from cvgen.loading.load import load
from cvgen.options import TypesetOptions
from cvgen.pdf.gates.expected_text import fold, groups_of
from cvgen.pipeline import emit_profile

SEPARATORS = re.compile(r"[\s·–|,]*")
QUICK = {Output(path, "xelatex", themes_of(at)[0]) for at, path in enumerate(PROFILES)}


def text_of(pdf: Path) -> str:
    """Return the text along the structure tree, with a space between blocks and nowhere else."""
    done = subprocess.run(["pdfinfo", "-struct-text", pdf], capture_output=True, check=True)
    assert not done.stderr
    text = ""
    for line in done.stdout.decode().split("\n"):
        if said := re.fullmatch(r' *"(.*)"', line):
            text += said[1]
        elif "(block)" in line:
            text += " "
    return _folded(text)


def _folded(text: str) -> str:
    return " ".join(fold(text).split())


def difference(text: str, document: Document) -> tuple[list[str], str]:
    """Return the fields of a document that are not in their place in a text, and what the text has beyond them."""
    missing, begin = [], 0
    for group in groups_of(document):
        end = begin
        # Their order is the theme's. A short one may be part of a longer one.
        for field in sorted((_folded(field.text) for field in group.fields), key=len, reverse=True):
            place = text.find(field, begin)
            if place < 0:
                missing.append(f"{field!r} after {text[max(0, begin - 40) : begin]!r}")
            else:
                text = text[:place] + "\0" * len(field) + text[place + len(field) :]
                end = max(end, place + len(field))
        begin = end
    return missing, " ".join(part.strip() for part in text.split("\0") if not SEPARATORS.fullmatch(part))


@pytest.mark.parametrize(
    "output",
    [pytest.param(one, marks=() if one in QUICK else pytest.mark.long) for one in OUTPUTS],
    ids=str,
)
def test_a_screen_reader_reads_the_document(built, output):
    """Each text of the document in its place, and no other word but what contacts are where no icon says it."""
    emitted = emit_profile(output.profile, TypesetOptions(theme=output.theme, variant=output.variant))
    labels = " ".join(contact.label.strip() for contact in emitted.document.header.contacts if contact.label)
    has_icons = "icons" in emitted.tex.options
    assert difference(text_of(built(output)), emitted.document) == ([], "" if has_icons else labels)


@pytest.fixture(scope="module")
def read(built):
    """Return a text that is read, and the document that it is of."""
    output = next(one for one in OUTPUTS if one.engine == "xelatex" and one.profile.stem == "chao_jin")
    return text_of(built(output)), compose(load(output.profile))


def test_another_order_is_noticed(read):
    """Two sections, or two entries, the other way round are another document."""
    text, document = read
    assert difference(text, document) == ([], "")
    one, two, *rest = document.sections
    for sections in ((two, one, *rest), (replace(one, blocks=one.blocks[::-1]), two, *rest)):
        missing, _ = difference(text, replace(document, sections=sections))
        assert missing


def test_a_lost_or_added_word_is_noticed(read):
    """So is a space that is lost between two words."""
    text, document = read
    place = text.index(" University")
    lost, _ = difference(text[:place] + text[place + 11 :], document)
    joined, _ = difference(text[:place] + text[place + 1 :], document)
    assert len(lost) == len(joined) == 1
    assert difference(f"{text[:place]} Old{text[place:]}", document)[0]
    assert difference(f"{text} Page 1", document) == ([], "Page 1")
