"""Profiles and works side by side: what must be found, at which places, and what must never be."""

import json
import shutil
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.findings import check, marked, table, two_sided, unlike

from cvgen.comparison.spelling import same_employer
from cvgen.diagnostics import Severity, fingerprint
from cvgen.lint.baseline import read_baseline
from cvgen.lint.check import check_profiles
from cvgen.loading.load import load

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "consistency"


@pytest.fixture(scope="module")
def seeds():
    """What is found among five profiles that tell what the seeds tell."""
    return check_profiles([load(path) for path in sorted(DATA.glob("*.yaml"))])


# The code, the place that is pointed to, the place on the other side.
DISAGREEMENTS = table("""
work-authors | jin_cv: Shufan Liu | jin_homepage: Xin Liu
work-status | jin_homepage: preprint | jin_cv: {name: ACM Transactions on Computer
work-status | jin_publications: preprint | jin_cv: {name: ACM Transactions on Co
work-status | zhang_cv: preprint | jin_cv: {name: ACM Transactions on Computer
work-renamed | jin_homepage: Towards Swift Serverless | jin_cv: "HydraServe: Min
work-renamed | jin_publications: Towards Swift Ser | jin_cv: "HydraServe: Min
work-title | jin_cv: "Pyxix: Scheduling Mixed | jin_homepage: "Pyxis: Scheduling Mixed
work-authors | jin_cv: Qi Huang | jin_publications: [Chao Jin*, Ziheng Jiang*
work-status | jin_publications: preprint | jin_cv: {name: ACM Special Interest
work-venue | jin_cv: IEEE/ACM Transactions on Networking | jin_homepage: IEEE Transactions on N
work-date | zhang_cv: 2023-04 | jin_cv: 2023-09
author-spelling | jin_cv: YiBo Zhu | jin_publications: Yibo Zhu
place-spelling | jin_homepage: Santa Clara | jin_cv: Santa Clara, CA, U.S.
place-spelling | jin_publications: Santa Clara | jin_cv: Santa Clara, CA, U.S.
place-spelling | zhang_cv: Santa Clara, U.S. | jin_cv: Santa Clara, CA, U.S.
place-spelling | jin_homepage: New York City | jin_cv: New York City, NY, U.S.
place-spelling | zhang_cv: New York City, U.S. | jin_cv: New York City, NY, U.S.
course-spelling | zhang_cv: Operating System | jin_cv: Operating Systems
same-bullet | zhang_cv: Optimization for Alibaba S | zhang_cv: Optimization for Alibaba S
shared-link | jia_homepage: "2310.15991" | jia_homepage: "https://arxiv.org/abs/2310
job-overlap | jia_homepage: June 2023 | jia_homepage: Sept 2023
job-overlap | jia_homepage: Sept 2023 | jia_homepage: 2023-09
""")


@pytest.mark.parametrize(("code", "here", "there"), DISAGREEMENTS)
def test_every_disagreement_among_the_seeds_is_found(seeds, code, here, there):
    """Each known disagreement among the seeds is found, with line and column on both sides."""
    assert len(unlike(two_sided(seeds), [(code, here, there)])) < len(two_sided(seeds))
    for found in seeds:
        assert found.span.line and found.span.column and found.hints
        assert all(span.line and span.column for span, _ in found.related)


def test_labels_and_sections_left_empty_are_found(seeds):
    """ "Duties included:" with nothing behind it, twice, and a heading alone."""
    labels = [found for found in seeds if found.code == "empty-label"]
    assert [marked(found.span) for found in labels] == ['jia_homepage: "Duties included:"'] * 2
    assert [found.message for found in seeds if found.code == "empty-section"] == ["the section `Hobbies` is empty"]


# True as well, though nobody asked for them.
TRUE_TOO = table("""
employer-spelling | zhang_cv: ByteDance Inc. | jin_homepage: ByteDance
job-overlap | jia_homepage: June 2023 | jia_homepage: 2023-09
place-spelling | jin_homepage: Boston | jin_cv: Boston, MA, U.S.
place-spelling | jin_publications: Boston | jin_cv: Boston, MA, U.S.
place-spelling | jin_publications: New York City | jin_cv: New York City, NY, U.S.
place-spelling | jin_publications: Portland | jin_cv: Portland, OR, U.S.
place-spelling | zhang_cv: Boston, U.S. | jin_cv: Boston, MA, U.S.
work-status | jin_publications: preprint | jin_cv: {name: European Conference on Computer Systems
""")


def test_no_false_alarm_over_all_seeds(seeds):
    """Everything that is said about the seeds is true; three false alarms would be too many."""
    assert unlike(two_sided(seeds), DISAGREEMENTS + TRUE_TOO) == []


def test_a_former_title_that_is_known_is_a_note(tmp_path):
    """A list that still has the old title is a note once the work knows its former title, and nothing more."""
    former = "      - former_titles: [Towards Swift Serverless LLM Cold Starts with ParaServe]\n        title: "
    for name in ("jin_cv", "jin_homepage"):
        text = (DATA / f"{name}.yaml").read_text("utf-8")
        (tmp_path / f"{name}.yaml").write_text(
            text.replace('      - title: "HydraServe', f'{former}"HydraServe'), "utf-8"
        )
    found = check_profiles([load(path) for path in sorted(tmp_path.glob("*.yaml"))])
    about = [one for one in found if "ParaServe" in one.message]
    assert [(one.code, one.severity) for one in about] == [("work-former-title", Severity.NOTE)]


def test_co_authors_of_one_bib_are_one_line(tmp_path):
    """What services spell in many ways costs a line for the file; what a profile spells otherwise, one each."""
    bib = """
        @article{a, title={Looms and Numbers}, author={Ada Lovelace and Yi-Bo Zhu and Jose Perez}, year=2020}
        @article{b, title={Cards and Engines}, author={Ada Lovelace and Yibo Zhu and José Pérez}, year=2021}
        @article{c, title={Wheels and Letters}, author={Ada Lovelace and Jan Muller}, year=2022}
    """
    (tmp_path / "works.bib").write_text(bib, "utf-8")
    own = "{title: Mills, authors: [Ada Lovelace, Jan Müller], date: 2019}"
    text = "person: {name: Ada Lovelace}\nworks: works.bib\nsections:\n"
    text += "  - {kind: publications, select: mine}\n"
    text += f"  - {{kind: publications, title: Old, entries: [{own}]}}\n"
    (tmp_path / "ada.yaml").write_text(text, "utf-8")
    found = [one for one in check_profiles([load(tmp_path / "ada.yaml")]) if one.code == "author-spelling"]
    assert sorted((Path(one.span.file).name, one.severity.name, one.message) for one in found) == [
        ("ada.yaml", "WARNING", "the author `Jan Müller` is spelled `Jan Muller` elsewhere"),
        ("works.bib", "NOTE", "2 author names are spelled otherwise elsewhere in this file"),
    ]


# --- The profiles of this repository --------------------------------------------------------------------------------


def test_every_finding_on_our_own_profiles_is_true():
    """What stands in `profiles/` gives these findings and no other; each is one that its owner would want to know."""
    found = check_profiles([load(path) for path in sorted((ROOT / "profiles").glob("*.yaml"))])
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
    found = check_profiles([first, second])
    assert check_profiles([second, first]) == found
    swapped = check_profiles(written(tmp_path, a=other, b=one))
    exchange = {"a": "b", "b": "a"}
    assert essence(swapped) == sorted(
        (code, severity, exchange[file], values) for code, severity, file, values in essence(found)
    )


@given(works())
@SLOW
def test_a_profile_agrees_with_its_copy(tmp_path, made):
    """A profile and its copy have nothing to tell each other."""
    assert check_profiles(written(tmp_path, a=made, b=made)) == ()


@given(st.data())
@SLOW
def test_names_of_files_do_not_matter(tmp_path, data):
    """Whatever the files are called, as many findings come out, and as many fingerprints."""
    one = data.draw(works())
    other = data.draw(slightly_changed(one))
    usual = check_profiles(written(tmp_path, a=one, b=other))
    named = check_profiles(written(tmp_path, zebra=one, aardvark=other))
    assert len(named) == len(usual)
    assert len(set(map(fingerprint, named))) == len(set(map(fingerprint, usual)))


def test_the_order_of_many_profiles_does_not_matter():
    """The seeds' profiles give the same findings in any order."""
    loaded = [load(path) for path in sorted(DATA.glob("j*.yaml"))]
    first, *others = [check_profiles(order) for order in permutations(loaded)]
    assert all(found == first for found in others)


# --- Rules ----------------------------------------------------------------------------------------------------------


def test_a_course_of_another_university_is_another_course(tmp_path):
    """Two universities may name their courses as they like."""
    for name, course, school in (
        ("a", "Operating Systems", "ETH Zurich"),
        ("b", "Operating System", "Peking University"),
    ):
        head = "person: {name: Ada Byron}\nsections:\n  - kind: teaching\n"
        text = f"{head}    entries: [{{course: {course}, institution: {school}}}]\n"
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    assert check_profiles([load(tmp_path / "a.yaml"), load(tmp_path / "b.yaml")]) == ()
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
    found = check_profiles([load(path) for path in sorted(tmp_path.glob("*.yaml"))])
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
    found = check_profiles([load(path) for path in sorted(tmp_path.glob("*.yaml"))])
    assert [(one.code[: len(code or "")], one.span.file[-6:]) for one in found] == (
        [(code, "a.yaml")] if code else []
    )


def test_a_paper_that_has_appeared_is_to_come_nowhere(tmp_path):
    """What one profile has as published and another still as accepted is reported where it is accepted."""
    venue = {"name": "Symposium on Things", "acronym": "SoT", "year": 2024, "kind": "conference"}
    work = {"title": TITLES[0], "authors": ["Ada Byron", "Alan Kay"], "venue": venue}
    found = check_profiles(written(tmp_path, a=[work], b=[work | {"status": "accepted"}]))
    assert [(one.code, one.severity, marked(one.span)) for one in found] == [
        ("work-status", Severity.WARNING, 'b: "accepted"')
    ]
    assert (
        check_profiles(written(tmp_path, a=[work | {"status": "accepted"}], b=[work | {"status": "accepted"}])) == ()
    )


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
    """A profile that cannot be loaded is reported beside what the others disagree about."""
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
    found = check_profiles([load(tmp_path / "ada.yaml")])
    assert sorted(one.message for one in found) == ["no profile lists `old`", "no profile lists `out`"]


def test_a_baseline_that_is_none_is_a_usage_error(two, tmp_path):
    """A baseline that cannot be read says how to write one."""
    bad = tmp_path / "bad.json"
    for text in ("{", "[1]", '[{"code": "x"}]', "[" * 100_000):
        bad.write_text(text, "utf-8")
        with pytest.raises(Exception, match="not a baseline"):
            read_baseline(bad)
    with pytest.raises(Exception, match="cannot be read"):
        read_baseline(tmp_path / "none.json")


def test_works_that_nobody_lists_are_a_note_for_whole_folders_only(tmp_path):
    """A work that no profile lists is reported when all profiles were checked, and not for a single one."""
    shutil.copytree(ROOT / "profiles", tmp_path / "p")
    assert not [
        one
        for one in check_profiles([load(tmp_path / "p" / "chao_jin.yaml")], whole=False)
        if one.code == "unused-work"
    ]
    path = tmp_path / "p" / "works" / "systems.yaml"
    path.write_text(path.read_text("utf-8") + "\nnobodys:\n  title: Nobody's Paper\n", "utf-8")
    found = check_profiles([load(path) for path in sorted((tmp_path / "p").glob("*.yaml"))])
    assert [(one.severity, marked(one.span)) for one in found if one.code == "unused-work"] == [
        (Severity.NOTE, "systems: nobodys")
    ]
