"""Pages, PDFs and bibliographies that are out already, compared with a profile."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.findings import check, marked, table, two_sided, unlike

from cvgen.diagnostics import Severity
from cvgen.errors import UsageError
from cvgen.imports.page_lists import find_author_lists, find_title
from cvgen.imports.text_page import parse_page, read_page
from cvgen.lint.against import check_against
from cvgen.loading.load import load

DATA = Path(__file__).parents[1] / "data"


def against(profile, *pages):
    path = DATA / "consistency" / f"{profile}.yaml"
    return [one for page in pages for one in check_against(load(path), DATA / "against" / page)]


@pytest.fixture(scope="module")
def seeds():
    """What the seeds' texts have differently from the profiles of their owners and of a co-author."""
    found = against("jin_cv", "jin_homepage.txt", "jin_publications.md", "zhang_cv.txt")
    found += against("jin_publications", "jin_cv.txt")
    return found + against("zhang_cv", "zhang_cv.txt") + against("jia_homepage", "jia_homepage.md")


# The code, the place on the page, the place in the profile.
DISAGREEMENTS = table("""
work-authors | jin_homepage.txt: Xin Liu | jin_cv: Shufan Liu
work-authors | jin_publications.md: Xin Liu | jin_cv: Shufan Liu
work-authors | zhang_cv.txt: Xin Liu | jin_cv: Shufan Liu
work-authors | jin_cv.txt: Shufan Liu | jin_publications: Xin Liu
work-status | jin_homepage.txt: In Preprint | jin_cv: {name: ACM Transactions on C
work-status | jin_publications.md: In Preprint | jin_cv: {name: ACM Transactions
work-status | zhang_cv.txt: IN PREPRINT | jin_cv: {name: ACM Transactions on C
work-renamed | jin_homepage.txt: Towards Swift Serverless LLM Co | jin_cv: "HydraS
work-renamed | jin_publications.md: Towards Swift Serverless LLM | jin_cv: "HydraS
work-renamed | jin_cv.txt: HydraServe: Minimizing | jin_publications: Towards Swift
work-title | jin_cv.txt: Pyxix: Scheduling | jin_publications: "Pyxis: Scheduling
work-authors | jin_cv.txt: Qi Huang | jin_publications: [Chao Jin*, Ziheng
work-authors | jin_publications.md: Chao Jin | jin_cv: Qi Huang
work-status | jin_publications.md: In Preprint | jin_cv: {name: ACM Special
work-venue | jin_homepage.txt: IEEE Transactions on Networking | jin_cv: IEEE/ACM
work-venue | jin_publications.md: IEEE Transactions on Netwo | jin_cv: IEEE/ACM
work-date | zhang_cv.txt: Apr. 2023 | jin_cv: 2023-09
author-spelling | jin_publications.md: Yibo Zhu | jin_cv: YiBo Zhu
author-spelling | jin_cv.txt: YiBo Zhu | jin_publications: Yibo Zhu
place-spelling | jin_homepage.txt: Santa Clara | jin_cv: Santa Clara, CA, U.S.
place-spelling | jin_publications.md: Santa Clara | jin_cv: Santa Clara, CA, U.S.
place-spelling | zhang_cv.txt: Santa Clara, U.S. | jin_cv: Santa Clara, CA, U.S.
place-spelling | jin_homepage.txt: New York City | jin_cv: New York City, NY, U.S.
place-spelling | zhang_cv.txt: New York City, U.S. | jin_cv: New York City, NY, U.S.
course-spelling | zhang_cv.txt: Operating System | jin_cv: Operating Systems
same-bullet | zhang_cv.txt: Optimization for Alibaba | zhang_cv.txt: Optimization for Alibaba
shared-link | jia_homepage.md: Arxiv | jia_homepage:
empty-label | jia_homepage.md: Duties included: | jia_homepage: "Duties included:"
job-overlap | jia_homepage.md: June 2023 - Octo 2023 | jia_homepage.md: Sept 2023 - Dece 2023
job-overlap | jia_homepage.md: Sept 2023 - Dece 2023 | jia_homepage.md: Sept. 2023 - Nov. 2023
empty-section | jia_homepage.md: Hobbies | jia_homepage: kind: skills
""")


@pytest.mark.parametrize(("code", "here", "there"), DISAGREEMENTS)
def test_every_disagreement_is_found_in_the_texts(seeds, code, here, there):
    """Each known disagreement of the seeds is found in the text that tells it, with the profile's place beside it."""
    assert len(unlike(two_sided(seeds), [(code, here, there)])) < len(two_sided(seeds))


TRUE_TOO = table("""
against-extra | jin_cv.txt: Efficient RL for LLMs | jin_publications: Chao Jin
against-extra | jin_cv.txt: Experience | jin_publications: Chao Jin
against-extra | jin_cv.txt: Honors & Awards | jin_publications: Chao Jin
against-extra | jin_cv.txt: Services | jin_publications: Chao Jin
against-extra | jin_cv.txt: Teaching | jin_publications: Chao Jin
against-extra | zhang_cv.txt: Optimizing Half Precision Winograd | zhang_cv: Zili Zhang
against-extra | zhang_cv.txt: Rise of Distributed Deep Learning Training | zhang_cv: Zili Zhang
against-missing | jin_homepage.txt: Internship | jin_cv: "Software Engineering Institute, PKU"
against-missing | jin_homepage.txt: Internship | jin_cv: StepFun System Team
job-overlap | jia_homepage.md: June 2023 - Octo 2023 | jia_homepage.md: Sept. 2023 - Nov. 2023
work-status | jin_cv.txt: EUROSYS 2026 | jin_publications: preprint
work-status | jin_cv.txt: SIGCOMM 2025 | jin_publications: preprint
work-status | jin_cv.txt: TOCS 2025 | jin_publications: preprint
work-status | jin_publications.md: In Preprint | jin_cv: {name: European Conference
work-title | jin_homepage.txt: Pyxis | jin_cv: "Pyxix
work-title | jin_publications.md: Pyxis | jin_cv: "Pyxix
work-venue | jin_cv.txt: IEEE/ACM TRANSACTIONS ON NETWORKING | jin_publications: IEEE Transactions on Networking
""")
FULLER = ("Santa Clara", "New York City", "Boston", "Portland")


def test_no_false_alarm_over_all_texts(seeds):
    """Everything that is said about the seeds' texts is true; three false alarms would be too many."""
    fuller = {
        one for one in two_sided(seeds) if one[0] == "place-spelling" and one[1].partition(": ")[2].startswith(FULLER)
    }
    assert unlike(two_sided(seeds) - fuller, DISAGREEMENTS + TRUE_TOO) == []


def test_what_a_page_leaves_out_is_said(seeds):
    """The homepage lacks five papers and two posts of the CV; a co-author's CV lacks nothing."""
    missing = [
        one.message for one in seeds if one.code == "against-missing" and one.span.file.endswith("homepage.txt")
    ]
    assert {one.partition("`")[2].partition("`")[0] for one in missing} == {
        "MegaScale-MoE",
        "MegaScale-Infer",
        "StreamRL",
        "Melon",
        "Efficient RL for LLMs with Dynamic and Online Speculative Decoding",
        "StepFun System Team",
        "Software Engineering Institute, PKU",
    }
    assert all(one.severity is Severity.NOTE for one in seeds if one.code == "against-missing")
    assert not [one for one in seeds if one.code == "against-missing" and one.span.file.endswith("zhang_cv.txt")]


def test_a_text_that_says_the_same_gives_nothing():
    """A CV's own text, and the same paper by paper, has nothing to report."""
    assert against("jin_cv", "jin_cv.txt") == []


def test_an_other_profile_is_compared_without_its_own_oddities():
    """Against another profile only what the two have differently counts, not what is odd within one."""
    zhang = load(DATA / "consistency" / "zhang_cv.yaml")
    found = check_against(zhang, DATA / "consistency" / "jin_cv.yaml")
    assert "work-date" in {one.code for one in found}
    assert "same-bullet" not in {one.code for one in found}


def test_a_co_authors_cv_is_not_held_to_the_owners_posts():
    """On somebody else's CV the works and courses that both have are compared, and nothing else."""
    found = against("zhang_cv", "jin_cv.txt")
    assert "work-date" in {one.code for one in found}
    assert not {one.code for one in found} & {"job-dates", "job-overlap", "same-bullet", "against-missing"}


def test_a_page_that_still_has_a_paper_to_come_is_reported(tmp_path):
    """A page on which a published paper is "to appear" is out of date."""
    page = tmp_path / "page.txt"
    page.write_text(
        "Chao Jin\n\nPublications\n\nJolteon: Unleashing the Promise of Serverless for Serverless Workflows\n"
        "Zili Zhang, Chao Jin, Xin Jin\nNSDI 2024, to appear\n",
        "utf-8",
    )
    found = check_against(load(DATA / "consistency" / "jin_cv.yaml"), page)
    assert [(one.code, marked(one.span)) for one in found if one.code != "against-missing"] == [
        ("work-status", "page.txt: to appear")
    ]


# --- .bib -----------------------------------------------------------------------------------------------------------


def test_a_bibliography_is_compared_entry_by_entry():
    """What a .bib has differently is found in its own lines, with the profile's place beside it."""
    found = against("jin_cv", "jin.bib")
    codes = {(one.code, one.span.excerpt.strip().partition(" ")[0]) for one in found if one.span.line}
    assert {code for code, _ in codes} == {
        "work-date",
        "work-authors",
        "work-status",
        "work-renamed",
        "author-spelling",
        "against-extra",
    }
    assert all(one.span.file.endswith("jin.bib") for one in found)
    assert all(one.related[0][0].file.endswith("jin_cv.yaml") for one in found)
    missing = {one.message.partition("`")[2].partition("`")[0] for one in found if one.code == "against-missing"}
    assert {"Jolteon", "Melon"} <= missing
    assert "Ditto" not in missing


# --- PDF ------------------------------------------------------------------------------------------------------------


def pdf(lines):
    """Return a PDF with one line of text below the other, as simply as the format allows."""
    text = "\n".join("(" + line.replace("(", r"\(").replace(")", r"\)") + ") Tj T*" for line in lines)
    stream = f"BT /F1 10 Tf 14 TL 40 800 Td {text} ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010} 00000 n \n" for place in places).encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def test_a_pdf_is_read_through_its_text_layer(tmp_path):
    """An old PDF whose lines break a title and an author list in two is compared like a page."""
    old = tmp_path / "old.pdf"
    old.write_bytes(
        pdf(
            [
                "Publications",
                "RAGCache: Efficient Knowledge Caching for",
                "Retrieval-Augmented Generation",
                "IN PREPRINT Apr 2024",
                "Chao Jin, Zili Zhang, Xuanlin Jiang, Fangyue Liu, Xin",
                "Liu, Xuanzhe Liu, Xin Jin",
                "Ditto: Efficient Serverless Analytics with Elastic Parallelism",
                "New York City, U.S. SIGCOMM'23 Apr. 2023",
                "Chao Jin, Zili Zhang, Xingyu Xiang, Songyun Zou, Gang Huang, Xuanzhe Liu, Xin Jin",
            ]
        )
    )
    found = check_against(load(DATA / "consistency" / "jin_cv.yaml"), old)
    seen = {(one.code, one.span.line) for one in found if one.span.line}
    assert {("work-status", 4), ("work-authors", 5), ("place-spelling", 8), ("work-date", 8)} == seen


@pytest.mark.parametrize("content", [b"%PDF-1.4\ngarbage", b"%PDF-1.7", b"\xff\xfe\x00", b"abc\xff"])
def test_what_cannot_be_read_is_a_usage_error(tmp_path, content):
    """A broken PDF or a text in an unknown encoding ends in words, not in a traceback."""
    path = tmp_path / "old.pdf" if content[:1] == b"%" else tmp_path / "page.md"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        read_page(path)


# --- Reading pages --------------------------------------------------------------------------------------------------


def test_every_character_of_a_page_keeps_its_place():
    """Whatever marks are taken off, a place in the text leads back to the same letters in the file."""
    raw = (DATA / "against" / "jin_publications.md").read_text("utf-8")
    page = parse_page(raw, "page.md")
    assert "**" not in page.text
    assert "](" not in page.text
    for title in ("StreamRL: Scalable, Heterogeneous", "Melon: Breaking the Memory Wall"):
        start = page.text.index(title)
        span = page.span(start, start + len(title))
        assert raw.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1] == title
    assert [link.url for link in page.links][:2] == ["", "https://arxiv.org/pdf/2504.15930"]
    assert page.is_hidden(page.text.index("MegaScale-MoE"))
    assert not page.is_hidden(page.text.index("StreamRL"))


MARKS = [
    "<!--",
    "-->",
    "<a href='",
    "'>",
    "</a>",
    "<h2>",
    "</h2>",
    "[",
    "](",
    ")",
    "**",
    "\\*",
    "# ",
    "&amp;",
    "{%",
    "%}",
]
WORDS = ["Chao Jin", ", ", "é", "金", "2023-09", "Ditto: Efficient", "• ", "\n"]


@given(st.lists(st.sampled_from([*MARKS, *WORDS]), max_size=60))
def test_no_page_breaks_the_reader(parts):
    """Whatever marks a page opens and never closes, it is read, and every place in it can be named."""
    page = parse_page("".join(parts), "x")
    assert len(page.text) == len(page.at)
    for start, end in page.lines():
        span = page.span(start, end)
        assert span.line >= 1
        assert span.column >= 1
    for row in find_author_lists(page):
        for name, (start, end) in zip(row.names, row.places, strict=True):
            assert name.split()[0] in page.text[start:end]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Size Zheng, Chao Jin, Xin\nJin\nIn Preprint.", [("Size Zheng", "Chao Jin", "Xin Jin")]),
        ("**Chao Jin**\\*, Ziheng Jiang\\*  \n(\\* Equal Contribution)", [("Chao Jin", "Ziheng Jiang")]),
        ("- **Chao Jin***, Cesar A. Stuardo and Li-Wen Chang", [("Chao Jin", "Cesar A. Stuardo", "Li-Wen Chang")]),
        ("Xuanzhe Liu , Diandian Gu; Vincent van der Berg", [("Xuanzhe Liu", "Diandian Gu", "Vincent van der Berg")]),
        ("Santa Clara, CA, U.S.\nNew York City, April 2024", []),
        ("School of Computer Science, Peking University", []),
        ("金超, 山田太郎、김철수 and Nguyễn Văn Ánh", [("金超", "山田太郎", "김철수", "Nguyễn Văn Ánh")]),
        ("Tobias Lindqvist*†, Nkechi Obi‡", [("Tobias Lindqvist", "Nkechi Obi")]),
        ("A Workshop, Hong Kong, China\nChao Jin, Zili Zhang", [("Chao Jin", "Zili Zhang")]),
    ],
)
def test_author_lists_are_known_by_their_shape(text, names):
    """Names in a row are an author list, over line ends and marks; places and institutions are none."""
    assert [one.names for one in find_author_lists(parse_page(text, "x"))] == names


PAPERS = """
person: {name: Ada Lovelace}
sections:
  - kind: publications
    entries:
      - title: Harvest in the Rain
        authors: [Ada Lovelace, Alan Kay]
        venue: {name: Proceedings of the Symposium on Machines in the Field, acronym: SMF, year: 2023}
        location: "Cần Thơ, Việt Nam"
        date: 2023-12
      - title: Numbers by Engine
        authors: [Ada Lovelace, Alan Kay]
        date: 2021
"""


@pytest.mark.parametrize(
    ("paper", "codes"),
    [
        ("2 Harvest in the Rain         Dec. 2023\n", []),
        ("[2] Harvest in the Rain\n", []),
        ("Harvest in the Rain and Snow\n", ["against-extra"]),
        ("Harvest in the Rain, Revisited\n", ["against-extra"]),
    ],
)
def test_a_paper_that_a_page_lists_twice_is_listed(tmp_path, paper, codes):
    """The second time it may have a number before it and a date behind it; a longer title is another paper."""
    (tmp_path / "ada.yaml").write_text(PAPERS, "utf-8")
    page = tmp_path / "page.txt"
    authors = "Ada Lovelace, Alan Kay\n"
    page.write_text(
        f"Ada Lovelace\n\nSelected Publications\n\nHarvest in the Rain\n{authors}\n"
        f"Publications (by year)\n\n{paper}{authors}\n1 Numbers by Engine\n{authors}",
        "utf-8",
    )
    assert [one.code for one in check_against(load(tmp_path / "ada.yaml"), page)] == codes


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ("Symposium on Machines in the Field (SMF 2023)   Cần Thơ, Việt Nam", []),
        ("Proceedings of the 3rd Symposium on Machines in the Field, Cần Thơ,\nViệt Nam", []),
        ("Symposium on Machines (SMF 2022), Cần Thơ, Laos", ["place-spelling", "work-date", "work-venue"]),
    ],
)
def test_a_venue_and_a_place_are_compared_by_all_their_words(tmp_path, told, codes):
    """A venue with `in the` inside its name, and a country in its own language, are no other spellings."""
    (tmp_path / "ada.yaml").write_text(PAPERS, "utf-8")
    page = tmp_path / "page.txt"
    page.write_text(f"Ada Lovelace\n\nPublications\nHarvest in the Rain\nAda Lovelace, Alan Kay\n{told}\n", "utf-8")
    found = check_against(load(tmp_path / "ada.yaml"), page)
    assert sorted(one.code for one in found if one.code != "against-missing") == codes


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("Pyxis: Scheduling Mixed\nTasks in Disaggre-\ngated Datacenters", 1),
        ("PYXIX: SCHEDULING MIXED TASKS IN DISAGGREGATED DATACENTERS, TPDS", 1),
        ("Scheduling Mixed Criticality Tasks in Datacenters", 0),
        ("Pyxis: Scheduling", 0),
    ],
)
def test_titles_are_found_by_their_letters(page, found):
    """A title is found over line ends, in capitals and misspelt; half a title or another one is not."""
    title = "Pyxis: Scheduling Mixed Tasks in Disaggregated Datacenters"
    assert len(find_title(parse_page(page, "x"), title)) == found


def test_html_pages_are_read(tmp_path):
    """An al-folio page as HTML: titles, authors with links, venues in cells."""
    page = tmp_path / "index.html"
    page.write_text(
        """<html><body><h2>publications</h2><ol class="bibliography"><li><div class="row"><div id="ditto">
        <div class="title">Ditto: Efficient Serverless Analytics with Elastic Parallelism</div>
        <div class="author"><em>Chao Jin</em>, <a href="https://zilizhang.site">Zili Zhang</a>, Xingyu Xiang,
          Songyun Zou, Gang Huang, Xuanzhe Liu, and Xin Jin</div>
        <div class="periodical"><em>In SIGCOMM</em>, Apr 2023</div></div></div></li></ol></body></html>""",
        "utf-8",
    )
    found = check_against(load(DATA / "consistency" / "jin_cv.yaml"), page)
    assert [(one.code, one.span.line) for one in found if one.span.line] == [("work-date", 5)]


# --- The command ----------------------------------------------------------------------------------------------------


def test_against_may_be_repeated_on_the_command_line():
    """`cvgen check profile --against page --against cv` reports about both."""
    profile = DATA / "consistency" / "jin_cv.yaml"
    pages = [DATA / "against" / name for name in ("jin_homepage.txt", "jin_publications.md")]
    code, output = check(profile, *(part for page in pages for part in ("--against", page)))
    assert "jin_homepage.txt:16:51: warning[work-authors]" in output
    assert "jin_publications.md:47:55: warning[work-authors]" in output
    assert code == 0


# --- Works files by themselves --------------------------------------------------------------------------------------

WORKS = """
ditto:
  title: "Ditto: Efficient Serverless Analytics with Elastic Parallelism"
  authors: [Chao Jin, Zili Zhang, Xin Jin]
  venue: {name: ACM SIGCOMM, acronym: SIGCOMM, year: 2023, kind: conference}
  date: 2023-09
jolteon: {title: "Jolteon: Unleashing the Promise of Serverless", authors: [Zili Zhang, Chao Jin, Xin Jin]}
"""
BIB = """
@inproceedings{x, title = {Ditto: Efficient Serverless Analytics with Elastic Parallelism},
  author = {Jin, Chao and Zhang, Zili and Jin, Xin}, booktitle = {ACM SIGCOMM}, year = 2023, month = apr}
@article{y, title = {On Something Else Altogether}, author = {Kay, Alan}, journal = {Things}, year = 2001}
"""


@pytest.fixture
def works_files(tmp_path):
    """A works file and a bibliography that differ in a date and in what they have."""
    (tmp_path / "works.yaml").write_text(WORKS, "utf-8")
    (tmp_path / "papers.bib").write_text(BIB, "utf-8")
    return tmp_path


def checked(*arguments):
    code, output = check(*arguments, "--message-format", "json")
    return code, json.loads(output)


@pytest.mark.parametrize(("mine", "theirs"), [("works.yaml", "papers.bib"), ("papers.bib", "works.yaml")])
def test_works_files_are_compared_without_a_person(works_files, mine, theirs):
    """Two works files are compared with each other: what differs, and what only one has, whoever wrote it."""
    code, found = checked(works_files / mine, "--against", works_files / theirs)
    assert code == 3
    assert sorted(one["code"] for one in found) == ["against-extra", "against-missing", "work-date"]
    assert all(one["file"].endswith(theirs) and one["related"][0]["file"].endswith(mine) for one in found)


def test_a_works_file_is_compared_with_pages_and_profiles(works_files):
    """A page or a profile need not have all works of a works file; what it has differently is reported."""
    page = works_files / "page.md"
    page.write_text(
        "# Publications\n\nDitto: Efficient Serverless Analytics with Elastic Parallelism\n"
        "Chao Jin, Zili Zhang, Xin Jin\nSIGCOMM'23, Apr. 2023\n",
        "utf-8",
    )
    assert [one["code"] for one in checked(works_files / "works.yaml", "--against", page)[1]] == ["work-date"]
    profile = DATA / "consistency" / "zhang_cv.yaml"
    found = checked(works_files / "works.yaml", "--against", profile)[1]
    assert "work-date" in {one["code"] for one in found}


def test_works_files_alone_are_checked(works_files):
    """`cvgen check works.yaml papers.bib` compares them with each other and says what is wrong in each."""
    code, found = checked(works_files / "works.yaml", works_files / "papers.bib")
    assert (code, [one["code"] for one in found]) == (3, ["work-date"])
    (works_files / "works.yaml").write_text(WORKS.replace("date: 2023-09", "dat: 2023-09"), "utf-8")
    code, found = checked(works_files / "works.yaml")
    assert (code, [one["code"] for one in found]) == (3, ["unknown-key"])


def test_a_profile_is_compared_with_a_works_file(works_files):
    """A works file in YAML is compared like a bibliography: what is not by the profile's person is not missed."""
    _, found = checked(DATA / "consistency" / "jin_cv.yaml", "--against", works_files / "works.yaml")
    against = [one for one in found if one["file"].endswith("works.yaml")]
    assert {"against-missing", "work-authors"} <= {one["code"] for one in against}
    assert not [one for one in against if "Something Else" in one["message"]]


def test_a_profile_is_compared_with_its_own_works_file(works_files):
    """Of the file that a profile takes its works from, only those that it does not list are reported."""
    (works_files / "chao.yaml").write_text(
        "person: {name: Chao Jin}\nworks: works.yaml\nsections: [{kind: publications, entries: [ditto]}]\n", "utf-8"
    )
    _, found = checked(works_files / "chao.yaml", "--against", works_files / "works.yaml")
    assert [(one["code"], one["message"][:40]) for one in found] == [
        ("against-extra", "the profile does not list `Jolteon: Unle")
    ]
