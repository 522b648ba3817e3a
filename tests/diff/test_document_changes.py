"""What changed between two states of a CV, in the words that a person would use."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cvgen.composer import compose
from cvgen.diff.change import Change, Changes, Tier, show_change
from cvgen.diff.documents import compare_documents, equal_documents
from cvgen.diff.report import escape_markdown, report_changes
from cvgen.diff.texts import compare_document_with_text, compare_texts
from cvgen.formats.text import write_document
from cvgen.loading.load import load, load_data

ROOT = Path(__file__).resolve().parents[2]
PROFILES = sorted((ROOT / "profiles").glob("*.yaml"))

RAG = {
    "title": "RAGCache: Caching Knowledge",
    "authors": ["Ada Lovelace*", "Charles Babbage", "Mary Somerville"],
    "venue": {"name": "Conference of Engines", "acronym": "CoE", "year": 2024},
    "date": "2024-04",
    "links": {"pdf": "https://a.org/rag.pdf"},
}
NOTES = {"title": "Notes on the Engine", "authors": ["Ada Lovelace"], "date": "2020"}
POEM = {"title": "Poetical Science", "authors": ["Ada Lovelace"], "date": "2021"}
BASE = {
    "person": {"name": "Ada Lovelace", "position": "Student", "email": "ada@a.org", "github": "ada"},
    "sections": [
        {
            "kind": "education",
            "entries": [
                {"institution": "University of A", "degree": "Ph.D.", "start_date": "2020", "end_date": "present"},
                {"institution": "University of A", "degree": "B.Sc.", "start_date": "2016", "end_date": "2020"},
            ],
        },
        {
            "kind": "experience",
            "entries": [
                {
                    "organization": "Acme",
                    "role": "Intern",
                    "location": "Oxford",
                    "start_date": "2019-06",
                    "end_date": "2019-09",
                    "highlights": ["Built an engine that computes", "Wrote its manual", "Taught others to use it"],
                }
            ],
        },
        {"kind": "publications", "links": True, "entries": [RAG, NOTES]},
        {"kind": "honors", "entries": [{"title": "Medal", "date": "2021"}, {"title": "Prize", "date": "2020"}]},
        {"kind": "skills", "entries": [{"label": "Languages", "values": ["C", "Perl", "Rust"]}]},
    ],
}
EDUCATION, EXPERIENCE, PAPERS, HONORS, SKILLS = range(5)


def document(data):
    return compose(load_data(data))


def edited(edit):
    data = copy.deepcopy(BASE)
    edit(data)
    return data


def reported(changes):
    return report_changes(Changes("old", "new", changes)).splitlines()


def lines_of(edit):
    """Return the lines that report an edit of BASE."""
    return reported(compare_documents(document(BASE), document(edited(edit))))


def put(*path):
    """Return a function that puts the last of `path` where the rest leads."""
    *path, last, value = path

    def edit(data):
        node = data
        for step in path:
            node = node[step]
        node[last] = value

    return edit


def entries(section, change):
    return lambda data: change(data["sections"][section]["entries"])


def paper(change):
    return lambda data: change(data["sections"][PAPERS]["entries"][0])


def intern(change):
    return lambda data: change(data["sections"][EXPERIENCE]["entries"][0])


CASES = {
    # The head
    "position": (put("person", "position", "Professor"), ["position changed: “Student” → “Professor”"]),
    "email": (put("person", "email", "a@b.org"), ["email changed: “ada@a.org” → “a@b.org”"]),
    "new contact": (put("person", "orcid", "0000-0002-1825-0097"), ["orcid added: “0000-0002-1825-0097”"]),
    "lost contact": (lambda data: data["person"].pop("github"), ["github removed: “ada”"]),
    "quote": (put("person", "quote", "Onwards"), ["quote added: “Onwards”"]),
    # Sections
    "section added": (
        lambda data: data["sections"].append({"kind": "talks", "entries": [{"title": "On Engines"}]}),
        ["Talks: section added (On Engines)"],
    ),
    "section removed": (
        lambda data: data["sections"].pop(HONORS),
        ["Honors & Awards: section removed (Medal; Prize)"],
    ),
    "section renamed": (
        put("sections", HONORS, "title", "Awards"),
        ["section renamed: “Honors & Awards” → “Awards”"],
    ),
    "section moved": (
        lambda data: data["sections"].insert(0, data["sections"].pop(SKILLS)),
        ["Skills: section moved (now first)"],
    ),
    # Papers
    "two papers added": (
        entries(PAPERS, lambda papers: papers.extend([POEM, {**POEM, "title": "Cogs: A Study of Wheels"}])),
        ["2 papers added: Poetical Science; Cogs"],
    ),
    "paper removed": (entries(PAPERS, lambda papers: papers.pop()), ["1 paper removed: Notes on the Engine"]),
    "author added": (
        paper(lambda work: work["authors"].append("Michael Faraday")),
        ["RAGCache: author list changed (Michael Faraday added)"],
    ),
    "author removed": (
        paper(lambda work: work["authors"].remove("Charles Babbage")),
        ["RAGCache: author list changed (Charles Babbage removed)"],
    ),
    "author renamed": (
        paper(lambda work: work.update(authors=["Ada Lovelace*", "Charles Babage", "Mary Somerville"])),
        ["RAGCache: author list changed (Charles Babbage is now Charles Babage)"],
    ),
    "authors reordered": (
        paper(lambda work: work.update(authors=["Ada Lovelace*", "Mary Somerville", "Charles Babbage"])),
        ["RAGCache: author list changed (Charles Babbage now after Mary Somerville)"],
    ),
    "equal contribution": (
        paper(lambda work: work.update(authors=["Ada Lovelace*", "Charles Babbage*", "Mary Somerville"])),
        ["RAGCache: author list changed (equal contribution marked for Charles Babbage)"],
    ),
    "venue and date": (
        paper(lambda work: work.update(venue={"name": "Journal of Wheels"}, date="2025-03")),
        [
            "RAGCache:",
            "  venue changed (“Conference of Engines (CoE 2024)” → “Journal of Wheels”)",
            "  date changed (“Apr. 2024” → “Mar. 2025”)",
        ],
    ),
    "award": (paper(put("award", "Best paper")), ["RAGCache: award added (“Best paper”)"]),
    "link changed": (
        paper(put("links", "pdf", "https://b.org/r.pdf")),
        ["RAGCache: PDF link changed (https://a.org/rag.pdf → https://b.org/r.pdf)"],
    ),
    "link added": (
        paper(put("links", "code", "https://b.org/code")),
        ["RAGCache: Code link added (https://b.org/code)"],
    ),
    "retitled, known by its authors": (
        paper(put("title", "Storing Knowledge")),
        [
            "Storing Knowledge: title changed (“RAGCache: Caching Knowledge” → “Storing Knowledge”)",
        ],
    ),
    "retitled by a slip": (
        entries(PAPERS, put(1, "title", "Note on the Engine")),
        ["Note on the Engine: title changed (“Notes on the Engine” → “Note on the Engine”)"],
    ),
    "moved to another list": (
        lambda data: data["sections"].append(
            {
                "kind": "publications",
                "title": "Preprints",
                "entries": [POEM, data["sections"][PAPERS]["entries"].pop()],
            }
        ),
        ["Preprints: section added (Poetical Science)", "Notes on the Engine: moved from Publications to Preprints"],
    ),
    "papers numbered": (put("sections", PAPERS, "numbering", "ascending"), ["Publications: numbering changed"]),
    # Entries
    "entry added": (
        entries(EXPERIENCE, lambda found: found.append({"organization": "Wheels Ltd.", "role": "Engineer"})),
        ["1 entry added to Experience: Wheels Ltd."],
    ),
    "one of two with one title": (
        entries(EDUCATION, put(1, "degree", "B.A.")),
        ["Education, University of A, B.A.: degree changed (“B.Sc.” → “B.A.”)"],
    ),
    "role": (intern(put("role", "Engineer")), ["Experience, Acme: role changed (“Intern” → “Engineer”)"]),
    "place": (intern(put("location", "London")), ["Experience, Acme: location changed (“Oxford” → “London”)"]),
    "date": (
        intern(put("end_date", "present")),
        ["Experience, Acme: date changed (“Jun. 2019 – Sep. 2019” → “Jun. 2019 – Present”)"],
    ),
    "bullet added": (
        intern(lambda entry: entry["highlights"].append("Sold it")),
        ["Experience, Acme: bullet added (“Sold it”)"],
    ),
    "bullets added": (
        intern(lambda entry: entry["highlights"].extend(["Sold it", "Took it apart", "Went home", "Slept"])),
        ["Experience, Acme: 4 bullets added (“Sold it”; “Took it apart”; “Went home”; 1 more)"],
    ),
    "bullet removed": (
        intern(lambda entry: entry["highlights"].pop()),
        ["Experience, Acme: bullet removed (“Taught others to use it”)"],
    ),
    "bullet reworded": (
        intern(put("highlights", 0, "Built two engines that compute")),
        ["Experience, Acme: bullet reworded (“Built an engine that computes” → “Built two engines that compute”)"],
    ),
    "bullet moved": (
        intern(lambda entry: entry["highlights"].insert(0, entry["highlights"].pop())),
        ["Experience, Acme: bullet moved up (“Taught others to use it”)"],
    ),
    "emphasis": (
        intern(put("highlights", 1, "Wrote its *manual*")),
        ["Experience, Acme: emphasis of the bullet changed (“Wrote its manual”)"],
    ),
    "link within": (
        intern(put("highlights", 1, "Wrote its [manual](https://a.org/m)")),
        ["Experience, Acme: link of the bullet added (https://a.org/m)"],
    ),
    "entries swapped": (entries(EDUCATION, list.reverse), ["Education, University of A, Ph.D.: moved down"]),
    # Honors, skills
    "honor added": (
        entries(HONORS, lambda found: found.append({"title": "Cup", "date": "2022"})),
        ["1 item added to Honors & Awards: Cup"],
    ),
    "honor dated": (
        entries(HONORS, put(0, "date", "2019")),
        ["Honors & Awards, Medal: date changed (“2021” → “2019”)"],
    ),
    "skills": (
        entries(SKILLS, put(0, "values", ["C", "Rust", "Zig", "OCaml"])),
        ["Skills, Languages: changed (“Zig” added, “OCaml” added, “Perl” removed)"],
    ),
    # The look
    "theme": (put("document", {"theme": "plain"}), ["theme changed: “awesome” → “plain”"]),
    "paper": (put("document", {"paper": "letter"}), ["paper changed: “a4” → “letter”"]),
    "option": (put("document", {"options": {"accent": "blue"}}), ["option accent added: “blue”"]),
    "foot": (
        put("document", {"footer": {"center": "{name}", "right": "{page}"}}),
        ["center of the foot changed: “{name} · Curriculum Vitae” → “{name}”"],
    ),
}


@pytest.mark.parametrize(("edit", "lines"), CASES.values(), ids=CASES)
def test_each_change_is_said_as_a_person_would(edit, lines):
    """One edit of a profile gives these lines and no others."""
    assert lines_of(edit) == lines


@pytest.mark.parametrize("edit", [edit for edit, _ in CASES.values()], ids=CASES)
def test_a_change_and_its_way_back_are_both_lines_of(edit):
    """A change that is reported one way is reported the other way too."""
    assert compare_documents(document(edited(edit)), document(BASE))


def test_a_name_is_reported_once():
    """What follows from a name, in the PDF's title and at the foot, is not told again."""
    old, new = (
        document({"person": {"name": name}, "sections": [{"kind": "text", "text": "Weaves."}]})
        for name in ("Ada Lovelace", "Ada King")
    )
    assert reported(compare_documents(old, new)) == ["name changed: “Ada Lovelace” → “Ada King”"]


def test_what_matters_most_comes_first():
    """A paper that differs stands before one that is new, and that before the theme."""

    def edit(data):
        data["document"] = {"theme": "plain"}
        data["sections"][PAPERS]["entries"].insert(0, POEM)
        data["sections"][PAPERS]["entries"][1]["date"] = "2025"
        data["person"]["position"] = "Professor"

    assert [line.partition(" ")[0] for line in lines_of(edit)] == ["position", "RAGCache:", "1", "theme"]


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_profile_does_not_differ_from_itself(path):
    """Nothing is reported of two readings of one file."""
    assert compare_documents(compose(load(path)), compose(load(path))) == ()


LINE = st.sampled_from(
    ["One", "Two", "One *two*", "One [two](https://a.org)", "One [two](https://b.org)", "Three four"]
)
DATE = st.sampled_from(["2020", "2021", "2021-02"])
ENTRY = st.fixed_dictionaries(
    {"title": LINE},
    optional={
        "subtitle": LINE,
        "date": DATE,
        "highlights": st.lists(LINE, min_size=1, max_size=3),
        "url": st.just("a.org"),
    },
)
WORK = st.fixed_dictionaries(
    {"title": LINE},
    optional={
        "authors": st.permutations(["Ada Lovelace", "B C", "D E*"]),
        "date": DATE,
        "venue": st.fixed_dictionaries({"name": LINE}),
        "note": LINE,
        "links": st.fixed_dictionaries({}, optional={"pdf": st.sampled_from(["https://a.org", "https://b.org"])}),
    },
)
HONOR = st.fixed_dictionaries({"title": LINE}, optional={"date": DATE, "event": LINE})
SKILL = st.fixed_dictionaries({"label": LINE, "values": st.lists(LINE, min_size=1, max_size=2)})
SECTION = st.one_of(
    *(
        st.fixed_dictionaries(
            {"kind": st.just(kind), "entries": st.lists(entry, min_size=1, max_size=3)},
            optional={"title": st.sampled_from(["A", "B"])} | more,
        )
        for kind, entry, more in (
            ("custom", ENTRY, {"title": st.sampled_from(["A", "B"])}),
            ("honors", HONOR, {}),
            ("skills", SKILL, {}),
            (
                "publications",
                WORK,
                {
                    "links": st.booleans(),
                    "numbering": st.sampled_from(["none", "ascending", "descending"]),
                    "group_by": st.sampled_from(["none", "year"]),
                },
            ),
        )
    )
).map(lambda section: section if section["kind"] != "custom" else {"title": "C", **section})
PERSON = st.fixed_dictionaries(
    {"name": st.sampled_from(["Ada Lovelace", {"given": "Ada Lovelace", "family": "King"}])},
    optional={"position": LINE, "quote": LINE, "email": st.just("a@b.org"), "github": st.sampled_from(["a", "b"])},
)
PROFILE = st.fixed_dictionaries(
    {"person": PERSON, "sections": st.lists(SECTION, min_size=1, max_size=3)},
    optional={
        "document": st.fixed_dictionaries({}, optional={"paper": st.just("letter"), "language": st.just("de")})
    },
)


@given(st.data())
def test_nothing_is_reported_exactly_where_documents_are_equal(data):
    """Two documents have no changes between them if and only if they are the same."""
    one = data.draw(PROFILE)
    other = data.draw(st.one_of(st.just(one), PROFILE, st.builds(lambda more: {**one, **more}, st.fixed_dictionaries(
        {}, optional={"person": PERSON, "sections": st.permutations(one["sections"])}
    ))))  # fmt: skip
    try:
        old, new = document(one), document(other)
    except Exception:
        from cvgen.errors import ProfileError

        with pytest.raises(ProfileError):
            document(one)
            document(other)
        return
    changes = compare_documents(old, new)
    assert bool(changes) is not equal_documents(old, new)
    for style in ("text", "markdown", "json"):
        assert report_changes(Changes("old", "new", changes), style)


def test_a_list_of_thousands_is_compared_in_seconds():
    """Many entries that look alike do not take minutes."""
    many = [{"title": f"Paper {number} of many on one thing", "date": "2020"} for number in range(1500)]
    data = edited(put("sections", PAPERS, "entries", many))
    other = edited(put("sections", PAPERS, "entries", [{**work, "title": work["title"][::-1]} for work in many]))
    assert compare_documents(document(data), document(other))


# --- Formats --------------------------------------------------------------------------------------------------------

HOSTILE = [
    "a | b | c",
    "<script>alert(1)</script>",
    "@octocat and a@b.example",
    "`code` and ``more``",
    "![img](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "https://evil.example www.evil.example",
    "<https://evil.example>",
    "&lt;b&gt; &amp; &#64;octocat",
    "octo/repo#1 #1 GH-1 :tada:",
    "\\@octocat \\`x\\`",
    "$\\frac{1}{2}$ $`x`$",
    "# heading",
    "- [x] done",
    "1. one",
    "---",
    "| a |\n|---|\n| b |",
    "<!-- hidden -->",
    "[^1] [ref]: https://evil.example",
    "\u202eevil\u2066",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_strangers_is_no_markup_and_calls_nobody(text):
    """In Markdown a text shows as its own characters: no link, no picture, no HTML, no mention, no reference."""
    changes = Changes("old", "new", (
        Change("added", "paper", "added", Tier.PAPER_ADDED, subject=text, counted=True),
        Change("changed", "title", "title changed", Tier.PAPER, show_change(text, text + " more"), text, text),
        Change("removed", "bullet", "bullet removed", Tier.ENTRY, text, text, "Section"),
        Change("added", "bullet", "bullet added", Tier.ENTRY, text, text, "Section"),
    ), notes=(text,))  # fmt: skip
    markdown = report_changes(changes, "markdown", title=text)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(markdown)
    inline = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inline} <= {"text", "strong_open", "strong_close", "text_special", "softbreak"}
    allowed = {"heading", "paragraph", "bullet_list", "list_item", "inline"}
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= allowed
    assert all(token.type != "heading_open" or token.tag == "h3" for token in tokens)
    shown = "".join(token.content for token in inline)
    for live in ("@o", "@b", "#1", "GH-1", "://", "www.e", ":tada", "#6"):
        assert live not in shown
    clean = " ".join(text.replace("\u202e", "<U+202E>").replace("\u2066", "<U+2066>").split())
    assert clean in shown.replace("\N{ZERO WIDTH SPACE}", "")


def test_a_comment_is_never_too_long_for_github():
    """Ten thousand changes end in a count."""
    change = Change("changed", "title", "title changed", Tier.PAPER, "x" * 100)
    markdown = report_changes(Changes("old", "new", (change,) * 10_000), "markdown")
    assert len(markdown) < 65_536
    assert markdown.splitlines()[-1].endswith(" more")


@given(st.text())
def test_escaped_text_reads_as_it_was(text):
    """Escaping loses nothing that can be seen."""
    from cvgen.diagnostics import visible

    tokens = MarkdownIt("commonmark").parseInline(escape_markdown(f"x {text} x"))
    shown = "".join(child.content for child in tokens[0].children).replace("\N{ZERO WIDTH SPACE}", "")
    assert shown == visible(" ".join(f"x {text} x".split()))


def test_json_keeps_its_shape():
    """Programs rely on these fields."""
    changes = compare_documents(document(BASE), document(edited(CASES["author added"][0])))
    found = json.loads(report_changes(Changes("a.yaml", "b.yaml", changes, (2, 3), ("a note",)), "json"))
    assert found == {
        "version": 1,
        "old": "a.yaml",
        "new": "b.yaml",
        "summary": "RAGCache: author list changed; 2 → 3 pages",
        "pages": {"old": 2, "new": 3},
        "changes": [
            {
                "kind": "changed",
                "what": "authors",
                "section": "Publications",
                "subject": "RAGCache",
                "message": "author list changed",
                "detail": "Michael Faraday added",
                "old": "Ada Lovelace*, Charles Babbage, Mary Somerville",
                "new": "Ada Lovelace*, Charles Babbage, Mary Somerville, Michael Faraday",
            }
        ],
        "notes": ["a note"],
    }


def test_a_summary_says_all_in_one_line():
    """The first line of a comment is what one would tell on the telephone."""

    def edit(data):
        data["sections"][PAPERS]["entries"][0]["authors"].pop()
        data["sections"][PAPERS]["entries"] += [POEM, {**POEM, "title": "Cogs: A Study of Wheels"}]

    changes = Changes("old", "new", compare_documents(document(BASE), document(edited(edit))), (2, 3))
    lines = report_changes(changes, "markdown", title="ada.yaml").splitlines()
    assert lines[:3] == ["### ada.yaml", "", "RAGCache: author list changed; 2 papers added; 2 → 3 pages"]


def test_no_difference_is_reported():
    """Silence could mean anything."""
    nothing = Changes("old", "new", (), (2, 2))
    assert not nothing
    assert report_changes(nothing) == "no differences\n"
    assert report_changes(nothing, "markdown") == "No differences.\n"


# --- Texts of PDFs --------------------------------------------------------------------------------------------------

PAGE = (
    "Ada Lovelace\nEducation\nUniversity of A\nPh.D. 2020 - Present\nExperience\nAcme, Intern\n• Built an en-\ngine\n"
)


def test_lines_and_pages_that_break_elsewhere_are_no_change():
    """Words count, not where they stand; nor do hyphens of a line break and numbers of pages."""
    old = (PAGE + "Ada · CV 1", "• Went home\nAda · CV 2")
    new = (
        PAGE.replace("en-\ngine", "engine").replace("University of", "University\nof") + "• Went home\nAda · CV 1",
    )
    assert compare_texts(old, new) == ()


def test_words_that_changed_are_shown_in_their_section():
    """A change names its section and shows a few words around it."""
    found = reported(compare_texts((PAGE,), (PAGE.replace("Ph.D.", "M.Sc.").replace("Acme", "Cogs Ltd."),)))
    assert found == [
        "Education: text changed (“University of A Ph.D. 2020 - Present” → “University of A M.Sc. 2020 - Present”)",
        "Experience: text changed (“Acme, Intern Built an” → “Cogs Ltd., Intern Built an”)",
    ]


def test_sections_of_a_pdf_come_and_go():
    """A title that is new is reported as a section."""
    found = reported(compare_texts((PAGE,), (PAGE + "Skills\nWeaving\n",)))
    assert found == ["Skills: section added (Weaving)"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_of_contacts_are_no_change(language):
    """They are printed where no icon stands, in Chinese without a space behind."""
    sections = [{"kind": "text", "title": "T", "text": "Looms."}]
    person = {"name": "Ada Lovelace", "email": "ada@example.org", "github": "ada", "linkedin": "lovelace"}
    composed = document({"person": person, "document": {"language": language}, "sections": sections})
    page = write_document(composed, None)
    assert "GitHub" in page
    assert compare_document_with_text(composed, (page,), document_is_new=True) == ()


def test_a_profile_is_found_in_a_pdf_however_it_is_laid_out():
    """Only what a page does not have, or has besides, is reported."""
    composed = document(BASE)
    # A PDF's text does not say where its links lead.
    page = "\n".join(line for line in write_document(composed, None).split("\n") if ": https://" not in line)
    assert compare_document_with_text(composed, (page,), document_is_new=True) == ()
    changed = page.replace("Conference of Engines", "Conference on Wheels") + "\nCertificates\nSwimming, 2012"
    assert reported(compare_document_with_text(composed, (changed,), document_is_new=False)) == [
        "Publications: text changed (“Conference of Engines (CoE 2024)” → “Conference on Wheels (CoE 2024)”)",
        "Certificates: text added (“Certificates Swimming, 2012”)",
    ]
