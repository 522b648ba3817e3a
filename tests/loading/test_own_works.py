"""Own works: found, asked about, or settled by the profile, and never lost in silence."""

import pytest

from cvgen.composer import compose
from cvgen.diagnostics import Severity
from cvgen.document.nodes import Strong, plain
from cvgen.loading.load import load

LIBRARY = """\
full: {title: Full, authors: [Nora B. Quill, Ada Stone], date: 2020}
middle: {title: Middle, authors: [Nora Beatrice Quill, Ada Stone], date: 2020}
initial: {title: Initial, authors: ["N. Quill", Ada Stone], date: 2020}
again: {title: Again, authors: ["N. Quill", Bo Hill], date: 2021}
run: {title: Run, authors: [Quill NB, Bo Hill], date: 2021}
other: {title: Other, authors: [Nora C. Quill, Bo Hill], date: 2021}
group: {title: Group, authors: [The Example Collaboration], date: 2021}
"""


def loaded(folder, person="", select="select: mine", works=LIBRARY):
    (folder / "w.yaml").write_text(works, "utf-8")
    text = (
        f"person: {{name: Nora B. Quill{person}}}\nworks: w.yaml\nsections:\n  - {{kind: publications, {select}}}\n"
    )
    (folder / "nora.yaml").write_text(text, "utf-8")
    return load(folder / "nora.yaml")


def titles(profile):
    return [plain(block.title) for section in compose(profile).sections for block in section.blocks]


def bold(profile):
    (section,) = compose(profile).sections
    return [
        [plain_of(part) for part in block.authors.inlines if isinstance(part, Strong)] for block in section.blocks
    ]


def plain_of(strong):
    return "".join(part.text for part in strong.inlines)


def asked(profile):
    return sorted(found.message for found in profile.diagnostics if found.code == "own-spelling")


def test_middle_names_are_found_and_initials_asked_about_once_per_spelling(tmp_path):
    """Each spelling that `mine` leaves out is one warning, with the number of works and the line that settles it."""
    profile = loaded(tmp_path)
    assert titles(profile) == ["Full", "Middle"]
    assert asked(profile) == [
        "`N. Quill` may be `Nora B. Quill`: 2 works left out by `select`",
        "`Nora C. Quill` may be `Nora B. Quill`: 1 work left out by `select`",
        "`Quill NB` may be `Nora B. Quill`: 1 work left out by `select`",
    ]
    hints = [found.hints[0] for found in profile.diagnostics if found.code == "own-spelling"]
    assert "write `aliases: [N. Quill]` below `person`, or `not_me: [N. Quill]` if it is somebody else" in hints


def test_aliases_and_not_me_settle_it(tmp_path):
    """What is said is not asked again."""
    profile = loaded(tmp_path, ", aliases: [N. Quill, Quill NB], not_me: [Nora C. Quill]")
    assert asked(profile) == []
    assert set(titles(profile)) == {"Full", "Middle", "Initial", "Again", "Run"}


def test_a_list_by_hand_takes_a_likely_work_with_a_warning(tmp_path):
    """It is printed, bold, and asked about."""
    profile = loaded(tmp_path, select="entries: [initial, again]")
    assert titles(profile) == ["Initial", "Again"]
    assert bold(profile) == [["N. Quill"], ["N. Quill"]]
    assert asked(profile) == ["`N. Quill` may be `Nora B. Quill`: 2 works printed so"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{work: initial, me: N. Quill}", ["N. Quill"]),
        ("{work: initial, not_me: true}", []),
        ("{title: T, authors: [{name: Q. Mara, me: true}, Nora Quill]}", ["Q. Mara"]),
        ("{title: T, authors: [{name: N. Quill, me: false}, Nora Quill]}", ["Nora Quill"]),
        ("{title: T, authors: [Nora Quill, Nora B. Quill], not_me: false}", ["Nora B. Quill"]),
        ("group", []),
    ],
)
def test_a_work_or_an_author_settles_it(tmp_path, entry, expected):
    """`me` and `not_me`; of two who could be the owner one is bold; a group may sign alone."""
    profile = loaded(tmp_path, select=f"entries: [{entry}]")
    assert bold(profile) == [expected]
    assert asked(profile) == []


def test_students_are_marked_with_a_legend(tmp_path):
    """Those named below the person, and those whom a work says to be."""
    authors = "[Nora Quill, Ada Stone, {name: Bo Hill, advisee: true}, Cy Lane‡]"
    works = f"a: {{title: T, authors: {authors}, equal_note: (‡ x)}}\n"
    profile = loaded(tmp_path, ", advisees: Ada Stone", works=works)
    (block,) = compose(profile).sections[0].blocks
    assert plain(block.authors) == "Nora Quill, Ada Stone§, Bo Hill§, Cy Lane‡"
    assert plain(block.legend) == "(‡ x) (§ Student advised)"


def test_editors_are_no_authors_and_are_printed_where_a_reference_list_prints_them(tmp_path):
    """Of a whole book they stand in the authors' place, and say so; of a chapter's book behind its name."""
    works = """\
book: {title: Book, editors: [Nora Quill, Ada Stone], venue: {kind: book}, publisher: Example Press, date: 2019}
part: {title: Part, authors: [Nora Quill], venue: A Book, editors: [Ada Stone], edition: 2, publisher: Example Press}
"""
    profile = loaded(tmp_path, select="select: mine, details: true", works=works)
    blocks = {plain(block.title): block for block in compose(profile).sections[0].blocks}
    assert plain(blocks["Book"].authors) == "Nora Quill, Ada Stone (eds.)"
    assert plain(blocks["Book"].venue) == "Example Press"
    assert plain(blocks["Part"].venue) == "A Book, edited by Ada Stone, edition 2, Example Press"
    assert plain(blocks["Part"].authors) == "Nora Quill"


def test_a_likely_owner_is_asked_about_beside_a_group(tmp_path):
    """A group excuses a list without the owner, not an unclear spelling."""
    profile = loaded(tmp_path, select="entries: [{title: T, authors: [N. Quill, ATLAS Collaboration], date: 2020}]")
    assert asked(profile) == ["`N. Quill` may be `Nora B. Quill`: 1 work printed so"]


def test_a_book_that_has_a_publisher_has_appeared(tmp_path):
    """A publisher, an institution or editors stand for a venue: such a work is no preprint."""
    for said in ("publisher: P", "institution: P", "editors: [Ada Stone]"):
        profile = loaded(tmp_path, select=f"entries: [{{title: T, authors: [Nora Quill], {said}}}]")
        assert plain(compose(profile).sections[0].blocks[0].venue) == ""


def test_a_list_by_hand_that_is_cut_short_is_asked_about(tmp_path):
    """The owner may be one of those who are not named: a warning, and the work is printed."""
    entry = "{title: T, authors: [Ada Stone], more_authors: true, date: 2020}"
    profile = loaded(tmp_path, select=f"entries: [{entry}]")
    assert titles(profile) == ["T"]
    assert [(one.code, one.severity) for one in profile.diagnostics] == [("own-name-cut", Severity.WARNING)]


def test_a_work_that_stands_twice_in_a_list_is_told(tmp_path):
    """Under two ids, or written out beside the works file."""
    profile = loaded(
        tmp_path, select='select: mine, entries: [{title: "Full", authors: [Nora B. Quill], date: 2020}]'
    )
    assert [found.code for found in profile.diagnostics if found.code == "listed-twice"] == ["listed-twice"]


def test_a_list_that_is_cut_short_may_hide_the_owner(tmp_path):
    """One note for all that `mine` leaves out, until the work says whose it is."""
    works = """\
own: {title: Own, authors: [Nora B. Quill], more_authors: true, date: 2020}
one: {title: One, authors: [Ada Stone], more_authors: true, date: 2020}
two: {title: Two, authors: [Bo Hill], more_authors: true, date: 2020}
not: {title: Not, authors: [Bo Hill], more_authors: true, not_me: true, date: 2020}
"""
    profile = loaded(tmp_path, works=works)
    assert titles(profile) == ["Own"]
    assert [(found.code, found.severity.name, found.span.line) for found in profile.diagnostics] == [
        ("own-name-cut", "NOTE", 2)
    ]
    assert profile.diagnostics[0].message == "`Nora B. Quill` may be behind `et al.`: 2 works left out by `select`"
    settled = works.replace("[Ada Stone]", "[Ada Stone, Nora B. Quill]").replace("[Bo Hill]", "[Bo Hill, Nora Quill]")
    assert not loaded(tmp_path, works=settled).diagnostics
