"""Composing: which sections and entries a document holds, in which order, and in which words."""

from __future__ import annotations

import functools
import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import babel
import pytest

import cvgen.document.locale
from cvgen.build_date import Moment
from cvgen.composer import compose
from cvgen.document import nodes as doc
from cvgen.document.locale import languages, load_locale
from cvgen.document.nodes import Document, plain
from cvgen.errors import ProfileError, UsageError
from cvgen.formats import emit
from cvgen.loading.load import load, load_profile
from cvgen.sections import kinds
from cvgen.values.date_parser import parse_date
from cvgen.visibility import settings_of

LOCALES = Path(cvgen.document.locale.__file__).parent
MOMENT = Moment(None, 1729555200, 1729555200)  # committed on that day, too


def composed(*sections: dict[str, Any], **options: Any) -> Document:
    """Compose sections; keys of a profile go into it, other options to `compose`."""
    keys = {"document", "variants", "person"}
    data: dict[str, Any] = {"person": {"name": "Chao Jin"}, "sections": list(sections)}
    data |= {key: value for key, value in options.items() if key in keys}
    return compose(load_profile(data), **{key: value for key, value in options.items() if key not in keys})


def talks(*entries: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"kind": "talks", "entries": [{"title": "T", **entry} for entry in entries], **said}


def papers(*entries: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"kind": "publications", "entries": list(entries), **said}


def titles(document: Document, section: int = 0) -> list[str]:
    """The titles of a section's blocks, subheadings among them."""
    return [plain(block.title) for block in document.sections[section].blocks]  # type: ignore[union-attr]


def first(document: Document) -> Any:
    return document.sections[0].blocks[0]


def code_of(caught: pytest.ExceptionInfo[ProfileError]) -> str:
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.hints
    return diagnostic.code


def links(parts: tuple[doc.Inline, ...]) -> Iterator[doc.Link]:
    for part in parts:
        if isinstance(part, doc.Link):
            yield part
        if isinstance(part, doc.Strong | doc.Emphasis | doc.Link):
            yield from links(part.inlines)


def bold(line: doc.Line) -> list[str]:
    return [plain(doc.Line((part,))) for part in line.inlines if isinstance(part, doc.Strong)]


# --- sections -------------------------------------------------------------------------------------------------------

KINDS = (
    *("education", "experience", "publications", "teaching", "service", "honors", "skills", "talks", "grants"),
    *("patents", "software", "supervision", "references", "languages", "certificates", "text"),
)


def test_sections_stand_in_the_order_of_the_file():
    """A profile's order is the CV's, and a kind may stand twice under titles of its own."""
    document = composed(
        {"kind": "text", "text": "Hello"},
        talks({}, title="Invited"),
        {"kind": "skills", "entries": [{"label": "L", "values": "V"}]},
        talks({}, title="Contributed", subtitle="since 2023"),
    )
    assert [plain(section.title) for section in document.sections] == [
        "Summary",
        "Invited",
        "Skills",
        "Contributed (since 2023)",
    ]
    assert [section.kind for section in document.sections] == ["text", "talks", "skills", "talks"]


def test_a_section_without_anything_to_print_is_left_out():
    """No heading stands alone, neither a section's nor a subheading's."""
    empty = {"kind": "honors", "groups": [{"title": "Prizes", "entries": [{"title": "P", "hidden": True}]}]}
    assert composed(talks(), empty, {"kind": "text"}).sections == ()


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "zh"])
def test_every_kind_has_a_title_in_every_language(language):
    """The headings, and all other words, are in the document's language."""
    words = load_locale(language)
    for kind in KINDS:
        assert words.word(kind, "sections")
    document = composed(talks({}), document={"language": language})
    assert plain(document.sections[0].title) == words.word("talks", "sections")
    assert document.metadata.language == language


def keys(table: dict[str, Any], path: str = "") -> set[str]:
    found = set()
    for key, value in table.items():
        found |= keys(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}"}
    return found


def test_all_languages_have_the_same_words():
    """No table lacks a word but the title of a new kind, and none is empty but the mark after an abbreviation."""
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in LOCALES.glob("*.toml")}
    regions = {tag: tables.pop(tag) for tag in list(tables) if "-" in tag}
    assert {"de", "en", "es", "fr", "zh"} <= set(tables) == set(languages())
    for tag, table in regions.items():  # what a region writes otherwise than its language
        assert keys(table) and keys(table) <= keys(tables[tag.split("-")[0]]), tag
    assert len(keys(tables["en"])) > 60
    for language, table in tables.items():
        missing = keys(tables["en"]) ^ keys(table)
        assert {key for key in missing if key.removeprefix("sections.") not in kinds()} == set(), language
        for group in ("sections", "words", "status", "status_at", "works", "links"):
            assert all(table[group].values()), (language, group)
        assert all(words.count("{venue}") == 1 for words in table["status_at"].values()), language


def test_month_names_are_those_of_cldr(request):
    """The names that are kept in the package are the ones that Babel gives, for each language that has words."""
    months = {language: babel.Locale.parse(language).months["format"] for language in languages()}
    table = {
        language: {width: [names[width][month] for month in range(1, 13)] for width in ("wide", "abbreviated")}
        for language, names in months.items()
    }
    if request.config.getoption("--update-golden"):
        text = json.dumps(table, ensure_ascii=False, indent=1) + "\n"
        (LOCALES / "months.json").write_text(text, "utf-8", newline="\n")
    assert json.loads((LOCALES / "months.json").read_text("utf-8")) == table


def test_a_language_without_words_is_an_error():
    """The document's language is never replaced by another in silence."""
    with pytest.raises(ProfileError) as caught:
        composed(document={"language": "tlh"})
    assert code_of(caught) == "language"
    assert plain(composed(talks({}), document={"language": "de-AT"}).sections[0].title) == "Vorträge"
    assert plain(composed(talks({}), locale="fr").sections[0].title) == "Exposés"


@pytest.fixture
def language_file(tmp_path, monkeypatch):
    """Return a function that adds a file of words to a copy of those of cvgen."""
    folder = tmp_path / "locale"
    shutil.copytree(LOCALES, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    cached = (languages, load_locale, cvgen.document.locale._words, cvgen.document.locale._months)

    def forget():
        for function in cached:
            function.cache_clear()

    def add(name, text):
        (folder / name).write_text(text, "utf-8")
        forget()

    monkeypatch.setattr(cvgen.document.locale, "_FOLDER", folder)
    forget()
    yield add
    monkeypatch.undo()
    forget()


EVERYTHING = [
    {"kind": "talks", "entries": [{"title": "T", "date": f"2024-{month:02}"} for month in range(1, 13)]},
    {"kind": "talks", "entries": [{"title": "T", "date": f"2024 {season}"} for season in ("Spring", "Fall")]},
    {"kind": "education", "entries": [{"institution": "I", "date": "2024-05-03/2024-05-04", "rank": 1}]},
    {"kind": "publications", "group_by": "status", "entries": [{"title": "T", "status": "accepted"}]},
    {"kind": "publications", "group_by": "kind", "entries": [{"title": "T"}]},
]


@pytest.mark.parametrize(
    ("name", "text", "printed"),
    [
        ("pt.toml", "", ["jan. 2024", "mar. 2024", "Spring 2024", "Education"]),
        ("pt.toml", '[seasons]\nspring = "Primavera"\n', ["Primavera 2024", "Fall 2024"]),
        ("pt.toml", '[date]\nmonth_year = "{month} de {year}"\n[unknown]\na = "b"\n', ["dez. de 2024"]),
        ("tlh.toml", '[sections]\ntalks = "jaw"\n', ["jaw", "Jan. 2024", "May 2024"]),
    ],
)
def test_a_word_that_a_language_lacks_is_printed_in_english(language_file, name, text, printed):
    """Whatever a file of words leaves out, month names and all, is no crash but one warning at the language."""
    language_file(name, text)
    document = composed(*EVERYTHING, document={"language": name.partition(".")[0]})
    text = emit(document, "text")
    assert [words for words in printed if words not in text] == []
    (warning,) = document.diagnostics
    assert (warning.code, len(warning.message) < 300) == ("missing-words", True)


def test_a_kind_without_a_title_in_any_language_is_printed_by_its_name(language_file):
    """A kind that has just been added is printed, with a warning that asks for its title."""
    english = (LOCALES / "en.toml").read_text("utf-8")
    language_file("en.toml", english.replace('talks = "Talks"\n', ""))
    document = composed(talks({"title": "T"}))
    assert plain(document.sections[0].title) == "Talks"
    (warning,) = document.diagnostics
    assert (warning.code, "sections.talks" in warning.message) == ("missing-words", True)
    assert composed(talks({"title": "T"}, title="Lectures")).diagnostics == ()


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ({"start_date": "2023-09", "end_date": "present"}, "Sep. 2023 – Present"),
        ({"start_date": "2018-09", "end_date": "2023-06"}, "Sep. 2018 – Jun. 2023"),
        ({"date": "2026-05"}, "May 2026"),
        ({"date": "2022-06"}, "Jun. 2022"),
        ({"date": "2025-07"}, "Jul. 2025"),
        ({"date": "2024-04"}, "Apr. 2024"),
        ({"date": "2024-04-16/2024-04-18"}, "Apr. 16–18, 2024"),
        ({"date": "June 25-July 1, 2022"}, "Jun. 25 – Jul. 1, 2022"),
        ({"date": "2023-12-30/2024-01-02"}, "Dec. 30, 2023 – Jan. 2, 2024"),
        ({"date": "2024-05-03"}, "May 3, 2024"),
        ({"date": "2024 Spring"}, "Spring 2024"),
        ({"start_date": "2024 Fall"}, "Fall 2024"),
        ({"date": "2023"}, "2023"),
        ({"date": "2019/2021"}, "2019 – 2021"),
        ({"end_date": "2024-09"}, "Sep. 2024"),
        ({"date": "present"}, "Present"),
        ({}, ""),
    ],
)
def test_dates_are_printed_with_the_precision_they_have(said, printed):
    """May is written out, other months are abbreviated; a bare year stays one."""
    assert plain(first(composed(talks(said))).positions[0].date) == printed


@pytest.mark.parametrize(
    ("language", "range_", "season", "day"),
    [
        ("de", "Sept. 2023 – heute", "Frühjahr 2024", "3. Mai 2024"),
        ("fr", "sept. 2023 – aujourd’hui", "Printemps 2024", "3 mai 2024"),
        ("es", "sept 2023 – actualidad", "Primavera 2024", "3 may 2024"),
        ("zh", "2023年9月 – 至今", "2024年春季", "2024年5月3日"),
    ],
)
def test_dates_follow_the_language(language, range_, season, day):
    """Order, month names and the word for now are the language's own."""
    document = composed(
        talks({"date": "2023-09/present"}, {"date": "2024 Spring"}, {"date": "2024-05-03"}), locale=language
    )
    dates = [plain(block.positions[0].date) for block in document.sections[0].blocks]  # type: ignore[union-attr]
    assert dates == [range_, season, day]


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "zh"])
@pytest.mark.parametrize("season", ["Spring", "Summer", "Fall", "Winter"])
def test_every_season_has_a_name(language, season):
    """A term can be printed in any language."""
    assert "2024" in load_locale(language).date(parse_date(f"2024 {season}"))


# --- choosing -------------------------------------------------------------------------------------------------------


def test_a_variant_orders_and_chooses_sections():
    """Sections of a variant stand in its order, by id or by kind."""
    sections = (talks({}, id="invited", title="Invited"), {"kind": "text", "text": "x"}, talks({}, title="Others"))
    variants = {"a": {"sections": ["text", "invited"]}, "b": {"sections": ["talks"]}, "c": {}}
    made = functools.partial(composed, *sections, variants=variants)
    assert [plain(section.title) for section in made(variant="a").sections] == ["Summary", "Invited"]
    assert [plain(section.title) for section in made(variant="b").sections] == ["Invited", "Others"]
    assert len(made(variant="c").sections) == len(made().sections) == 3


def test_a_variant_chooses_by_tags():
    """`exclude` leaves out what bears a tag, `include` what bears only others; what has no tags stays."""
    section = talks({"title": "A", "tags": "a"}, {"title": "B", "tags": ["b", "c"]}, {"title": "0"})
    variants = {"no-a": {"exclude": "a"}, "only-b": {"include": "b"}, "b-not-c": {"include": "b", "exclude": "c"}}
    shown = {name: titles(composed(section, variants=variants, variant=name)) for name in variants}
    assert shown == {"no-a": ["B", "0"], "only-b": ["B", "0"], "b-not-c": ["0"]}
    assert titles(composed(section, variants=variants)) == ["A", "B", "0"]


def test_a_variant_chooses_sections_and_groups_by_tags_too():
    """Tags mean the same on a section, on an entry, and on an honor under a subheading."""
    group = {"title": "G", "entries": [{"title": "P", "tags": "a"}, {"title": "Q"}]}
    sections = (talks({}, tags="a"), {"kind": "honors", "groups": [group]})
    document = composed(*sections, variants={"no-a": {"exclude": "a"}}, variant="no-a")
    assert [section.kind for section in document.sections] == ["honors"]
    assert titles(document) == ["G", "Q"]


def test_an_unknown_variant_or_section_is_an_error():
    """A misspelt name gives the nearest one that there is."""
    with pytest.raises(UsageError) as usage:
        composed(talks({}), variants={"short": {}}, variant="shrt")
    assert "`short`" in usage.value.diagnostics[0].hints[0]
    with pytest.raises(ProfileError) as caught:
        composed(talks({}), variants={"short": {"sections": "talk"}}, variant="short")
    assert code_of(caught) == "unknown-section"


def test_a_variant_sets_the_document_differently():
    """What a variant says of the document replaces the profile's; theme options are replaced one by one."""
    settings = {"theme": "awesome", "paper": "a4", "options": {"accent": "red", "margin": "2cm"}}
    variants = {"us": {"document": {"paper": "letter", "options": {"accent": "blue"}}}}
    document = composed(document=settings, variants=variants, variant="us")
    assert (document.theme, document.paper) == ("awesome", "letter")
    assert {name: (value, span.where) for name, value, span in document.options} == {
        "accent": ("blue", "variants.us.document.options.accent"),
        "margin": ("2cm", "document.options.margin"),
    }


def test_hidden_things_are_printed_nowhere():
    """`hidden` takes out a section, an entry, a work, an honor in a group."""
    document = composed(
        talks({}, hidden=True),
        talks({"title": "A", "hidden": True}, {"title": "B"}),
        papers({"title": "C", "hidden": True}, {"title": "D"}),
        {"kind": "honors", "groups": [{"title": "G", "entries": [{"title": "E", "hidden": True}, {"title": "F"}]}]},
    )
    assert [titles(document, number) for number in range(3)] == [["B"], ["D"], ["G", "F"]]


def test_show_in_chooses_by_output():
    """An entry that is for the homepage alone is not in the CV, and the other way round."""
    sections = (
        talks({"title": "A", "show_in": "homepage"}, {"title": "B", "show_in": "cv"}, {"title": "C"}),
        {"kind": "honors", "groups": [{"title": "G", "entries": [{"title": "E", "show_in": "homepage"}]}]},
    )
    assert titles(composed(*sections)) == ["B", "C"]
    assert len(composed(*sections).sections) == 1
    assert titles(composed(*sections, output="homepage")) == ["A", "C"]
    assert titles(composed(*sections, output="homepage"), 1) == ["G", "E"]


def test_hidden_until_compares_with_the_date_of_the_document():
    """An entry appears on its day, not before; without a date there is nothing to compare with."""
    section = talks({"title": "A", "hidden_until": "2024-10-22"}, {"title": "B", "hidden_until": "2024-11"})
    assert titles(composed(section, document={"date": "2024-10-22"})) == ["A"]
    assert titles(composed(section, document={"date": "2024-11-01"})) == ["A", "B"]
    assert titles(composed(section, document={"date": "today"}, moment=MOMENT)) == ["A"]
    with pytest.raises(ProfileError) as caught:
        composed(section)
    assert code_of(caught) == "document-date"


# --- sorting --------------------------------------------------------------------------------------------------------


def test_entries_are_sorted_the_newest_first():
    """By date, by end of the stretch of time, or as written; what has no date comes last."""
    entries = (
        {"title": "old", "start_date": "2015-01", "end_date": "present"},
        {"title": "none"},
        {"title": "new", "date": "2024-05"},
        {"title": "mid", "start_date": "2019", "end_date": "2021"},
    )
    assert titles(composed(talks(*entries))) == ["old", "none", "new", "mid"]
    assert titles(composed(talks(*entries, sort="date"))) == ["new", "mid", "old", "none"]
    assert titles(composed(talks(*entries, sort="end-date"))) == ["old", "new", "mid", "none"]
    assert titles(composed(talks(*entries, sort="date", limit=2))) == ["new", "mid"]
    group = {
        "kind": "honors",
        "sort": "date",
        "groups": [{"title": "G", "entries": [e for e in entries if "date" in e]}],
    }
    group["groups"][0]["entries"].append({"title": "newer", "date": "2025"})  # type: ignore[index]
    assert titles(composed(group)) == ["G", "newer", "new"]


SEED = [  # seed 001: system, date, authors before and with the owner
    ("MegaScale-MoE", "2026-04", ["Chao Jin*", "Ziheng Jiang*"]),
    ("Efficient RL", "2025-11", ["Chao Jin", "Yinmin Zhong"]),
    ("MegaScale-Infer", "2025-09", ["Ruidong Zhu*", "Ziheng Jiang*", "Chao Jin*", "Peng Wu"]),
    ("RAGCache", "2025-09", ["Chao Jin", "Zili Zhang"]),
    ("Ditto", "2023-09", ["Chao Jin", "Zili Zhang"]),
    ("HydraServe", "2026-05", ["Chiheng Lou", "Sheng Qi", "Chao Jin"]),
    ("StreamRL", "2025-04", ["Yinmin Zhong", "Zili Zhang", "Chao Jin"]),
    ("FaaSPR", "2025-03", ["Yunshan Jia", "Chao Jin"]),
    ("Pyxis", "2024-06", ["Sheng Qi", "Chao Jin"]),
    ("Jolteon", "2024-04", ["Zili Zhang", "Chao Jin"]),
    ("VBASE", "2023-04", ["Zili Zhang", "Chao Jin"]),
    ("Melon", "2022-06", ["Qipeng Wang", "Mengwei Xu", "Chao Jin"]),
]
WORKS = [{"title": title, "date": date, "authors": authors} for title, date, authors in SEED]


def test_first_authored_papers_come_first():
    """Seed 001: papers as first or equal first author, the newest first, then the others, the newest first."""
    # Of two papers of one month, the one written down first comes first.
    shuffled = [WORKS[index] for index in (5, 10, 2, 7, 0, 11, 4, 9, 3, 6, 1, 8)]
    assert titles(composed(papers(*shuffled, sort="first-author-first"))) == [title for title, _, _ in SEED]
    newest = sorted(SEED, key=lambda work: work[1], reverse=True)
    by_date = titles(composed(papers(*shuffled, sort="date")))
    assert by_date == [title for title, _, _ in newest]


@pytest.mark.parametrize(
    ("authors", "is_first"),
    [
        (["Chao Jin", "A B"], True),
        (["A B*", "Chao Jin*", "C D"], True),
        (["A B*", "C D", "Chao Jin*"], False),
        (["A B", "Chao Jin*", "C D*"], False),
        (["A B*", "Chao Jin"], False),
        (["Jin, Chao", "A B"], True),
    ],
)
def test_equal_first_means_equal_with_the_first(authors, is_first):
    """A star counts only if all before carry it too."""
    works = (
        {"title": "new", "date": 2025, "authors": ["A B", "Chao Jin"]},
        {"title": "it", "date": 2020, "authors": authors},
    )
    assert titles(composed(papers(*works, sort="first-author-first")))[0] == ("it" if is_first else "new")


def test_works_are_grouped_by_year_kind_or_status():
    """Years stand the newest first; other groups in the order of their first work."""
    works = (
        {"title": "J", "date": "2022", "venue": {"name": "J", "kind": "journal"}},
        {"title": "P", "date": "2024"},
        {"title": "C", "date": "2024-05", "venue": {"name": "C", "kind": "conference"}, "group_year": 2023},
        {"title": "K", "date": "2022", "venue": {"name": "K", "kind": "journal"}, "status": "accepted"},
        {"title": "U", "status": "in-preparation"},
    )
    grouped = {by: titles(composed(papers(*works, group_by=by))) for by in ("none", "year", "kind", "status")}
    assert grouped == {
        "none": ["J", "P", "C", "K", "U"],
        "year": ["Undated", "U", "2024", "P", "2023", "C", "2022", "J", "K"],
        "kind": ["Journal Articles", "J", "K", "Preprints", "P", "Conference Papers", "C", "Other Publications", "U"],
        "status": ["Published", "J", "C", "In Preprint", "P", "To appear", "K", "In Preparation", "U"],
    }


@pytest.mark.parametrize("by", ["none", "year", "kind", "status"])
@pytest.mark.parametrize(
    ("numbering", "expected"),
    [("none", ["", "", ""]), ("ascending", ["1", "2", "3"]), ("descending", ["3", "2", "1"])],
)
def test_numbers_count_what_is_printed_in_its_order(by, numbering, expected):
    """Whatever the groups, numbers run without a gap from the first work to the last, up or down."""
    works = (
        {"title": "A", "date": "2020", "venue": {"name": "J", "kind": "journal"}},
        {"title": "B", "date": "2024"},
        {"title": "C", "date": "2020", "venue": {"name": "K", "kind": "journal"}},
        {"title": "D", "hidden": True},
    )
    document = composed(papers(*works, group_by=by, numbering=numbering))
    assert [block.number for block in document.sections[0].blocks if isinstance(block, doc.WorkBlock)] == expected


def test_works_can_be_limited_by_number_and_year():
    """`since` counts the year of the date or of the group; what has no date is new."""
    works = (
        {"title": "A", "date": "2022-12"},
        {"title": "B", "date": "2023-01"},
        {"title": "C"},
        {"title": "D", "date": "2022", "group_year": 2024},
    )
    assert titles(composed(papers(*works, since=2023))) == ["B", "C", "D"]
    assert titles(composed(papers(*works, since=2023, limit=2))) == ["B", "C"]


# --- works ----------------------------------------------------------------------------------------------------------

NSDI = {"name": "USENIX Symposium", "acronym": "NSDI", "year": 2024, "prefix": "Proceedings of the 21st"}


@pytest.mark.parametrize(
    ("form", "venue", "printed"),
    [
        ("full", NSDI, "Proceedings of the 21st USENIX Symposium"),
        ("acronym", NSDI, "NSDI'24"),
        ("both", NSDI, "Proceedings of the 21st USENIX Symposium (NSDI 2024)"),
        ("both", {"name": "USENIX Symposium", "acronym": "NSDI"}, "USENIX Symposium (NSDI)"),
        ("both", {"name": "USENIX Symposium", "year": 2024}, "USENIX Symposium"),
        ("both", {"acronym": "NSDI", "year": 2024}, "NSDI 2024"),
        ("acronym", {"name": "USENIX Symposium"}, "USENIX Symposium"),
        ("acronym", {"acronym": "NSDI", "year": 2005}, "NSDI'05"),
        ("full", {"acronym": "NSDI"}, "NSDI"),
    ],
)
def test_a_venue_is_named_in_full_by_acronym_or_both(form, venue, printed):
    """Each section chooses how its venues are named."""
    assert plain(first(composed(papers({"title": "T", "venue": venue}, venue=form))).venue) == printed


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ({}, "In Preprint"),
        ({"venue": "ToN"}, "ToN"),
        ({"status": "submitted"}, "Submitted"),
        ({"status": "submitted", "venue": "ToN"}, "Submitted to ToN"),
        ({"status": "under-review", "venue": "ToN"}, "Under Review at ToN"),
        ({"status": "in-preparation", "venue": "ToN"}, "In Preparation for ToN"),
        ({"status": "preprint", "venue": "arXiv"}, "In Preprint, arXiv"),
        ({"status": "in-preparation"}, "In Preparation"),
        ({"status": "accepted"}, "To appear"),
        ({"status": "accepted", "venue": "ToN"}, "ToN, to appear"),
        ({"status": "accepted", "venue": {"kind": "journal"}}, "To appear"),
        ({"status": "published"}, ""),
        ({"status": "published", "venue": "ToN"}, "ToN"),
        ({"status": "submitted", "venue": "ToN", "status_text": "Submitted to *ToN*"}, "Submitted to ToN"),
    ],
)
def test_a_work_that_is_not_published_says_so(said, printed):
    """The status stands in the venue's place, beside the venue, or in words of one's own."""
    assert plain(first(composed(papers({"title": "T", **said}))).venue) == printed


@pytest.mark.parametrize(
    ("form", "printed"),
    [("full", "Symposium, {}"), ("acronym", "NSDI'26, {}"), ("both", "Symposium (NSDI 2026), {}")],
)
@pytest.mark.parametrize(("language", "words"), [("en", "to appear"), ("de", "im Erscheinen"), ("fr", "à paraître")])
def test_a_venue_that_is_to_come_is_told_apart_in_every_form(form, printed, language, words):
    """However the venue is named, an accepted work says in the document's language that it has not appeared."""
    venue = {"name": "Symposium", "acronym": "NSDI", "year": 2026}
    section = papers({"title": "T", "status": "accepted", "venue": venue}, venue=form)
    assert plain(first(composed(section, document={"language": language})).venue) == printed.format(words)


def test_the_status_is_not_repeated_below_its_heading():
    """Where works are grouped by status, the heading says it, and the venue stands alone."""
    work = {"title": "T", "status": "accepted", "venue": {"name": "Symposium", "url": "https://e.org"}}
    blocks = composed(papers(work, group_by="status")).sections[0].blocks
    assert [plain(block.title if isinstance(block, doc.Subheading) else block.venue) for block in blocks] == [
        "To appear",
        "Symposium",
    ]


def test_links_are_printed_where_the_section_wants_them():
    """[PDF] [DOI]: in the order of the format, each with its exact address."""
    said = {
        "doi": "https://doi.org/10.1002/(SICI)1<1::AID>3.0",
        "arxiv": "2404.12457v2",
        "pdf": "https://e.org/a_b.pdf",
    }
    work = {"title": "T", "links": said}
    assert not first(composed(papers(work))).links
    line = first(composed(papers(work, links=True))).links
    assert plain(line) == "[PDF] [DOI] [arXiv]"
    assert [link.url for link in links(line.inlines)] == [
        "https://e.org/a_b.pdf",
        "https://doi.org/10.1002/(SICI)1%3C1::AID%3E3.0",
        "https://arxiv.org/abs/2404.12457v2",
    ]


@pytest.mark.parametrize(
    ("authors", "aliases", "expected"),
    [
        (["Chao Jin", "Xin Jin"], [], ["Chao Jin"]),
        (["Xin Jin*", "Chao Jin*†", "Xin Liu"], [], ["Chao Jin*†"]),
        (["Jin, Chao", "Xin Jin"], [], ["Chao Jin"]),
        (["Xin Jin", "C. Jin"], ["C. Jin"], ["C. Jin"]),
        (["金超", "Xin Jin"], ["金超"], ["金超"]),
        (["**Chao Jin***", "Xin Jin*"], [], ["Chao Jin*"]),
        (["**Xin Jin**", "Chao Jin"], [], ["Chao Jin"]),
        ([{"name": "Chao Jin", "url": "https://e.org"}, "Xin Jin"], [], ["Chao Jin"]),
    ],
)
def test_the_own_name_is_bold_exactly_once(authors, aliases, expected):
    """The owner is found under any declared spelling; nobody else is ever bold, not even by hand."""
    document = composed(papers({"title": "T", "authors": authors}), person={"name": "Chao Jin", "aliases": aliases})
    assert bold(first(document).authors) == expected
    assert "**" not in plain(first(document).authors)


def test_in_every_author_list_of_a_long_section_the_own_name_is_bold_once():
    """Seed 004 has the name bold in half of its papers: that is impossible here."""
    blocks = composed(papers(*WORKS)).sections[0].blocks
    assert len(blocks) == len(SEED)
    for block in blocks:
        assert isinstance(block, doc.WorkBlock)
        assert [name.rstrip("*") for name in bold(block.authors)] == ["Chao Jin"]


def test_stars_and_daggers_stand_after_names_and_are_explained():
    """The legend is the work's, else the section's, else the language's; without a star there is none."""
    starred = {"title": "T", "authors": ["Chao Jin*", "A B*", {"name": "C D", "corresponding": "true"}]}
    assert plain(first(composed(papers(starred))).authors) == "Chao Jin*, A B*, C D†"
    assert plain(first(composed(papers(starred))).legend) == "(* Equal Contribution) († Corresponding Author)"
    section = papers(starred, equal_note="*: same work")
    assert plain(first(composed(section)).legend).startswith("*: same work")
    own = papers({**starred, "equal_note": "(\\* Co-first authors)"}, equal_note="*: same work")
    assert plain(first(composed(own)).legend).startswith("(* Co-first authors)")
    assert not first(composed(papers({"title": "T", "authors": ["Chao Jin"]}, equal_note="*: x"))).legend
    assert "Gleicher Beitrag" in plain(first(composed(papers(starred), locale="de")).legend)


CORRESPONDING = {"name": "A B", "corresponding": "true"}


@pytest.mark.parametrize(
    ("authors", "own", "section", "legend"),
    [
        (["Chao Jin", "A B†"], "(† Corr.)", None, "(† Corr.)"),
        (["Chao Jin*", "A B*†"], r"(\* Equal, † Corr.)", None, "(* Equal, † Corr.)"),
        (["Chao Jin*", "A B*†"], r"(\* Equal)", None, "(* Equal)"),
        (["Chao Jin*", "A B*", CORRESPONDING], r"(\* Equal)", None, "(* Equal) († Corresponding Author)"),
        (["Chao Jin*", "A B*†"], None, r"(\* Equal, † Corr.)", "(* Equal, † Corr.)"),
        (["Chao Jin", CORRESPONDING], None, r"(\* Equal, † Corr.)", "(† Corresponding Author)"),
        (["Chao Jin", "A B†"], None, "(† Corr.)", "(† Corr.)"),
        (["Chao Jin", CORRESPONDING], None, None, "(† Corresponding Author)"),
        (["Chao Jin", "A B†"], None, None, ""),
        (["Chao Jin", "A B*"], None, None, ""),
        (["Chao Jin", "A B*", "C D*"], None, None, ""),
        (["Chao Jin", "A B*", "C D‡"], r"(\* joint first, ‡ senior)", None, "(* joint first, ‡ senior)"),
        (["Chao Jin", "A B"], None, "(† Corr.)", ""),
    ],
)
def test_a_legend_tells_of_each_mark_once(authors, own, section, legend):
    """One that says what the dagger means is enough, for the work or for the whole section."""
    work = {"title": "T", "authors": authors, **({"equal_note": own} if own else {})}
    assert plain(first(composed(papers(work, **({"equal_note": section} if section else {})))).legend) == legend


# --- other kinds ----------------------------------------------------------------------------------------------------


def texts(position: doc.Position) -> list[str]:
    return [plain(item.line) for part in position.body if isinstance(part, doc.Bullets) for item in part.items]


def test_several_positions_at_one_employer_share_its_heading():
    """Each post has its own title, time and bullets; what is true of all of them stands below."""
    said = {
        "organization": ["UVA", {"name": "CUHK", "url": "https://e.org"}],
        "team": "Systems",
        "location": "Beijing",
        "positions": [
            {"role": "Engineer", "start_date": "2024-01", "end_date": "present", "mentors": "Rui Miao"},
            {"role": "Intern", "date": "2023", "location": "Hong Kong", "highlights": ["one", "two"]},
        ],
        "highlights": ["both"],
        "note": "part time",
    }
    entry = first(composed({"kind": "experience", "entries": [said]}))
    assert (plain(entry.title), plain(entry.location)) == ("UVA & CUHK, Systems", "Beijing")
    assert [(plain(post.title), plain(post.date), plain(post.location), texts(post)) for post in entry.positions] == [
        ("Engineer", "Jan. 2024 – Present", "", ["Mentor: Rui Miao"]),
        ("Intern", "2023", "Hong Kong", ["one", "two"]),
        ("", "", "", ["both", "part time"]),
    ]


def test_a_project_heads_its_entry():
    """The employer then stands in the second line, the role among the bullets."""
    said = {"organization": "UVA", "project": "Fast Engines", "role": "Lead", "mentors": ["A B", "C D"]}
    entry = first(composed({"kind": "experience", "entries": [said]}))
    assert plain(entry.title) == "Fast Engines"
    assert plain(entry.positions[0].title) == "UVA"
    assert texts(entry.positions[0]) == ["Role: Lead", "Mentors: A B, C D"]


def test_honors_stand_under_subheadings():
    """Honors without a group come first; rank and remark stand in parentheses."""
    document = composed(
        {
            "kind": "honors",
            "entries": [{"title": "First", "date": 2024, "rank": "2/56", "remark": "highest", "giver": "PKU"}],
            "groups": [{"title": "University Awards", "entries": [{"title": "Merit Student", "date": 2023}]}],
        }
    )
    honor, heading, merit = document.sections[0].blocks
    assert isinstance(honor, doc.HonorRow)
    assert (plain(honor.date), plain(honor.title), plain(honor.remark)) == ("2024", "First (2/56; highest)", "PKU")
    assert isinstance(heading, doc.Subheading)
    assert plain(heading.title) == "University Awards"
    assert isinstance(merit, doc.HonorRow)
    assert plain(merit.title) == "Merit Student"


def test_grades_and_ranks_are_told_as_the_seeds_do():
    """`GPA: 3.82/4.0, Ranking: 5/205` and `Overall GPA: 3.71/4.0 (top 9%)`."""
    overall = {"value": "3.71", "scale": "4.0", "label": "Overall GPA"}
    for said, printed in (
        ({"gpa": "3.82/4.0", "rank": "5/205"}, "GPA: 3.82/4.0, Ranking: 5/205"),
        ({"gpa": overall, "percentile": "top 9%"}, "Overall GPA: 3.71/4.0 (top 9%)"),
        ({"percentile": "top 9%"}, "top 9%"),
    ):
        entry = first(composed({"kind": "education", "entries": [{"institution": "PKU", **said}]}))
        assert texts(entry.positions[0]) == [printed]


def test_places_can_be_left_out_of_a_section():
    """`show_location: false` prints no place in entries, posts, works or honors."""
    for section in (
        talks({"location": "Rome"}),
        papers({"title": "T", "location": "Rome"}),
        {"kind": "honors", "groups": [{"title": "G", "entries": [{"title": "T", "location": "Rome"}]}]},
        {"kind": "experience", "entries": [{"organization": "O", "positions": [{"role": "R", "location": "Rome"}]}]},
    ):
        assert any("Rome" in plain(line) for line in doc.lines_of(composed(section)))
        without = composed({**section, "show_location": False})
        assert not any("Rome" in plain(line) for line in doc.lines_of(without))


def test_a_link_never_stands_inside_a_link():
    """An entry's own link stands behind a text that has links, however deep they stand: both can be reached."""
    for title in ("[a](https://b.org)", "*[a](https://b.org)*", "**x *[a](https://b.org)***"):
        block = first(composed(talks({"title": title, "url": "https://c.org"})))
        assert [link.url for link in links(block.title.inlines)] == ["https://b.org", "https://c.org"]
        assert plain(block.title).endswith("a (c.org)")
    assert [link.url for link in links(first(composed(talks({"url": "https://c.org"}))).title.inlines)] == [
        "https://c.org"
    ]


# --- head, foot, metadata -------------------------------------------------------------------------------------------

CONTACTS = {
    "email": ("jane.doe+cv@bücher.example", "mailto:jane.doe+cv@xn--bcher-kva.example"),
    "phone": ("+49 (0) 151 123456 ext 7", "tel:+49151123456;ext=7"),
    "homepage": ("jane.example.org/~j", "https://jane.example.org/~j"),
    "github": ("jane-doe", "https://github.com/jane-doe"),
    "gitlab": ("jane_doe", "https://gitlab.com/jane_doe"),
    "scholar": ({"id": "a-B_1AAAAJ", "label": "Jane"}, "https://scholar.google.com/citations?user=a-B_1AAAAJ"),
    "orcid": ("0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
    "dblp": ("123/4567", "https://dblp.org/pid/123/4567"),
    "linkedin": ("müller", "https://www.linkedin.com/in/m%C3%BCller"),
    "x": ("@jane", "https://x.com/jane"),
    "mastodon": ("@jane@example.social", "https://example.social/@jane"),
}


def test_contacts_lead_where_they_say():
    """Every contact is a link in plain ASCII that a PDF may carry, in a fixed order."""
    person = {"name": "Jane Doe"} | {name: value for name, (value, _) in CONTACTS.items()}
    contacts = composed(person=person).header.contacts
    urls = {contact.network: next(links(contact.line.inlines)).url for contact in contacts}
    assert urls == {name: url for name, (_, url) in CONTACTS.items()}
    assert all(url.isascii() and url.isprintable() for url in urls.values())
    assert [contact.network for contact in contacts][:3] == ["phone", "email", "homepage"]


def test_a_scholar_label_alone_leads_to_a_search():
    """Without an id the link looks the label up."""
    (contact,) = composed(person={"name": "Jane Doe", "scholar": {"label": "J. Doe"}}).header.contacts
    assert plain(contact.line) == "J. Doe"
    (link,) = links(contact.line.inlines)
    assert link.url == "https://scholar.google.com/citations?view_op=search_authors&mauthors=J.+Doe"


def test_the_head_holds_name_and_positions():
    """Positions are joined by dots; the native name has a line of its own."""
    header = composed(person={"name": "Chao Jin (金超)", "position": ["Ph.D. Candidate", "Peking University"]}).header
    assert [plain(line) for line in (header.given, header.family, header.native)] == ["Chao", "Jin", "金超"]
    assert plain(header.position) == "Ph.D. Candidate · Peking University"


def foot(document: Document) -> list[str]:
    return [plain(line) for line in (document.footer.left, document.footer.center, document.footer.right)]


def test_the_usual_foot_holds_date_name_and_page():
    """Without settings: the date where there is one, the name, the page."""
    assert foot(composed()) == ["", "Chao Jin · Curriculum Vitae", doc.Footer.PAGE]
    assert foot(composed(document={"date": "2024-10-22"}))[0] == "October 22, 2024"
    assert foot(composed(locale="zh"))[1] == "Chao Jin · 个人简历"


def test_placeholders_of_the_foot_are_filled_also_inside_markup():
    """`{date}`, `{name}`, `{page}` and `{pages}` stand for what they say, and page numbers stay apart."""
    settings = {
        "date": "2024-10",
        "footer": {"left": "**{name}**, {date}", "center": "{page} of {pages}", "right": "{{x}"},
    }
    with pytest.raises(ProfileError) as caught:
        composed(document=settings)
    assert code_of(caught) == "placeholder"
    del settings["footer"]["right"]  # type: ignore[union-attr, attr-defined]
    footer = composed(document=settings).footer
    assert footer.left.inlines == (
        doc.Strong((doc.TextRun("Chao Jin"),)),
        doc.TextRun(", "),
        doc.TextRun("Oct. 2024"),
    )
    assert footer.center.inlines == (doc.TextRun(doc.Footer.PAGE), doc.TextRun(" of "), doc.TextRun(doc.Footer.PAGES))
    assert not footer.right


@pytest.mark.parametrize("source", ["commit", "today"])
def test_the_date_of_the_document_is_never_today_in_silence(source):
    """The date is what the profile fixes, or that of the moment where the profile asks for it."""
    assert composed(moment=MOMENT).metadata.date == ""
    assert composed(document={"date": "2020-01-31"}, moment=MOMENT).metadata.date == "2020-01-31"
    assert composed(document={"date": source}, moment=MOMENT).metadata.date == "2024-10-22"


def test_a_date_of_the_last_commit_needs_one():
    """Without a commit there is no date to print, and no other takes its place."""
    with pytest.raises(ProfileError) as caught:
        composed(document={"date": "commit", "footer": {"left": "{date}"}})
    assert code_of(caught) == "document-date"


def test_metadata_describes_the_document():
    """Title, author, subject, keywords and language come from the profile; markup is left out."""
    person = {"name": "Chao Jin", "position": ["**Ph.D.** Candidate", "PKU"], "interests": ["*Systems*", "ML"]}
    metadata = composed(person=person, document={"language": "zh-CN"}).metadata
    assert metadata == doc.Metadata(
        title="Chao Jin - 个人简历",
        author="Chao Jin",
        subject="Ph.D. Candidate · PKU",
        keywords=("Systems", "ML"),
        language="zh-CN",
    )
    assert composed(person={**person, "keywords": "CV"}, document={"title": "My CV"}).metadata.title == "My CV"
    assert composed(person={**person, "keywords": "CV"}).metadata.keywords == ("CV",)


def test_every_line_knows_where_it_came_from(tmp_path):
    """Whatever a later stage refuses can be shown at its line in the file."""
    path = tmp_path / "p.yaml"
    path.write_text(
        "person:\n  name: Chao Jin\n  address: Beijing\nsections:\n  - kind: talks\n    entries:\n"
        "      - title: T\n        date: 2024\n        location: Rome\n        highlights:\n          - one\n",
        "utf-8",
    )
    lines = {plain(line): line.origin.line for line in doc.lines_of(compose(load(path)))}
    assert {text: lines[text] for text in ("Beijing", "T", "2024", "Rome", "one")} == {
        "Beijing": 3,
        "T": 7,
        "2024": 8,
        "Rome": 9,
        "one": 11,
    }


def test_settings_name_the_path_of_what_is_set():
    """Errors about a setting point at the variant's line where the variant sets it."""
    profile = load_profile(
        {"person": {"name": "A"}, "document": {"theme": "x"}, "variants": {"v": {"document": {"paper": "letter"}}}}
    )
    settings, paths = settings_of(profile, "v")
    assert (settings.theme, settings.paper) == ("x", "letter")
    assert (paths["theme"], paths["paper"]) == (("document", "theme"), ("variants", "v", "document", "paper"))
