"""Dates: every spelling seen in real profiles is read, one is written, and nothing is guessed."""

from __future__ import annotations

import calendar
import pickle
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cvgen.values.date_parser import is_canonical, parse_date, parse_point
from cvgen.values.dates import (
    PRESENT,
    Date,
    DateError,
    DateRange,
    Season,
    Term,
    agrees,
    canonical,
    first_day,
    last_day,
    overlaps,
)

SPELLINGS = {
    "2023": "2023",
    "2023-09": "2023-09",
    "2023-09-14": "2023-09-14",
    "2023-9-1": "2023-09-01",
    "Sept 2023": "2023-09",
    "Sep. 2023": "2023-09",
    "September 2023": "2023-09",
    "sep 2023": "2023-09",
    "2023.7": "2023-07",
    "2023.10": "2023-10",
    "2023/10": "2023-10",
    "10/2023": "2023-10",
    "2023 Sep": "2023-09",
    "Sep-2023": "2023-09",
    "Febrary. 2025": "2025-02",
    "Octo 2023": "2023-10",
    "Dece 2023": "2023-12",
    "Augu.2023": "2023-08",
    "June.2021": "2021-06",
    "January. 2024": "2024-01",
    "July. 2024": "2024-07",
    "Septmber 2023": "2023-09",
    "April 16–18, 2024": "2024-04-16/2024-04-18",
    "16-18 April 2024": "2024-04-16/2024-04-18",
    "September 10-14, 2023": "2023-09-10/2023-09-14",
    "June 25-July 1, 2022": "2022-06-25/2022-07-01",
    "25 June - 1 July 2022": "2022-06-25/2022-07-01",
    "June 25, 2022": "2022-06-25",
    "June 1st, 2022": "2022-06-01",
    "25 June 2022": "2022-06-25",
    "14-Sep-2023": "2023-09-14",
    "OCTOBER 22, 2024": "2024-10-22",
    "25/12/2023": "2023-12-25",
    "05/05/2023": "2023-05-05",
    "Sep. 2023 - Present": "2023-09/present",
    "Febrary. 2025 - present": "2025-02/present",
    "2018-present": "2018/present",
    "2021.9-2025.6": "2021-09/2025-06",
    "2023.7 - 2025.3": "2023-07/2025-03",
    "Sep - Dec 2023": "2023-09/2023-12",
    "Sept 2023 - Dece 2023": "2023-09/2023-12",
    "April 2021 - June.2021": "2021-04/2021-06",
    "2018 – 2022": "2018/2022",
    "2018-2022": "2018/2022",
    "2023-09 to 2024-01": "2023-09/2024-01",
    "2023-09/2024-01": "2023-09/2024-01",
    "2023-10-2024-01": "2023-10/2024-01",
    "2023-09/2023-09": "2023-09/2023-09",
    "2024 Spring": "2024 Spring",
    "Spring 2024": "2024 Spring",
    "Spring semester 2024": "2024 Spring",
    "2021 Fall": "2021 Fall",
    "Autumn 2021": "2021 Fall",
    "present": "present",
    "NOW": "present",
    "Current": "present",
    "ongoing": "present",
    "today": "present",
    "  2023-09\n": "2023-09",
    "2010/11": "2010/11",
    "2023/24": "2023/24",
    "2010-11": "2010-11",
    "expected 2027-06": "expected 2027-06",
    "Expected June 2027": "expected 2027-06",
    "June 2027 (expected)": "expected 2027-06",
    "Sep 2023 - expected June 2027": "2023-09/expected 2027-06",
    "2023-09/expected 2027": "2023-09/expected 2027",
    "since 2020": "2020/present",
    "2020 -": "2020/present",
    "2020–": "2020/present",
    "c. 2015": "c. 2015",
    "circa 2015": "c. 2015",
    "c. 2015 - 2018": "c. 2015/2018",
    "WS 2023/24": "2023/24 Winter",
    "Wintersemester 2023/2024": "2023/24 Winter",
    "2023/24 Winter": "2023/24 Winter",
    "SS 2024": "2024 Summer",
    "SoSe 2024": "2024 Summer",
    "Michaelmas 2023": "2023 Michaelmas",
    "Hilary term 2024": "2024 Hilary",
    "2019, 2021, 2023": "2019, 2021, 2023",
    "Fall 2021; Fall 2022": "2021 Fall, 2022 Fall",
    "2019 and 2021": "2019, 2021",
}

REFUSED = {
    "2010–11": ("may be a year or a month", "`2010/11` for the academic year, or `2010-11` for November 2010"),
    "2019–20": ("may be a year or a month", "`2019/20` for the academic year"),
    "expected": ("", "2023"),
    "expected Spring 2027": ("can be expected", "expected 2027-06"),
    "since Spring": ("no four-digit year", "2023 Spring"),
    "WS 2023/25": ("ends in 2024", "2023/24 Winter"),
    "2019, soon": ("", "2023"),
    "2023-13": ("there is no month 13", "2023-12"),
    "2023-00": ("there is no month 0", "2023-01"),
    "2023-14-09": ("there is no month 14", "2023-09-14"),
    "2018-22": ("there is no month 22", "2018/2022"),
    "2023-02-30": ("February 2023 has 28 days", "2023-02-28"),
    "Sep 31 2023": ("September has 30 days", "2023-09-30"),
    "Feb 30 - Mar 2, 2023": ("February 2023 has 28 days", "2023-02-28"),
    "2024-01/2023-09": ("ends before it starts", "2023-09/2024-01"),
    "Dec - Jan 2024": ("ends before it starts", "2023-12/2024-01"),
    "1850": ("between 1900 and 2100", "four digits"),
    "2101-01": ("between 1900 and 2100", "four digits"),
    "03/04/2023": ("could change places", "`2023-03-04` or `2023-04-03`"),
    "12-11-2023": ("could change places", "`2023-12-11` or `2023-11-12`"),
    "31/31/2023": ("no possible day and month", "2023-09-14"),
    "03/04/23": ("no four-digit year", "`2023-03-04` or `2023-04-03`"),
    "Sep 23": ("no four-digit year", "2023-09"),
    "Sep '23": ("no four-digit year", "2023-09"),
    "Spring '24": ("no four-digit year", "2024 Spring"),
    "'23": ("no four-digit year", "2023"),
    "'98": ("no four-digit year", "1998"),
    "Sept": ("no four-digit year", "2023-09"),
    "09/23": ("no four-digit year", "2023-09"),
    "202309": ("run together", "`2023-09`"),
    "20230914": ("run together", "`2023-09-14`"),
    "2023-09-14T10:00": ("time of day", "`2023-09-14`"),
    "2023-10-2024": ("cut in two ways", "`2023/2024-10` or `2023-10/2024`"),
    "present - 2023": ("cannot start with the present", "2023-09/present"),
    "Fall 2023 - Spring 2024": ("between terms", "2023-09/2024-06"),
    "18, 2024": ("names a day but no month", "2023-09-14"),
    "juny 2023": ("`juny` is not a month", "`june` or `july`"),
    "presetn": ("not a date", "did you mean `present`"),
    "soon": ("not a date", "2023-09"),
    "２０２３": ("not a date", "2023-09"),
    "": ("empty", "2023-09"),
    "9" * 5000: ("too long", "2023-09"),
}

years = st.integers(1900, 2100)


@st.composite
def dates(draw):
    year, month = draw(years), draw(st.none() | st.integers(1, 12))
    day = draw(st.none() | st.integers(1, calendar.monthrange(year, month)[1])) if month else None
    return Date(year, month, day)


@st.composite
def ranges(draw):
    start, end = draw(dates()), draw(dates() | st.just(PRESENT))
    assume(last_day(end) >= first_day(start))
    return DateRange(start, end)


terms = st.builds(Term, years, st.sampled_from(Season))
whens = dates() | terms | ranges() | st.just(PRESENT)
pieces = st.sampled_from(
    [
        "Sep",
        "september",
        "Febrary",
        "fall",
        "present",
        "2023",
        "23",
        "9",
        "31",
        "'",
        "-",
        "–",
        "/",
        ".",
        " ",
        ", ",
        " to ",
        "th",
    ]
)
texts = (
    st.text(max_size=40) | st.lists(pieces, max_size=8).map("".join) | st.text(string.digits + "-/. ", max_size=20)
)


@pytest.mark.parametrize(("text", "expected"), SPELLINGS.items())
def test_a_spelling_in_use_is_read_as_its_writer_meant_it(text, expected):
    """Every spelling found in real profiles is read, and its recommended form is stable."""
    assert canonical(parse_date(text)) == expected
    assert is_canonical(expected)


@pytest.mark.parametrize(("text", "problem", "hint"), [(text, *words) for text, words in REFUSED.items()])
def test_a_doubtful_or_impossible_date_is_refused_with_a_suggestion(text, problem, hint):
    """The message says what is wrong, the hint says what to write, and the place lies inside the text."""
    with pytest.raises(DateError) as caught:
        parse_date(text)
    error = caught.value
    assert problem in error.message
    assert hint in error.hint
    assert not error.message.endswith(".")
    assert 0 <= error.offset <= error.offset + error.length <= len(text)


def test_the_message_names_the_value_and_the_reason():
    """Wording follows the house style: lower case, the value in backticks."""
    with pytest.raises(DateError, match=r"^`2023-13` is not a date: there is no month 13$"):
        parse_date("2023-13")


def test_an_error_in_a_range_points_at_its_wrong_end():
    """The carets stand under the end that is impossible, also behind leading space."""
    text = " 2023-08 / 2023-09-31"
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert text[caught.value.offset :][: caught.value.length] == "2023-09-31"


@pytest.mark.parametrize(("text", "expected"), [("2023", Date(2023)), ("2023.7", Date(2023, 7))])
def test_precision_is_kept(text, expected):
    """A bare year never becomes January, a month never its first day."""
    assert parse_date(text) == expected


def test_a_field_for_one_date_takes_no_range():
    """The hint gives both ends to write into two fields."""
    assert parse_point("Sep 2023") == Date(2023, 9)
    assert parse_point("now") is PRESENT
    with pytest.raises(DateError) as caught:
        parse_point("2023-09 – 2024-01")
    assert caught.value.hint == "write `2023-09` here and `2024-01` as the end"


@pytest.mark.parametrize("numbers", [(2023, 13), (2023, 2, 29), (2023, None, 4), (1899,), (2023, 9, 0)])
def test_an_impossible_date_cannot_be_made(numbers):
    """Code that builds dates meets the same rules as text."""
    with pytest.raises(DateError):
        Date(*numbers)


def test_a_range_cannot_be_made_backwards():
    """An end inside the start's year or month is possible, one before it is not."""
    assert DateRange(Date(2023, 9), Date(2023)).end == Date(2023)
    with pytest.raises(DateError):
        DateRange(Date(2023, 9), Date(2023, 8))


@given(whens)
def test_what_is_written_is_read_back(when):
    """The canonical form of any date, term or range reads as the same value."""
    assert parse_date(canonical(when)) == when
    assert is_canonical(canonical(when))
    assert pickle.loads(pickle.dumps(when)) == when


@given(texts)
def test_any_text_is_a_date_or_a_date_error(text):
    """No text raises anything else, and what is accepted has a canonical form."""
    try:
        when = parse_date(text)
    except DateError as error:
        assert error.message
        assert error.hint
        assert 0 <= error.offset <= error.offset + error.length <= len(text)
    else:
        assert is_canonical(canonical(when))
        assert parse_date(canonical(when)) == when


@given(whens)
def test_a_date_starts_no_later_than_it_ends(when):
    """Sorting by first or last day is consistent; the present comes after everything."""
    assert first_day(when) <= last_day(when) <= last_day(PRESENT)


@given(whens, whens)
def test_agreement_and_overlap_do_not_depend_on_order(one, other):
    """Both are symmetric; agreement is also reflexive."""
    assert agrees(one, other) == agrees(other, one)
    assert overlaps(one, other) == overlaps(other, one)
    assert agrees(one, one)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2023", "2023-09", True),
        ("2023-09", "September 10-14, 2023", True),
        ("2024", "2023-09", False),
        ("Sep. 2023", "Apr. 2023", False),
        ("2024 Spring", "Feb. 2024 - Jun. 2024", True),
        ("2024 Spring", "Feb. 2024 - July. 2024", True),
        ("2021 Fall", "Sep. 2021 - Jan. 2022", True),
        ("2021 Fall", "2021", True),
        ("2021 Fall", "2022", False),
        ("2021 Fall", "2021 Spring", False),
        ("2024 Winter", "Oct 2024 - Mar 2025", True),
        ("2024 Winter", "Jan 2024 - Mar 2024", True),
        ("2018/2022", "2020", False),
        ("2018/2022", "2018-09/2022-06", True),
        ("2018/present", "2018-09/present", True),
        ("2018/present", "2018/2022", False),
        ("present", "2023", False),
    ],
)
def test_dates_agree_when_both_can_be_true(one, other, expected):
    """More precision is no conflict, as the cross-profile check relies on; another time is."""
    assert agrees(parse_date(one), parse_date(other)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Sept. 2023 - Nov. 2023", "June 2023 - Octo 2023", True),
        ("Apr. 2024 - Present", "Jun. 2023 - Apr. 2024", False),
        ("2018-09/2023-06", "2021-09/2023-06", True),
        ("2018/2022", "2022/2024", False),
        ("2021/present", "2023-01/present", True),
        ("2023-09-14", "2023-09-14", True),
        ("2023-09", "2023-09", False),
        ("2024 Spring", "2024-01/2024-12", True),
    ],
)
def test_stretches_overlap_only_when_they_certainly_share_time(one, other, expected):
    """A month in which one job ends and the next starts is no overlap."""
    assert overlaps(parse_date(one), parse_date(other)) is expected


def test_dates_sort_as_a_reader_expects():
    """Newest last, open ends after closed ones."""
    order = ["2021 Fall", "2022", "2022 Spring", "2022-03/2022-08", "2022 Fall", "2023-09-14", "2023/present"]
    whens = [parse_date(text) for text in order]
    assert sorted(whens, key=lambda when: (first_day(when), last_day(when))) == [
        parse_date(text)
        for text in ["2021 Fall", "2022", "2022 Spring", "2022-03/2022-08", "2022 Fall", "2023/present", "2023-09-14"]
    ]
    assert max(whens, key=last_day) == parse_date("2023/present")


@pytest.mark.parametrize("text", ["since " * 2_000 + "2020", "2020" + " -" * 4_000, "c. " * 3_000, " " * 9_000 + "("])
def test_a_hostile_date_is_refused_at_once(text):
    """Words that may stand before a date are read in bounded depth."""
    with pytest.raises(DateError):
        parse_date(text)
