"""Imports: files of other tools become profiles and works files that load, and what is lost is named at its place."""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cvgen
from cvgen.document.inline import inlines
from cvgen.errors import CvgenError
from cvgen.formatter import reformat
from cvgen.imports import import_descriptions, import_file, import_names
from cvgen.profile.works import Work
from cvgen.values import dates
from cvgen.values.text_policy import clean_text

SAMPLES = sorted((Path(__file__).resolve().parents[1] / "data" / "imports").glob("*.*"))
# Bibliographies; what describes a person has tests of its own.
BOTH_WAYS = ["bibtex", "csl-json", "ris"]


def written(imported, folder):
    """Write what was imported, and return its path."""
    path = folder / "imported.yaml"
    path.write_text(imported.to_yaml(), "utf-8")
    return path


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_sample_becomes_a_file_that_loads(tmp_path, sample):
    """Its format is recognised, a profile loads without a warning, works validate, and `fmt` has an order for it."""
    imported = import_file(sample)
    path = written(imported, tmp_path)
    if imported.is_works:
        assert [Work.model_validate(work) for work in imported.data.values()]
    else:
        assert cvgen.load_profile(path).diagnostics == ()
    formatted = reformat(path)
    path.write_text(formatted.after, "utf-8")
    assert reformat(path).after == formatted.after


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_no_text_of_a_sample_is_lost_in_silence(tmp_path, sample):
    """Each value that holds a word of the sample's own (`…word`) is in the result, or in a loss at its line."""
    source = sample.read_text("utf-8")
    imported = import_file(sample)
    text = imported.to_yaml()
    lines = source.split("\n")
    told = " ".join(" ".join(lines[loss.span.line - 1 : loss.span.end_line]) + str(loss) for loss in imported.losses)
    words = set(re.findall(r"\w+word\b", source)) - {"keyword"}
    assert words
    assert [word for word in words if word not in text + told] == []


def test_a_json_resume_becomes_sections_with_our_names(tmp_path):
    """Each list is a section, keys have our names, an open end is the present, and no author is made up."""
    imported = import_file(next(path for path in SAMPLES if path.name == "resume.json"))
    data = imported.data
    sections = {section["kind"]: section for section in data["sections"]}
    assert data["person"]["name"] == "Ada Lovelace"
    assert data["person"]["linkedin"] == "ada-nameword"
    (job,) = sections["experience"]["entries"]
    assert (job["organization"], job["role"]) == ("Engine Firmword", "Analystword")
    assert (job["start_date"], job["end_date"]) == ("2023-09-01", "present")
    (work,) = sections["publications"]["entries"]
    assert "authors" not in work
    assert work["venue"] == "Pressword"
    assert sections["education"]["entries"][0]["courses"] == ["Courseword"]


def test_a_rendercv_file_keeps_headings_and_nested_bullets(tmp_path):
    """Types of entries by their keys; `*Name*` is a name, `et al.` says that there are more, dashes are bullets."""
    data = import_file(next(path for path in SAMPLES if path.name == "rendercv.yaml")).data
    sections = {section.get("title", section["kind"]): section for section in data["sections"]}
    (work,) = sections["publications"]["entries"]
    assert work["authors"] == ["Ada Lovelace", "Bo Hillword"]
    assert work["more_authors"] is True
    assert work["links"] == {"doi": "10.1000/182"}
    (job,) = sections["experience"]["entries"]
    assert job["highlights"] == [{"text": "Wordy:", "highlights": ["oneword", "twoword"]}]
    assert sections["Welcome"]["text"] == "Firstword.\n\nSecondword."
    assert sections["Selected Honors"]["highlights"] == ["Bulletword"]


TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30)
PLAIN = TEXTS.map(lambda text: " ".join(clean_text(text)[0].split())).filter(lambda text: any(map(str.isalnum, text)))
NAMES = st.sampled_from(["Ada Lovelace", "Vincent van der Berg", "金超", "ATLAS Collaboration", "Martin King Jr.",
                         "Plato", "Ana de la Cruz", "Bo Hill*"])  # fmt: skip
WORKS = st.fixed_dictionaries(
    {"title": PLAIN, "authors": st.lists(NAMES, max_size=4, unique=True)},
    optional={
        "date": st.sampled_from(["2023", "2023-09", "2023-09-14", "2024 Spring", "c. 2015", "expected 2027-06",
                                 "2023-09-01/2023-09-03", "2010/11"]),
        "venue": st.fixed_dictionaries(
            {"name": PLAIN},
            optional={"acronym": st.just("NSDI"), "year": st.just("2024"), "prefix": st.just("Proceedings of the"),
                      "kind": st.sampled_from(["conference", "journal", "book", "thesis", "workshop"])},
        ),
        "pages": st.sampled_from(["1-12", "1–12", "e17", "3"]), "volume": st.just("33"), "number": st.just("2"),
        "publisher": PLAIN, "institution": PLAIN, "edition": st.just("2nd"), "series": PLAIN, "note": PLAIN,
        "location": PLAIN, "award": PLAIN, "system_name": PLAIN, "more_authors": st.just(True),
        "editors": st.lists(st.sampled_from(["Cy Lane", "Di Moss"]), min_size=1, max_size=2, unique=True),
        "status": st.sampled_from(["accepted", "submitted", "preprint", "under-review", "published"]),
        "links": st.fixed_dictionaries({}, optional={"doi": st.just("10.1000/182"), "arxiv": st.just("2404.12457"),
                                                     "pdf": st.just("https://example.org/a.pdf"),
                                                     "html": st.just("https://example.org/a")}),
        "url": st.just("https://example.org/title"),
        "tags": st.lists(st.sampled_from(["a", "b-c"]), max_size=2, unique=True),
    },
)  # fmt: skip


@pytest.mark.parametrize("name", BOTH_WAYS)
@given(fields=WORKS)
@settings(deadline=None)
def test_a_work_comes_back_as_it_was_exported(tmp_path_factory, name, fields):
    """Every field, in every bibliographic format that is written and read."""
    work = Work.model_validate({**fields, "not_me": True})
    section = {"kind": "publications", "entries": [work]}
    (data,) = cvgen.export(
        cvgen.load_profile({"person": {"name": "Zoe Zed"}, "sections": [section]}), name
    ).files.values()
    path = tmp_path_factory.mktemp("works") / "works.any"
    path.write_bytes(data)
    imported = import_file(path, name)
    (found,) = imported.data.values()
    again = Work.model_validate(found)
    assert simple(again) == simple(work), data.decode()


def simple(work):
    """Return what a work says: a star is what `equal` means, and texts are what is printed."""
    said = {name: value for name, value in work if name not in ("id", "authors") and value not in (None, (), False)}
    said = {name: inlines(value) if isinstance(value, str) else value for name, value in said.items()}
    if work.venue:
        said["venue"] = [(name, inlines(str(value))) for name, value in work.venue if value is not None]
    authors = [(author.name, author.equal, (author.marks or "").replace("*", "")) for author in work.authors]
    links = said.get("links")
    if links is not None and not any(value for _, value in links):
        del said["links"]
    when = said.pop("date", None)
    return said, authors, when and dates.canonical(when)


@pytest.mark.parametrize("count", [15, pytest.param(80, marks=pytest.mark.long)])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_damaged_files_give_errors_of_ours(tmp_path, sample, count):
    """Whatever a file holds: an import, or a CvgenError."""
    chance = random.Random(sample.name)
    content = sample.read_bytes()
    odd = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'"',
        b"- ",
        b": ",
        b"\n",
        b"2023-99",
        b"[[[[",
        b"'",
        b"{",
        b"&a",
        b"0",
    ]
    for number in range(count):
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 6)):
            start = chance.randrange(len(changed) + 1)
            changed[start : start + chance.randrange(0, 30)] = chance.choice(odd)
        path = tmp_path / f"{number}{sample.suffix}"
        path.write_bytes(changed)
        for name in (None, *import_names()):
            try:
                imported = import_file(path, name)
            except CvgenError:
                continue
            assert reformat(written(imported, tmp_path))


def test_every_import_says_where_such_a_file_is_had():
    """In small words, for a list."""
    assert len(import_descriptions()) >= 5
    for words in import_descriptions().values():
        assert not words.endswith(".")


def test_json_of_something_else_is_not_recognised(tmp_path):
    """A clear error names the formats."""
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"a": 1}))
    with pytest.raises(CvgenError, match="no format that is known"):
        import_file(path)


def test_characters_that_no_text_may_have_are_left_out_with_a_note(tmp_path):
    """What is written is a file that `fmt` and `check` read."""
    path = tmp_path / "works.json"
    path.write_text(json.dumps([{"type": "book", "title": "An\u202ealyst\f", "issued": {"raw": "2020"}}]), "utf-8")
    imported = import_file(path)
    assert [work["title"] for work in imported.data.values()] == ["Analyst"]
    assert {loss.code for loss in imported.losses} == {"bidi-control", "control-character"}
    assert reformat(written(imported, tmp_path)).after


# --- odd files ------------------------------------------------------------------------------------------------------

ODD = {
    f"{path.stem}: {name}": (path, text)
    for path in sorted((SAMPLES[0].parent / "odd").glob("*.*"))
    for name, _, text in (part.partition("\n") for part in path.read_text("utf-8").split("%%% ")[1:])
}


def test_every_import_has_ten_odd_files():
    """And a new import is met by itself; a PDF is made by the tests of what it carries."""
    for name in set(import_names()) - {"pdf"}:
        assert sum(title.startswith(f"{name.replace('-', '_')}: ") for title in ODD) >= 10, name


@pytest.mark.parametrize("title", ODD)
def test_an_odd_file_becomes_one_that_loads_with_every_word(tmp_path, title):
    """Empty strings, null, no dates, HTML, other scripts: the format is recognised, no word is lost in silence."""
    source, text = ODD[title]
    sample = tmp_path / f"sample{source.suffix}"
    sample.write_text(text, "utf-8")
    imported = import_file(sample)
    lines = text.split("\n")
    noted = " ".join(" ".join(lines[loss.span.line - 1 : loss.span.end_line]) + str(loss) for loss in imported.losses)
    words = set(re.findall(r"\w+word\b", text))
    assert words
    assert [word for word in words if word not in imported.to_yaml() + noted] == []
    path = written(imported, tmp_path)
    if imported.is_works:
        assert [Work.model_validate(work) for work in imported.data.values()]
    else:
        assert cvgen.load_profile(path).diagnostics == ()
