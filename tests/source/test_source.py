"""YAML in, plain data and places out: what is accepted, what is refused and where the finger points."""

from __future__ import annotations

import os
import pathlib
import pickle

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cvgen import source
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import ProfileError, UsageError
from cvgen.source import Source, parse_set_path, parse_yaml, read_yaml
from cvgen.source import positions as source_text
from cvgen.source import reader as source_reader

PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]
THOROUGH = settings(max_examples=4000)

PROFILE = """\
# yaml-language-server: $schema=x
person:
  name: Ada 😀 Lovelace
  position: [Ph.D. Candidate, "Peking University", who?]
  email: "a@b.org"   # comment
  quote: >-
    folded text
    here

    more: text
  bio: |
    literal
      deeper

  photo:
works: {file: works/systems.yaml, style: 'it''s', "a":b}
sections:
- kind: education
  title: "a \\u00e9 \\" b"
  entries:
    - institution: Peking University
      degree: Ph.D. in
        Software
      start_date: 2023.10
      highlights: ["Advisor: Prof. Xin Jin", ~, null, "null"]
    -
    - - nested
      - x
  last:
- "text: with"
"""


@pytest.fixture(params=PARSERS, ids=lambda loader: loader.__name__)
def parser(request, monkeypatch):
    monkeypatch.setattr(source_reader, "_LOADER", request.param)


def mistakes(text: str | bytes) -> tuple[Diagnostic, ...]:
    with pytest.raises(ProfileError) as caught:
        parse_yaml(text, "p.yaml")
    return caught.value.diagnostics


def codes(text: str | bytes) -> list[str]:
    return [mistake.code for mistake in mistakes(text)]


def marked(span: Span) -> str:
    """The characters of the excerpt that the span covers."""
    assert span.line == span.end_line
    return span.excerpt[span.column - 1 : span.end_column - 1]


def outcome(text: str, loader: type) -> tuple[object, ...]:
    """What a user gets from one of the parsers: the source, or that it is refused."""
    before, source_reader._LOADER = source_reader._LOADER, loader
    try:
        found = parse_yaml(text, "p.yaml")
    except ProfileError as error:
        assert error.diagnostics
        for mistake in error.diagnostics:
            str(mistake.span)
        return ("refused",)
    finally:
        source_reader._LOADER = before
    return found.data, found._places


# -- values ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "written",
    ["no", "2023.10", "2023-09-01", "12:30", "0123", "+14155550142", "true", "1e3", "0x1F", ".inf", "=", "+", "a?"],
)
def test_scalars_keep_the_text_that_was_written(written):
    """Nothing is turned into a number, a truth value or a date."""
    found = parse_yaml(f"a: {written}\nb: [{written}]\n", "p.yaml")
    assert found.data == {"a": written, "b": [written]}
    assert found.is_plain(("a",))
    assert marked(found.span(("a",))) == written


@pytest.mark.usefixtures("parser")
def test_only_an_unquoted_null_is_no_value():
    """Quotes make any of the null words a text."""
    plain = parse_yaml("a:\nb: ~\nc: null\nd: Null\ne: NULL\nf: [~, null]\n", "p.yaml")
    assert plain.data == {"a": None, "b": None, "c": None, "d": None, "e": None, "f": [None, None]}
    quoted = parse_yaml("a: ''\nb: '~'\nc: \"null\"\nd: |\n", "p.yaml")
    assert quoted.data == {"a": "", "b": "~", "c": "null", "d": ""}
    assert not quoted.is_plain(("c",))


@pytest.mark.usefixtures("parser")
def test_a_whole_profile_is_read():
    """Flow and block style, folded and literal text, comments and nesting all work."""
    found = parse_yaml(PROFILE, "p.yaml")
    person, sections = found.value(("person",)), found.value(("sections",))
    assert isinstance(person, dict)
    assert isinstance(sections, list)
    assert person["position"] == ["Ph.D. Candidate", "Peking University", "who?"]
    assert person["quote"] == "folded text here\nmore: text"
    assert person["bio"] == "literal\n  deeper\n"
    assert person["photo"] is None
    assert found.value(("works",)) == {"file": "works/systems.yaml", "style": "it's", "a": "b"}
    assert found.value(("sections", 0, "title")) == 'a é " b'
    assert found.value(("sections", 0, "entries", 0, "degree")) == "Ph.D. in Software"
    assert found.value(("sections", 0, "entries", 2)) == ["nested", "x"]
    assert sections[1] == "text: with"
    assert found.value(("sections", 9)) is None
    assert found.has(("sections", 0, "last"))
    assert not found.has(("sections", 0, "kind", "x"))


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\ufeff", "?", "\U0010fffd"])
def test_unusual_characters_stay_in_the_text(char):
    """Characters that YAML 1.1 takes for line ends or drops are ordinary text, at the start of a line too."""
    found = parse_yaml(f"a: x{char}y\n{char}b: 'z{char}'\nc: {char}q\n", "p.yaml")
    assert found.data == {"a": f"x{char}y", f"{char}b": f"z{char}", "c": f"{char}q"}
    assert found.span(("c",)).line == 3


# -- places ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_spans_count_code_points_and_every_line_end(end, bom):
    """Line and column are those of an editor, whatever the line ends, byte order mark and emoji."""
    text = (bom + PROFILE.replace("\n", end)).encode()
    found = parse_yaml(text, "p.yaml")
    assert found.lines == tuple(PROFILE.split("\n"))
    span = found.span(("person", "name"))
    assert (span.line, span.column, span.end_line, span.end_column) == (3, 9, 3, 23)
    assert span.excerpt == "  name: Ada 😀 Lovelace"
    assert span.where == "person.name"
    assert marked(found.span(("works", "a"), key=True)) == '"a"'
    assert marked(found.span(("person", "position"))) == '[Ph.D. Candidate, "Peking University", who?]'
    date = found.span(("sections", 0, "entries", 0, "start_date"))
    assert marked(date) == "2023.10"
    assert date.where == "sections[0].entries[0].start_date"


@pytest.mark.usefixtures("parser")
def test_spans_end_where_the_value_ends():
    """No trailing line ends, blanks or comments belong to a value, and an empty one stands after its colon."""
    found = parse_yaml(PROFILE, "p.yaml")

    def ends(*path: str | int) -> tuple[int, int, int, int]:
        span = found.span(path)
        return span.line, span.column, span.end_line, span.end_column

    assert ends("person", "quote") == (6, 10, 10, 15)
    assert ends("person", "bio") == (11, 8, 13, 13)
    assert ends("person", "photo") == (15, 9, 15, 9)
    assert ends("person") == (3, 3, 15, 9)
    assert ends("sections", 0, "entries", 2) == (27, 7, 28, 10)
    assert ends() == (2, 1, 30, 15)


@pytest.mark.usefixtures("parser")
def test_a_missing_path_points_at_its_nearest_ancestor():
    """A field that is not there is shown at the thing that lacks it, under its own name."""
    found = parse_yaml("a:\n  - b: {c: d}\n", "p.yaml")
    span = found.span(("a", 0, "b", "x", 3))
    assert marked(span) == "{c: d}"
    assert span.where == "a[0].b.x[3]"
    assert found.span(("zzz",)).line == 1
    assert marked(found.span(("a", 0), key=True)) == "b: {c: d}"


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1)


@given(TEXTS, st.data())
def test_a_character_of_a_one_line_text_has_its_own_span(text, data):
    """`char_span` points at exactly the character, in quotes as without."""
    found = parse_yaml(f"é😀: '{text.replace(chr(39), '’')}'\nb: x{'y' * len(text)}", "p.yaml")
    value = found.value(("é😀",))
    assert isinstance(value, str)
    offset = data.draw(st.integers(0, len(value) - 1))
    assert marked(found.char_span(("é😀",), offset)) == value[offset]
    assert marked(found.char_span(("b",), 1, len(text))) == "y" * len(text)


def test_a_character_of_a_text_with_escapes_has_the_span_of_the_text():
    """Where offsets cannot be exact the whole value is marked."""
    found = parse_yaml("a: 'it''s'\nb: \"\\u00e9x\"\nc: |\n  x\nd:\n  e\n  f\n", "p.yaml")
    for key in "abcd":
        assert found.char_span((key,), 1) == found.span((key,))
    assert found.char_span(("nothing",), 0) == found.span(("nothing",))
    assert found.char_span(("a",), 99) == found.span(("a",))


# -- --set -------------------------------------------------------------------------------------------------------


def test_set_replaces_and_adds_scalars():
    """The old source stays as it was; the new value is literal and points at the command line."""
    old = parse_yaml("person:\n  name: Ada\n  links: [{url: x}]\n  photo:\n", "p.yaml")
    new = old.with_value(("person", "name"), "null").with_value(("person", "links", 0, "url"), "")
    new = new.with_value(("document", "footer", "left"), "L").with_value(("person", "photo", "file"), "f: [")
    assert new.data == {
        "person": {"name": "null", "links": [{"url": ""}], "photo": {"file": "f: ["}},
        "document": {"footer": {"left": "L"}},
    }
    assert old.data == {"person": {"name": "Ada", "links": [{"url": "x"}], "photo": None}}
    span = new.span(("person", "photo", "file"))
    assert (span.file, span.excerpt, marked(span)) == ("--set", "person.photo.file=f: [", "f: [")
    assert marked(new.span(("document", "footer", "left"), key=True)) == "document.footer.left"
    assert marked(new.char_span(("person", "photo", "file"), 3)) == "["
    assert new.span(("person", "links")).file == "p.yaml"
    assert not new.is_plain(("person", "name"))


def test_set_reaches_a_key_made_of_digits():
    """`variants.2024.theme` names a key where there is a mapping."""
    found = parse_yaml("variants:\n  '2024': {}\n", "p.yaml").with_value(parse_set_path("variants.2024.theme"), "x")
    assert found.data == {"variants": {"2024": {"theme": "x"}}}
    assert found.has(("variants", "2024", "theme"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("a", 2), "x"),
        (("a", -1), "x"),
        (("a", "b"), "x"),
        (("a",), "x"),
        (("s", "x"), "x"),
        ((), "x"),
        (("s",), "\x07"),
        (("s",), "x" * 10_001),
        (("n",) * 21, "x"),
    ],
)
def test_set_refuses_what_does_not_fit(path, text):
    """A list entry that does not exist, a field inside a text, a control character: an error, no surprise."""
    with pytest.raises(ProfileError) as caught:
        parse_yaml("a: [1, 2]\ns: text\nn:\n", "p.yaml").with_value(path, text)
    assert [mistake.code for mistake in caught.value.diagnostics] == ["set"]


def test_set_paths():
    """Brackets and dots mean the same."""
    assert parse_set_path("a") == ("a",)
    assert parse_set_path("sections[0].title") == parse_set_path("sections.0.title") == ("sections", 0, "title")
    assert parse_set_path("a[0][12]") == ("a", 0, 12)
    assert parse_set_path("v.007.two-page") == ("v", "007", "two-page")
    for wrong in ("", ".", "a..b", "a.", ".a", "[0]", "a[", "a[x]", "a[-1]", "a]", "a[01]", "a[0]b"):
        with pytest.raises(UsageError):
            parse_set_path(wrong)


# -- what is refused ---------------------------------------------------------------------------------------------

REFUSED = [
    # text, code, marked characters, a word that a hint must hold
    ("title: Ditto: Efficient\nb: c\n", "quotes-needed", "Ditto: Efficient", '"Ditto: Efficient"'),
    ("x:\n  - title: A: B # c\n", "quotes-needed", "A: B", '"A: B"'),
    ("a: **b** c\n", "quotes-needed", "**b** c", '"**b** c"'),
    ("a: *[x]\n", "quotes-needed", "*[x]", '"*[x]"'),
    ("a: * x\n", "quotes-needed", "* x", '"* x"'),
    ("a: & x\n", "quotes-needed", "& x", '"& x"'),
    ("a: @b\n", "quotes-needed", "@b", '"@b"'),
    ("a: `b`\n", "quotes-needed", "`b`", '"`b`"'),
    ("a: %b\n", "quotes-needed", "%b", '"%b"'),
    ("a: >50 x\n", "quotes-needed", ">50 x", '">50 x"'),
    ("a: |x\n", "quotes-needed", "|x", '"|x"'),
    ("a: - b\n", "quotes-needed", "- b", '"- b"'),
    ("a: , b\n", "quotes-needed", ", b", '", b"'),
    ("a: ]\n", "quotes-needed", "]", '"]"'),
    ("a:\n  - [b](http://x)\n  - c\n", "quotes-needed", "[b](http://x)", '"[b](http://x)"'),
    ("a: {b} c\n", "quotes-needed", "{b} c", '"{b} c"'),
    ("a: 'It's'\nb: c\n", "quotes-needed", "'It's'", '"It\'s"'),
    ('a: "b" c\n', "quotes-needed", '"b" c', "'\"b\" c'"),
    ('a: "He said "hi" x"\n', "quotes-needed", '"He said "hi" x"', "'He said \"hi\" x'"),
    ("a: {b c\nd: e\n", "bracket-unclosed", "{", '"{b c"'),
    ("a: [b\nc: d\n", "bracket-unclosed", "[", "close it"),
    ('x: y\na: "b\nc: d\n', "quote-unclosed", '"', "close it"),
    ('a: "b\nc: "d"\n', "quote-unclosed", '"', "close it"),
    ("a: 'b\nc: d\n", "quote-unclosed", "'", "close it"),
    ("a:\n  b: c\n d: e\n", "indentation", "d", "column 1"),
    ("a:\n  b: c\n   d: e\n", "indentation", "d", "column 3"),
    ("  a: b\nc: d\n", "indentation", "c", "column 1"),
    ("a:\n  - b\n  c: d\n", "indentation", "c", "`- `"),
    ("a: b\nfoo\nb: c\n", "colon-missing", "foo", "key"),
    ("a:b\nc: d\n", "space-missing", "a:", "`a: b`"),
    ("c: d\na:b\n", "space-missing", "a:", "`a: b`"),
    ("a: [b:]\n", "space-missing", "b", "add"),
    ("a: }\n", "quotes-needed", "}", '"}"'),
    ("a: b\n}\n", "syntax", "}", "delete"),
    ("a: b\n\tc: d\n", "tab", "\t", "spaces"),
    ("a:\tb\n", "tab", "\t", "spaces"),
    ("a: b\tc\n", "tab", "\t", "spaces"),
    ("a: b\t# c\n", "tab", "\t", "spaces"),
    ("a: [\t]\n", "tab", "\t", "spaces"),
    ("a: &x b\n", "anchor", "&x b", '"&x b"'),
    ("a: *x\n", "alias", "*x", '"*x"'),
    ("a: !important b\n", "tag", "!important b", '"!important b"'),
    ("a: !!str b\n", "tag", "!!str b", "delete"),
    ("<<: x\n", "merge-key", "<<", "fields"),
    ("? a\n", "complex-key", "?", "key: value"),
    ("[a]: b\n", "complex-key", "[", "quotes"),
    ("a: b\n: c\n", "key-missing", ":", "quotes"),
    ("%YAML 1.2\n---\na: b\n", "directive", "%", "delete"),
    ("%FOO\n---\na: b\n", "directive", "%", "delete"),
    ("a: 1\n---\nb: 2\n", "documents", "---", "one per file"),
    ("a: 1\nb: 2\na: 3\n", "duplicate-key", "a", "delete one"),
    ("a: {b: 1, 'b': 2}\n", "duplicate-key", "'b'", "delete one"),
    ('a: "\\q"\n', "escape", "\\q", "single quotes"),
    ('a: "\\xzz"\n', "escape", "\\x", "single quotes"),
    ('a: "\\0"\n', "control-character", "\\0", "single quotes"),
    ('a: "x\\\\\\x07"\n', "control-character", "\\x07", "single quotes"),
    ('a: "\\frac"\n', "control-character", "\\f", "single quotes"),
    ('a: "\\ud800"\n', "control-character", "\\ud800", "the character itself"),
    ('a: "\\U00110000"\n', "control-character", "\\U00110000", "the character itself"),
    ('a: "\\UFFFFFFFF"\n', "control-character", "\\UFFFFFFFF", "the character itself"),
    ("a: b\x00c\n", "control-character", "\x00", "delete"),
    ("a: b\x85c\n", "control-character", "\x85", "delete"),
    ("a: b # \x7f\n", "control-character", "\x7f", "delete"),
    ("a: b\ud800\n", "control-character", "\ud800", "delete"),
    ("- a\n", "not-a-mapping", "-", "person"),
    ("just a text\n", "not-a-mapping", "just a text", "person"),
    ("", "empty", "", "person"),
    ("# only this\n", "empty", "", "person"),
    ("---\n", "empty", "", "person"),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "code", "characters", "word"), REFUSED)
def test_a_mistake_is_named_marked_and_mended(text, code, characters, word):
    """Each mistake has its code, marks the very characters and says what to write instead; both parsers agree."""
    found = mistakes(text)
    assert (found[0].code, marked(found[0].span)) == (code, characters)
    assert any(word in hint for hint in found[0].hints)
    assert found[0].severity is Severity.ERROR
    assert found[0].message[0].islower() or not found[0].message[0].isalpha()


@pytest.mark.usefixtures("parser")
def test_a_value_is_accepted_with_the_quotes_that_its_hint_shows():
    """Doing what a hint says mends the file."""
    tried = 0
    for text, code, characters, _ in REFUSED:
        if code != "quotes-needed":
            continue
        hint = next(hint for hint in mistakes(text)[0].hints if "value: " in hint)
        mended = text.replace(characters, hint.partition("value: ")[2], 1)
        assert parse_yaml(mended, "p.yaml").data
        tried += 1
    assert tried > 15


@pytest.mark.usefixtures("parser")
def test_all_mistakes_are_reported_at_once():
    """A syntax error ends the reading, and what was found before it is told too, in the file's order."""
    text = "a: &x 1\nb: *x\na: \x01\nc: !t 3\nd: 'open\n"
    assert codes(text) == ["anchor", "alias", "duplicate-key", "control-character", "tag", "quote-unclosed"]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("count", "shown"), [(50, 50), (51, 51), (80, 51)])
@pytest.mark.parametrize("line", ["a{}: *x\n", "a{}: \x01\n", 'a{}: "\\0"\n'])
def test_at_most_fifty_mistakes_are_shown(line, count, shown):
    """The last one then says how many more there are."""
    found = mistakes("".join(line.format(number) for number in range(count)))
    assert len(found) == shown
    assert found[49].span.line == 50
    if count > 50:
        assert (found[-1].code, found[-1].severity) == ("too-many-mistakes", Severity.NOTE)
        assert f"and {count - 50} more" in found[-1].message


@pytest.mark.usefixtures("parser")
def test_a_duplicate_key_shows_both_places():
    """The first one is related to the second."""
    (mistake,) = mistakes("a: 1\nb: 2\n'a': 3\n")
    (first, _words) = mistake.related[0]
    assert (mistake.span.line, first.line, marked(first)) == (3, 1, "a")


@pytest.mark.usefixtures("parser")
def test_limits():
    """The largest allowed file is read, the next larger one is not."""
    assert parse_yaml("a: " + "[" * 19 + "]" * 19, "p.yaml")
    assert codes("a: " + "[" * 20 + "]" * 20) == ["too-deep"]
    assert parse_yaml("a: " + "x" * 10_000, "p.yaml")
    assert codes("a: " + "x" * 10_001 + "\nb: *x\n") == ["too-long", "alias"]
    assert parse_yaml("a: [" + "x," * 5_000 + "]", "p.yaml")
    assert codes("a: [" + "x," * 5_001 + "]") == ["too-many-items"]
    full = "[" + "x," * 4_998 + "],"
    assert parse_yaml("a: [" + full * 4 + "]", "p.yaml")
    assert codes("a: [" + full * 4 + "x, x]") == ["too-many-nodes"]


def test_a_file_may_have_one_mebibyte():
    """Bytes count, not characters."""
    padding = "# " + "é" * ((1 << 19) - 4)
    assert parse_yaml("a: b\n" + padding, "p.yaml").data == {"a": "b"}
    assert codes(("a: b\n" + padding + "é").encode()) == ["too-large"]
    assert codes("a: b\n" + padding + "é") == ["too-large"]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("start", ["", "a:\n  "])
@pytest.mark.parametrize("sign", ["[", "{", "- ", "? ", "{a: "])
def test_deep_nesting_is_an_ordinary_mistake(start, sign):
    """200,000 brackets neither crash the interpreter nor exhaust its stack, and all parsers give the same answer."""
    found = codes((start + sign * 200_000)[: 1 << 20])
    assert found
    if sign in ("[", "{", "[a: ", "{a: "):
        assert found[-1] == "too-deep"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"a: b\r\n\xc3\xa9: x\xe9y\n", 2, 5),
        (b"\xef\xbb\xbfa: \xff", 1, 4),
        (b"a: \xed\xa0\x80", 1, 4),
        ("a: b".encode("utf-16"), 1, 1),
        ("a: b".encode("utf-16-be"), 1, 1),
        ("a: b".encode("utf-32-le"), 1, 1),
    ],
)
def test_other_encodings_are_refused_where_they_break(content, line, column):
    """The place of the first byte that is not UTF-8, and what to do."""
    (mistake,) = mistakes(content)
    assert (mistake.code, mistake.span.line, mistake.span.column) == ("encoding", line, column)
    assert "UTF-8" in mistake.hints[0]


# -- files -------------------------------------------------------------------------------------------------------


def test_a_file_is_named_as_the_user_named_it(tmp_path, monkeypatch):
    """Relative paths stay relative."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ada.yaml").write_bytes(b"\xef\xbb\xbfa: b\r\n")
    found = read_yaml(pathlib.Path("ada.yaml"))
    assert (found.file, found.data, str(found.span(("a",)))) == ("ada.yaml", {"a": "b"}, "ada.yaml:1:4")


def refused(path: pathlib.Path) -> Diagnostic:
    with pytest.raises(ProfileError) as caught:
        read_yaml(path)
    (mistake,) = caught.value.diagnostics
    assert mistake.hints or mistake.code == "file-unreadable"
    return mistake


def test_a_missing_file_hints_at_its_neighbours(tmp_path):
    """A misspelt name or a forgotten ending is answered with the right one."""
    (tmp_path / "ada.yaml").touch()
    (tmp_path / "adb.txt").touch()
    for name in ("adda.yaml", "ada", "ada.yml"):
        mistake = refused(tmp_path / name)
        assert mistake.code == "file-missing"
        assert str(tmp_path / "ada.yaml") in mistake.hints[0]
        assert "adb.txt" not in mistake.hints[0]
    assert "no folder" in refused(tmp_path / "nothing" / "x.yaml").hints[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO here")
def test_only_regular_files_are_read(tmp_path):
    """A FIFO does not hang the program, a device is not read."""
    os.mkfifo(tmp_path / "fifo")
    assert refused(tmp_path / "fifo").code == "file-kind"
    assert refused(pathlib.Path(os.devnull)).code == "file-kind"
    assert refused(tmp_path).code == "file-kind"


def test_unreadable_files_are_reported(tmp_path, monkeypatch):
    """Whatever the system says becomes an ordinary error."""
    assert refused(tmp_path / ("x" * 5000)).code == "file-unreadable"
    assert refused(pathlib.Path("a\0b")).code == "file-unreadable"

    def deny(*_: object) -> int:
        raise PermissionError(13, "denied")

    (tmp_path / "x.yaml").touch()
    monkeypatch.setattr(os, "open", deny)
    assert "permissions" in refused(tmp_path / "x.yaml").hints[0]


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path):
    """One byte more than the limit is enough to know."""
    with (tmp_path / "big.yaml").open("wb") as stream:
        stream.truncate(1 << 34)
    assert refused(tmp_path / "big.yaml").code == "too-large"


def test_sources_cross_process_borders():
    """A source and its errors can be pickled, as batch builds need."""
    found = parse_yaml(PROFILE, "p.yaml")
    again = pickle.loads(pickle.dumps(found))
    assert isinstance(again, Source)
    assert again.span(("person", "name")) == found.span(("person", "name"))


# -- any input ---------------------------------------------------------------------------------------------------

TOKENS = [*" \n\t\r:,[]{}\"'#|>?!&*%@`~\\=+.-ab😀é\u2028\u2029\x85\ufeff\xa0\ue000\uffff"]
TOKENS += ["  ", "\n  ", "\n    ", "\n- ", "\n  - ", "a: ", "b: ", "\nd: ", "- ", ": ", '"x"', "'y'", " # c", "|\n  "]
TOKENS += [">-\n  ", "|2", "|+\n", ">1-\n", "\r\n", "? ", "!t ", "&a ", "*a", "%YAML 1.1\n", "%FOO\n", "---", "--- "]
TOKENS += ["---\n", "...", "...\n", "null", "<<: ", "\\n", "\\x41", "\\x07", "\\0", "\\ud800", "\\U00110000", '\\"']
TOKENS += ["\\\n", "\\q", "!!str ", "!<x> ", '"a":', "x" * 200, "y " * 30, "x" * 1020, "\\N", "a?", "?a", ":]", "a\t"]
ANY_TEXT = st.text(st.characters(), max_size=60)
YAMLISH = st.tuples(
    st.sampled_from(["", "a: ", "a:\n  ", "a: [", "a: {", 'a: "', "a: '", "a: |\n", "a: >\n  "]),
    st.lists(st.sampled_from(TOKENS), max_size=12).map("".join),
    st.sampled_from(["", "]", "}", '"', "'", "\n"]),
).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = PROFILE
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(st.sampled_from(TOKENS)) + text[start + draw(st.integers(0, 4)) :]
    return text


CORPUS = [
    "a: [b: ]", "a: [b:\n ]", "a: {b: , c: }", "a: {b: \n}", "a: [b: , c]", "a: {b, c: d}",
    "a: b\n... \n", "a: b\n...\n...\n", "a: b\n... # c\n", "a: b\n...\nc: d\n", "--- a: b\n", "--- # c\na: b\n",
    "---\ta: b\n", "a: b\n---", "\ufeff\ufeffa: b", "a: b\n\ufeff", "a: b\ufeff\n\ufeff# c\n", "a: b\x85c: d",
    "a: b\u2028c: d", "a: 'b\u2029c'", "? a\n: b", "? a", "{? a: b}", "[? a]", "[a?]", "{a? : b}", "a: ?", "a: ?b",
    "x" * 1023 + ": a", "x" * 1024 + ": a", "x" * 1025 + ": a", '"' + "x" * 1022 + '": a',
    '"' + "x" * 1023 + '": a', "😀" * 1024 + ": a", "😀" * 1025 + ": a", "{" + "x" * 1025 + ": a}", "{a:b}",
    '{"a":b}', "{'a':'b'}", "a: [b:c]", "a: [b:]", "a: [b :]", "a: [:]", "a: [: b]", "a: [::]", "a: {b:, c}",
    "a: [b:[c]]", 'a: ["b":[c]]', "a: {b:{c: d}}", "a:\n- - b\n  - c", "a:\n- -", "a:\n-", "a:\n-b", "a: [-]",
    "a: [- b]", "a: [-b]", "a: [,]", "a: [b,,c]", "a: {,}", "a: b#c", "a: b #c", 'a: "b"#c', "a: [b]#c", "a: [b]c",
    "a: #b", "a:#b", "a: |#c\n  x", "a: | #c\n  x", "a: |\t\n  x", "a: |1\n x", "a: |0\n x", "a: |10\n x",
    "a: |+1\n x", "a: |1+\n x", "a: |++\n x", "a: >-\n\n\n  x\n\n y", "a: |\n  x\n y", "a: |\n   \n  x",
    "a: |2\n x", "a: |\n\tx", "a: |", "a: >", "a: |-\n# c\nb: c", "a: |\n  x\n # c\nb: c", "a: >+\n x\n\n# c",
    'a: "\\x1"', 'a: "\\x00"', 'a: "\\ud83d\\ude00"', 'a: "\\U0001F600"', 'a: "\\/"', "a: \"\\'\"", 'a: "\\\t"',
    'a: "\\ "', 'a: "\\_\\L\\P\\N"', 'a: "b\\\n  c"', 'a: "b\n\n  c"', "a: 'b\n c'", 'a: "b\n---\nc"',
    'a: "b\n...\nc"', 'a: "b\n%c"', "a: b\n%c", "%c", "%YAML 1.1\n---\na: b", "%YAML 2.0\n---\na: b",
    "%TAG ! x\n---\na: b", "a: !", "a: ! b", "a: !x!y b", "a: !<> b", "a: !<x b", "a: &", "a: *", "a: & b",
    "*a : b", "*a: b", "&a b: c", "!a b: c", "a: &b\nc: d", "a: &b\n  c: d", "a: !b\n", "a: &b !c d", "a: !c &b d",
    "a: &b &c d", "a: {b: c}: d", "{a: b}: c", "[a]: b", "a: b: c", "a:\n b:\n  c\n  d", "a: 'b' 'c'",
    "a: b\n  c: d", "a:\n  b\n c", "a: b\n\n\n c", "a\n: b", '"a"\n: b', "{a\n: b}", '{"a"\n: b}', "a : b", "a:",
    "a: \n", "a: # c\n", "a: ~ # c", "~: a", ": a", "'': a", "<<: a", "a: <<", "a\tb: c", "a:\tb", "a: b\t",
    "a: b\t#c", "a: [b,\tc]", "a: {\tb: c}", "a:\n  - b\n  -\tc", "a: 'b\tc'", "a: 'b\n\tc'", "a:\r  b\r",
    "a: b\r\n\rc: d\n\r",
]  # fmt: skip


@pytest.mark.skipif(len(PARSERS) < 2, reason="there is only the pure parser")
class TestParsersAgree:
    """The C and the pure parser accept the same texts and read the same data and places from them."""

    @pytest.mark.parametrize("text", CORPUS)
    def test_on_corners_of_the_syntax(self, text):
        assert outcome(text, PARSERS[0]) == outcome(text, PARSERS[1])

    @given(YAMLISH)
    def test_on_short_texts(self, text):
        assert outcome(text, PARSERS[0]) == outcome(text, PARSERS[1])

    @given(mutated())
    def test_on_damaged_profiles(self, text):
        assert outcome(text, PARSERS[0]) == outcome(text, PARSERS[1])

    @pytest.mark.long
    @THOROUGH
    @given(st.one_of(YAMLISH, mutated()))
    def test_on_many_texts(self, text):
        assert outcome(text, PARSERS[0]) == outcome(text, PARSERS[1])


def all_paths(node: source.Data, path: source.YamlPath = ()) -> list[source.YamlPath]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(deeper for step, child in children for deeper in all_paths(child, (*path, step)))]


@given(st.one_of(YAMLISH, mutated()))
def test_every_path_has_a_span_inside_the_file(text):
    """Spans are never empty of place: within the lines, start before end, children inside their parents."""
    try:
        found = parse_yaml(text, "p.yaml")
    except ProfileError as error:
        spans = [mistake.span for mistake in error.diagnostics]
    else:
        paths = all_paths(found.data)
        assert set(paths) == set(found._places)
        spans = [found.span(path, key=key) for path in paths for key in (False, True)]
        for path in paths[1:]:
            outer, inner = found._places[path[:-1]].value, found._places[path].value
            assert outer[0] <= inner[0] <= inner[1] <= outer[1]
    lines = source_text.BREAK.split(text.removeprefix("\ufeff"))
    for span in spans:
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.excerpt in (lines[span.line - 1], "")
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1


@given(st.binary(max_size=60) | ANY_TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_a_source_or_a_profile_error(content):
    """Nothing else leaves the reader."""
    try:
        assert isinstance(parse_yaml(content, "p.yaml").data, dict)
    except ProfileError as error:
        assert all(mistake.message for mistake in error.diagnostics)


@given(ANY_TEXT, st.sampled_from(PARSERS))
def test_any_text_gives_a_source_or_a_profile_error(text, loader):
    """Lone surrogates and noncharacters included."""
    outcome(text, loader)
    outcome(f'a: "{text}"', loader)
