"""The academicpages export: the pages that two of the first profiles were kept on by hand, and their collections."""

import datetime
from pathlib import Path

import pytest
import yaml

import cvgen
from cvgen.document.inline import line
from cvgen.document.nodes import plain

ROOT = Path(__file__).resolve().parents[2]

DITTO = """\
**Ditto: Efficient Serverless Analytics with Elastic Parallelism**\x20\x20
**Chao Jin**, Zili Zhang, Xingyu Xiang, Songyun Zou, Gang Huang, Xuanzhe Liu, Xin Jin\x20\x20
*ACM Special Interest Group on Data Communication ([**SIGCOMM 2023**](https://conferences.sigcomm.org/sigcomm/2023/))\
, New York City, NY, U.S., September 2023.*\x20\x20
[**[PDF](/files/papers/SIGCOMM23-Ditto.pdf)**] [**[Slides](/files/slides/SIGCOMM23-Ditto-slides.pdf)**]
"""
STARRED = """\
Ruidong Zhu\\*, Ziheng Jiang\\*, **Chao Jin**\\*, Peng Wu, Cesar A. Stuardo, Dongyang Wang, Xinlei Zhang, \
Huaping Zhou, Haoran Wei, Yang Cheng, Jianzhe Xiao, Xinyi Zhang, Lingjun Liu, Haibin Lin, Li-Wen Chang, \
Jianxi Ye, Xiao Yu, Xuanzhe Liu, Xin Jin, Xin Liu\x20\x20
(\\* Equal Contribution)\x20\x20
"""


def files(name):
    profile = cvgen.load_profile(ROOT / "profiles" / f"{name}.yaml")
    return {path: data.decode() for path, data in cvgen.export(profile, "academicpages").files.items()}


def front(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_publications_stand_by_year_as_they_were_written_by_hand():
    """Bold title and own name, signs behind it, legend, italic venue with its acronym linked, links of the site."""
    page = files("chao_jin")["_pages/publications.md"]
    assert DITTO in page
    assert STARRED in page
    years = [line for line in page.splitlines() if line.startswith("## ")]
    assert years == [f"## {year}" for year in range(2026, 2021, -1)]
    assert page.count("\n**") == 12 + page.count("\n**Chao Jin**")


@pytest.mark.parametrize(
    ("name", "facts", "hidden"),
    [
        (
            "chao_jin",
            [
                "I am currently a second-year Ph.D. student at the Computer Systems Research Group",
                "advised by Prof. Xin Jin",
                "machine learning systems, distributed systems, and cloud computing",
                "I received my B.S. degree",
                "chaojin (at) pku (dot) edu (dot) cn",
                "Recent Publications (Since 2023)",
                "Teaching Assistant",
                "Operating Systems (Honor Track)",
                "PKU",
                "Spring 2024",
                "Fall 2021",
                "ByteDance",
                "Jul. 2023 – Mar. 2025",
                "Ziheng Jiang, Haibin Lin",
                "Research Intern of Seed-Foundation-MLSys",
                "Alibaba Cloud",
                "Rui Miao",
                "Mar. 2022 – Aug. 2022",
                "Merit Student (2/56)",
                "Huawei Scholarship",
                "highest honor for Ph.D. students at Peking University",
                "Xiaomi Scholarship",
            ],
            ["StepFun", "Melon", "@pku.edu.cn"],
        ),
        (
            "chaobo_jia",
            [
                "Undergrad@HUST",
                "LLM Training & Cloud Systems",
                "Yue Cheng",
                "Yao Wan",
                "drop me an email",
                "Huazhong University of Science and Technology",
                "Sep. 2021 – Jun. 2025",
                "FaaScale",
                "SigComm'25",
                "MLsys",
                "UIUC",
                "Fan Lai",
                "Minchen Yu",
                "University of Leeds",
                "CryFin-Tech Company",
                "tungstenite-rs",
                "rustls",
                "mpmc synchronization",
                "BaseDao",
                "Liangjie Zhang",
                "Mq Support for Data Model",
            ],
            [
                "20 years old",
                "UCSD",
                "ncnn",
                "Hopcroft",
                "FiberHome",
                "MuxServe",
                "Runyu Lu",
                "Messi",
                "PagedMapping",
                "Tencent",
                "GitHub University",
            ],
        ),
    ],
)
def test_the_front_page_has_every_visible_fact_and_no_hidden_one(name, facts, hidden):
    """What the pages that people kept by hand show, and what they had commented out."""
    page = files(name)["_pages/about.md"]
    shown = " ".join(plain(line(part)) for part in page.split("\n"))
    assert [fact for fact in facts if fact not in shown] == []
    assert [fact for fact in hidden if fact in page] == []


def test_collections_have_what_the_layouts_print():
    """A whole day, the category, the address of the page, the paper, a reference."""
    made = files("chao_jin")
    ditto = front(made["_publications/2023-09-01-ditto.md"])
    assert ditto["date"] == datetime.date(2023, 9, 1)
    assert ditto["category"] == "conferences"
    assert ditto["permalink"] == "/publication/2023-09-01-ditto"
    assert ditto["paperurl"] == "/files/papers/SIGCOMM23-Ditto.pdf"
    assert "(2023). &quot;Ditto: " in ditto["citation"]
    course = front(made["_teaching/2024-02-01-operating-systems.md"])
    assert (course["collection"], course["type"], course["venue"]) == ("teaching", "Teaching Assistant", "PKU")
    assert len([path for path in made if path.startswith("_publications/")]) == 12


def test_a_work_that_is_for_the_cv_alone_is_on_no_page():
    """`show_in: cv` of a work holds, whichever section lists it."""
    entries = [{"title": "Mine", "authors": ["Ada Lovelace"]}, {"title": "Secret", "show_in": "cv", "not_me": True}]
    profile = {"person": {"name": "Ada Lovelace"}, "sections": [{"kind": "publications", "entries": entries}]}
    made = cvgen.export(cvgen.load_profile(profile), "academicpages").files
    assert not [path for path, data in made.items() if b"Secret" in data or "secret" in path]


def test_a_talk_has_its_occasion_and_place():
    """Title, kind of talk, venue, location, day."""
    talk = {"title": "Can engines *think*?", "event": "Royal Society", "role": "Invited talk", "location": "London",
            "date": "2024-11-05"}  # fmt: skip
    profile = {"person": {"name": "Ada Lovelace"}, "sections": [{"kind": "talks", "entries": [talk]}]}
    made = cvgen.export(cvgen.load_profile(profile), "academicpages").files
    assert front(made["_talks/2024-11-05-can-engines-think.md"].decode()) == {
        "title": "Can engines think?", "collection": "talks", "type": "Invited talk", "venue": "Royal Society",
        "permalink": "/talks/2024-11-05-can-engines-think", "date": datetime.date(2024, 11, 5), "location": "London",
    }  # fmt: skip
