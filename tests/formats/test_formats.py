"""Promises of all formats: nothing is left out, nothing hidden gets out, and the same input is the same bytes."""

import base64
import importlib
import io
import json
import re
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from support import extract
from support.formats import words_in

import cvgen
from cvgen.document.nodes import lines_of, plain
from cvgen.formats import format_descriptions, format_names, is_document_format
from cvgen.profile.works import WorkFields
from cvgen.sections import example_of, kinds

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
DOCUMENTS = [name for name in format_names() if is_document_format(name)]


def has(name, function):
    return hasattr(importlib.import_module(f"cvgen.formats.{name.replace('-', '_')}"), function)


# What names its losses is no bibliography, and holds more than works.
BOOKS = [name for name in format_names() if has(name, "write_profile") and not is_document_format(name)]
WORKS = [name for name in BOOKS if not has(name, "losses")]
# LaTeX's words are read from the PDF: tests/test_pipeline.py.
READ = [name for name in DOCUMENTS if name != "tex"]


def files(profile, name):
    return cvgen.export(profile, name).files


def words(profile, name):
    (data,) = files(profile, name).values()
    return words_in(data, name)


def every_content(profile, name):
    """Return all that a format writes, archives unpacked."""
    for data in files(profile, name).values():
        if data.startswith(b"PK"):
            archive = zipfile.ZipFile(io.BytesIO(data))
            yield from (archive.read(one).decode("utf-8", "replace") for one in archive.namelist())
        else:
            yield data.decode()


def assert_every_text(profile, name):
    document = cvgen.compose(profile)
    foot = {document.footer.left, document.footer.center, document.footer.right}
    found = extract.folded(words(profile, name))
    lines = [line for line in lines_of(document) if line not in foot]
    assert lines
    assert [plain(line) for line in lines if extract.folded(plain(line)) not in found] == []


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_document_format_prints_every_text(path, name):
    """Each text of the examples stands in it, as a reader of the format sees it."""
    assert_every_text(cvgen.load_profile(path), name)


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("kind", kinds())
def test_every_document_format_prints_every_text_of_every_kind(tmp_path, kind, name):
    """A new kind, or a new format, is met by itself."""
    path = tmp_path / "ada.yaml"
    section = "\n".join(f"  {line}" for line in example_of(kind).splitlines())
    path.write_text(f"person: {{name: Ada Lovelace}}\nsections:\n{section}\n", "utf-8")
    assert_every_text(cvgen.load_profile(path), name)


SIGNS = r"*a_b* `c` [d](e) <b> &amp; 1. # + - > | ~ ^ $ \\ ** __x__ ![i](j) https://a.org/_x_"


@pytest.mark.parametrize("name", READ)
def test_signs_of_markup_are_signs(name):
    """What the profile prints as it is, every format prints as it is."""
    escaped = re.sub(r"([^\w\s])", r"\\\1", SIGNS)
    texts = [
        escaped,
        *(rf"\{sign} x" for sign in "#+-=>"),
        r"1\. x",
        r"2\) x",
        "a  b",
        "*x*y",
        "**“q”**z, *a* **b *c* d**",
    ]
    section = {"kind": "experience", "entries": [{"organization": f"A {escaped}", "highlights": texts}]}
    assert_every_text(cvgen.load_profile({"person": {"name": "Ada *B*"}, "sections": [section]}), name)


SECRETS = """\
person: {name: Ada Lovelace, bio: SECRETBIO, keywords: [engines], affiliation: SECRETPLACE}
document: {date: 2024-05-01}
sections:
  - {kind: text, hidden: true, text: SECRETTEXT}
  - {kind: text, show_in: homepage, text: SECRETHOME}
  - kind: experience
    entries:
      - {organization: Shown, role: R}
      - {organization: SECRETJOB, hidden: true}
      - {organization: SECRETLATER, hidden_until: 2030}
  - kind: publications
    entries:
      - {title: Shown Work, authors: [Ada Lovelace], date: 2020}
      - {title: SECRETWORK, authors: [Ada Lovelace], date: 2020, hidden: true}
      - {title: SECRETPAPER, authors: [Ada Lovelace], date: 2020, hidden_until: 2030}
      - {title: SECRETSITE, authors: [Ada Lovelace], date: 2020, show_in: homepage}
"""


@pytest.mark.parametrize("name", format_names())
def test_no_format_prints_what_is_hidden(tmp_path, name):
    """Hidden sections, entries and works, those under embargo, those for elsewhere, and fields that no CV prints."""
    path = tmp_path / "ada.yaml"
    path.write_text(SECRETS + "# SECRETCOMMENT\n", "utf-8")
    contents = "\n".join(every_content(cvgen.load_profile(path), name))
    homepage = {"SECRETBIO", "SECRETPLACE", "SECRETHOME", "SECRETSITE"}
    allowed = homepage if has(name, "write_folder") else {"SECRETSITE"} if has(name, "write_group") else set()
    assert "Shown Work" in contents
    assert set(re.findall("SECRET[A-Z]+", contents)) <= allowed


def full_work():
    """Return a work with a value of its own in each field, as a profile has it."""
    links = "pdf html abstract slides poster video code dataset supp blog website"
    return {
        "title": "Titleword", "former_titles": ["Formerword"], "system_name": "Systemword",
        "authors": [{"name": "Ada Lovelace", "equal": True, "corresponding": True, "url": "https://example.org/person"},
                    {"name": "Bo Markword", "marks": "‡", "advisee": True, "me": False}],
        "more_authors": True, "me": "Ada Lovelace", "not_me": False, "editors": ["Cy Editorword"],
        "equal_note": "(Legendword)", "status": "accepted", "status_text": "Statusword", "date": "2021-03-04",
        "venue": {"name": "Venueword", "acronym": "ACRO", "year": 2022, "kind": "journal",
                  "url": "https://example.org/venue", "prefix": "Prefixword"},
        "location": "Placeword", "group_year": 2019, "award": "Awardword", "selected": True, "volume": "Volword",
        "number": "Numword", "pages": "111-222", "series": "Seriesword", "publisher": "Pressword",
        "edition": "Editionword", "version": "Versionword", "institution": "Schoolword", "tags": ["tagword"],
        "note": "Noteword", "url": "https://example.org/title", "show_in": ["cv"],
        "links": {**{one: f"https://example.org/{one}" for one in links.split()}, "doi": "10.1000/182",
                  "arxiv": "2404.12457"},
    }  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_every_document_format_prints_all_of_a_work(name):
    """Number, award, legend, note and links too."""
    section = {"kind": "publications", "entries": [full_work()], "numbering": "ascending", "links": True}
    profile = cvgen.load_profile({"person": {"name": "Ada Lovelace"}, "sections": [section | {"details": True}]})
    assert_every_text(profile, name)
    assert "[1]" in words(profile, name)


@pytest.mark.parametrize("name", WORKS)
def test_every_bibliographic_format_prints_every_field(name):
    """Each value of a work with all fields stands in it; a new field, or a new format, is met by itself."""
    work = full_work()
    # Whether and where a work is printed is no property of the work; a hidden one is not written.
    placing = {"hidden", "hidden_until", "priority", "page_break", "keep_together"}
    assert set(work) | placing == set(WorkFields.model_fields)
    section = {"kind": "publications", "entries": [{"id": "theid", **work}]}
    (data,) = files(cvgen.load_profile({"person": {"name": "Ada Lovelace"}, "sections": [section]}), name).values()
    text = data.decode().replace("{", "").replace("}", "").replace("\\", "")
    values = [
        one for one in leaves(work) if isinstance(one, str) and one not in ("2021-03-04", "111-222", "accepted")
    ]
    values += ["theid", "2021", "2022", "2019", "111", "222"]
    names = {"Ada Lovelace": "Lovelace", "Bo Markword": "Markword", "Cy Editorword": "Editorword"}
    assert [one for one in values if names.get(one, one) not in text] == []


def leaves(value):
    """Yield the values at the ends of a tree."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from leaves(one)
    if not isinstance(value, dict | list):
        yield value


@pytest.mark.parametrize("name", format_names())
def test_the_same_profile_is_the_same_bytes(monkeypatch, name):
    """No clock gets into a file."""
    before = files(cvgen.load_profile(ROOT / "profiles" / "chao_jin.yaml"), name)
    later = time.localtime(time.time() + 10**6)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert files(cvgen.load_profile(ROOT / "profiles" / "chao_jin.yaml"), name) == before


def test_every_format_says_what_it_is_for():
    """In small letters and without a full stop, as a list has it."""
    for words_ in format_descriptions().values():
        assert words_[:1]
        assert not words_.endswith(".")


def test_a_page_holds_the_portrait_without_what_a_camera_wrote(tmp_path):
    """Its pixels alone, with the text for those who cannot see it."""
    image = Image.new("RGB", (40, 50), "red")
    exif = image.getexif()
    exif[0x010F] = "SECRETCAMERA"
    image.save(tmp_path / "me.jpg", exif=exif)
    path = tmp_path / "ada.yaml"
    path.write_text("person: {name: Ada Lovelace, photo: me.jpg}\n", "utf-8")
    (page,) = files(cvgen.load_profile(path), "html").values()
    found = re.search(rb'src="data:image/jpeg;base64,([^"]+)" alt="Portrait of Ada Lovelace"', page)
    assert b"SECRETCAMERA" in (tmp_path / "me.jpg").read_bytes()
    assert b"SECRETCAMERA" not in base64.b64decode(found[1])


def test_a_page_says_who_and_what_to_search_engines():
    """Valid JSON, which ends no element; own works name the person of the page."""
    profile = cvgen.load_profile(
        {
            "person": {"name": "Ada Lovelace", "github": "ada"},
            "sections": [
                {
                    "kind": "publications",
                    "entries": [
                        {"title": "A </script> *b*", "authors": ["Ada Lovelace", "Bo Hill"], "date": "2023-09"}
                    ],
                }
            ],
        }
    )
    (page,) = files(profile, "html").values()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.decode(), re.DOTALL)
    person, work = json.loads(text)["@graph"]
    assert person["sameAs"] == ["https://github.com/ada"]
    assert work["headline"] == "A </script> b"
    assert work["author"] == [{"@id": "#me"}, {"@type": "Person", "name": "Bo Hill"}]
    assert work["datePublished"] == "2023-09"
