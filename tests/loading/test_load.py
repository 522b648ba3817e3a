"""Loading: works files and overrides, short forms, `--set`, Python data; and no field is forgotten on the way."""

from __future__ import annotations

import datetime
import pickle
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from cvgen.composer import compose
from cvgen.diagnostics import Severity
from cvgen.document import nodes as doc
from cvgen.errors import ProfileError, UsageError
from cvgen.loading.load import load, load_data, load_profile
from cvgen.loading.profile import Profile, ProfileFile
from cvgen.profile import contact_fields, fields, works
from cvgen.profile.person import Person
from cvgen.sections import base, education, experience, kinds, load_kind, publications, service
from cvgen.values.dates import Date

HEAD = "person:\n  name: Ada Lovelace\n"


def loaded(folder: Path, text: str, **others: str) -> Profile:
    """Load a profile, with works files beside it."""
    for name, content in others.items():
        (folder / f"{name}.yaml").write_text(content, "utf-8")
    path = folder / "ada.yaml"
    path.write_text(text, "utf-8")
    return load(path)


def mistakes(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ProfileError) as caught:
        load_data(data)
    return sorted((diagnostic.span.where, diagnostic.code) for diagnostic in caught.value.diagnostics)


# --- works ----------------------------------------------------------------------------------------------------------

SHARED = """\
engines:
  title: On Engines
  authors: [Ada Lovelace, Charles Babbage]
  venue: {name: Scientific Memoirs, year: 2023}
  date: 2023-09
  location: London
"""
OVERRIDE = f"""\
{HEAD}works: shared.yaml
sections:
  - kind: publications
    entries:
      - work: engines
        location: London, UK
        former_titles: Sketch
"""


def test_fields_of_an_override_win_and_the_rest_is_shared(tmp_path):
    """A profile may tell some fields of a shared work differently; all others stay the work's."""
    profile = loaded(tmp_path, OVERRIDE, shared=SHARED)
    (work,) = compose(profile).sections[0].blocks
    assert isinstance(work, doc.WorkBlock)
    assert doc.plain(work.location) == "London, UK"
    assert doc.plain(work.title) == "On Engines"
    assert doc.plain(work.date) == "Sep. 2023"
    assert doc.plain(work.authors) == "Ada Lovelace, Charles Babbage"
    assert profile.works["engines"].work.location == "London", "the shared work stays as it is"


def test_each_field_of_a_work_points_into_the_file_it_stands_in(tmp_path):
    """A later error about a shared field is shown in the works file, about one's own field in the profile."""
    profile = loaded(tmp_path, OVERRIDE, shared=SHARED)
    (work,) = compose(profile).sections[0].blocks
    assert isinstance(work, doc.WorkBlock)
    own, shared = str(tmp_path / "ada.yaml"), str(tmp_path / "shared.yaml")
    assert (work.location.origin.file, work.location.origin.line) == (own, 8)
    assert (work.title.origin.file, work.title.origin.line) == (shared, 2)
    assert (work.authors.origin.file, work.authors.origin.line) == (shared, 3)
    assert (work.origin.file, work.origin.line) == (own, 7)


def test_every_field_of_a_work_can_be_told_differently():
    """An override takes all fields of a work but the id that names it."""
    assert set(works.WorkOverride.model_fields) - {"work"} == set(works.Work.model_fields) - {"id"}


def test_several_works_files_and_one_in_a_sister_folder(tmp_path):
    """Works may be spread over files, in the profile's folder or beside it."""
    (tmp_path / "works").mkdir()
    (tmp_path / "works" / "b.yaml").write_text("looms: {title: On Looms, authors: [Ada Lovelace]}\n", "utf-8")
    (tmp_path / "cv").mkdir()
    text = (
        f"{HEAD}works: [a.yaml, ../works/b.yaml]\nsections:\n  - kind: publications\n    entries: [looms, engines]\n"
    )
    profile = loaded(tmp_path / "cv", text, a=SHARED)
    assert [doc.plain(block.title) for block in compose(profile).sections[0].blocks] == ["On Looms", "On Engines"]  # type: ignore[union-attr]


def test_a_work_that_nobody_lists_is_checked_but_its_authors_are_not(tmp_path):
    """A works file may hold other people's papers: only listed works must have the owner among their authors."""
    text = f"{HEAD}works: shared.yaml\nsections:\n  - kind: publications\n    entries: [engines]\n"
    profile = loaded(tmp_path, text, shared=f"{SHARED}other: {{title: On Looms, authors: [Luigi Menabrea]}}\n")
    assert profile.diagnostics == ()
    assert set(profile.works) == {"engines", "other"}


def test_a_mistake_in_a_works_file_says_who_named_it(tmp_path):
    """The reader of the error learns which profile and line led to the broken file."""
    with pytest.raises(ProfileError) as caught:
        loaded(tmp_path, f"{HEAD}works: shared.yaml\n", shared="a: [\n")
    (mistake,) = caught.value.diagnostics
    assert mistake.span.file == str(tmp_path / "shared.yaml")
    assert any(str(tmp_path / "ada.yaml") in str(span) for span, _ in mistake.related) or mistake.related


# --- every field ----------------------------------------------------------------------------------------------------

# Fields that never appear in a CV's text, and what they are for.
NOT_PRINTED = {
    "Person.aliases": "found in author lists",
    "Person.affiliation": "homepages",
    "Person.not_me": "names of others",
    "Person.advisees": "found in author lists",
    "Work.me": "found in author lists",
    "Person.bio": "homepages",
    "Person.advisors": "homepages",
    "Person.interests": "homepages, and keywords where there are no others",
    "Scholar.id": "part of a link",
    "PhotoRef.path": "the image",
    "PhotoRef.alt": "told to screen readers",
    "LinkRef.icon": "an icon in the head",
    "Work.id": "names the work",
    "Work.former_titles": "recognise old lists",
    "Work.system_name": "lists of projects",
    "Work.group_year": "groups",
    "*.id": "names the entry",
    "*.tags": "chooses",
    "*.hidden_until": "chooses",
    "*.priority": "chooses",
    "*.limit": "chooses",
    "*.since": "chooses",
    "PublicationsSection.et_al": "cuts",
    "DocumentSettings.pages": "chooses",
    "DocumentSettings.theme": "chooses",
    "DocumentSettings.language": "chooses",
    "DocumentSettings.options": "the theme's business",
}


class Filler:
    """Makes a valid value for every field of a model, each of them to be found again."""

    def __init__(self, *, alternative: bool) -> None:
        self.alternative = alternative
        self.given: list[tuple[str, str]] = []
        self.count = 0

    def _next(self) -> int:
        self.count += 1
        return self.count

    def leaf(self, hint: Any, name: str) -> object:
        if name.endswith((".hidden_until",)):
            return "2000-01"
        number = self._next()
        for known, value, shown in (
            (fields.Text, f"text{number}x", ""),
            (fields.FooterText, f"foot{number}x", ""),
            (fields.Plain, f"plain{number}x", ""),
            (fields.Prose, f"prose{number}x\n\nmore", f"prose{number}x"),
            (fields.Identifier, f"id-{number}", ""),
            (fields.WhenField, f"{1900 + number}-03", f"{1900 + number}"),
            (fields.Point, f"{1900 + number}-03", f"{1900 + number}"),
            (fields.Count, str(3000 + number), ""),
            (fields.Url, f"https://example.org/{number}x", ""),
            (contact_fields.Homepage, f"https://home{number}x.example.org", ""),
            (contact_fields.Email, f"mail{number}x@example.org", ""),
            (contact_fields.Phone, f"+49 151 {number:05}", ""),
            (contact_fields.UserName, f"user{number}x", ""),
            (contact_fields.Orcid, "0000-0002-1825-0097", ""),
            (contact_fields.Mastodon, f"@user{number}x@example.social", ""),
            (fields.Doi, f"10.1000/{number}x", ""),
            (fields.Arxiv, f"2404.{number:05}", ""),
            (fields.Flag, "false", "none"),
            (fields.DocumentDate, "2050-01-31", "January 31, 2050"),
        ):
            if hint == known:
                if shown != "none":
                    self.given.append((name, shown or str(value)))
                return value
        return None

    def value(self, hint: Any, name: str, depth: int = 0) -> object:
        found = self.leaf(hint, name)
        if found is not None:
            return found
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Annotated:
            return self.value(args[0], name, depth)
        if origin in (typing.Union, types.UnionType):
            return self.value(next(arg for arg in reversed(args) if arg is not type(None)), name, depth)
        if origin is typing.Literal:
            return args[0]
        if origin is tuple:
            return [self.value(args[0], name, depth)]
        if origin is not None and issubclass(origin, Mapping):
            return {"key": self.value(args[1], name, depth)}
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            return self.model(hint, depth + 1)
        raise AssertionError(f"{name}: no value for {hint}")

    def model(self, model: type[BaseModel], depth: int = 0) -> dict[str, object]:
        made: dict[str, object] = {}
        hints = typing.get_type_hints(model, include_extras=True)
        for name in model.model_fields:
            if name in self._left_out(model) or (
                model.__name__ == "Highlight" and name == "highlights" and depth > 6
            ):
                continue
            if name == "show_location" or name == "heading":
                made[name] = "true"
            elif name == "show_in":
                made[name] = ["cv"]
            elif hints[name] == tuple[works.PublicationEntry, ...]:
                made[name] = [self.model(works.Work)]
            else:
                made[name] = self.value(hints[name], f"{model.__name__}.{name}", depth)
        if model is works.Author or (model is works.Work):
            made |= {"equal": "true", "corresponding": "true"} if model is works.Author else {}
        if model is works.Work:
            made["authors"] = [*made["authors"], "Ada Lovelace*"]  # type: ignore[misc]
        if issubclass(model, base.Section):
            made |= (
                {"links": "true", "venue": "both", "details": "true"}
                if model is publications.PublicationsSection
                else {}
            )
        return made

    def _left_out(self, model: type[BaseModel]) -> set[str]:
        """Fields that exclude each other: each is left out of one of the two profiles."""
        left: set[str] = set()
        if "start_date" in model.model_fields:
            left |= {"date"} if self.alternative else {"start_date", "end_date"}
        if model is experience.Experience:
            left |= {"role", "project", "date", "start_date", "end_date"} if self.alternative else {"positions"}
        if model is publications.PublicationsSection:
            left |= {"since", "equal_note", "select", "exclude"}
        if model is works.Work:
            left |= {"status_text"} if self.alternative else {"venue"}
        if model is service.ServiceSection:
            left |= {"layout"}
        if model is Person:
            left |= {"advisors"}
        if model is experience.Organization and self.alternative:
            left |= {"url"}  # else the entry's own link has no text left to stand on
        return left


SECTION_MODELS = [load_kind(kind).MODEL for kind in kinds()]


def said(document: doc.Document) -> str:
    """Everything a document says: its texts, links and metadata."""

    def urls(parts: tuple[doc.Inline, ...]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, doc.Link):
                yield part.url
            if isinstance(part, doc.Strong | doc.Emphasis | doc.Link):
                yield from urls(part.inlines)

    lines = list(doc.lines_of(document))
    metadata = (document.metadata.title, *document.metadata.keywords)
    return "\n".join([*map(doc.plain, lines), *(url for line in lines for url in urls(line.inlines)), *metadata])


def unprinted(filler: Filler, document: doc.Document) -> list[str]:
    text = said(document)
    return [
        name
        for name, token in filler.given
        if token not in text and name not in NOT_PRINTED and f"*.{name.split('.')[1]}" not in NOT_PRINTED
    ]


@pytest.mark.parametrize("alternative", [False, True], ids=["date", "start-and-end"])
@pytest.mark.parametrize("model", SECTION_MODELS, ids=lambda model: model.__name__)
def test_every_field_of_every_kind_of_section_is_taken_and_printed(model, alternative):
    """Whatever a section and its entries may say stands in the document, unless it is listed as not printed."""
    filler = Filler(alternative=alternative)
    section = filler.model(model)
    assert len(filler.given) >= 3
    data = {"person": {"name": "Ada Lovelace"}, "document": {"date": "2050-01-31"}, "sections": [section]}
    document = compose(load_data(data))
    assert len(document.sections) == 1
    assert unprinted(filler, document) == []


def test_a_service_in_rows_keeps_all_it_says():
    """The short layout prints the same fields as the long one."""
    filler = Filler(alternative=False)
    section = filler.model(service.ServiceSection) | {"layout": "rows"}
    data = {"person": {"name": "Ada Lovelace"}, "document": {"date": "2050-01-31"}, "sections": [section]}
    assert unprinted(filler, compose(load_data(data))) == []


def test_every_field_of_the_person_and_the_document_is_taken_and_printed():
    """The head, the foot and the metadata hold whatever the profile says of the person and the document."""
    filler = Filler(alternative=False)
    person = filler.model(Person)
    document = filler.value(ProfileFile.model_fields["document"].annotation, "ProfileFile.document")
    assert isinstance(document, dict)
    document |= {"theme": "awesome", "language": "en", "footer": {**document["footer"], "left": "{date}"}}
    data = {"person": person, "document": document, "sections": []}
    profile = load_data(data)
    filler.given = [item for item in filler.given if item[0] != "FooterSettings.left"]
    assert len(filler.given) > 30
    assert unprinted(filler, compose(profile)) == []
    photo = compose(profile).header.photo
    assert photo and photo.alt in dict(filler.given).values()


def test_the_list_of_what_is_not_printed_names_fields_that_exist():
    """A field that was renamed does not stay on the list."""
    modules = (works, *map(load_kind, kinds()))
    models = {name: found for module in modules for name, found in vars(module).items()}
    from cvgen.loading import profile as whole
    from cvgen.profile import person

    models |= {**vars(person), **vars(whole)}
    for name in NOT_PRINTED:
        home, field = name.split(".")
        homes = [*SECTION_MODELS, education.Education] if home == "*" else [models[home]]
        assert any(field in model.model_fields for model in homes), name


# --- short forms ----------------------------------------------------------------------------------------------------


def entry(kind: str, **said: object) -> Any:
    profile = load_data({"person": {"name": "Ada Lovelace"}, "sections": [{"kind": kind, "entries": [said]}]})
    return profile.file.sections[0].entries[0]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "field", "short", "long"),
    [
        ("education", "gpa", "3.82/4.0", {"value": "3.82", "scale": "4.0"}),
        ("education", "gpa", "3.82", {"value": "3.82"}),
        ("education", "rank", "5/205", {"position": "5", "of": "205"}),
        ("education", "rank", "5", {"position": "5"}),
        ("education", "rank", 5, {"position": 5}),
        ("education", "thesis", "On Engines", {"title": "On Engines"}),
        ("education", "advisors", "Xin Jin", {"people": [{"name": "Xin Jin"}]}),
        ("education", "advisors", ["A B", {"name": "C D"}], {"people": [{"name": "A B"}, {"name": "C D"}]}),
        ("education", "highlights", "one", [{"text": "one"}]),
        ("education", "highlights", ["one"], [{"text": "one", "highlights": []}]),
        ("education", "tags", "a", ["a"]),
        ("experience", "organization", "UVA", [{"name": "UVA"}]),
        ("experience", "organization", ["UVA", "CUHK"], [{"name": "UVA"}, {"name": "CUHK"}]),
        ("experience", "organization", {"name": "UVA"}, [{"name": "UVA"}]),
        ("skills", "values", "Python", ["Python"]),
        (
            "publications",
            "authors",
            ["Ada Lovelace*†"],
            [{"name": "Ada Lovelace", "equal": True, "marks": "*†"}],
        ),
        ("publications", "venue", "NSDI", {"name": "NSDI"}),
        ("publications", "links", {"doi": "https://doi.org/10.1000/182"}, {"doi": "10.1000/182"}),
        ("publications", "links", {"arxiv": "arXiv:2404.12457"}, {"arxiv": "2404.12457"}),
    ],
)
def test_a_short_form_means_the_long_one(kind, field, short, long):
    """What people write in one word is the same as the mapping that spells it out."""
    needed = {
        "education": {"institution": "U"},
        "experience": {"organization": "O"},
        "skills": {"label": "L", "values": ["V"]},
        "publications": {"title": "T"},
    }[kind]
    assert entry(kind, **{**needed, field: short}) == entry(kind, **{**needed, field: long})


@pytest.mark.parametrize(
    ("field", "short", "long"),
    [
        ("scholar", "x1", {"id": "x1"}),
        ("photo", "ada.jpg", {"path": "ada.jpg", "shape": "round", "side": "right"}),
        ("position", "Analyst", ["Analyst"]),
        ("name", "Ada Lovelace", {"given": "Ada", "family": "Lovelace"}),
        (
            "name",
            "Dr. Mara Quill, Ph.D.",
            {"prefix": "Dr.", "given": "Mara", "family": "Quill", "postnominals": "Ph.D."},
        ),
        ("name", "Chao Jin (金超)", {"given": "Chao", "family": "Jin", "native": "金超"}),
        ("homepage", "ada.example.org", "https://ada.example.org"),
        ("x", "@ada", "ada"),
    ],
)
def test_a_short_form_of_the_person_means_the_long_one(field, short, long):
    """The person's fields have short forms too."""
    one, other = ({"person": {"name": "Ada Lovelace", field: value}} for value in (short, long))
    assert load_data(one).person == load_data(other).person


# --- overrides ------------------------------------------------------------------------------------------------------


def test_an_override_replaces_what_the_file_says(tmp_path):
    """`--set` values are read as if they stood in the file, in mappings that it need not have."""
    path = tmp_path / "ada.yaml"
    path.write_text(f"{HEAD}sections:\n  - kind: text\n    title: About\n    text: Hello\n", "utf-8")
    profile = load(path, overrides={"document.theme": "plain", "sections[0].title": "Me", "person.name": "Ada King"})
    assert profile.file.document.theme == "plain"
    assert doc.plain(compose(profile).sections[0].title) == "Me"
    assert str(profile.person.name) == "Ada King"
    assert path.read_text("utf-8").count("About") == 1, "the file stays as it is"


def test_a_mistake_in_an_override_is_shown_in_the_argument(tmp_path):
    """The error points at the command line's words, not at the file."""
    path = tmp_path / "ada.yaml"
    path.write_text(HEAD, "utf-8")
    with pytest.raises(ProfileError) as caught:
        load(path, overrides={"document.paper": "a5"})
    (mistake,) = caught.value.diagnostics
    assert (mistake.code, mistake.span.file, mistake.span.excerpt) == ("unknown-choice", "--set", "document.paper=a5")
    with pytest.raises(UsageError):
        load(path, overrides={"document..paper": "a4"})


# --- Python data ----------------------------------------------------------------------------------------------------


def test_python_data_may_hold_numbers_dates_and_tuples():
    """Another program passes its own types: they mean what a file would say."""
    data = {
        "person": {"name": "Ada Lovelace", "position": ("Analyst",)},
        "sections": (
            {
                "kind": "education",
                "hidden": False,
                "entries": [{"institution": "U", "date": datetime.date(2023, 9, 14)}],
            },
            {"kind": "talks", "limit": 3, "entries": [{"title": 1984, "date": 2023, "note": None}]},
        ),
    }
    first, second = load_profile(data).file.sections
    assert first.entries[0].date == Date(2023, 9, 14)  # type: ignore[union-attr]
    assert second.entries[0].date == Date(2023)  # type: ignore[union-attr]
    assert second.entries[0].title == "1984"  # type: ignore[union-attr]


def test_python_data_is_checked_like_a_file():
    """Text policy, unknown keys, unknown works and names give the same codes, with the path of the value."""
    person = {"name": "Ada Lovelace", "address": "Lon\u202edon", "emial": "x"}
    published = {"kind": "publications", "entries": ["lost", {"title": "T", "authors": ["Someone Else"]}]}
    assert mistakes({"person": person, "sections": [published]}) == [
        ("person.address", "bidi-control"),
        ("person.emial", "unknown-key"),
        ("sections[0].entries[0]", "unknown-work"),
    ]
    assert mistakes({"person": {"name": "Ada Lovelace"}, "sections": [published]}) == [
        ("sections[0].entries[0]", "unknown-work"),
        ("sections[0].entries[1].authors", "own-name"),
    ]
    assert mistakes({"person": {"name": "Ada Lovelace"}, "works": "works.yaml"}) == [("works", "works-file")]
    assert mistakes({}) == [("", "missing")]
    assert mistakes({"person": {"name": ["Ada"]}, "sections": {1: 2}}) == [
        ("person.name", "wrong-shape"),
        ("sections", "wrong-shape"),
    ]


@pytest.mark.parametrize("from_file", [True, False])
def test_a_profile_can_be_sent_to_another_process(tmp_path, from_file):
    """Batch builds pickle profiles: what comes back composes to the same document."""
    if from_file:
        profile = loaded(tmp_path, OVERRIDE, shared=SHARED)
    else:
        profile = load_data({"person": {"name": "Ada Lovelace"}, "sections": [{"kind": "text", "text": "Hello"}]})
    again = pickle.loads(pickle.dumps(profile))
    assert compose(again) == compose(profile)
    assert again.person == profile.person


def test_loading_changes_nothing_that_it_was_given():
    """The data of a caller stays the caller's."""
    data = {"person": {"name": "Ada Lovelace", "address": "Lon\u200bdon", "quote": None}}
    profile = load_data(data)
    assert data == {"person": {"name": "Ada Lovelace", "address": "Lon\u200bdon", "quote": None}}
    assert profile.person.address == "London"
    assert {diagnostic.code for diagnostic in profile.diagnostics} == {"invisible-character", "no-value"}
    assert all(diagnostic.severity is Severity.WARNING for diagnostic in profile.diagnostics)
