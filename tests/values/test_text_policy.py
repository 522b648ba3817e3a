"""The text policy: each character is set as written, normalised with a warning, or refused with its place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvgen.diagnostics import Severity
from cvgen.values.text_policy import clean_text, fold_space

REFUSED = [
    *((char, "bidi-control") for char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    *((char, "control-character") for char in "\x00\x07\x0b\x0c\x1b\x7f\x80\x85\x9f"),
    *((char, "not-a-character") for char in ("\ud800", "\udfff", "\ufdd0", "\ufffe", "\U0010ffff", "\u0378")),
    *((char, "private-use") for char in ("\ue000", "\uf8ff", "\U000f0000", "\U0010fffd")),
    ("\ufffd", "replacement-character"),
    ("\U000e0001", "invisible-character"),
    ("\U000e0041", "invisible-character"),
]
STRIPPED = "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\u2061\ufeff\u00ad\u034f\u3164"
SPACES = "\t\u00a0\u202f\u2009\u2003\u3000\u205f"
KEPT = [
    r"\input{/etc/passwd} \write18{id} ^^5c #1 100% R&D $x$ a_b x^2 ~/bin",
    "\"q\" `q` 'q' --flag <<x>> ,,|?`",
    "² ½ Ⅷ Ａ ĳ",  # NFKC would change each
    "Müller Ångström Łukasz Nguyễn Văn",
    "Ελλάς Москва 金超 東京 서울",
    "עברית العربية",
    "👩‍💻 ❤️‍🔥 👍🏽 1️⃣",
    "می‌خواهم",  # Persian needs its non-joiner
    "ක්‍ෂ র‍্যাব क्‍ष",  # Sinhala, Bengali and Devanagari need theirs
    "one\ntwo",
]
odd = st.sampled_from(
    "".join(char for char, _ in REFUSED) + STRIPPED + SPACES + "\u2028\u2029\r\n\u0301\u0323ae\u212b가क्"
)
texts = st.text(odd | st.characters(exclude_categories=()), max_size=30)


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_and_tex_like_text_passes_unchanged(text):
    """What a person may write on purpose is set literally, without a word."""
    assert clean_text(text) == (text, ())


@pytest.mark.parametrize(("char", "code"), REFUSED)
def test_a_dangerous_or_meaningless_character_is_an_error_at_its_place(char, code):
    """The error carries its code, the offset, and the character's code point; the character goes no further."""
    text, (issue,) = clean_text(f"ab{char}c")
    assert (issue.code, issue.severity, issue.offset, issue.length) == (code, Severity.ERROR, 2, 1)
    assert f"U+{ord(char):04X}" in issue.message
    assert issue.hint
    assert text == "abc"


def test_the_message_names_the_character_and_the_reason():
    """A person who cannot see the character learns what it is."""
    assert clean_text("a\u202eb")[1][0].message == (
        "U+202E RIGHT-TO-LEFT OVERRIDE is not allowed: it reverses text invisibly"
    )


@pytest.mark.parametrize("char", STRIPPED)
def test_an_invisible_character_is_removed_with_a_warning(char):
    """Nothing that cannot be seen reaches the page, and the owner is told where it was."""
    text, (issue,) = clean_text(f"soft{char}ware")
    assert text == "software"
    assert (issue.code, issue.severity, issue.offset) == ("invisible-character", Severity.WARNING, 4)


@pytest.mark.parametrize("char", SPACES)
def test_every_typographic_space_is_a_plain_space(char):
    """Spaces are normalised without a word; no line ends at those that hold words together."""
    assert clean_text(f"a{char}b") == ("a\u00a0b" if char in "\u00a0\u202f" else "a b", ())


@pytest.mark.parametrize("char", "\u2028\u2029")
def test_a_unicode_line_separator_is_a_newline_with_a_warning(char):
    """The line break survives."""
    text, (issue,) = clean_text(f"a{char}b")
    assert text == "a\nb"
    assert (issue.code, issue.severity) == ("line-separator", Severity.WARNING)


def test_newlines_are_kept_in_one_form():
    """Windows and old Mac line ends become newlines; folding them is a later stage's work."""
    assert clean_text("a\r\nb\rc\n") == ("a\nb\nc\n", ())


def test_decomposed_text_is_composed_with_one_warning():
    """A value that macOS decomposed gives one warning, at the first place, however many letters it holds."""
    text, (issue,) = clean_text("Mu\u0308ller, Cafe\u0301")
    assert text == "Müller, Café"
    assert (issue.code, issue.severity, issue.offset, issue.length) == ("nfd", Severity.WARNING, 1, 2)


def test_composing_changes_no_compatibility_character():
    """A fraction or a superscript beside decomposed text stays: NFC, never NFKC."""
    assert clean_text("½² Cafe\u0301")[0] == "½² Café"


@pytest.mark.parametrize(
    ("char", "letters"), [("ﬀ", "ff"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬃ", "ffi"), ("ﬄ", "ffl"), ("ﬅ", "st"), ("ﬆ", "st")]
)
def test_a_ligature_is_written_out_with_a_warning(char, letters):
    """It comes with text that was copied from a PDF; nobody finds the word in which it stands."""
    text, (issue,) = clean_text(f"e{char}cient")
    assert text == f"e{letters}cient"
    assert (issue.code, issue.severity, issue.offset, issue.length) == ("ligature", Severity.WARNING, 1, 1)
    assert f"`{letters}`" in issue.message


def test_marks_on_a_ligature_are_on_its_last_letter():
    """And what is said later keeps its place in the text as given."""
    text, issues = clean_text("ﬃe\u0301")
    assert text == "ffié"
    assert [(issue.code, issue.offset, issue.length) for issue in issues] == [("ligature", 0, 1), ("nfd", 1, 2)]
    assert clean_text("ﬁ" + "\u0301" * 5)[1][-1].code == "combining-marks"


def test_marks_in_the_wrong_order_are_reported_with_their_letter():
    """The place starts at the letter, not inside its marks."""
    text, (issue,) = clean_text("ax\u0301\u0323")
    assert text == "ax\u0323\u0301"
    assert (issue.code, issue.offset, issue.length) == ("nfd", 1, 3)


def test_the_place_of_decomposed_text_counts_removed_characters():
    """Offsets are those of the text as given."""
    _, issues = clean_text("\u200bxe\u0301")
    assert [(issue.code, issue.offset, issue.length) for issue in issues] == [
        ("invisible-character", 0, 1),
        ("nfd", 2, 2),
    ]


@pytest.mark.parametrize("base", ["a", "é", "ế"])
def test_more_than_four_marks_on_one_base_are_an_error(base):
    """Stacked marks are refused at the same height whether the text is composed or not."""
    own = len(unicodedata.normalize("NFD", base)) - 1
    fine, stacked = base + "\u0317" * (4 - own), base + "\u0317" * (9 - own)
    assert [issue.code for issue in clean_text(fine)[1] if issue.severity is Severity.ERROR] == []
    errors = [issue for issue in clean_text(stacked)[1] if issue.severity is Severity.ERROR]
    assert [(issue.code, issue.length) for issue in errors] == [("combining-marks", 5)]
    decomposed = unicodedata.normalize("NFD", stacked)
    assert "combining-marks" in [issue.code for issue in clean_text(decomposed)[1]]


def test_a_joiner_is_no_way_around_the_limit_of_marks():
    """Joiners do not start a new base."""
    errors = [
        issue.code for issue in clean_text("क" + "\u094d\u200d" * 9 + "क")[1] if issue.severity is Severity.ERROR
    ]
    assert "combining-marks" in errors


def test_a_run_is_one_finding():
    """A hundred of the same are one line to read."""
    _, (issue,) = clean_text("a" + "\u200b" * 100 + "b")
    assert (issue.offset, issue.length) == (1, 100)


def test_many_warnings_never_hide_an_error():
    """Findings are bounded for each severity on its own."""
    _, issues = clean_text("a\u200b" * 1000 + "\u202e" + "b\x00" * 1000)
    errors = [issue for issue in issues if issue.severity is Severity.ERROR]
    assert errors[0].code == "bidi-control"
    assert len(issues) == 100


@given(texts)
def test_what_leaves_has_nothing_left_to_say(text):
    """Cleaning is final: no error remains, and text without errors is cleaned in one pass."""
    result, issues = clean_text(text)
    again, rest = clean_text(result)
    assert not any(issue.severity is Severity.ERROR for issue in rest)
    if not any(issue.severity is Severity.ERROR for issue in issues):
        assert (again, rest) == (result, ())
    assert unicodedata.is_normalized("NFC", result)
    result.encode("utf-8")


@given(texts)
def test_every_finding_lies_inside_the_text(text):
    """Offsets and lengths count code points of the text as given, in order."""
    _, issues = clean_text(text)
    for issue in issues:
        assert 0 <= issue.offset < issue.offset + issue.length <= len(text)
        assert not issue.message.endswith(".")
    assert [issue.offset for issue in issues] == sorted(issue.offset for issue in issues)


@given(texts)
def test_a_silent_change_touches_spaces_and_line_ends_only(text):
    """Where nothing is reported, only the kind of white space can differ."""
    result, issues = clean_text(text)
    if not issues:
        assert result.split() == text.split()


@given(st.text())
def test_folded_space_is_single_and_trimmed(text):
    """Runs of white space become one space; words stay."""
    folded = fold_space(text)
    assert folded.split() == text.split()
    assert "  " not in folded
    assert folded == folded.strip() == fold_space(folded)
