"""Bad profiles and the diagnostics each of them gives: all of them, each at its place, and nothing else."""

from __future__ import annotations

import copy
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvgen.composer import compose
from cvgen.diagnostics import Diagnostic, Severity, format_human
from cvgen.errors import ProfileError
from cvgen.loading.load import MOST_DIAGNOSTICS, load, load_data

BAD = Path(__file__).parents[1] / "data" / "bad"
HEAD = "person:\n  name: Ada Lovelace\n"
ANNOTATION = re.compile(
    r"#! (?:(?P<file>[\w/.]+):)?(?P<line>\d+):(?P<column>\d+) (?P<severity>error|warning|note) (?P<code>[\w-]+)"
    r"(?:: (?P<words>.+))?"
)
# Each code is documented; a new one belongs here and into the documentation.
CODES = frozenset(
    {
        "alias",
        "ambiguous-name",
        "anchor",
        "arxiv",
        "bidi-control",
        "bold-by-hand",
        "bracket-unclosed",
        "colon-missing",
        "combining-marks",
        "comment",
        "curly-quotes",
        "complex-key",
        "control-character",
        "date",
        "date-order",
        "date-twice",
        "directive",
        "document-date",
        "documents",
        "doi",
        "duplicate-key",
        "duplicate-work",
        "email",
        "empty",
        "encoding",
        "equal-alone",
        "escape",
        "file-kind",
        "file-missing",
        "file-unreadable",
        "flag",
        "foreign-file",
        "identifier",
        "indentation",
        "invisible-character",
        "key-missing",
        "language",
        "legend-without-marks",
        "line-separator",
        "link",
        "listed-twice",
        "look-alike",
        "mark-unexplained",
        "marks-without-legend",
        "merge-key",
        "mis-decoded",
        "missing",
        "namesake",
        "nfd",
        "no-value",
        "not-a-character",
        "not-a-mapping",
        "number",
        "orcid",
        "own-name",
        "own-spelling",
        "phone",
        "placeholder",
        "position-twice",
        "private-use",
        "quote-unclosed",
        "quotes-needed",
        "rank",
        "raw-markup",
        "replacement-character",
        "space-missing",
        "syntax",
        "tab",
        "tag",
        "too-deep",
        "too-large",
        "too-long",
        "too-many-items",
        "too-many-mistakes",
        "too-many-nodes",
        "unknown-choice",
        "unknown-key",
        "unknown-kind",
        "unknown-section",
        "unknown-work",
        "user-name",
        "works-file",
        "wrong-shape",
        "yaml-boolean",
    }
)

# What is too large to be stored: name -> (content, expectations).
GENERATED: dict[str, tuple[str, list[str]]] = {
    "brackets": (f"{HEAD}a: {'[' * 200_000}\n", ["#! 3:23 error too-deep"]),
    "braces": (f"{HEAD}a: {'{a: ' * 200_000}\n", ["#! 3:80 error too-deep"]),
    "depth": (f"{HEAD}a: {'[' * 20}{']' * 20}\n", ["#! 3:23 error too-deep"]),
    "bytes": (f"{HEAD}# {'x' * (1 << 20)}\n", ["#! 0:0 error too-large: `works:`"]),
    "nodes": (f"{HEAD}keywords: [{('[' + 'x, ' * 4_000 + '], ') * 5}]\n", ["#! 3:59993 error too-many-nodes"]),
    "scalar": (f"{HEAD}  quote: {'x' * 10_001}\n", ["#! 3:10 error too-long: `works:`"]),
    "bullets": (
        f"{HEAD}sections:\n  - kind: text\n    highlights:\n" + "      - x\n" * 10_000,
        ["#! 5006:9 error too-many-items"],
    ),
    "keys": (
        HEAD + "".join(f"  unknown{number}: x\n" for number in range(5_000)),
        [*(f"#! {line}:3 error unknown-key" for line in range(3, 53)), "#! 52:12 note too-many-mistakes: 4950 more"],
    ),
    "digits": (f"{HEAD}sections:\n  - kind: text\n    limit: {'9' * 9_000}\n", ["#! 5:12 error number"]),
}


def expectations(name: str) -> tuple[bytes, list[str]]:
    """Return the profile as it is loaded, and what it must give."""
    if name in GENERATED:
        text, expected = GENERATED[name]
        return text.encode(), expected
    content = (BAD / f"{name}.yaml").read_bytes()
    if (BAD / f"{name}.expect").exists():
        return content, (BAD / f"{name}.expect").read_text("utf-8").splitlines()
    lines = content.decode("utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("#! "))
    return kept.encode(), [line.strip() for line in lines if line.startswith("#! ")]


STORED = sorted(path.stem for path in BAD.glob("*.yaml"))
EVERY = [*STORED, *GENERATED]


def diagnosed(folder: Path, name: str) -> tuple[Path, tuple[Diagnostic, ...]]:
    """Load, and compose where the profile says so, in a folder of its own."""
    content, expected = expectations(name)
    shutil.copytree(BAD / "works", folder / "cv" / "works")
    path = folder / "cv" / f"{name}.yaml"
    path.write_bytes(content)
    mode = next((line for line in expected if line.startswith("#! compose")), "")
    try:
        profile = load(path)
    except ProfileError as error:
        assert not mode, "the profile must load"
        return path, error.diagnostics
    if not mode:
        return path, profile.diagnostics
    with pytest.raises(ProfileError) as caught:
        compose(profile, variant=mode.partition("variant=")[2] or None)
    return path, (*profile.diagnostics, *caught.value.diagnostics)


def test_there_are_enough_bad_profiles():
    """The collection covers at least forty mistakes, and its files are all found."""
    assert len(STORED) >= 100
    assert len({*STORED} & {*GENERATED}) == 0
    for path in BAD.glob("*.expect"):
        assert path.with_suffix(".yaml").exists(), path.name


@pytest.mark.parametrize("name", EVERY)
def test_a_bad_profile_gives_its_annotated_diagnostics(name, tmp_path):
    """Every mistake is reported at its line and column, with its code and a hint, and nothing else is."""
    path, found = diagnosed(tmp_path, name)
    expected = []
    for line in expectations(name)[1]:
        if line.startswith("#! compose"):
            continue
        match = ANNOTATION.fullmatch(line)
        assert match, f"not an annotation: {line}"
        expected.append(match)
    assert [
        (str(Path(d.span.file).relative_to(path.parent)), d.span.line, d.span.column, str(d.severity), d.code)
        for d in found
    ] == [(m["file"] or path.name, int(m["line"]), int(m["column"]), m["severity"], m["code"]) for m in expected]
    for diagnostic, match in zip(found, expected, strict=True):
        said = "\n".join((diagnostic.message, diagnostic.label, *diagnostic.hints))
        assert (match["words"] or "") in said


@pytest.mark.parametrize("name", EVERY)
def test_what_is_printed_shows_the_place(name, tmp_path):
    """A person sees file, line and column, the source line, and carets below the words that are meant."""
    _, found = diagnosed(tmp_path, name)
    for diagnostic in found:
        lines = format_human(diagnostic).splitlines()
        span = diagnostic.span
        assert lines[0].startswith(f"{span}: {diagnostic.severity}[{diagnostic.code}]: ")
        assert (span.line > 0) == (str(span) == f"{span.file}:{span.line}:{span.column}")
        if span.line and span.excerpt:
            assert re.match(rf" *{span.line} \| ", lines[1])
            assert re.match(r" +\| …? *\^+( |$)", lines[2])
        for line in lines:
            assert line.isprintable(), "control and bidi characters are made visible"


@pytest.mark.parametrize("name", EVERY)
def test_a_message_is_ours(name, tmp_path):
    """Messages are short, lower case, without a full stop, and in words that are not a library's."""
    _, found = diagnosed(tmp_path, name)
    for diagnostic in found:
        assert diagnostic.code in CODES
        for words in (diagnostic.message, *diagnostic.hints):
            assert words[0] == words[0].lower() or words.startswith("U+"), words
            assert not words.endswith("."), words
            assert not re.search(r"pydantic|[Ii]nput should|[Vv]alue error|\bdict\b|\btuple\b|None\b", words)
        if diagnostic.severity is not Severity.NOTE and diagnostic.code not in ("too-many-nodes", "too-many-items"):
            assert diagnostic.hints, f"{diagnostic.code}: nothing says what to do"


# --- mutations ------------------------------------------------------------------------------------------------------

WORKS = """\
engines:
  title: On Engines
  authors: [Ada Lovelace*, Charles Babbage*]
  venue: {name: Scientific Memoirs, acronym: SM, year: 2023, kind: journal}
  date: 2023-09
  links: {doi: 10.1000/182, slides: "https://example.org/s.pdf"}
looms:
  title: "*Looms*: a [study](https://example.org)"
  authors: [Luigi Menabrea, {name: Ada Lovelace, corresponding: true}]
  status: submitted
"""
GOOD: dict[str, Any] = {
    "person": {
        "name": "Ada Lovelace",
        "position": ["Analyst", "University of Example"],
        "aliases": ["A. Lovelace"],
        "email": "ada@example.org",
        "phone": "+44 20 7946 0958",
        "homepage": "ada.example.org",
        "github": "ada",
        "scholar": {"id": "x1", "label": "Ada"},
        "links": [{"label": "Notes", "url": "https://example.org/notes"}],
        "advisors": ["Augustus De Morgan", {"name": "Mary Somerville", "title": "Dr."}],
    },
    "works": "works.yaml",
    "document": {
        "theme": "awesome",
        "date": "2024-10-22",
        "footer": {"left": "{date}", "right": "{page}"},
        "options": {"accent": "emerald"},
    },
    "sections": [
        {
            "kind": "education",
            "entries": [
                {
                    "institution": "University of Example",
                    "start_date": "2019-10",
                    "end_date": "present",
                    "gpa": "3.9/4.0",
                    "rank": {"position": "2", "of": "120"},
                    "highlights": ["one", {"text": "two", "highlights": ["*three*"]}],
                }
            ],
        },
        {"kind": "publications", "entries": ["engines", {"work": "looms", "note": "new"}], "sort": "date"},
        {"kind": "honors", "groups": [{"title": "Prizes", "entries": [{"title": "First", "date": "2024 Spring"}]}]},
        {"kind": "skills", "entries": [{"label": "Languages", "values": ["Python", "C++"], "tags": "code"}]},
        {"kind": "text", "text": "A life with `engines`."},
    ],
    "variants": {"short": {"sections": ["education"], "exclude": ["code"]}},
}


def as_yaml(data: object) -> str:
    """Write JSON, one value to a line: a subset of YAML that any mutation keeps readable."""
    return json.dumps(data, ensure_ascii=False, indent=1)


AS_BLOCK = """\
person:
  name: Ada Lovelace
  position: [Analyst, "University: of Example"]
  email: ada@example.org   # a comment
works: works.yaml
document: {date: 2024-10-22, footer: {left: "{date}"}}
sections:
  - kind: education
    entries:
      - institution: University of Example
        start_date: 2019-10
        end_date: present
        highlights:
          - 'it''s *one*'
          - text: two
            highlights: [three]
  - kind: publications
    entries: [engines, {work: looms, note: new}]
  - kind: text
    text: >-
      A life
      with engines.
"""


def check_outcome(folder: Path, profile: bytes, works: bytes = WORKS.encode()) -> None:
    """Load; whatever comes out must be a profile, or mistakes that point at lines which exist."""
    path = folder / "p.yaml"
    path.write_bytes(profile)
    (folder / "works.yaml").write_bytes(works)
    try:
        found = load(path).diagnostics
        assert all(diagnostic.severity is not Severity.ERROR for diagnostic in found)
    except ProfileError as error:
        found = error.diagnostics
        assert any(diagnostic.severity is Severity.ERROR for diagnostic in found)
    lines = {
        str(folder / name): len(re.split(b"\r\n|\r|\n", (folder / name).read_bytes()))
        for name in ("p.yaml", "works.yaml")
    }
    assert len(found) <= MOST_DIAGNOSTICS + 1
    assert list(found) == sorted(found, key=lambda diagnostic: diagnostic.sort_key)
    for diagnostic in found:
        assert diagnostic.code in CODES, diagnostic
        if diagnostic.code == "too-large":  # the only one here that is about a whole file
            continue
        assert 1 <= diagnostic.span.line <= lines[diagnostic.span.file], diagnostic
        assert diagnostic.span.column >= 1
        format_human(diagnostic)


CALM = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def test_the_profiles_that_are_mutated_are_good(tmp_path):
    """The property tests below start from profiles without any mistake."""
    (tmp_path / "works.yaml").write_text(WORKS, "utf-8")
    for number, text in enumerate((as_yaml(GOOD), AS_BLOCK)):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text, "utf-8")
        assert load(path).diagnostics == ()


@CALM
@given(
    text=st.sampled_from([as_yaml(GOOD), AS_BLOCK, WORKS]),
    edits=st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 12),
            st.binary(max_size=4)
            | st.sampled_from(
                [b"\t", b": ", b"- ", b"\n", b"'", b'"', b"[", b"}", b"&a ", b"*a", b"!x ", b"\xc3", b"\0"]
            )
            | st.characters().map(lambda char: char.encode("utf-8", "surrogatepass")),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_any_bytes_give_a_profile_or_our_errors(tmp_path, text, edits):
    """Whatever is deleted from a file, or typed into it, the loader answers with mistakes at places that exist."""
    content = text.encode()
    for where, length, new in edits:
        at = int(where * len(content))
        content = content[:at] + new + content[at + length :]
    if text == WORKS:
        check_outcome(tmp_path, AS_BLOCK.encode(), content)
    else:
        check_outcome(tmp_path, content)


def places(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths of all values."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [*([path] if path else []), *(found for key, value in items for found in places(value, (*path, key)))]


_WORDS = "x|no|[|{date}|2023.10|03/04/2023|a b|-1|99999|**x**|javascript:a|engines|present|2023-02-30|https://[::1"
_SHAPES: list[object] = [
    *(None, "", "\u202e", "\u200b", "e\u0301", [], {}, [None], ["x"], [["x"]], {"x": "y"}, {"": None}),
    *({"text": {}}, {"kind": "text"}, {"work": "lost"}, {"name": "x"}, {"date": None}),
]
ODD = st.sampled_from([*_WORDS.split("|"), *_SHAPES]) | st.text(max_size=8)


@CALM
@given(data=st.data())
def test_any_shape_gives_a_profile_or_our_errors(tmp_path, data):
    """Values of any other shape, renamed and repeated keys: all of them give mistakes at places that exist."""
    profile = copy.deepcopy(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        *parents, last = data.draw(st.sampled_from(places(profile)))
        holder: Any = profile
        for step in parents:
            holder = holder[step]
        match data.draw(st.sampled_from(["replace", "replace", "rename", "delete", "swap", "repeat"])):
            case "replace":
                holder[last] = copy.deepcopy(data.draw(ODD))
            case "delete":
                del holder[last]
            case "rename" if isinstance(holder, dict):
                key = data.draw(st.sampled_from(["", "kind", "text", "entries", "[key]", f"{last}s", str(last)[1:]]))
                holder[key] = holder.pop(last)
            case "repeat" if isinstance(holder, list):
                holder += [copy.deepcopy(holder[last])] * data.draw(st.sampled_from([1, 60]))
            case "swap":
                *others, other = data.draw(st.sampled_from(places(profile)))
                found: Any = profile
                for step in (*others, other):
                    found = found[step]
                holder[last] = copy.deepcopy(found)
        if not places(profile):
            break
    check_outcome(tmp_path, as_yaml(profile).encode("utf-8", "surrogatepass"))
    try:
        load_data({**profile, "works": []})
    except ProfileError as error:
        assert {diagnostic.code for diagnostic in error.diagnostics} <= CODES


def test_all_mistakes_are_told_at_once(tmp_path):
    """A wrong key does not hide a wrong date, a wrong works file, an unknown work, or another person's paper."""
    codes = []
    for name in ("many_at_once", "works_and_profile"):
        _, found = diagnosed(tmp_path / name, name)
        codes += [diagnostic.code for diagnostic in found]
    assert {"missing", "unknown-key", "phone", "file-missing", "unknown-choice", "unknown-kind", "wrong-shape"} <= {
        *codes
    }
    assert {"identifier", "date", "unknown-work"} <= {*codes}
    path = tmp_path / "p.yaml"
    path.write_text(
        f"{HEAD}works: lost.yaml\nsections:\n  - kind: publications\n    entries:\n"
        "      - {title: T, authors: [Someone Else]}\n      - engines\n",
        "utf-8",
    )
    with pytest.raises(ProfileError) as caught:
        load(path)
    # That the ids are unknown follows from the works file: it is not said again.
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["file-missing", "own-name"]


def test_warnings_are_kept_with_the_profile_and_bounded(tmp_path):
    """A good profile with a thousand odd dates tells of the first fifty and counts the rest."""
    path = tmp_path / "p.yaml"
    entries = "".join("      - {title: T, date: Sept 2023}\n" for _ in range(1_000))
    path.write_text(f"{HEAD}sections:\n  - kind: talks\n    entries:\n{entries}", "utf-8")
    found = load(path).diagnostics
    assert [diagnostic.code for diagnostic in found[:50]] == ["date"] * 50
    assert len(found) == MOST_DIAGNOSTICS + 1
    assert found[-1].message == "and 950 more mistakes"


def test_works_files_reached_over_links_in_a_circle_are_refused(tmp_path):
    """A symbolic link to itself is a mistake in the profile, not a crash."""
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    path = tmp_path / "p.yaml"
    path.write_text(f"{HEAD}works: loop.yaml\n", "utf-8")
    with pytest.raises(ProfileError) as caught:
        load(path)
    assert caught.value.diagnostics[0].code in ("file-unreadable", "works-file")
    assert caught.value.diagnostics[0].span.line == 3
