"""A résumé parser by the rules that OpenResume publishes.

It sees a CV as software that sorts applications does. Written anew from the article "Resume Parser Algorithm Deep
Dive" (open-resume.com/resume-parser), which describes four steps: text items from the PDF; items joined and put into
lines; lines put into sections; and in each section, items scored by features for each attribute, the highest score
winning. It is meant for English.

Where the article gives a list by examples only ("e.g. Analyst, Engineer, Intern"), or a pattern for one country, the
list here has what academics need as well: `ACADEMIC_...` and the second half of each pattern say what was added.
"""

from __future__ import annotations

import io
import itertools
import re
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

__all__ = ["Item", "Resume", "Subsection", "parse"]

# --- step 1: text items -------------------------------------------------------------------------------------------


@dataclass
class Item:
    """A piece of text in one line: where it begins and ends, its baseline (pages below each other), its font."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    count: int = 1


def items(pdf: bytes) -> list[Item]:
    """Return the runs of characters of one font that stand beside each other, in the order of the content."""
    found: list[Item] = []
    manager, offset = PDFResourceManager(), 0.0
    device = PDFPageAggregator(manager, laparams=None)  # nothing guessed yet
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.get_pages(io.BytesIO(pdf)):
        interpreter.process_page(page)
        layout = device.get_result()
        for char in layout:
            if isinstance(char, LTChar):
                _append(found, char, offset)
        offset -= layout.height
    return [item for item in found if item.text.strip()]


def _append(found: list[Item], char: LTChar, offset: float) -> None:
    text, base = char.get_text(), char.matrix[5] + offset
    if text.isspace():
        if found and not found[-1].text.endswith(" "):
            found[-1].text += " "
        return
    last = found[-1] if found else None
    bold = bool(re.search("bold|black|heavy", char.fontname, re.IGNORECASE))
    beside = last and abs(last.base - base) < 1 and -0.3 * char.size < char.x0 - last.right < 0.35 * char.size
    if last and beside and last.bold == bold and last.size == char.size:
        last.text, last.right, last.count = last.text + text, char.x1, last.count + 1
    else:
        found.append(Item(text, char.x0, char.x1, base, char.size, bold))


# --- step 2: lines ------------------------------------------------------------------------------------------------


def lines(pieces: list[Item]) -> list[list[Item]]:
    """Join items that are nearer to each other than an average character is wide, and put them into lines.

    The article takes one width for all: a name in 32 pt falls apart into its words. Here it grows with the size.
    """
    plain = [item for item in pieces if not item.bold] or pieces
    width = sum((item.right - item.left) / item.size for item in plain) / sum(item.count for item in plain)
    found: list[list[Item]] = []
    for item in pieces:
        line = found[-1] if found else None
        if line is None or abs(line[-1].base - item.base) > 0.3 * max(line[-1].size, item.size):
            found.append([item])
        elif item.left - line[-1].right < width * max(item.size, line[-1].size):
            line[-1].text, line[-1].right = line[-1].text + item.text, item.right
        else:
            line.append(item)
    for line in found:
        for item in line:
            item.text = " ".join(item.text.split())
    return found


# --- step 3: sections ---------------------------------------------------------------------------------------------

SECTION_WORDS = "experience education project projects skills summary objective awards honors course courses job"
ACADEMIC_SECTION_WORDS = (
    "publications papers teaching service services talks grants patents software supervision certificates languages "
    "references research interests biography profile about exhibitions experiences internship manuscripts"
)
SIDE_WORDS = "selected recent industrial professional with friends by year since work"  # beside one of those


def is_title(line: list[Item]) -> bool:
    """Tell whether a line is a section's title: alone, and bold capitals, or made of the words of titles."""
    (item,) = line if len(line) == 1 else (None,)
    if item is None or not any(char.isalpha() for char in item.text):
        return False
    if item.bold and item.text.isupper():
        return True
    words = re.findall(r"[a-z]+", item.text.casefold())
    known = {*SECTION_WORDS.split(), *ACADEMIC_SECTION_WORDS.split()}
    alone = item.text[0].isupper() and bool(words) and {*words} <= known | {*SIDE_WORDS.split()}
    return alone and not known.isdisjoint(words)


def sections(rows: list[list[Item]]) -> list[tuple[str, list[list[Item]]]]:
    """Return each section's title and lines; the first has no title."""
    found: list[tuple[str, list[list[Item]]]] = [("", [])]
    for line in rows:
        if is_title(line):
            found.append((line[0].text, []))
        else:
            found[-1][1].append(line)
    return found


# --- step 4: features ---------------------------------------------------------------------------------------------

Feature = tuple[Callable[[Item], object], int]

EMAIL = re.compile(r"\S+@\S+\.\S+")
PHONE = re.compile(r"\(?\d{3}\)?[\s-]?\d{3}[\s-]?\d{4}|\+\d{1,3}[\s-]\d[\d\s-]{6,}\d")
LOCATION = re.compile(r"[A-Z][a-zA-Z\s]+, [A-Z]{2}|[^\W\d][^\d@]+, [^\W\d][\w\s.]+")
URL = re.compile(r"\S+\.[a-z]+/\S+|(?<![@\w.-])[\w-]+(\.[\w-]+)*\.[a-z]{2,}(?![@\w])")
DATE = re.compile(
    r"(?:19|20)\d{2}|\b(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?"
    r"|nov(ember)?|dec(ember)?|spring|summer|fall|winter|present)\b",
    re.IGNORECASE,
)
GPA = re.compile(r"[0-4]\.\d{1,2}")
SCHOOL = re.compile(r"college|university|school|institute|academy|universi|uniwersytet|háskóli|hochschule|đại học|"
                    r"πανεπιστήμιο|университет|大学|대학교", re.I)  # fmt: skip
DEGREE = re.compile(
    r"associate|bachelor|master|\b(ph\.?\s?d|[bm]\.?\s?(sc?|a|e(ng)?)|dr)\b\.?|exchange student", re.I
)
JOB_WORDS = "analyst engineer intern manager developer consultant director assistant associate officer"
ACADEMIC_JOB_WORDS = (
    "professor lecturer researcher scientist student fellow analyst cryptanalyst core author visiting"
)
JOB = re.compile(rf"\b({'|'.join(f'{JOB_WORDS} {ACADEMIC_JOB_WORDS}'.split(' '))})\b", re.I)


def letters_only(item: Item) -> bool:
    """Letters, spaces and periods; those of all scripts, and the hyphens and apostrophes of names."""
    return all(char.isalpha() or char in " .-'’" for char in item.text)


def has(pattern: re.Pattern[str]) -> Callable[[Item], object]:
    return lambda item: pattern.search(item.text)


NAME: list[Feature] = [
    (letters_only, 3),
    (lambda item: item.bold, 2),
    (lambda item: item.text.isupper(), 2),
    (lambda item: "@" in item.text, -4),
    (lambda item: any(char.isdigit() for char in item.text), -4),
    (lambda item: "," in item.text, -4),
    (lambda item: "/" in item.text, -4),
]
CONTACTS: dict[str, tuple[re.Pattern[str], list[Feature]]] = {
    "email": (EMAIL, [(has(EMAIL), 4), (lambda item: item.bold, -1)]),
    "phone": (PHONE, [(has(PHONE), 4), (lambda item: "@" in item.text and not PHONE.search(item.text), -4)]),
    "location": (LOCATION, [(has(LOCATION), 4), (lambda item: "@" in item.text, -4), (lambda item: item.bold, -1)]),
    "url": (URL, [(has(URL), 4), (lambda item: "@" in item.text and not URL.search(item.text), -4)]),
}


def score(item: Item, features: list[Feature]) -> int:
    """Add up the scores of the features that an item has."""
    return sum(points for feature, points in features if feature(item))


def best(found: list[Item], features: list[Feature]) -> Item | None:
    """Return the item with the highest score above zero, the first of several."""
    top = max(found, key=lambda item: score(item, features), default=None)
    return top if top is not None and score(top, features) > 0 else None


@dataclass
class Subsection:
    """A school or an employer: its lines, and what was made of its items."""

    rows: list[list[Item]]
    heading: str = ""
    dates: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    degree: str = ""
    gpa: str = ""


@dataclass
class Resume:
    """What the parser read."""

    sections: list[str]
    name: str = ""
    email: str = ""
    phone: str = ""
    location: str = ""
    url: str = ""
    subsections: dict[str, list[Subsection]] = field(default_factory=dict)


def subsections(rows: list[list[Item]]) -> Iterator[list[list[Item]]]:
    """Divide a section where the gap between two lines is 1.4 times the usual one, and where bold text begins.

    The article takes the second rule only where the first divides nothing; a page's foot is always far away.
    """
    gaps = [round(one[0].base - two[0].base, 1) for one, two in itertools.pairwise(rows)]
    usual = statistics.mode(gaps) if gaps else 0
    bold = [line[0].bold and not before[0].bold for before, line in itertools.pairwise(rows)]
    wide = [gap > 1.4 * usual or begins for gap, begins in zip(gaps, bold, strict=True)]
    start = 0
    for at, new in enumerate(wide, 1):
        if new:
            yield rows[start:at]
            start = at
    if rows:
        yield rows[start:]


_BULLET = re.compile(r"^[•–◦▪]\s*")


def read_subsection(rows: list[list[Item]]) -> Subsection:
    """Score the items of a school or employer; its descriptions begin with the first bullet."""
    found = Subsection(rows)
    heads = [item for line in rows for item in line if not _BULLET.match(line[0].text)]
    is_date: list[Feature] = [(has(DATE), 1), (lambda item: len(item.text) > 60, -1), (lambda item: item.bold, -1)]
    is_job: list[Feature] = [(has(JOB), 1), (lambda item: item.bold, -1), (lambda item: DATE.search(item.text), -1)]
    heading = best(heads, [(lambda item: item.bold, 2), (lambda item: not JOB.search(item.text), 1), (has(DATE), -1)])
    degree = best(heads, [(has(DEGREE), 2), (has(SCHOOL), -1), (lambda item: item.bold, -1)])
    gpa = next((match for line in rows for item in line if (match := GPA.search(item.text))), None)
    found.heading, found.degree = heading.text if heading else "", degree.text if degree else ""
    found.dates = [item.text for item in heads if score(item, is_date) > 0]
    found.jobs = [item.text for item in heads if score(item, is_job) > 0]
    # Where a project heads the entry, the role stands among its bullets and says so.
    texts = (_BULLET.sub("", " ".join(item.text for item in line)) for line in rows)
    found.jobs += [text.removeprefix("Role: ") for text in texts if text.startswith("Role: ")]
    found.gpa = gpa[0] if gpa else ""
    return found


def parse(pdf: bytes) -> Resume:
    """Read a résumé."""
    (_, profile), *rest = sections(lines(items(pdf)))
    found = Resume([title for title, _ in rest])
    head = [item for line in profile for item in line]
    name = best(head, NAME)
    found.name = name.text if name else ""
    for attribute, (pattern, features) in CONTACTS.items():
        item = best(head, features)
        match = pattern.search(item.text) if item else None
        setattr(found, attribute, match[0] if match else "")
    for title, rows in rest:
        found.subsections.setdefault(title, []).extend(map(read_subsection, subsections(rows)))
    return found
