"""Which works a list holds, in which order, and how each is told there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvgen.bibliography.reader import parse_bib
from cvgen.composer import compose
from cvgen.document import nodes as doc
from cvgen.document.locale import languages
from cvgen.document.nodes import plain
from cvgen.errors import ProfileError
from cvgen.formats import export
from cvgen.loading.load import load, load_data
from cvgen.loading.profile import Profile

ROOT = Path(__file__).resolve().parents[2]

LIBRARY = """\
engine:
  title: Engine
  authors: [Ada Lovelace, Charles Babbage]
  venue: {name: Conference on Engines, acronym: CE, year: 2024, kind: conference}
  date: 2024-05
  tags: [systems, hardware]
  selected: true
loom:
  title: Loom
  authors: [Charles Babbage*, Ada Lovelace*, Mary Somerville]
  venue: {name: Journal of Looms, acronym: JL, kind: journal}
  date: 2022-03
  volume: "33"
  number: "2"
  pages: 421–436
  tags: [hardware]
notes:
  title: Notes
  authors: [Mary Somerville, A. De Morgan, Charles Babbage, Ada Lovelace, John Herschel]
  status: preprint
  date: 2023
  selected: true
plan:
  title: Plan
  authors: [Ada Lovelace]
  status: submitted
others:
  title: By Others
  authors: [Charles Babbage]
  date: 2024
"""


def exported(profile, variant=None):
    """Return the profile's works as a bibliography."""
    (data,) = export(profile, "bibtex", variant=variant).files.values()
    return data.decode()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "works.yaml").write_text(LIBRARY, "utf-8")
    return tmp_path


def profile(folder: Path, section: str, more: str = "") -> Profile:
    text = "person: {name: Ada Lovelace, aliases: [A. Lovelace]}\nworks: works.yaml\n"
    (folder / "ada.yaml").write_text(f"{text}sections:\n  - {{kind: publications, {section}}}\n{more}", "utf-8")
    return load(folder / "ada.yaml")


def blocks(loaded: Profile, variant: str | None = None) -> list[str]:
    """The titles of works and the subheadings between them, as printed."""
    sections = compose(loaded, variant=variant).sections
    return [plain(block.title) for section in sections for block in section.blocks]  # type: ignore[union-attr]


def first(loaded: Profile) -> doc.WorkBlock:
    block = compose(loaded).sections[0].blocks[0]
    assert isinstance(block, doc.WorkBlock)
    return block


@pytest.mark.parametrize(
    ("section", "titles"),
    [
        ("select: mine", ["Plan", "Engine", "Notes", "Loom"]),
        ("select: {all: mine}", ["Plan", "Engine", "Notes", "Loom"]),
        ("select: mine, sort: manual", ["Engine", "Loom", "Notes", "Plan"]),
        ("select: {tags: hardware}", ["Engine", "Loom"]),
        ("select: {tags: [systems, none]}", ["Engine"]),
        ("select: {years: 2023}", ["Notes"]),
        ("select: {years: [2022, 2024]}", ["Engine", "Loom"]),
        ("select: {since: 2023}", ["Plan", "Engine", "Notes"]),
        ("select: {until: 2023}", ["Notes", "Loom"]),
        ("select: {since: 2023, until: 2023}", ["Notes"]),
        ("select: {kinds: [conference, journal]}", ["Engine", "Loom"]),
        ("select: {kinds: preprint}", ["Notes"]),
        ("select: {statuses: published}", ["Engine", "Loom"]),
        ("select: {statuses: [submitted, preprint]}", ["Plan", "Notes"]),
        ("select: {selected: true}", ["Engine", "Notes"]),
        ("select: {selected: true, tags: systems}", ["Engine"]),
        ("select: {ids: [loom, engine]}", ["Engine", "Loom"]),
        ("select: mine, exclude: [plan, notes]", ["Engine", "Loom"]),
        ("select: mine, exclude: plan, limit: 2", ["Engine", "Notes"]),
        ("select: mine, limit: 2, sort: first-author-first", ["Plan", "Engine"]),
        ("select: mine, sort: first-author-first", ["Plan", "Engine", "Loom", "Notes"]),
        ("entries: [loom], select: mine", ["Loom", "Engine", "Notes", "Plan"]),
        ("entries: [loom], select: mine, sort: date", ["Plan", "Engine", "Notes", "Loom"]),
        ("entries: [loom, plan, engine], exclude: plan", ["Loom", "Engine"]),
        ("entries: [{title: Own, authors: [Ada Lovelace], date: 2025}], select: {years: 2024}", ["Own", "Engine"]),
        ("entries: [{work: loom, title: Looms}], select: {tags: hardware}", ["Looms", "Engine"]),
        ("select: mine, since: 2023, subtitle: Since 2023", ["Plan", "Engine", "Notes"]),
    ],
)
def test_a_section_takes_the_works_that_its_rules_choose(folder, section, titles):
    """By authorship, id, tag, year, kind, status or mark; less some, up to a number, in an order."""
    assert blocks(profile(folder, section)) == titles


@pytest.mark.parametrize(
    ("change", "titles"),
    [
        ("{selected: true}", ["Engine", "Notes"]),
        ("{selected: true, limit: 1}", ["Engine"]),
        ("{exclude: [plan, engine]}", ["Notes", "Loom"]),
        ("{sort: first-author-first}", ["Plan", "Engine", "Loom", "Notes"]),
        ("{since: 2024}", ["Plan", "Engine"]),
        ("{group_by: kind}", ["Other Publications", "Plan", "Conference Papers", "Engine"]),
        ("{}", ["Plan", "Engine", "Notes", "Loom"]),
    ],
)
def test_a_variant_narrows_all_lists(folder, change, titles):
    """`publications:` of a variant filters, sorts and cuts what the profile lists."""
    loaded = profile(folder, "select: mine", f"variants: {{short: {{publications: {change}}}}}\n")
    assert blocks(loaded, "short")[: len(titles)] == titles
    assert blocks(loaded) == ["Plan", "Engine", "Notes", "Loom"]


def test_a_variant_never_adds_works(folder):
    """A list written by hand is narrowed too, and nothing that it left out comes in."""
    change = "variants: {short: {publications: {selected: true}}}\n"
    assert blocks(profile(folder, "entries: [loom, engine]", change), "short") == ["Engine"]


def test_works_of_a_group_come_together_and_numbers_go_up_or_down(folder):
    """By year, kind or status, with a subheading each; numbers count the whole list."""
    assert blocks(profile(folder, "select: mine, group_by: year")) == [
        *("Undated", "Plan", "2024", "Engine", "2023", "Notes", "2022", "Loom")
    ]
    assert blocks(profile(folder, "select: mine, group_by: status")) == [
        *("Submitted", "Plan", "Published", "Engine", "Loom", "In Preprint", "Notes")
    ]
    for numbering, expected in {"ascending": "1234", "descending": "4321"}.items():
        made = compose(profile(folder, f"select: mine, numbering: {numbering}")).sections[0].blocks
        assert "".join(block.number for block in made) == expected  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ["select: mine", "entries"])
def test_first_author_first_gives_the_order_of_the_cv_it_was_made_for(way, tmp_path):
    """Alone or among equals first, each by date: the order in which Chao Jin's own CV has his papers."""
    expected = [
        *(
            "megascale-moe",
            "rl-speculative-decoding",
            "megascale-infer",
            "ragcache",
            "ditto",
            "hydraserve",
            "streamrl",
        ),
        *("faaspr", "pyxis", "jolteon", "auncel", "melon"),
    ]
    shutil.copytree(ROOT / "profiles" / "works", tmp_path / "works")
    listed = f"entries: [{', '.join(sorted(expected))}]" if way == "entries" else way
    (tmp_path / "chao.yaml").write_text(
        "person: {name: Chao Jin}\nworks: works/systems.yaml\nsections:\n"
        f"  - {{kind: publications, sort: first-author-first, {listed}}}\n",
        "utf-8",
    )
    loaded = load(tmp_path / "chao.yaml")
    assert blocks(loaded) == [loaded.works[key].work.title for key in expected]


# --- How each is told -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "authors"),
    [
        (1, "Mary Somerville, …, Ada Lovelace, et al."),
        (2, "Mary Somerville, A. De Morgan, …, Ada Lovelace, et al."),
        (3, "Mary Somerville, A. De Morgan, Charles Babbage, Ada Lovelace, et al."),
        (4, "Mary Somerville, A. De Morgan, Charles Babbage, Ada Lovelace, et al."),
        (5, "Mary Somerville, A. De Morgan, Charles Babbage, Ada Lovelace, John Herschel"),
        (9, "Mary Somerville, A. De Morgan, Charles Babbage, Ada Lovelace, John Herschel"),
    ],
)
def test_et_al_cuts_author_lists_and_never_the_owner(folder, most, authors):
    """The first names stand, the owner stands wherever they are, an ellipsis shows the gap."""
    work = first(profile(folder, f"entries: [notes], et_al: {most}"))
    assert plain(work.authors) == authors
    assert any(
        isinstance(part, doc.Strong) and plain(doc.Line(part.inlines)) == "Ada Lovelace"
        for part in work.authors.inlines
    )


@given(count=st.integers(1, 12), owner=st.integers(0, 11), most=st.integers(1, 12))
def test_the_owner_is_in_every_author_list_however_short(count, owner, most):
    """Whatever the list and wherever the owner stands in it, the name is printed, once, in bold."""
    names = [f"Person {chr(65 + index)}" for index in range(count)]
    names[owner % count] = "Ada Lovelace"
    section = {"kind": "publications", "et_al": most, "entries": [{"title": "T", "authors": names}]}
    work = first(load_data({"person": {"name": "Ada Lovelace"}, "sections": [section]}))
    bold = [part for part in work.authors.inlines if isinstance(part, doc.Strong)]
    assert [plain(doc.Line(part.inlines)) for part in bold] == ["Ada Lovelace"]
    assert plain(work.authors).count("Person") == sum(1 for name in names[:most] if name != "Ada Lovelace")
    assert plain(work.authors).endswith("et al.") == (max(most - 1, owner % count) < count - 1)


def test_a_list_that_is_known_to_go_on_ends_in_et_al(folder):
    """BibTeX's `and others` is printed, in the document's language."""
    entry = "{title: T, authors: [Ada Lovelace], more_authors: true}"
    loaded = profile(folder, f"entries: [{entry}]")
    assert plain(first(loaded).authors) == "Ada Lovelace, et al."
    endings = {}
    for language in languages():
        block = compose(loaded, locale=language).sections[0].blocks[0]
        assert isinstance(block, doc.WorkBlock)
        endings[language] = plain(block.authors).removeprefix("Ada Lovelace")
    assert endings == {"de": " et al.", "en": ", et al.", "es": " et al.", "fr": " et al.", "zh": " 等"}


def test_the_legend_is_about_authors_that_are_shown(folder):
    """A star that was cut needs no legend."""
    authors = "[Ada Lovelace, Charles Babbage, Mary Somerville*, John Herschel*]"
    entry = f"{{title: T, authors: {authors}, equal_note: (* Equal)}}"
    assert not first(profile(folder, f"entries: [{entry}], et_al: 2")).legend
    assert first(profile(folder, f"entries: [{entry}], et_al: 3")).legend


@pytest.mark.parametrize(
    ("said", "details"),
    [
        ('volume: "33", number: "2", pages: 421–436', "J, 33(2), 421–436"),
        ('volume: "33", pages: 421–436', "J, 33, 421–436"),
        ('volume: "33", number: "2"', "J, 33(2)"),
        ('number: "7"', "J, 7"),
        ("pages: 1-12", "J, 1–12"),
        ('series: Lecture Notes, volume: "12"', "J, Lecture Notes 12"),
        ('edition: 2nd, version: "1.4"', "J, edition 2, version 1.4"),
        ('edition: "3", version: beta', "J, edition 3, beta"),
        ("date: 2024", "J"),
    ],
)
def test_details_are_printed_where_the_section_wants_them(folder, said, details):
    """Volume, number and pages stand after the venue, in every language alike."""
    entry = f"{{title: T, venue: J, {said}}}"
    assert plain(first(profile(folder, f"entries: [{entry}], details: true")).venue) == details
    assert plain(first(profile(folder, f"entries: [{entry}]")).venue) == "J"


# --- What is wrong with a selection ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "code", "marked"),
    [
        ("select: {ids: [engine, looom]}", "unknown-work", "looom"),
        ("select: {ids: looom}", "unknown-work", "looom"),
        ("select: mine, exclude: [looom]", "unknown-work", "looom"),
        ("select: everything", "unknown-choice", "everything"),
        ("select: {kind: journal}", "unknown-key", "kind"),
        ("select: {kinds: magazine}", "unknown-choice", "magazine"),
        ("select: {ids: others}", "own-name", "[Charles Babbage]"),
    ],
)
def test_mistakes_in_rules_are_shown_at_their_place(folder, section, code, marked):
    """An id that nobody has, a rule that is none, a work that is not the owner's."""
    with pytest.raises(ProfileError) as caught:
        profile(folder, section)
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert found.span.excerpt[found.span.column - 1 : found.span.end_column - 1] == marked
    if code == "own-name":  # shown in the works file, with the rule that chose the work
        assert Path(found.span.file).name == "works.yaml"
        assert [span.line for span, _ in found.related] == [4]


def test_rules_that_choose_nothing_are_said_to(folder):
    """A filter with a misspelt tag leaves the section out, and a warning says why."""
    loaded = profile(folder, "select: {tags: softwear}")
    assert [found.code for found in loaded.diagnostics] == ["nothing-selected"]
    assert compose(loaded).sections == ()


def test_names_of_selected_works_are_guarded(folder):
    """A star without a second one is found in a work that no list names."""
    (folder / "works.yaml").write_text("solo: {title: Solo, authors: [Ada Lovelace*, Charles Babbage]}\n", "utf-8")
    loaded = profile(folder, "select: mine")
    assert [(found.code, Path(found.span.file).name) for found in loaded.diagnostics] == [
        ("equal-alone", "works.yaml")
    ]


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("(† Corresponding Author)", []),
        (r"(\* Equal Contribution, † Corresponding Author)", ["legend-without-marks"]),
        ("see below", ["mark-unexplained", "legend-without-marks"]),
    ],
)
def test_a_legend_for_a_dagger_wants_no_star(folder, note, codes):
    """It is about the mark that it names."""
    work = f"solo: {{title: Solo, authors: [Ada Lovelace, Charles Babbage†], equal_note: '{note}'}}\n"
    (folder / "works.yaml").write_text(work, "utf-8")
    assert [found.code for found in profile(folder, "select: mine").diagnostics] == codes


def test_hidden_works_and_tags_of_variants_hold_for_selected_works(folder):
    """What is hidden, or has a tag that a variant leaves out, is not selected into the document."""
    hidden = LIBRARY.replace("  title: Loom\n", "  title: Loom\n  hidden: true\n")
    (folder / "works.yaml").write_text(hidden, "utf-8")
    loaded = profile(folder, "select: mine", "variants: {short: {exclude: [systems]}}\n")
    assert blocks(loaded) == ["Plan", "Engine", "Notes"]
    assert blocks(loaded, "short") == ["Plan", "Notes"]


def test_an_export_to_bibtex_holds_what_is_selected(folder):
    """The .bib has the works of the lists, once each, narrowed by the variant."""
    loaded = profile(folder, "entries: [loom], select: mine", "variants: {short: {publications: {selected: true}}}\n")
    assert list(parse_bib(exported(loaded), "x").data) == ["loom", "engine", "notes", "plan"]
    assert list(parse_bib(exported(loaded, "short"), "x").data) == ["engine", "notes"]
    assert [selected.key for selected in loaded.selected_works()] == ["loom", "engine", "notes", "plan"]


def test_works_of_a_bibliography_are_selected_like_others(folder):
    """A .bib and a YAML file are one library."""
    (folder / "more.bib").write_text("@misc{bibbed, title={Bibbed}, author={Lovelace, Ada}, year=2030}\n", "utf-8")
    (folder / "ada.yaml").write_text(
        "person: {name: Ada Lovelace}\nworks: [works.yaml, more.bib]\nsections:\n"
        "  - {kind: publications, select: {since: 2024}}\n",
        "utf-8",
    )
    assert blocks(load(folder / "ada.yaml")) == ["Plan", "Bibbed", "Engine"]
