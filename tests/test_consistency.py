"""Profiles and works side by side: what must be found, at which places, and what must never be."""

import json
import shutil
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.findings import check, marked, told, unlike

from cvgen.comparison.authors import compare
from cvgen.comparison.places import place_of
from cvgen.comparison.spelling import alike, same_employer, titles_alike
from cvgen.diagnostics import Severity, fingerprint
from cvgen.lint import baseline, check_all
from cvgen.loading.load import load

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data" / "consistency"


@pytest.fixture(scope="module")
def seeds():
    """What is found among five profiles that tell what the seeds tell."""
    return check_all([load(path) for path in sorted(DATA.glob("*.yaml"))])


# The list of the design's last section: what, the place that is pointed to, the place on the other side.
DISAGREEMENTS = [
    ("RAGCache's authors", "work-authors", "jin_cv: Shufan Liu", "jin_homepage: Xin Liu"),
    (
        "RAGCache's status in 000",
        "work-status",
        "jin_homepage: preprint",
        "jin_cv: {name: ACM Transactions on Computer",
    ),
    (
        "RAGCache's status in 002",
        "work-status",
        "jin_publications: preprint",
        "jin_cv: {name: ACM Transactions on Co",
    ),
    ("RAGCache's status in 004", "work-status", "zhang_cv: preprint", "jin_cv: {name: ACM Transactions on Computer"),
    ("ParaServe renamed, 000", "work-renamed", "jin_homepage: Towards Swift Serverless", 'jin_cv: "HydraServe: Min'),
    ("ParaServe renamed, 002", "work-renamed", "jin_publications: Towards Swift Ser", 'jin_cv: "HydraServe: Min'),
    ("Pyxis misspelt", "work-title", 'jin_cv: "Pyxix: Scheduling Mixed', 'jin_homepage: "Pyxis: Scheduling Mixed'),
    ("MegaScale-MoE's authors", "work-authors", "jin_cv: Qi Huang", "jin_publications: [Chao Jin*, Ziheng Jiang*"),
    ("MegaScale-Infer's status", "work-status", "jin_publications: preprint", "jin_cv: {name: ACM Special Interest"),
    (
        "FaaSPR's venue",
        "work-venue",
        "jin_cv: IEEE/ACM Transactions on Networking",
        "jin_homepage: IEEE Transactions on N",
    ),
    ("Ditto's date", "work-date", "zhang_cv: 2023-04", "jin_cv: 2023-09"),
    ("Yibo Zhu", "author-spelling", "jin_cv: YiBo Zhu", "jin_publications: Yibo Zhu"),
    ("Santa Clara in 000", "place-spelling", "jin_homepage: Santa Clara", "jin_cv: Santa Clara, CA, U.S."),
    ("Santa Clara in 002", "place-spelling", "jin_publications: Santa Clara", "jin_cv: Santa Clara, CA, U.S."),
    ("Santa Clara in 004", "place-spelling", "zhang_cv: Santa Clara, U.S.", "jin_cv: Santa Clara, CA, U.S."),
    ("New York in 000", "place-spelling", "jin_homepage: New York City", "jin_cv: New York City, NY, U.S."),
    ("New York in 004", "place-spelling", "zhang_cv: New York City, U.S.", "jin_cv: New York City, NY, U.S."),
    ("a course", "course-spelling", "zhang_cv: Operating System", "jin_cv: Operating Systems"),
    ("a bullet twice", "same-bullet", "zhang_cv: Optimization for Alibaba S", "zhang_cv: Optimization for Alibaba S"),
    (
        "one link, two papers",
        "shared-link",
        'jia_homepage: "2310.15991"',
        'jia_homepage: "https://arxiv.org/abs/2310',
    ),
    ("overlapping jobs", "job-overlap", "jia_homepage: June 2023", "jia_homepage: Sept 2023"),
    ("overlapping jobs", "job-overlap", "jia_homepage: Sept 2023", "jia_homepage: 2023-09"),
]


@pytest.mark.parametrize(("what", "code", "here", "there"), DISAGREEMENTS)
def test_every_disagreement_among_the_seeds_is_found(seeds, what, code, here, there):
    """Each known disagreement among the seeds is found, with line and column on both sides."""
    assert len(unlike(told(seeds), [(code, here, there)])) < len(told(seeds)), what
    for found in seeds:
        assert found.span.line and found.span.column and found.hints
        assert all(span.line and span.column for span, _ in found.related)


def test_labels_and_sections_left_empty_are_found(seeds):
    """ "Duties included:" with nothing behind it, twice, and a heading alone."""
    labels = [found for found in seeds if found.code == "empty-label"]
    assert [marked(found.span) for found in labels] == ['jia_homepage: "Duties included:"'] * 2
    assert [found.message for found in seeds if found.code == "empty-section"] == ["the section `Hobbies` is empty"]


# True as well, though the design's list does not name them.
TRUE_TOO = {
    ("work-status", "jin_publications: preprint", "jin_cv: {name: European Conference on Computer Systems"),
    ("place-spelling", "jin_homepage: Boston", "jin_cv: Boston, MA, U.S."),
    ("place-spelling", "jin_publications: Boston", "jin_cv: Boston, MA, U.S."),
    ("place-spelling", "jin_publications: New York City", "jin_cv: New York City, NY, U.S."),
    ("place-spelling", "jin_publications: Portland", "jin_cv: Portland, OR, U.S."),
    ("place-spelling", "zhang_cv: Boston, U.S.", "jin_cv: Boston, MA, U.S."),
    ("employer-spelling", "zhang_cv: ByteDance Inc.", "jin_homepage: ByteDance"),
    ("job-overlap", "jia_homepage: June 2023", "jia_homepage: 2023-09"),
}


def test_no_false_alarm_over_all_seeds(seeds):
    """Everything that is said about the seeds is true; three false alarms would be too many."""
    true = [(code, here, there) for _, code, here, there in DISAGREEMENTS] + sorted(TRUE_TOO)
    assert unlike(told(seeds), true) == []


def test_a_former_title_that_is_known_is_a_note(tmp_path):
    """A list that still has the old title is told so once the work knows its former title; nothing more is said."""
    former = "      - former_titles: [Towards Swift Serverless LLM Cold Starts with ParaServe]\n        title: "
    for name in ("jin_cv", "jin_homepage"):
        text = (DATA / f"{name}.yaml").read_text("utf-8")
        (tmp_path / f"{name}.yaml").write_text(
            text.replace('      - title: "HydraServe', f'{former}"HydraServe'), "utf-8"
        )
    found = check_all([load(path) for path in sorted(tmp_path.glob("*.yaml"))])
    about = [one for one in found if "ParaServe" in one.message]
    assert [(one.code, one.severity) for one in about] == [("work-former-title", Severity.NOTE)]


# --- The profiles of this repository --------------------------------------------------------------------------------


def test_every_finding_on_our_own_profiles_is_true():
    """What stands in `profiles/` gives these findings and no other; each is one that its owner would want to know."""
    found = check_all([load(path) for path in sorted((ROOT / "profiles").glob("*.yaml"))])
    assert {(one.code, marked(one.span)) for one in found if one.severity is Severity.ERROR} <= {
        ("work-date", "zili_zhang: 2023-04")
    }
    assert {one.code for one in found} <= {
        "author-spelling",
        "course-spelling",
        "employer-spelling",
        "empty-label",
        "empty-section",
        "job-overlap",
        "place-spelling",
        "same-bullet",
        "shared-link",
        "work-authors",
        "work-date",
        "work-status",
    }
    status = [one for one in found if one.code == "work-status"]
    assert all(one.severity is Severity.NOTE for one in status), "an override on purpose is a note"


# --- Properties -----------------------------------------------------------------------------------------------------

TITLES = [
    "Alpha: Caching What Matters",
    "Beta: Routing Packets at the Edge of Sleep",
    "Gamma: A Compiler for Unreliable Memories",
    "Delta: Verified Consensus in Twelve Messages",
    "Epsilon: Training without Tears on Spare Machines",
]
PEOPLE = ["Ada Byron", "Alan Kay", "Barbara Liskov", "Grace Hopper", "Niklaus Wirth"]
PLACES = ["Santa Clara, CA, U.S.", "Edinburgh, UK", "Seoul, South Korea"]


@st.composite
def works(draw):
    chosen = draw(st.lists(st.sampled_from(TITLES), unique=True, min_size=1, max_size=5))
    return [
        {
            "title": title,
            "authors": ["Ada Byron", *draw(st.lists(st.sampled_from(PEOPLE[1:]), unique=True, max_size=4))],
            "venue": {"name": "Symposium on Things", "acronym": "SoT", "year": 2024, "kind": "conference"},
            "date": draw(st.sampled_from(["2024", "2024-04", "2024-05", "2024-04-16/2024-04-18"])),
            "location": draw(st.sampled_from(PLACES)),
        }
        for title in chosen
    ]


@st.composite
def slightly_changed(draw, made):
    changed = json.loads(json.dumps(made))
    for work in changed:
        match draw(st.sampled_from(["", "title", "authors", "venue", "status", "date", "location", "spelling"])):
            case "title":
                work["title"] = work["title"].replace("a", "e", 1)
            case "authors":
                work["authors"] = [*work["authors"], "Edsger Dijkstra"]
            case "venue":
                work["venue"]["acronym"] = "SIGTHING"
            case "status":
                work["status"] = "preprint"
            case "date":
                work["date"] = "2023-01"
            case "location":
                work["location"] = work["location"].partition(",")[0]
            case "spelling":
                work["authors"] = [name.upper() for name in work["authors"]]
    return changed


def written(folder, **profiles):
    paths = []
    for name, made in profiles.items():
        data = {
            "person": {"name": "Ada Byron", "aliases": ["ADA BYRON"]},
            "sections": [{"kind": "publications", "entries": made}],
        }
        path = folder / f"{name}.yaml"
        path.write_text(json.dumps(data, indent=1), "utf-8")
        paths.append(load(path))
    return paths


def essence(diagnostics):
    return sorted(
        (found.code, str(found.severity), Path(found.span.file).stem, found.values) for found in diagnostics
    )


SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.data())
@SLOW
def test_comparing_is_symmetric(tmp_path, data):
    """Two profiles give the same findings in either order; with their contents exchanged, the sides are exchanged."""
    one = data.draw(works())
    other = data.draw(slightly_changed(one))
    first, second = written(tmp_path, a=one, b=other)
    found = check_all([first, second])
    assert check_all([second, first]) == found
    swapped = check_all(written(tmp_path, a=other, b=one))
    exchange = {"a": "b", "b": "a"}
    assert essence(swapped) == sorted(
        (code, severity, exchange[file], values) for code, severity, file, values in essence(found)
    )


@given(works())
@SLOW
def test_a_profile_agrees_with_its_copy(tmp_path, made):
    """A profile and its copy have nothing to tell each other."""
    assert check_all(written(tmp_path, a=made, b=made)) == ()


@given(st.data())
@SLOW
def test_names_of_files_do_not_matter(tmp_path, data):
    """Whatever the files are called, as many findings come out, and as many fingerprints."""
    one = data.draw(works())
    other = data.draw(slightly_changed(one))
    usual = check_all(written(tmp_path, a=one, b=other))
    named = check_all(written(tmp_path, zebra=one, aardvark=other))
    assert len(named) == len(usual)
    assert len(set(map(fingerprint, named))) == len(set(map(fingerprint, usual)))


def test_the_order_of_many_profiles_does_not_matter():
    """The seeds' profiles give the same findings in any order."""
    loaded = [load(path) for path in sorted(DATA.glob("j*.yaml"))]
    first, *others = [check_all(order) for order in permutations(loaded)]
    assert all(found == first for found in others)


# --- Rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Algorithms I", "Algorithms II"),
        ("CS 101", "CS 102"),
        ("Macroeconomics", "Microeconomics"),
        ("Introduction to Computer Systems", "Introduction to Computer Security"),
        ("Operating Systems", "Distributed Systems"),
    ],
)
def test_other_courses_are_not_misspelt(one, other):
    """A number, a part, another subject: two courses."""
    assert not alike(one, other)
    assert not alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("scaling inference on cpus", "scaling inference on gpus"),
        ("a survey of caching part 1", "a survey of caching part 2"),
        ("what the wmt2018 data teach", "what the wmt2019 data teach"),
        ("learning to rank", "learning to sort"),
    ],
)
def test_other_papers_are_not_misspelt(one, other):
    """Titles that differ by what the paper is about are two titles."""
    assert not titles_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Santa Clara", "Santa Clara, CA, U.S.", True),
        ("New York, NY", "New York City, USA", True),
        ("Cambridge, UK", "Cambridge, MA, U.S.", False),
        ("Boston, U.S.", "Santa Clara, U.S.", False),
        ("Atlanta, Georgia", "Atlanta, GA, United States", True),
    ],
)
def test_places_are_compared_by_their_parts(one, other, same):
    """A part that is left out contradicts nothing; a part that differs does."""
    assert place_of(one).may_be(place_of(other)) is same
    assert place_of(other).may_be(place_of(one)) is same


def test_a_course_of_another_university_is_another_course(tmp_path):
    """Two universities may name their courses as they like."""
    for name, course, school in (
        ("a", "Operating Systems", "ETH Zurich"),
        ("b", "Operating System", "Peking University"),
    ):
        head = "person: {name: Ada Byron}\nsections:\n  - kind: teaching\n"
        text = f"{head}    entries: [{{course: {course}, institution: {school}}}]\n"
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    assert check_all([load(tmp_path / "a.yaml"), load(tmp_path / "b.yaml")]) == ()
    assert same_employer("PKU", "Peking University")
    assert not same_employer("MIT", "Peking University")


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("Bytedance", "ByteDance", Severity.WARNING),
        ("Peking Univeristy", "Peking University", Severity.WARNING),
        ("ByteDance Inc.", "ByteDance", Severity.NOTE),
        ("ByteDance Seed", "ByteDance", None),
        ("Alibaba", "Alibaba Cloud", None),
        ("PKU", "Peking University", None),
    ],
)
def test_employers_are_spelled_one_way(tmp_path, one, other, severity):
    """A slip in an employer's name is a warning, a legal form a note; a team or an abbreviation is neither."""
    for name, employer in (("a", one), ("b", other), ("c", other)):
        entry = f"{{organization: {employer}, role: Intern, date: 2024}}"
        text = f"person: {{name: Ada {name}}}\nsections:\n  - kind: experience\n    entries: [{entry}]\n"
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    found = check_all([load(path) for path in sorted(tmp_path.glob("*.yaml"))])
    assert [(found.code, found.severity, found.span.file[-6:]) for found in found] == (
        [("employer-spelling", severity, "a.yaml")] if severity else []
    )


HONOR = "{kind: honors, entries: [{title: %s, date: 2024%s}]}"
SCHOOL = "{kind: education, entries: [{institution: %s, school: %s, degree: PhD, date: 2024}]}"
SERVICE = "{kind: service, entries: [{venue: %s, acronym: SOSP, role: Reviewer, date: 2024}]}"
PAPER = "{kind: publications, entries: [{title: %s, venue: {name: %s, acronym: SOSP}}]}"
SOSP = "Symposium on Operating Systems Principles"
SOSP_TOO = "Proceedings of the 29th Symposium on Operating System Principles"


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (HONOR % ("Presidental Scholarship", ""), HONOR % ("Presidential Scholarship", ""), "award-spelling"),
        (HONOR % ("Merit student", ""), HONOR % ("Merit Student", ""), "award-spelling"),
        (HONOR % ("Dean's Prize", ", giver: MIT"), HONOR % ("Dean's Prizes", ", giver: ETH Zurich"), None),
        (HONOR % ("First Prize", ""), HONOR % ("Third Prize", ""), None),
        (
            SCHOOL % ("PKU", "School of Computer Sciences"),
            SCHOOL % ("PKU", "School of Computer Science"),
            "department-",
        ),
        (SCHOOL % ("MIT", "School of Computer Sciences"), SCHOOL % ("PKU", "School of Computer Science"), None),
        (SERVICE % SOSP_TOO, PAPER % ("On Ada", SOSP), "venue-spelling"),
        (PAPER % ("On Bees", SOSP_TOO), PAPER % ("On Ada", SOSP), "venue-spelling"),
        (PAPER % ("On Bees", f"Proceedings of the 29th {SOSP}"), PAPER % ("On Ada", SOSP), None),
        (PAPER % ("On Bees", "Society of Sleep Professionals"), PAPER % ("On Ada", SOSP), None),
    ],
)
def test_what_institutions_name_is_spelled_one_way(tmp_path, one, other, code):
    """Slips in awards, departments and venues are found across people; what two institutions name may differ."""
    for name, section in (("a", one), ("b", other), ("c", other)):
        text = f"person: {{name: Ada {name}}}\nsections:\n  - {section}\n"
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    found = check_all([load(path) for path in sorted(tmp_path.glob("*.yaml"))])
    assert [(one.code[: len(code or "")], one.span.file[-6:]) for one in found] == (
        [(code, "a.yaml")] if code else []
    )


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (["C. Jin", "X. Jin"], ["Chao Jin", "Xin Jin"]),
        (["Jin, Chao"], ["Chao Jin"]),
        (["Chao Jin", "et al."], ["Chao Jin", "Zili Zhang", "Xin Jin"]),
        (["Müller, Jürgen"], ["Jurgen Muller"]),
    ],
)
def test_author_lists_in_other_styles_agree(here, there):
    """Initials, family names first, "et al.": other styles, the same authors."""
    assert compare(here, there) is None
    assert compare(there, here) is None


def test_a_paper_that_has_appeared_is_to_come_nowhere(tmp_path):
    """What one profile has as published and another still as accepted is told where it is accepted."""
    venue = {"name": "Symposium on Things", "acronym": "SoT", "year": 2024, "kind": "conference"}
    work = {"title": TITLES[0], "authors": ["Ada Byron", "Alan Kay"], "venue": venue}
    found = check_all(written(tmp_path, a=[work], b=[work | {"status": "accepted"}]))
    assert [(one.code, one.severity, marked(one.span)) for one in found] == [
        ("work-status", Severity.WARNING, 'b: "accepted"')
    ]
    assert check_all(written(tmp_path, a=[work | {"status": "accepted"}], b=[work | {"status": "accepted"}])) == ()


# --- The command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path):
    """A folder with two profiles that disagree about a date, and one that cannot be loaded."""
    folder = tmp_path / "profiles"
    folder.mkdir()
    work = {
        "title": TITLES[0],
        "authors": ["Ada Byron", "Alan Kay"],
        "venue": {"name": "Symposium on Things", "acronym": "SoT", "year": 2024, "kind": "conference"},
        "date": "2024-04",
    }
    written(folder, a=[work], b=[work | {"date": "2024-05"}])
    return folder


def test_an_error_is_exit_code_3_and_none_is_0(two):
    """A disagreement that cannot go out ends the check with 3; without it, all is well."""
    code, output = check(two)
    assert code == 3
    assert "error[work-date]" in output
    assert "b.yaml" in output
    assert "a.yaml" in output
    (two / "b.yaml").unlink()
    assert check(two)[0] == 0


def test_one_broken_profile_does_not_hide_the_others(two):
    """A profile that cannot be loaded is told beside what the others disagree about."""
    (two / "c.yaml").write_text("person: {nam: Ada}\n", "utf-8")
    code, output = check(two)
    assert code == 3
    assert "unknown-key" in output
    assert "work-date" in output


def test_accepted_findings_are_not_shown_and_do_not_fail(two, tmp_path):
    """What a baseline accepts is silent, wherever its lines have moved; what is new is not."""
    accepted = tmp_path / "accepted.json"
    assert check(two, "--write-baseline", accepted)[0] == 0
    lines = accepted.read_text("utf-8").splitlines()
    assert json.loads("\n".join(lines))
    assert all(json.loads(line.removesuffix(","))["fingerprint"] for line in lines[1:-1])
    for path in two.glob("*.yaml"):
        path.write_text("# moved\n\n" + path.read_text("utf-8"), "utf-8")
    code, output = check(two, "--baseline", accepted, "--strict")
    assert code == 0
    assert "work-date" not in output
    assert "accepted" in output
    path = two / "b.yaml"
    path.write_text(path.read_text("utf-8").replace("2024-05", "2024-06"), "utf-8")
    code, output = check(two, "--baseline", accepted)
    assert code == 3
    assert "error[work-date]" in output
    assert "note[stale-baseline]" in output


def test_strict_fails_on_warnings_and_not_on_notes(two):
    """`--strict` takes warnings for errors; a note is never one."""
    other = (two / "b.yaml").read_text("utf-8").replace("2024-05", "2024-04").replace('"Alan Kay"', '"ALAN Kay"')
    (two / "b.yaml").write_text(other, "utf-8")
    assert check(two)[0] == 0
    assert check(two, "--strict")[0] == 3


def test_findings_come_in_every_message_format(two):
    """JSON, SARIF and GitHub annotations carry both places."""
    (found,) = [one for one in json.loads(check(two, "--message-format", "json")[1]) if one["code"] == "work-date"]
    assert found["line"]
    assert found["related"][0]["line"]
    sarif = json.loads(check(two, "--message-format", "sarif")[1])
    assert any(
        result["ruleId"] == "work-date" and result["relatedLocations"] for result in sarif["runs"][0]["results"]
    )
    assert "::error file=" in check(two, "--message-format", "github")[1]


def test_machines_know_a_finding_by_the_fingerprint_that_a_baseline_has(two, tmp_path):
    """JSON and SARIF name each finding as a baseline does, and go on doing so when lines move."""
    accepted = tmp_path / "accepted.json"
    check(two, "--write-baseline", accepted)
    (expected,) = (
        one["fingerprint"] for one in json.loads(accepted.read_text("utf-8")) if one["code"] == "work-date"
    )
    for path in two.glob("*.yaml"):
        path.write_text("# moved\n\n" + path.read_text("utf-8"), "utf-8")
    found = json.loads(check(two, "--message-format", "json")[1])
    assert [one["fingerprint"] for one in found if one["code"] == "work-date"] == [expected]
    results = json.loads(check(two, "--message-format", "sarif")[1])["runs"][0]["results"]
    assert [one["partialFingerprints"] for one in results if one["ruleId"] == "work-date"] == [{"cvgen/v1": expected}]


def test_works_that_rules_select_are_in_use(tmp_path):
    """A work that `select` takes is listed; one that it leaves out, or that `exclude` names, is not."""
    (tmp_path / "works.yaml").write_text(
        "old: {title: Old Things, authors: [Ada Byron], date: 2001}\n"
        "new: {title: New Things, authors: [Ada Byron], date: 2024}\n"
        "out: {title: Other Things, authors: [Ada Byron], date: 2024}\n",
        "utf-8",
    )
    (tmp_path / "ada.yaml").write_text(
        "person: {name: Ada Byron}\nworks: works.yaml\nsections:\n"
        "  - {kind: publications, select: {since: 2020}, exclude: out, details: true}\n",
        "utf-8",
    )
    found = check_all([load(tmp_path / "ada.yaml")])
    assert sorted(one.message for one in found) == ["no profile lists `old`", "no profile lists `out`"]


def test_a_baseline_that_is_none_is_a_usage_error(two, tmp_path):
    """A baseline that cannot be read says how to write one."""
    bad = tmp_path / "bad.json"
    for text in ("{", "[1]", '[{"code": "x"}]', "[" * 100_000):
        bad.write_text(text, "utf-8")
        with pytest.raises(Exception, match="not a baseline"):
            baseline.read(bad)
    with pytest.raises(Exception, match="cannot be read"):
        baseline.read(tmp_path / "none.json")


def test_works_that_nobody_lists_are_a_note_for_whole_folders_only(tmp_path):
    """A work that no profile lists is told when all profiles were checked, and not for a single one."""
    shutil.copytree(ROOT / "profiles", tmp_path / "p")
    assert not [
        one for one in check_all([load(tmp_path / "p" / "chao_jin.yaml")], whole=False) if one.code == "unused-work"
    ]
    path = tmp_path / "p" / "works" / "systems.yaml"
    path.write_text(path.read_text("utf-8") + "\nnobodys:\n  title: Nobody's Paper\n", "utf-8")
    found = check_all([load(path) for path in sorted((tmp_path / "p").glob("*.yaml"))])
    assert [(one.severity, marked(one.span)) for one in found if one.code == "unused-work"] == [
        (Severity.NOTE, "systems: nobodys")
    ]
