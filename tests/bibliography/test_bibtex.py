"""Bibliographies: what stands in a .bib is a work with its fields, and what a work says stands in a .bib."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvgen.bibliography.people import parse_names
from cvgen.bibliography.reader import BibSource, parse_bib, read_bib
from cvgen.cli import export
from cvgen.composer import compose
from cvgen.diagnostics import Severity
from cvgen.document.inline import inlines
from cvgen.document.nodes import plain
from cvgen.errors import ProfileError, UsageError
from cvgen.formats import emit
from cvgen.formats import export as export_profile
from cvgen.formats.bibtex import works_to_bib
from cvgen.loading.load import load, load_data
from cvgen.profile.works import Work, marks_of, status_of
from cvgen.source.positions import find_value
from cvgen.values.dates import Date
from cvgen.values.tex import decode_tex, encode_tex, strip_tex
from cvgen.values.text_policy import clean_text

ROOT = Path(__file__).resolve().parents[2]
BIB = ROOT / "tests" / "data" / "bib"
MANY = settings(suppress_health_check=[HealthCheck.too_slow])


def exported(profile, variant=None):
    """Return the profile's works as a bibliography."""
    (data,) = export_profile(profile, "bibtex", variant=variant).files.values()
    return data.decode()


def works(source: BibSource) -> dict[str, Work]:
    """Every work of the source; a field that is wrong fails the test."""
    return {key: Work.model_validate(fields) for key, fields in source.data.items()}


def one(text: str) -> dict[str, object]:
    """The fields of the only entry."""
    (fields,) = parse_bib(text, "x.bib").data.values()
    assert isinstance(fields, dict)
    return dict(fields)


def codes(text: str) -> list[tuple[str, int, int]]:
    """What is said of the text, with line and column."""
    try:
        found = parse_bib(text, "x.bib").diagnostics
    except ProfileError as error:
        found = error.diagnostics
    return [(item.code, item.span.line, item.span.column) for item in found]


# --- TeX ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"{\"o} \"{o} \"o {\"{o}}", "ö ö ö ö"),
        (r"\'{\i} \'\i{} {\'\i} \'{i} {\'{\i}} \'i \'\i x", "í í í í í í íx"),
        (r"\v{c} \v c {\v c} \v{C}ech {\v C}ech", "č č č Čech Čech"),
        (r"{\ss} Ma{\ss}e \ss{}x", "ß Maße ßx"),
        (r"\o{} {\o} \O{} \L{}ukasz {\L}ukasz \L ukasz", "ø ø Ø Łukasz Łukasz Łukasz"),
        (r"\c{c} \c c \u{g} \H{o} \r{a} \~n \AA \aa{} {\AA}s", "ç ç ğ ő å ñ Åå Ås"),
        (r"\={a} \.{z} \d{s} \b{b} \k{a} {\ae}{\OE} \dh \TH", "ā ż ṣ ḇ ą æŒ ðÞ"),
        (r"Nguy{\~{\^e}}n \'{\^e} {\d{\^o}}", "Nguyễn ế ộ"),
        (r"{NASA} and {{N}ested {B}races}", "NASA and Nested Braces"),
        (r"a--b a---b ``q'' `a' don't a~b", "a–b a—b “q” ‘a’ don't a b"),
        (r"\& \% \_ \# \$ \textendash{} \textquotedblleft x \ldots{} \{ \}", "& % _ # $ – “x … { }"),
        (r"100% of A&B, C#", "100% of A&B, C#"),
        (r"$\mu$m $\alpha$--$\beta$ \ensuremath{\leq} H$_2$O $n^{2}$ $O(n \log n)$", "µm α–β ≤ H₂O n² O(n log n)"),
        (r"Jin$^*$ Liu\textsuperscript{\dag} 1\textsuperscript{st} $5^{th}$", "Jin* Liu† 1st 5th"),
        (r"\emph{x} {\em y} \textbf{z} \texttt{w} \textsc{Sc}", "x y z w Sc"),
        (r"\url{https://a_b.c/%20} \href{https://x.y}{label}", "https://a_b.c/%20 label"),
        (r"{\noopsort{1973b}}1973 a\-b c\/d e\\f", "1973 ab cd e f"),
        (r"Systems \&amp; Things &lt;x&gt;", "Systems & Things <x>"),
        ("\\", "\\"),
        ("\\'", "´"),
        ("{unclosed and }closed}", "unclosed and closed"),
    ],
)
def test_tex_is_decoded_in_every_notation(tex, text):
    """Accents, symbols, quotes and braces become the characters that TeX would set."""
    assert decode_tex(tex) == (text, [])


def test_what_is_marked_in_tex_is_marked_in_markdown_and_all_else_is_literal():
    r"""Emphasis, bold, code and links stay; a star or a bracket of the title is no markup."""
    assert decode_tex(r"\emph{In vivo} {\bf bold} \texttt{a b}", markdown=True)[0] == "*In vivo* **bold** `a b`"
    assert decode_tex(r"\href{https://x.y/a}{label}", markdown=True)[0] == "[label](https://x.y/a)"
    assert decode_tex(r"a*b*c _d_ [e](f) `g` snake_case a<u>", markdown=True)[0] == (
        r"a\*b\*c \_d\_ \[e\](f) ‘g‘ snake_case a\<u>"
    )
    for text in ("a*b*c", "_x_", "[e](https://f.org)", "<https://f.org>", "1 * 2 * 3", "\\*", "**"):
        profile = load_data(
            {
                "person": {"name": "Ada Lovelace"},
                "sections": [
                    {"kind": "publications", "entries": [{"title": decode_tex(encode_tex(text), markdown=True)[0]}]}
                ],
            }
        )
        assert plain(compose(profile).sections[0].blocks[0].title) == text  # type: ignore[union-attr]


def test_unknown_commands_are_named_at_their_place():
    r"""`\foo{bar}` keeps its argument, and the warning points at the command itself."""
    text, problems = decode_tex(r"A \foo{bar} b")
    assert text == "A bar b"
    assert [(problem.name, problem.offset) for problem in problems] == [(r"\foo", 2)]
    source = parse_bib("@misc{a,\n  author = {Ada Lovelace},\n  title = {A \\foo{bar} b}\n}", "x.bib")
    (found,) = source.diagnostics
    assert (found.code, found.severity, found.span.line, found.span.column) == ("bib-tex", Severity.WARNING, 3, 14)


words = st.text(max_size=40).map(lambda text: " ".join(clean_text(text)[0].split()))


@MANY
@given(words | st.text("{}\\$&%#_~^`'\"-<>*[]()!?, ax;1", max_size=30).map(lambda text: " ".join(text.split())))
def test_encoding_loses_nothing(text):
    """Whatever a text holds, it comes back from TeX as it was."""
    assert decode_tex(encode_tex(text)) == (text, [])


@MANY
@given(st.text("{}\\$&%#_~^`'\"-<>*[]()abcuvHrck ", max_size=60))
def test_any_tex_gives_text(tex):
    """No input stops the decoder, as text or as Markdown."""
    decode_tex(tex)
    decode_tex(tex, markdown=True)


def test_hostile_tex_is_read_in_bounded_depth():
    """Deep nesting and long chains of commands neither crash nor hang."""
    for bomb in (
        "{" * 50_000,
        r"\emph" * 20_000,
        r"\'" * 20_000,
        "$" * 20_001,
        r"\frac" * 5_000,
        r"\switchargs" * 5_000,
    ):
        decode_tex(bomb, markdown=True)


def test_addresses_lose_what_was_written_for_tex():
    """A link or a DOI that an exporter escaped is the one that it was."""
    assert strip_tex(r"https://a.org/b\_c\%20{\_}d{\textasciitilde}e\&f") == "https://a.org/b_c%20_d~e&f"
    assert strip_tex(r"\url{https://a.org/x\#y}") == "https://a.org/x#y"


# --- Entries of the kinds that people have --------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(BIB.glob("*.bib")), ids=lambda path: path.stem)
def test_every_kind_of_export_loads_whole(path, tmp_path):
    """DBLP, Zotero, al-folio and hard cases: each entry is a valid work, and nothing is an error."""
    source = read_bib(path)
    entries = re.findall(
        r"^@(?!string|preamble|comment)\w+[{(]", path.read_text("utf-8"), re.MULTILINE | re.IGNORECASE
    )
    assert len(works(source)) == len(entries) > 2
    assert not [found for found in source.diagnostics if found.severity is Severity.ERROR]
    profile = tmp_path / "people" / "ada.yaml"
    profile.parent.mkdir()
    (tmp_path / "people" / "papers.bib").write_bytes(path.read_bytes())
    profile.write_text("person: {name: Ada Lovelace}\nworks: papers.bib\n", "utf-8")
    assert set(load(profile).works) == set(source.data)


def test_a_dblp_export_says_what_dblp_knows():
    """Acronym, place and days come out of DBLP's book titles; CoRR is a preprint on arXiv; homonym numbers go."""
    found = works(read_bib(BIB / "dblp.bib"))
    jolteon = found["DBLP:conf/nsdi/Zhang0024"]
    assert jolteon.venue and (jolteon.venue.acronym, jolteon.venue.year, jolteon.venue.kind) == (
        "NSDI",
        2024,
        "conference",
    )
    assert jolteon.venue.name == "21st USENIX Symposium on Networked Systems Design and Implementation"
    assert jolteon.location == "Santa Clara, CA"
    assert jolteon.pages == "167–183"
    assert [author.name for author in jolteon.authors] == ["Zili Zhang", "Chao Jin", "Xin Jin"]
    ditto = found["DBLP:conf/sigcomm/0001ZXZHLJ23"]
    assert ditto.venue and (ditto.venue.prefix, ditto.venue.acronym) == ("Proceedings of the", "SIGCOMM")
    assert ditto.links and ditto.links.doi == "10.1145/3603269.3604816"
    assert ditto.url is None, "the DOI says the same"
    ragcache = found["DBLP:journals/corr/abs-2404-12457"]
    assert (ragcache.status, ragcache.venue, ragcache.volume) == ("preprint", None, None)
    assert ragcache.links and ragcache.links.arxiv == "2404.12457"
    hot = found["DBLP:conf/sosp/JinJ21"]  # by cross reference
    assert hot.venue and (hot.venue.acronym, hot.venue.kind) == ("HotOS", "workshop")
    assert one("@misc{a, title={T}, author={Xin Jin 0008 and Chao Jin}}")["authors"] == [
        {"name": "Xin Jin"},
        {"name": "Chao Jin"},
    ]


def test_al_folio_fields_become_links_awards_and_stars():
    """Buttons with full addresses are links, those that name files are said not to be; stars mark equals."""
    source = read_bib(BIB / "alfolio.bib")
    paper = works(source)["PhysRev.47.777"]
    assert [(author.equal, author.marks) for author in paper.authors] == [(True, "*†"), (True, "*"), (True, "*")]
    assert paper.equal_note == r"\* Equal contribution"
    assert paper.selected
    assert paper.venue and paper.venue.acronym == "PhysRev"
    assert (paper.volume, paper.number, paper.pages) == ("47", "10", "777–780")
    other = works(source)["einstein1956investigations"]
    assert other.links and other.links.model_fields_set == {"poster", "code", "supp", "blog", "website", "arxiv"}
    assert other.award == "Nobel Prize"
    lost = {(found.code, found.span.line) for found in source.diagnostics}
    assert lost == {("bib-link", 31), ("bib-link", 50), ("bib-field", 57)}
    assert all(found.severity is Severity.NOTE for found in source.diagnostics)


def test_biblatex_says_dates_annotations_and_extended_names():
    """Zotero's exports: ISO dates, `author+an`, `family=…`, states of publication, keywords as tags."""
    found = works(read_bib(BIB / "zotero.bib"))
    ditto = found["jinDittoEfficientServerless2023"]
    assert str(ditto.authors[2].name) == "Anna van den Berg"
    assert ditto.tags == ("elastic-parallelism", "serverless-analytics", "task-scheduling")
    assert found["jinRAGCacheEfficientKnowledge2024"].status == "preprint"
    workshop = found["jinWorkshop2024"]
    assert [author.equal for author in workshop.authors] == [True, True, False]
    assert [author.corresponding for author in workshop.authors] == [False, False, True]
    assert (workshop.status, workshop.location) == ("accepted", "Lisbon, Portugal")
    assert found["jinThesis2023"].title == "On the µ-Calculus of *Serverless* Systems"


def test_hard_cases_are_read_as_bibtex_reads_them():
    """Cross references, macros in macros, concatenation, quotes in braces, `others`, corporate authors."""
    found = works(read_bib(BIB / "hard.bib"))
    names = {key: [author.name for author in work.authors] for key, work in found.items()}
    assert names["others"] == ["Chao Jin", "CERN Collaboration", "Martin Luther King Jr.", "Ludwig van Beethoven"]
    assert found["others"].more_authors
    assert found["scholar"].more_authors
    assert names["macros"] == ["Ann Other", "Charles Louis Xavier Joseph de la Vallée Poussin"]
    assert found["macros"].title == 'Nested Braces and deeper ones and a “quoted” "word"'
    assert found["macros"].venue and found["macros"].venue.name == (
        "Transactions of The OX Association for Computing Machinery"
    )
    assert names["accents"] == [
        *("Özgür Çelik", "Bjørn Åkesson", "Štefan Łukasiewicz", "Paul Erdős", "José Muñoz", "Grğa Ímre", "ísa Naïve"),
        *("Øle Maßmann", "Thị Nguyễn"),
    ]
    assert found["accents"].title == "α–β pruning — 100% & more: C#, \\$5, a_b, x², H₂O, *naïve* **bold**"
    assert (found["accents"].status, found["accents"].status_text) == ("submitted", "Submitted to SIGCOMM'25")
    crossed = found["inbook-crossref"]
    assert crossed.venue and (crossed.venue.name, crossed.publisher) == (
        "The Art of Computer Programming",
        "Addison-Wesley",
    )
    assert "taken-out" not in found
    assert [author.equal for author in found["acm"].authors] == [True, True, False]
    assert found["acm"].location == "New York, NY, USA"


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("year = 2024", "2024"),
        ("year = 2024, month = may", "2024-05"),
        ('year = "2024", month = "May"', "2024-05"),
        ("year = {2024}, month = 5", "2024-05"),
        ("year = {2024}, month = {05}", "2024-05"),
        ("year = 2024, month = sept", "2024-09"),
        ("year = 2024, month = {Sept.}", "2024-09"),
        ('year = 2024, month = "10~" # jan', "2024-01-10"),
        ("year = 2024, month = {April 16--18}", "2024-04-16/2024-04-18"),
        ("year = 2022, month = {June 25-July 1}", "2022-06-25/2022-07-01"),
        ("year = 2024, month = jan # {/} # feb", "2024-01/2024-02"),
        ("year = 2024, month = may, day = 3", "2024-05-03"),
        ("date = {2024-05-03/2024-05-05}, year = 1999", "2024-05-03/2024-05-05"),
        ("date = {2024-05}", "2024-05"),
        ("date = {2024~}", "2024"),
        ("date = {2024-21}", "2024 Spring"),
        ("date = {2024-05-03T10:00:00Z}", "2024-05-03"),
    ],
)
def test_dates_are_read_as_they_are_written(fields, date):
    """Month macros, words, numbers, days inside months, and BibLaTeX's ISO dates."""
    assert one(f"@misc{{a, title = {{T}}, author = {{A}}, {fields}}}")["date"] == date


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("@misc{a, title={T}, note={Under review}}", {"status": "under-review"}),
        (
            "@misc{a, title={T}, note={Submitted to X'25}}",
            {"status": "submitted", "status_text": "Submitted to X'25"},
        ),
        ("@article{a, title={T}, journal={J}, note={To appear}}", {"status": "accepted"}),
        ("@article{a, title={T}, journal={J}, year={in press}}", {"status": "accepted"}),
        ("@misc{a, title={T}, note={In preparation.}}", {"status": "in-preparation"}),
        ("@misc{a, title={T}, pubstate={submitted}}", {"status": "submitted"}),
        ("@misc{a, title={T}, eprint={2404.12457}, archiveprefix={arXiv}}", {"status": "preprint"}),
        ("@article{a, title={T}, journal={arXiv preprint arXiv:2404.12457}}", {"status": "preprint"}),
        ("@misc{a, title={T}, note={With a foreword}}", {"note": "With a foreword"}),
        ("@inproceedings{a, title={T}, booktitle={B}, note={Best Paper Award}}", {"award": "Best Paper Award"}),
        (
            "@article{a, title={T}, journal={J}, doi={https://doi.org/10.1/x}}",
            {"links": {"doi": "https://doi.org/10.1/x"}},
        ),
        ("@book{a, title={T}, publisher={P}, year=2020}", {"venue": {"kind": "book"}, "publisher": "P"}),
        ("@phdthesis{a, title={T}, school={S}}", {"venue": {"prefix": "PhD thesis,", "name": "S", "kind": "thesis"}}),
        (
            "@techreport{a, title={T}, institution={I}, number=7}",
            {"venue": {"name": "I", "kind": "report"}, "number": "7"},
        ),
        (
            "@inproceedings{a, title={T}, booktitle={X Workshop}}",
            {"venue": {"name": "X Workshop", "kind": "workshop"}},
        ),
        ("@misc{a, title={T}}", {"venue": {"kind": "other"}}),
        (
            "@article{a, title={T}, journal={bioRxiv}}",
            {"venue": {"name": "bioRxiv", "kind": "preprint"}, "status": "preprint"},
        ),
        ("@misc{a, title={T}, keywords={Machine Learning; C++, }}", {"tags": ["machine-learning", "c++"]}),
        ("@misc{a, title={T}, subtitle={S}}", {"title": "T: S"}),
        (
            "@article{a, title={T}, journal={J}, note={Submitted to a special issue}}",
            {
                "status": "submitted",
                "note": "Submitted to a special issue",
                "venue": {"name": "J", "kind": "journal"},
            },
        ),
        ("@inproceedings{a, title={T}, booktitle={B}, address={Lisbon}}", {"location": "Lisbon"}),
    ],
)
def test_types_and_words_say_kind_and_status(entry, expected):
    """The entry's type, notes and states become the venue's kind and the work's status."""
    fields = one(entry)
    assert {name: fields[name] for name in expected} == expected


# --- What is said of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@misc{a,\n  title = {x}\n  author = {y}\n}", [("bib-syntax", 3, 3)]),
        ("@misc{a,\n  title {x}\n}", [("bib-syntax", 2, 9)]),
        ("@misc{a,\n  title = ,\n}", [("bib-syntax", 2, 11)]),
        ("@misc{a title = {x}}", [("bib-syntax", 1, 9)]),
        ("@misc{, title = {x}}", [("bib-syntax", 1, 7)]),
        ("\n@misc\n\n", [("bib-unclosed", 2, 1)]),
        ("@misc{a,\n  title = {x\n}\n", [("bib-unclosed", 1, 1)]),
        ('@misc{a, title = "x } y"}', [("bib-syntax", 1, 21)]),
        ("@string{x}", [("bib-syntax", 1, 10)]),
        ("@misc{a, title = {" + "{" * 60 + "x" + "}" * 60 + "}}", [("too-deep", 1, 59)]),
    ],
)
def test_a_syntax_error_is_shown_where_it_is(text, found):
    """In our words, at line and column; a file in which nothing can be read is refused."""
    assert codes(text) == found
    with pytest.raises(ProfileError) as caught:
        parse_bib(text, "x.bib")
    assert all(item.hints and item.message[0].islower() for item in caught.value.diagnostics)


@pytest.mark.parametrize(
    "broken",
    [
        "@misc{x,\n  title = {x\n",
        "@misc{x, title {x}}",
        '@misc{x, title = "x } y"}',
        "@misc{, title = {x}}",
    ],
)
def test_a_broken_entry_costs_that_entry(broken):
    """The entries around it are read, and a warning at its place says that it is left out."""
    whole = "@misc{%s, title={T %s}, author={Ada Lovelace}}\n"
    source = parse_bib(whole % ("a", "a") + broken + "\n" + whole % ("b", "b"), "x.bib")
    assert set(source.data) == {"a", "b"}
    assert source.diagnostics
    assert all(found.severity is not Severity.ERROR for found in source.diagnostics)
    assert "this entry is left out" in source.diagnostics[0].message


def test_an_entry_that_stands_twice_counts_once():
    """The same entry again is passed over without a word; another one of its key is a warning."""
    entry = "@misc{a, title={T}, author={Ada Lovelace}}\n"
    assert codes(entry + entry.replace("{T}", "{T}\n ")) == []
    source = parse_bib(entry + entry.replace("{T}", "{U}"), "x.bib")
    assert source.data["a"]["title"] == "T"
    assert [found.severity for found in source.diagnostics] == [Severity.WARNING]


def test_what_people_put_behind_a_percent_sign_is_no_field():
    """BibTeX knows no comments inside of entries; people write them all the same."""
    entry = (
        "@misc{a, % first\n  title = {100% of it},\n%  url = {https://a.org},\n  author = {Ada Lovelace} % last\n}"
    )
    assert codes(entry) == []
    assert one(entry)["title"] == "100% of it"
    assert "url" not in one(entry)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (r"journal = {\apj}", {"venue.name": "The Astrophysical Journal"}),
        (r"journal = \aap", {}),
        ("booktitle = {Workshop on Things for Words (TW4W-2019)}", {"venue.acronym": "TW4W", "venue.year": "2019"}),
        ("year = {2023-02-05/2023-02-09}", {"date": "2023-02-05/2023-02-09"}),
        ("doi = {10/abc123}", {"links.doi": "10/abc123"}),
        (
            "editor = {Quill, Mara and Stone, Ada}, edition = {2}",
            {"editors": ["Mara Quill", "Ada Stone"], "edition": "2"},
        ),
        ("publisher = {P}, institution = {I}, version = {1.4}", {"publisher": "P", "version": "1.4"}),
    ],
)
def test_fields_of_real_exports_are_read(fields, expected):
    """Journals of astronomy, years that are dates, short DOIs, editors and who published."""
    data = parse_bib(f"@misc{{a, title={{T}}, author={{Ada Lovelace}}, {fields}}}", "x.bib").data.get("a", {})
    for path, value in expected.items():
        assert find_value(data, tuple(path.split("."))) == value


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("{Quill, Nora} and {Stone, Ada B.}", ["Nora Quill", "Ada B. Stone"]),
        (r"\textbf{Quill, Nora} and \underline{Stone, Ada}", ["Nora Quill", "Ada Stone"]),
        ("{Barnes and Noble, Inc.}", ["Barnes and Noble, Inc."]),
        ("Quill, Nora; Stone, Ada", ["Nora Quill", "Ada Stone"]),
        ("Nora Quill, Ada Stone, Bo Hill", ["Nora Quill", "Ada Stone", "Bo Hill"]),
        ("{ATLAS Collaboration} and Quill, Nora and others", ["ATLAS Collaboration", "Nora Quill"]),
        (r"Quill$^\dagger$, Nora", ["Nora Quill"]),
    ],
)
def test_authors_are_read_as_people_write_them(author, names):
    """In braces, in bold, with the wrong sign between them: each is a person of the list."""
    assert [found.name for found in parse_names(author) if found.name != "others"] == names


def test_relative_links_continue_the_profile_s_base(tmp_path):
    """al-folio and BibBase name files; `links_base` says where they are."""
    (tmp_path / "a.bib").write_text("@misc{a, title={T}, author={Ada Lovelace}, pdf={a b.pdf}}\n", "utf-8")
    profile = tmp_path / "ada.yaml"
    text = "person: {name: Ada Lovelace}\nworks: a.bib\nlinks_base: https://ada.example.org/pdf\n"
    profile.write_text(text.replace("a b", "a"), "utf-8")
    (tmp_path / "a.bib").write_text("@misc{a, title={T}, author={Ada Lovelace}, pdf={a.pdf}}\n", "utf-8")
    assert load(profile).works["a"].work.links.pdf == "https://ada.example.org/pdf/a.pdf"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("â€œquotedâ€\x9d itâ€™s", "“quoted” it’s", "mis-decoded"),
        ("Ã©tÃ©", "été", "mis-decoded"),
        ("R⨁", "R⊕", "look-alike"),
    ],
)
def test_mistaken_encodings_and_look_alikes_are_put_right_with_a_warning(text, expected, code):
    """UTF-8 that was read as Windows-1252 once, and signs that no font has beside one that looks the same."""
    shown, issues = clean_text(text)
    assert shown == expected
    assert {issue.code for issue in issues} == {code}


def test_a_talk_is_no_preprint():
    """An unpublished talk or poster is not announced as a paper to come."""
    talk = "@unpublished{a, title={T}, author={Ada Lovelace}, note={Invited talk at X}}"
    work = works(parse_bib(talk, "x.bib"))["a"]
    assert status_of(work) == "published"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@misc{a, title={T}, author={A}}\n@misc{a, title={U}, author={A}}", [("duplicate-key", 2, 7)]),
        ("@misc{a, title={T}, author={A},\n Title={U}}", [("duplicate-field", 2, 2)]),
        ("@misc{a, author={A}}", [("bib-title", 1, 7)]),
        ("@misc{a, title={T}}", [("bib-author", 1, 7)]),
        ("@misc{a, title={T}, author={A}, month=foo}", [("bib-macro", 1, 39)]),
        ("@misc{a, title={T}, author={A}, year={soon}}", [("bib-date", 1, 38)]),
        ("@misc{a, title={T}, author={A}, year=2024, month={13}}", [("bib-date", 1, 50)]),
        ("@misc{a, title={T}, author={A}, year=2024, month=foo}", [("bib-macro", 1, 50)]),
        ("@misc{a, title={T}, author={A}, crossref={b}}", [("bib-crossref", 1, 42)]),
        ("@misc{ä b, title={T}, author={A}}", [("bib-syntax", 1, 9)]),
        ("@misc{ä, title={T}, author={A}}", [("bib-key", 1, 7)]),
        (
            "@misc{a, title={T}, author={A}, colour={x}}\n@misc{b, title={T}, author={A}, colour={x}}",
            [("bib-field", 1, 33)],
        ),
        ("@misc{a, title={T}, author={A}, pdf={x.pdf}}", [("bib-link", 1, 37)]),
        ("@misc{a, title={T}, author={A}, abstract={x}, isbn={1}, file={x}, bdsk-url-1={x}}", []),
        ("@misc{a, title={T}, author={A}, author+an={1=equal; 2=highlight}}", []),
    ],
)
def test_what_cannot_be_carried_over_is_said_at_its_line(text, found):
    """Once for each name of a field, with a count; what no CV tells goes without a word."""
    assert codes(text) == found


def test_a_clash_of_keys_shows_both_places(tmp_path):
    """Two works of one id are a warning in one file, and an error across a .bib and a YAML file."""
    source = parse_bib("@misc{a, title={T}, author={A}}\n@misc{a, title={U}, author={A}}", "x.bib")
    (found,) = source.diagnostics
    assert found.severity is Severity.WARNING
    assert [span.line for span, _ in found.related] == [1]
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.bib").write_text("@misc{a, title={T}, author={Ada Lovelace}}\n", "utf-8")
    (tmp_path / "p" / "b.yaml").write_text("a: {title: U}\n", "utf-8")
    (tmp_path / "p" / "ada.yaml").write_text("person: {name: Ada Lovelace}\nworks: [a.bib, b.yaml]\n", "utf-8")
    with pytest.raises(ProfileError) as caught:
        load(tmp_path / "p" / "ada.yaml")
    (clash,) = caught.value.diagnostics
    assert clash.code == "duplicate-work"
    assert (Path(clash.span.file).name, Path(clash.related[0][0].file).name) == ("b.yaml", "a.bib")


def test_a_wrong_field_of_an_export_is_left_out_with_a_warning(tmp_path):
    """Nobody checks what a program exported: a DOI that is none costs the DOI and not the CV."""
    bib = "@misc{a,\n author={Ada Lovelace},\n title={T},\n doi={none},\n year=2024,\n month={Feb 31}}\n"
    (tmp_path / "a.bib").write_text(bib, "utf-8")
    (tmp_path / "ada.yaml").write_text(
        "person: {name: Ada Lovelace}\nworks: a.bib\nsections:\n  - {kind: publications, entries: [a]}\n", "utf-8"
    )
    profile = load(tmp_path / "ada.yaml")
    assert {(found.code, found.severity, found.span.line) for found in profile.diagnostics} == {
        ("doi", Severity.WARNING, 4),
        ("bib-date", Severity.WARNING, 6),
    }
    work = profile.works["a"].work
    assert (work.date, work.links and work.links.doi) == (Date(2024), None)


def test_encodings_other_than_utf_8_are_refused_with_a_hint():
    """A latin-1 export names its first bad byte and the command that converts it."""
    with pytest.raises(ProfileError) as caught:
        parse_bib("@misc{a, title = {Köln}}".encode("latin-1"), "x.bib")
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.line, found.span.column) == ("encoding", 1, 20)
    assert "iconv" in found.hints[0]


def test_a_file_over_the_limit_is_refused():
    """More than 4 MiB is divided by hand; a macro that doubles itself is stopped."""
    with pytest.raises(ProfileError, match="4 MiB"):
        parse_bib(b" " * ((4 << 20) + 1), "x.bib")
    doubling = '@string{a = "xxxxxxxxxx"}' + "@string{a = a # a}" * 60
    assert [code for code, _, _ in codes(doubling)] == ["too-large"]


def test_places_point_into_the_bib():
    """A mistake in a work is shown in the field, the author or the character that it is in."""
    text = "@misc{key,\n  title = {A title},\n  author = {Ada Lovelace and\n    Jin, Chao},\n  doi = {10.1/x}\n}\n"
    source = parse_bib(text, "x.bib")
    spans = {
        ("key",): (1, 7, 10),
        ("key", "title"): (2, 11, 20),
        ("key", "authors", 1, "name"): (4, 5, 14),
        ("key", "links", "doi"): (5, 9, 17),
        ("key", "links"): (5, 9, 17),
        ("key", "nothing"): (1, 7, 10),
    }
    for path, (line, column, end) in spans.items():
        span = source.span(path)
        assert (span.line, span.column, span.end_column) == (line, column, end), path
    assert source.span(("key", "title"), key=True).column == 3
    assert source.char_span(("key", "title"), 2, 5).column == 14
    assert source.span(("key", "authors", 0)).where == "key.authors[0]"
    assert source.value(("key", "authors", 1, "name")) == "Chao Jin"
    assert not source.is_plain(("key", "title"))
    assert source.has(("key", "title"))
    assert not source.has(("key", "title", 3))


@MANY
@given(st.binary(max_size=200))
def test_nothing_but_profile_errors_leaves_for_any_bytes(data):
    """Whatever a file holds, the answer is works or an error with a place."""
    try:
        parse_bib(data, "x.bib")
    except ProfileError as error:
        assert error.diagnostics


BITS = [
    "@misc{a,",
    "@article(b,",
    "title",
    "=",
    "{",
    "}",
    '"',
    "#",
    ",",
    "author",
    "and",
    "year",
    "1999",
    "month",
    "\n",
]
BITS += [
    "@string{x=",
    "@comment{",
    "crossref",
    "xdata",
    "cvgen-venue",
    "cvgen-authors",
    "cvgen-venue-url",
    "[1]",
    "{}",
    "\\'",
    "$",
]
BITS += [
    "others",
    "author+an",
    "1=equal",
    "jan",
    "doi",
    "url",
    "pdf",
    "eprint",
    "keywords",
    "note",
    ")",
    "a",
    " ",
    "*",
    "arXiv",
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    (folder / "ada.yaml").write_text(
        "person: {name: Ada Lovelace}\nworks: a.bib\nsections:\n  - {kind: publications, select: mine}\n", "utf-8"
    )
    return folder


@MANY
@given(text=st.lists(st.sampled_from(BITS), max_size=60).map("".join))
def test_any_heap_of_bibtex_is_read_or_refused(desk, text):
    """Half entries, wrong nesting, nonsense in our own fields: works and warnings, or errors at lines."""
    (desk / "a.bib").write_text(text, "utf-8")
    try:
        loaded = load(desk / "ada.yaml")
    except ProfileError as error:
        assert all(found.span.line for found in error.diagnostics)
        return
    exported(loaded)
    compose(loaded)
    assert all(found.span.line for found in loaded.diagnostics)


FIELDS = [
    "title",
    "author",
    "author+an",
    "booktitle",
    "journal",
    "year",
    "date",
    "month",
    "note",
    "doi",
    "url",
    "eprint",
    "abbr",
]
FIELDS += [
    "series",
    "pdf",
    "keywords",
    "award",
    "selected",
    "pages",
    "location",
    "pubstate",
    "howpublished",
    "type",
    "school",
]
FIELDS += [
    "cvgen-venue",
    "cvgen-venue-url",
    "cvgen-authors",
    "cvgen-links",
    "cvgen-date",
    "cvgen-x",
    "crossref",
    "annotation",
]
VALUES = [
    "",
    "x",
    "1",
    "2024",
    "true",
    "[]",
    "{}",
    "[1]",
    '[{"name": 1}]',
    '["a", null]',
    "and",
    "others",
    "a and others",
    "1=equal",
]
VALUES += [
    "https://a.org/x",
    "10.1/x",
    "2404.12457",
    "arXiv",
    "CoRR",
    "Submitted",
    "in press",
    "A, B, C, D",
    "* equal",
    "k",
    "NSDI '24",
]
VALUES += [
    r"\foo{x}",
    r"\url{x y}",
    "javascript:alert(1)",
    "<b>",
    "**",
    "May 3--5",
    "2024-99",
    "2024/..",
    "\u202e",
    "x" * 300,
]


@MANY
@given(
    kind=st.sampled_from(
        ["misc", "article", "inproceedings", "book", "phdthesis", "techreport", "xdata", "unpublished"]
    ),
    fields=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(VALUES), max_size=8),
)
def test_any_values_in_any_fields_are_read_or_refused(desk, kind, fields):
    """Only what the text policy refuses stops the loading; what is loaded can be written and told."""
    told = "".join(f",\n {name} = {{{value}}}" for name, value in fields.items())
    (desk / "a.bib").write_text(f"@{kind}{{k, title = {{T}}, author = {{Ada Lovelace}}{told}\n}}\n", "utf-8")
    try:
        loaded = load(desk / "ada.yaml")
    except ProfileError as error:
        assert all(found.span.line for found in error.diagnostics)
        return
    compose(loaded)
    library = {key: shared.work for key, shared in loaded.works.items()}
    assert works(parse_bib(works_to_bib(library), "x")) == library


@pytest.mark.parametrize("path", sorted(BIB.glob("*.bib")), ids=lambda path: path.stem)
def test_a_bibliography_cut_anywhere_is_read_or_refused(path):
    """A file that was not written to its end, or lost a character, gives an error and never a traceback."""
    text = path.read_text("utf-8")
    for at in range(0, len(text), 101):
        for broken in (text[:at], text[:at] + text[at + 1 :], text[:at] + "}" + text[at:]):
            try:
                parse_bib(broken, "x.bib")
            except ProfileError as error:
                assert error.diagnostics


def test_a_bibliography_of_300_entries_with_all_fields_of_al_folio_loads(tmp_path):
    """Every entry with every field, and a profile that takes all of them."""
    fields = (BIB / "alfolio.bib").read_text("utf-8").split("@article{PhysRev.47.777,")[1].split("\n}\n")[0]
    title = re.compile(r"\btitle=\{")
    fields = re.sub(r"(?m)^\s*(?:doi|arxiv)=.*\n", "", fields)
    fields = fields.replace("Einstein*†, A.", "Lovelace*, Ada").replace("publisher=aps", "publisher={APS}")
    (tmp_path / "all.bib").write_text(
        "".join(f"@article{{w{n},{title.sub(f'title={{{n} ', fields)}\n}}\n" for n in range(300)), "utf-8"
    )
    (tmp_path / "ada.yaml").write_text(
        "person: {name: Ada Lovelace}\nworks: all.bib\nsections:\n  - {kind: publications, select: mine}\n", "utf-8"
    )
    profile = load(tmp_path / "ada.yaml")
    assert len(profile.works) == 300
    assert len(compose(profile).sections[0].blocks) == 300
    assert [(found.code, found.severity) for found in profile.diagnostics] == [("bib-link", Severity.NOTE)]
    assert "299 more places" in profile.diagnostics[0].message


# --- There and back -------------------------------------------------------------------------------------------------

text = words.filter(bool)
markdown = text.filter(lambda value: "<" not in value and "](" not in value) | st.sampled_from(
    ["*em* and **bold**", "a_b", "[x](https://example.org/a_b)", "`code`", "C# & D, 100%", "A {B} $C$ ~ ^", r"a\*b"]
)
identifiers = st.text("abcXYZ019-_.:/+", min_size=1, max_size=20)
links = st.sampled_from(
    ["https://example.org/a_b%20c?x=1&y=2#f", "https://doi.org/10.1/x", "https://arxiv.org/abs/2404.12457"]
)
counts = st.integers(1, 9999)
when = st.sampled_from(
    ["2024", "2024-05", "2024-05-03", "2024 Spring", "present", "2024-05/2024-06", "2023-09/present"]
)
free_dates = st.fixed_dictionaries({"text": text, "sort": st.sampled_from(["2024", "2024-05", "2024-05-03"])})
names = text | st.sampled_from(
    [
        "Chao Jin",
        "Ludwig van Beethoven",
        "CERN and Friends",
        "Jin, Chao",
        "others",
        "A. others",
        "{x}",
        "Martin King Jr.",
    ]
)
kinds = ["conference", "journal", "workshop", "book", "preprint", "thesis", "report", "other"]
statuses = ["published", "accepted", "under-review", "submitted", "preprint", "in-preparation"]
flags = st.sampled_from(["true", "false"])


def said(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=fields)


authors = st.fixed_dictionaries({"name": names}, optional={
    "equal": flags, "corresponding": flags, "url": links, "advisee": flags, "me": flags,
    "marks": st.sampled_from(["*", "‡", "§¶"]),
})  # fmt: skip
venues = said(name=markdown, acronym=text, year=counts, kind=st.sampled_from(kinds), url=links, prefix=markdown)
all_links = said(doi=st.just("10.1145/3603269.3604816"), arxiv=st.just("2404.12457"), **dict.fromkeys(
    ["pdf", "html", "abstract", "slides", "poster", "video", "code", "dataset", "supp", "blog", "website"], links
))  # fmt: skip
any_work = st.builds(
    dict,
    st.fixed_dictionaries(
        {"title": markdown},
        optional={
            **dict.fromkeys(["equal_note", "status_text", "location", "award", "note"], markdown),
            **dict.fromkeys(["system_name", "volume", "number", "pages", "series", "publisher"], text),
            **dict.fromkeys(["edition", "version", "institution", "me"], text),
            **dict.fromkeys(["selected", "hidden", "more_authors", "not_me"], flags),
            "editors": st.lists(names, max_size=2),
            **dict.fromkeys(["date", "hidden_until"], when | free_dates),
            "former_titles": st.lists(markdown, max_size=2),
            "authors": st.lists(authors, max_size=4),
            "venue": venues,
            "links": all_links,
            "status": st.sampled_from(statuses),
            "group_year": counts,
            "tags": st.lists(identifiers, max_size=3),
            "url": links,
            "show_in": st.sampled_from([["cv"], ["cv", "homepage"]]),
            "priority": counts,
            "page_break": st.just("before"),
            "keep_together": flags,
        },
    ),
)


def test_the_round_trip_covers_every_field():
    """A field that is added to works is added to the test below."""
    drawn = {
        "title",
        "equal_note",
        "status_text",
        "location",
        "award",
        "note",
        "system_name",
        "volume",
        "number",
        "pages",
    }
    drawn |= {
        "series",
        "publisher",
        "selected",
        "hidden",
        "more_authors",
        "date",
        "hidden_until",
        "former_titles",
        "authors",
    }
    drawn |= {"editors", "edition", "version", "institution", "me", "not_me"}
    drawn |= {"venue", "links", "status", "group_year", "tags", "url", "show_in"}
    drawn |= {"priority", "page_break", "keep_together"}
    assert drawn == set(Work.model_fields) - {"id"}


@MANY
@given(any_work)
def test_a_work_comes_back_from_bibtex_as_it_was(data):
    """Works → .bib → works loses nothing, whatever a work says."""
    work = Work.model_validate(data)
    written = works_to_bib({"key": work})
    source = parse_bib(written, "x.bib")
    assert not source.diagnostics or {found.code for found in source.diagnostics} <= {"bib-author"}
    assert {key: _printed(again) for key, again in works(source).items()} == {"key": _printed(work)}


def _printed(work):
    """The fields of a work, texts as they are printed: markup can be written in several ways."""
    fields = {name: inlines(value) if isinstance(value, str) else value for name, value in work}
    return fields | {"authors": [(one.name, marks_of(one), one.equal, one.url, one.me) for one in work.authors]}


def test_the_office_of_a_press_is_not_where_a_conference_was():
    """ACM's exports give its own address, which no CV should print as a place."""
    entry = "@inproceedings{a, title={T}, booktitle={B}, publisher={%s}, address={New York, NY, USA}}"
    assert "location" not in one(entry % "Association for Computing Machinery")
    assert one(entry % "USENIX")["location"] == "New York, NY, USA"


def test_written_names_and_texts_are_plain_bibtex():
    """Other programs read the same: corporate names in braces, `--` for ranges, capitals that styles must keep."""
    work = Work.model_validate(
        {
            "title": "On RAGCache &amp; C#",
            "authors": [{"name": "CERN and Friends"}, "Jin, Chao"],
            "pages": "1–2",
            "date": "2024-05",
        }
    )
    assert works_to_bib({"a": work}).split("\n")[:-1] == [
        "@unpublished{a,",
        r"  title = {On {RAGCache} \& C\#},",
        "  author = {{CERN and Friends} and Chao Jin},",
        "  year = {2024},",
        "  month = may,",
        "  pages = {1--2},",
        "}",
    ]


def test_the_works_of_the_profiles_come_back_and_need_few_fields_of_our_own():
    """What people have goes into fields that every program knows; only names of systems and venues' pages do not."""
    profile = load(ROOT / "profiles" / "chao_jin.yaml")
    library = {key: shared.work for key, shared in profile.works.items()}
    written = works_to_bib(library)
    again = works(parse_bib(written, "x.bib"))
    assert {key: _printed(work) for key, work in again.items()} == {
        key: _printed(work) for key, work in library.items()
    }
    own = set(re.findall(r"cvgen-[\w-]+", written))
    assert own <= {
        "cvgen-system-name",
        "cvgen-venue-url",
        "cvgen-venue-kind",
        "cvgen-former-titles",
        "cvgen-status-text",
    }


def test_author_lists_survive_every_format(tmp_path):
    """YAML, .bib, .bib again, plain text and TeX name the same people in the same order."""
    people = [
        "Ada Lovelace",
        "Jörg Müller-Lüdenscheidt",
        "Ludwig van Beethoven",
        "金超",
        "Cesar A. Stuardo",
        "O'Brien Pat",
    ]
    data = {
        "person": {"name": "Ada Lovelace"},
        "sections": [{"kind": "publications", "entries": [{"title": "T", "authors": people}]}],
    }
    profile = load_data(data)
    bib = exported(profile)
    (tmp_path / "a.bib").write_text(bib, "utf-8")
    (key,) = parse_bib(bib, "a.bib").data
    (tmp_path / "ada.yaml").write_text(
        f"person: {{name: Ada Lovelace}}\nworks: a.bib\nsections:\n  - {{kind: publications, entries: [{key}]}}\n",
        "utf-8",
    )
    again = load(tmp_path / "ada.yaml")
    assert [author.name for author in again.works[key].work.authors] == people
    assert exported(again) == bib
    for loaded in (profile, again):
        assert ", ".join(people) in emit(compose(loaded), "text")
        tex = emit(compose(loaded), "latex")
        found = [tex.find(name.split()[-1].replace("'", "")[:8]) for name in people[1:]]
        assert all(at > 0 for at in found)
        assert found == sorted(found)


def test_an_export_holds_the_publications_as_the_profile_tells_them():
    """Fields that a profile tells differently stand so; works that are in no list are left out."""
    profile = load(ROOT / "profiles" / "zili_zhang.yaml")
    source = parse_bib(exported(profile), "x.bib")
    assert works(source)["ditto"].location == "New York City, U.S."
    assert "megascale-moe" not in source.data
    with pytest.raises(UsageError):
        exported(profile, "nowhere")


def test_the_command_writes_a_bibliography(tmp_path):
    """`cvgen export bibtex` prints the .bib, or writes it to a file, without a TeX engine."""
    profile = str(ROOT / "examples" / "bibliography.yaml")
    options = {"help_option_names": ["-h", "--help"]}  # which click keeps for whoever calls the command next
    printed = CliRunner().invoke(export.command, ["bibtex", profile], **options)
    assert printed.exit_code == 0
    assert len(parse_bib(printed.stdout, "x").data) == 3
    short = CliRunner().invoke(
        export.command, ["bibtex", profile, "--variant", "short", "-o", str(tmp_path / "x.bib")], **options
    )
    assert (short.exit_code, short.stdout) == (0, "")
    assert len(read_bib(tmp_path / "x.bib").data) == 2


def test_the_example_is_read_without_a_word():
    """What a newcomer copies from gives no warning."""
    loaded = load(ROOT / "examples" / "bibliography.yaml")
    assert loaded.diagnostics == ()
    assert emit(compose(loaded), "text").count("Ada Lovelace") > 4
