"""The text-layer gate: a PDF says all that its document says, in order, or the build fails where it does not."""

import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.outputs import in_themes
from support.pdfs import Changed, pages_of
from support.profiles import in_yaml

from cvgen.builder import typeset
from cvgen.diagnostics import Severity, Span
from cvgen.document import nodes as doc
from cvgen.options import TypesetOptions
from cvgen.pdf.gates.expected_text import fold, groups_of
from cvgen.pdf.gates.fonts import LOST
from cvgen.pdf.gates.page_content import Annotation, Page, Run
from cvgen.pdf.gates.text import check_text

ROOT = Path(__file__).resolve().parents[3]
PROFILES = sorted([*(ROOT / "profiles").glob("*.yaml"), *(ROOT / "examples").glob("*.yaml")])
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    return request.param


def set_from(path, engine, theme=None):
    """Return the document of a profile and its PDF."""
    made = typeset(path, TypesetOptions(theme=theme, engine=engine, gate=False))
    return made.document, made.data


# --- what is well passes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "theme"), in_themes(PROFILES), ids=lambda value: getattr(value, "stem", value))
def test_every_profile_passes_in_every_theme(path, theme, engine):
    """No profile of ours raises a false alarm."""
    document, data = set_from(path, engine, theme)
    assert check_text(pages_of(data), document).diagnostics == ()


_WORDS = st.sampled_from([
    "office", "ffi", "fl", "waffle–iron", "“quoted”", "it's", "—", "-", "C#", "R&D", "100%", "a_b", "2019", "10:30",
    "金超", "北京，上海。", "東京大学（本郷）", "カタカナ", "김철수", "①", "Ελλάς", "ΐ", "Щербаков", "Її", "Nguyễn",
    "Ångström", "x̌y", "ſt", "no\u00a0break", "thin\u2009space", "²", "½", "…", "https://example.org/a/b?c=d&e=%20f",
    "donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "a" * 80, "`code`", "**bold**", "*slanted*",
    "[a link](https://example.org/x)", "[two words](https://example.org/y_z)", "the", "of", "and", "Zürich",
    "Present",
])  # fmt: skip
_TEXTS = st.lists(_WORDS, min_size=1, max_size=25).map(" ".join)
_MAYBE = st.none() | st.lists(_WORDS, min_size=1, max_size=6).map(" ".join)
_ENTRIES = st.fixed_dictionaries(
    {"title": _TEXTS},
    optional={"subtitle": _TEXTS, "location": _TEXTS, "date": st.just("2023-05"),
              "highlights": st.lists(_TEXTS, max_size=4)},
)  # fmt: skip
_SECTIONS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("text"), "title": _TEXTS, "text": _TEXTS}),
    st.fixed_dictionaries({"kind": st.just("text"), "title": _TEXTS, "highlights": st.lists(_TEXTS, min_size=1)}),
    st.fixed_dictionaries({
        "kind": st.just("custom"), "title": _TEXTS, "entries": st.lists(_ENTRIES, min_size=1, max_size=5)
    }),
    st.fixed_dictionaries({"kind": st.just("skills"), "entries": st.lists(
        st.fixed_dictionaries({"label": _TEXTS, "values": st.lists(_TEXTS, min_size=1, max_size=5)}), min_size=1
    )}),
    st.fixed_dictionaries({"kind": st.just("honors"), "entries": st.lists(
        st.fixed_dictionaries({"title": _TEXTS, "date": st.just("2020")}, optional={"location": _TEXTS}), min_size=1
    )}),
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("theme", ["awesome", "plain"])
@settings(max_examples=10, phases=[Phase.generate])  # each example is a build: none is made smaller
@given(sections=st.lists(_SECTIONS, min_size=3, max_size=12), position=_TEXTS, seed=st.integers(0, 99))
def test_no_text_raises_a_false_alarm(tmp_path_factory, theme, sections, position, seed):
    """Whatever scripts, marks, ligatures, long words and links a profile holds, in whatever order: it comes back."""
    person = {"name": "Ada 金 Lovelace", "position": [position], "email": "ada@example.org", "github": "ada"}
    footer = {"left": "{date}", "center": "Ada", "right": "{page} / {pages}"} if seed % 2 else {}
    path = tmp_path_factory.mktemp("text") / "ada.yaml"
    data = {"person": person, "document": {"date": "2024-10-22", "footer": footer}, "sections": sections}
    path.write_text(in_yaml(data), "utf-8")
    document, made = set_from(path, ["xelatex", "lualatex"][seed % 5 == 0], theme)
    assert check_text(pages_of(made), document).diagnostics == ()


# --- what is lost is told ------------------------------------------------------------------------------------------

SOURCE = """\
person:
  name: Ada Lovelace
  position: [Analyst]
  email: ada@example.org
  homepage: example.org
document:
  date: 2024-10-22
  footer: {left: "{date}", center: Curriculum Vitae, right: "{page} / {pages}"}
sections:
  - kind: experience
    entries:
      - organization: Analytical Engine Works
        role: Programmer
        location: London
        start_date: 1942-01
        end_date: 1943-12
        highlights:
          - Wrote the first office program, on [Bernoulli numbers](https://example.org/notes).
          - Found what the engine can weave.
  - kind: text
    title: Filler
    highlights:
      - FILLER
  - kind: honors
    entries:
      - {date: 1950, title: Countess, location: Ockham}
      - {date: 1951, title: Medal, location: Kew}
""".replace("FILLER", "\n      - ".join(f"sentence number {number} of many" for number in range(70)))


def line_of(text):
    (number,) = [at for at, line in enumerate(SOURCE.splitlines(), 1) if text in line]
    return number


@pytest.fixture(scope="module")
def good(tmp_path_factory, engine):
    path = tmp_path_factory.mktemp("good") / "ada.yaml"
    path.write_text(SOURCE, "utf-8")
    document, data = set_from(path, engine)
    assert check_text(pages_of(data), document).diagnostics == ()
    return document, data


def found(changed, document):
    """Return line and message of each loss; all are errors of the same kind, with a way out."""
    diagnostics = check_text(changed.pages, document).diagnostics
    assert all(one.severity is Severity.ERROR and one.hints for one in diagnostics)
    return [(one.span.line, one.message) for one in diagnostics]


def shown(changed, text):
    """Return the page, the stream and the match of the operand that shows a text, and its font with its codes."""
    for number in range(len(changed.writer.pages)):
        stream = changed.stream(number)
        for operand in re.finditer(rb"\[(?:<[^>]*>|[-\d. ]+)*\]\s*TJ", stream):
            name = re.findall(rb"/(F\d+) [\d.]+ Tf", stream[: operand.start()])[-1].decode()
            font = changed.font_of(number, f"/{name}")
            codes = changed.codes(font)
            digits = "".join(re.findall(r"<([^>]*)>", operand[0].decode())).upper()
            read = [codes.get(digits[at : at + 4].encode(), b"") for at in range(0, len(digits), 4)]
            words = bytes.fromhex(b"".join(read).decode()).decode("utf-16-be")
            if text in words:
                return number, stream, operand, font, [digits[at : at + 4] for at in range(0, len(digits), 4)], words
    raise AssertionError(text)


def without(changed, text, part, instead=""):
    """Drop from the operand that shows `text` the glyphs of `part`, which are one character each."""
    number, stream, operand, _, glyphs, words = shown(changed, text)
    assert len(glyphs) == len(words)
    at = words.index(text) + text.index(part)
    kept = "".join(glyphs[:at] + [glyphs[words.index(char)] for char in instead] + glyphs[at + len(part) :])
    changed.show(number, stream[: operand.start()] + f"[<{kept}>] TJ".encode() + stream[operand.end() :])


def test_a_lost_space_is_told(good):
    """`canweave` is not `can weave`: a screen reader would say it."""
    document, data = good
    changed = Changed(data)
    without(changed, "can weave", " ")
    ((line, message),) = found(changed, document)
    assert line == line_of("can weave")
    assert "says `canweave.` instead of `can weave.`" in message


def test_a_lost_space_between_two_texts_is_told(good):
    """Given and family name become one word: both are named."""
    document, data = good
    changed = Changed(data)
    number, stream, operand, *_ = shown(changed, "Ada")
    space = re.compile(rb"\[<\w{4}>\]\s*TJ").search(stream, operand.end())
    changed.show(number, stream[: space.start()] + b"[<>] TJ" + stream[space.end() :])
    ((line, message),) = found(changed, document)
    assert line == line_of("Ada Lovelace")
    assert "`AdaLovelace`" in message


def test_a_lost_word_is_told_and_no_other(good):
    """One word in the middle of a bullet: one error, at its line and column, and all that follows is found."""
    document, data = good
    changed = Changed(data)
    without(changed, "the engine can", "engine ")
    (one,) = check_text(changed.pages, document).diagnostics
    assert one.span.line == line_of("can weave")
    assert "lacks `engine`" in one.message
    assert one.span.excerpt[one.span.column - 1 : one.span.end_column - 1] == "engine"


def test_several_losses_are_told_at_once(good):
    """All at once, in reading order."""
    document, data = good
    changed = Changed(data)
    without(changed, "London", "Lon")
    without(changed, "Medal", "d")
    without(changed, "the engine can", "engine ")
    assert [line for line, _ in found(changed, document)] == [
        line_of("location: London"), line_of("can weave"), line_of("Medal")
    ]  # fmt: skip


def test_a_word_too_many_is_told(good):
    """Text that the profile does not have, in the middle of one that it has."""
    document, data = good
    changed = Changed(data)
    without(changed, "engine can weave", "", "can ")
    ((line, message),) = found(changed, document)
    assert line == line_of("can weave")
    assert "can" in message


def test_a_text_that_is_wholly_lost_is_told(good):
    """A whole text: that it is lost, and which."""
    document, data = good
    changed = Changed(data)
    number, stream, operand, *_ = shown(changed, "Ockham")
    changed.show(number, stream[: operand.start()] + stream[operand.end() :])
    ((line, message),) = found(changed, document)
    assert line == line_of("Ockham")
    assert "`Ockham` is lost" in message


@pytest.mark.parametrize("word", ["Analytical", "weave", "Curriculum", "Lovelace"])
def test_a_glyph_that_stands_for_no_character_is_told(good, word):
    """One entry of a font's map lost: every word with this glyph is named."""
    document, data = good
    changed = Changed(data)
    _, _, _, font, glyphs, words = shown(changed, word)
    codes = changed.codes(font)
    del codes[glyphs[words.index(word)].encode()]
    changed.map(font, codes)
    losses = found(changed, document)
    assert any(f"{LOST}{word[1:]}" in message for _, message in losses)


@pytest.mark.parametrize("word", ["Analytical", "weave", "Curriculum", "Lovelace"])
def test_a_glyph_that_stands_for_another_character_is_told(good, word):
    """One entry of a font's map wrong: what the PDF says is named, and what it should say."""
    document, data = good
    changed = Changed(data)
    _, _, _, font, glyphs, words = shown(changed, word)
    codes = changed.codes(font)
    codes[glyphs[words.index(word)].encode()] = b"0051"
    changed.map(font, codes)
    assert any(f"Q{word[1:]}" in message and f"`{word}" in message for _, message in found(changed, document))


def test_two_lines_that_change_places_are_told(good):
    """Order counts: one of the two does not stand where it should."""
    document, data = good
    changed = Changed(data)
    first, second = shown(changed, "number 7 of"), shown(changed, "number 8 of")
    stream, one, two = first[1], first[2], second[2]
    assert first[3] is second[3]
    swapped = stream[: one.start()] + two[0] + stream[one.end() : two.start()] + one[0] + stream[two.end() :]
    changed.show(first[0], swapped)
    ((line, message),) = found(changed, document)
    assert line == line_of("sentence number 7 ")
    assert "elsewhere on page 1" in message


def test_a_lost_page_is_told(good):
    """Each text that was on it, and the pages' numbers at the foot."""
    document, data = good
    changed = Changed(data)
    changed.writer.remove_page(1)
    losses = found(changed, document)
    assert {line_of("Ockham"), line_of("Kew")} <= {line for line, _ in losses}
    assert any("`2`" in message and "at the foot of page 1" in message for _, message in losses)


def test_a_lost_foot_is_told_once(good):
    """What is wrong on every page is told of the first."""
    document, data = good
    changed = Changed(data)
    _, _, _, font, glyphs, words = shown(changed, "Curriculum")
    codes = changed.codes(font)
    codes[glyphs[words.index("V")].encode()] = b"0057"
    changed.map(font, codes)
    (only,) = [message for _, message in found(changed, document) if "Witae" in message]
    assert only.endswith("at the foot of page 1")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://example.org/notes", "Bernoulli"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("https://example.org", "homepage"),
    ],
)
def test_a_lost_link_is_told(good, url, text):
    """Its text may be there: without the annotation nobody can follow it."""
    document, data = good
    changed = Changed(data)
    for page in changed.writer.pages:
        kept = [one for one in page.get("/Annots", []) if one.get_object()["/A"]["/URI"].rstrip("/") != url]
        if "/Annots" in page:
            page["/Annots"].clear()
            page["/Annots"].extend(kept)
    ((line, message),) = found(changed, document)
    assert line == line_of(text)
    assert "the link to `" in message


# --- the same, without an engine: any document, any loss -----------------------------------------------------------

_plain = st.text(st.sampled_from("abcXYZ019éß金Ωж.,-()"), min_size=1, max_size=9)
_text = st.lists(_plain, min_size=1, max_size=12).map(" ".join)
_numbers = iter(range(1, 1_000_000))


def _line(text):
    return doc.Line((doc.TextRun(text),), Span("ada.yaml", next(_numbers), 3, excerpt=text))


_lines = st.builds(_line, _text)
_some = st.just(doc.EMPTY) | _lines
_lists = st.builds(doc.Bullets, st.lists(st.builds(doc.Bullet, _lines), min_size=1, max_size=4).map(tuple))
_blocks = st.one_of(
    st.builds(doc.Paragraph, _lines),
    _lists,
    st.builds(doc.HonorRow, _some, _lines, _some, _some),
    st.builds(doc.EntryBlock, _lines, _some, st.lists(
        st.builds(doc.Position, _some, _some, _some, st.lists(_lists, max_size=1).map(tuple)), min_size=1, max_size=3
    ).map(tuple)),
    st.builds(doc.WorkBlock, _lines, _some, _some, _some, _some),
)  # fmt: skip
_sections = st.builds(doc.DocumentSection, _lines, st.lists(_blocks, min_size=1, max_size=4).map(tuple))
_documents = st.builds(
    doc.Document,
    st.just(doc.Metadata("t", "a")),
    st.builds(doc.Header, _lines, _lines),
    st.lists(_sections, min_size=1, max_size=5).map(tuple),
    st.builds(doc.Footer, _some),
)  # fmt: skip


def laid_out(document, chance):
    """Show a document's texts as a theme might: groups in any order, lines and pages ending at spaces, bullets."""
    runs, page, y, pages = [], 1, 780.0, []

    def turn():
        nonlocal page, y
        foot = "".join(doc.plain(document.footer.left).replace("\x00", ""))
        pages.append(Page(page, 600, 800, (*runs, *([Run(page, foot, 50, 20, 9, 9)] if foot else [])), ()))
        runs.clear()
        page, y = page + 1, 780.0

    for group in groups_of(document):
        y -= 12
        if y < 60:
            turn()
        if group.kind == "item":
            runs.append(Run(page, "• ", 40, y, 3, 9))
        for field in chance.sample(group.fields, len(group.fields)):
            words = field.text.split()
            for number, word in enumerate(words):
                ends = chance.random() < 0.2
                space = " " if number + 1 < len(words) or not ends or chance.random() < 0.5 else ""
                runs.append(Run(page, word + space, 50 + number, y, 9, 9))
                if ends:
                    y -= 12
                    if y < 60 or chance.random() < 0.1:
                        turn()
    turn()
    return tuple(pages)


@settings(max_examples=150)
@given(document=_documents, seed=st.integers())
def test_whatever_a_theme_does_with_a_document_passes(document, seed):
    """Any order inside a group, any line's end, any page's end, bullets and feet between: no false alarm."""
    assert check_text(laid_out(document, random.Random(seed)), document).diagnostics == ()


@settings(max_examples=150)
@given(document=_documents, seed=st.integers(), data=st.data())
def test_any_loss_in_any_document_is_told(document, seed, data):
    """A letter or a word lost or changed anywhere in the text: an error, and not many."""
    pages = laid_out(document, random.Random(seed))
    compared = check_text(pages, document)
    group = data.draw(st.integers(0, len(compared.groups) - 1))
    number = data.draw(st.integers(0, len(compared.groups[group].fields) - 1))
    field, start = compared.groups[group].fields[number], compared.places[group][number]
    run = data.draw(st.sampled_from(list(compared.flow.runs_of(start, start + len(field.letters)))))
    text = run.text.strip()
    at = data.draw(st.integers(0, len(text) - 1))
    changed = data.draw(
        st.sampled_from(["", text[:at] + text[at + 1 :], f"{text[:at]}§{text[at + 1 :]}", f"{text}q"])
    )
    other = run._replace(text=run.text.replace(text, changed))
    broken = tuple(page._replace(runs=tuple(other if one is run else one for one in page.runs)) for page in pages)
    diagnostics = check_text(broken, document).diagnostics
    assert 1 <= len(diagnostics) <= 2


@settings(max_examples=100)
@given(document=_documents, seed=st.integers(), data=st.data())
def test_any_lost_space_is_told(document, seed, data):
    """Two words of one line become one, anywhere in the text: an error, and not many."""
    pages = laid_out(document, random.Random(seed))
    runs = [run for page in pages for run in page.runs]
    ends = [
        one for one, after in pairwise(runs)
        if one.text.endswith(" ") and one.text != "• " and (one.page, one.y) == (after.page, after.y)
    ]  # fmt: skip
    if ends:
        lost = data.draw(st.sampled_from(ends))
        shown = {id(lost): lost._replace(text=lost.text.rstrip())}
        broken = tuple(page._replace(runs=tuple(shown.get(id(run), run) for run in page.runs)) for page in pages)
        assert 1 <= len(check_text(broken, document).diagnostics) <= 2


def test_a_link_of_the_same_text_elsewhere_is_no_false_alarm():
    """Two equal texts, one of them a link: the link is found wherever the theme puts it."""
    link = doc.Line((doc.Link((doc.TextRun("Kew"),), "https://example.org"),), Span("a.yaml", 2))
    section = doc.DocumentSection(_line("S"), (doc.HonorRow(doc.EMPTY, _line("Kew"), location=link),))
    document = doc.Document(doc.Metadata("t", "a"), doc.Header(_line("A"), _line("B")), (section,))
    lines = [("A B", 780), ("S", 700), ("Kew", 690), ("Kew", 680)]
    for y in (690, 680):
        links = (Annotation("https://example.org", (40, y - 2, 90, y + 8)),)
        page = Page(1, 600, 800, tuple(Run(1, text, 50, at, 20, 9) for text, at in lines), links)
        assert check_text((page,), document).diagnostics == ()
    (one,) = check_text((page._replace(links=()),), document).diagnostics
    assert (one.code, one.span.line) == ("gate-link-lost", 2)


def test_what_looks_the_same_is_the_same():
    """Composed or not, and characters that fonts draw with one glyph: no reader sees a difference."""
    assert fold("Å①⼀µ") == fold("A\u030a➀一μ")
    assert fold("x²") != fold("x2")
    assert fold("Đ") != fold("Ð")
