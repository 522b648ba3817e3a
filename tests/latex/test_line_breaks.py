"""Where lines end: by the rules of Chinese and Japanese, and not within a word that fits on a line."""

import itertools

import pytest
from support.extract import pages, pdftotext
from support.outputs import ENGINES, MOST_THEMES, THEMES

import cvgen

CHINESE = "系统支持大规模分布式训练，包括数据并行、模型并行、流水线并行；同时提供容错机制（检查点、热备）与调度策略。"
JAPANESE = (
    "分散学習のための基盤を設計し、データ並列「モデル並列、パイプライン並列」を支援した。障害に強い仕組みも作った。"
)
WORDS = ["Geschwindigkeitsbegrenzungsverfahren", "Datenschutzgrundverordnungsangelegenheiten"]

IN_ENGINES = [pytest.param(ENGINES[0], *one.values, marks=one.marks) for one in MOST_THEMES]
IN_ENGINES += [pytest.param(engine, THEMES[0], marks=pytest.mark.long) for engine in ENGINES[1:]]


def lines_of(tmp_path, engine, theme, language, text):
    """Return the lines of a paragraph that is set."""
    profile = cvgen.load_profile(
        {
            "person": {"name": "Mara Quill"},
            "document": {"language": language},
            "sections": [{"kind": "text", "heading": False, "text": text}],
        }
    )
    pdf = cvgen.build(profile, engine=engine, theme=theme, output=tmp_path / "cv.pdf").outputs[0].read_bytes()
    return [line for line in pdftotext(pdf).split("\n") if line.strip()]


@pytest.mark.parametrize(("engine", "theme"), IN_ENGINES)
@pytest.mark.parametrize(("language", "text"), [("zh", CHINESE), ("en", JAPANESE)], ids=["chinese", "japanese"])
def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one(tmp_path, engine, theme, language, text):
    """JIS X 4051, GB/T 15834: whatever stands where, in paragraphs of every length."""
    for length in (1, 6, 11):
        lines = lines_of(tmp_path, engine, theme, language, text[length:] + text * 5)
        assert len(lines) > 4
        assert [line for line in lines[1:] if line[0] in "。，、；：）」』”！？"] == []
        assert [line for line in lines[:-1] if line[-1] in "（「『“"] == []


@pytest.mark.parametrize(("engine", "theme"), IN_ENGINES)
def test_a_word_that_fits_on_a_line_is_whole_and_one_that_does_not_is_broken(tmp_path, engine, theme):
    """Long German words go to the next line; one that is wider than the page ends it anywhere."""
    sentence = ", ".join((WORDS * 4)[:7])
    lines = lines_of(tmp_path, engine, theme, "de", f"Die {sentence}.")
    assert sum(line.count(word) for word in WORDS for line in lines) == 7
    lines = lines_of(tmp_path, engine, theme, "de", "Das " + WORDS[0] * 5)
    assert len(lines) > 2
    assert "".join(lines).count(WORDS[0]) == 5


FOOT = {
    "left": "Last updated: {date}",
    "center": "I agree that what stands here is kept and read by those who choose among the applicants, as the rules "
    "on data protection (2016/679) ask for, in a text that needs two lines at least.",
    "right": "{page} of {pages}",
}


@pytest.mark.parametrize(("engine", "theme"), IN_ENGINES)
@pytest.mark.parametrize(("left", "center"), [(FOOT["left"], FOOT["center"]), (FOOT["center"], "Mara Quill")])
def test_a_foot_that_is_too_long_for_a_line_wraps(tmp_path, engine, theme, left, center):
    """No letter stands on another, none outside the page; a short foot is one line."""
    profile = cvgen.load_profile(
        {
            "person": {"name": "Mara Quill"},
            "document": {"date": "2024-10-22", "footer": {**FOOT, "left": left, "center": center}},
            "sections": [{"kind": "text", "text": "Words."}],
        }
    )
    data = cvgen.build(profile, engine=engine, theme=theme, output=tmp_path / "cv.pdf").outputs[0].read_bytes()
    (page,) = pages(data)
    foot = sorted((round(box[1]), box[0], box[2]) for letter, box in page if letter.strip() and box[1] < 100)
    assert len({line for line, _, _ in foot}) > 1
    assert foot[0][0] > 15
    assert all(start > 20 and end < 575 for _, start, end in foot)
    for (line, _, end), (other, start, _) in itertools.pairwise(foot):
        assert line != other or start > end - 1.5
