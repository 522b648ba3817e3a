"""The first profile: it loads without a word, teaches by example, and never takes the place of another."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cvgen.builder import build
from cvgen.cli.new import command, example, slug
from cvgen.composer import compose
from cvgen.errors import OutputError, UsageError
from cvgen.loading.load import load
from cvgen.loading.schema import schema_text

NAMES = [
    "Ada Lovelace",
    "Jin, Chao",
    "Chao Jin (金超)",
    "金超",
    "Łukasz Müller-Jørgensen",
    "Иван Петров",
    "Vincent van der Berg",
    "Pat O'Brien",
    'Pat "Paddy" O\'Brien: the #1',
    "No",
    "null",
    "42",
    "a\\b {c} [d] & *e",
    "- dash",
    "? mark!",
    "@ME@ Smith",
    "Maria Keller",  # also the name of somebody in the example
    "M. Keller",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(name: str, *options: str) -> str:
    result = CliRunner().invoke(command, [*options, "--", name], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


@pytest.mark.parametrize("name", NAMES)
def test_the_first_profile_loads_without_a_word(folder: Path, name: str) -> None:
    """Whatever somebody is called, what is written has no error, no warning and no note."""
    (folder / "me.yaml").write_text(example(name), encoding="utf-8")
    assert load(folder / "me.yaml").diagnostics == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_as_it_was_written(name: str) -> None:
    """Quotes, colons and words that YAML has a meaning for stay what they are."""
    written = yaml.safe_load(example(name))
    assert written["person"]["name"] == name


@given(st.text(st.characters(codec="utf-8", categories=["L", "Nd", "P", "S", "Zs"]), max_size=30))
def test_any_name_is_written_right_or_refused(name: str) -> None:
    """There is no name from which something else than that name comes out."""
    try:
        text = example(name)
    except UsageError:
        return
    read = yaml.safe_load(text)["person"]["name"]
    assert isinstance(read, str)
    assert read.split() == unicodedata.normalize("NFC", name).split()


def test_the_example_shows_what_most_people_need() -> None:
    """Common contacts, seven kinds of section, equal contribution, links, and a variant."""
    profile = yaml.safe_load(example("Ada Lovelace"))
    contacts = {"email", "phone", "homepage", "github", "scholar", "orcid", "linkedin", "address"}
    assert contacts <= profile["person"].keys()
    kinds = [section["kind"] for section in profile["sections"]]
    assert kinds == ["education", "experience", "publications", "teaching", "service", "honors", "skills"]
    first, second = profile["sections"][2]["entries"]
    assert [author.endswith("*") for author in first["authors"]] == [True, True, False]
    assert first["links"]
    assert second["status"] == "under-review"
    assert profile["variants"]


def test_the_example_is_what_its_schema_calls_right() -> None:
    """An editor that follows the first line underlines nothing."""
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    assert [error.json_path for error in validator.iter_errors(yaml.safe_load(example("Ada Lovelace")))] == []


def test_the_example_explains_each_section() -> None:
    """Comments teach the format: at least a fifth of the lines have one."""
    lines = example("Ada Lovelace").splitlines()
    assert sum("# " in line for line in lines) > len(lines) / 5


def test_the_example_is_typeset_without_a_warning(folder: Path) -> None:
    """`cvgen new` and then `cvgen build` gives a PDF, and no word on the way."""
    new("Ada Lovelace")
    result = build(folder / "ada_lovelace.yaml", output=folder / "ada.pdf")
    assert result.diagnostics == ()
    assert result.pages == 1


def test_the_variant_of_the_example_can_be_built(folder: Path) -> None:
    """What the example says about variants is true."""
    new("Ada Lovelace")
    profile = load(folder / "ada_lovelace.yaml")
    assert len(compose(profile, variant="short").sections) < len(compose(profile).sections)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Ada Lovelace", "ada_lovelace"),
        ("Łukasz Müller-Jørgensen", "lukasz_muller_jorgensen"),
        ("Chao Jin (金超)", "chao_jin"),
        ("金超", "profile"),
        ("../../etc/passwd", "etc_passwd"),
        ("-rf", "rf"),
        ("a;b", "a_b"),
        ("CON", "con_cv"),
        ("x" * 300, "x" * 60),
    ],
)
def test_file_names_are_plain(name: str, file: str) -> None:
    """Small letters, digits and underscores, on any system; never a path, an option or a device."""
    assert slug(name) == file


def test_it_goes_to_the_profiles_if_there_are_some(folder: Path) -> None:
    """A folder `profiles` is used where there is one, else the current folder."""
    assert "wrote ada_lovelace.yaml\n" in new("Ada Lovelace")
    (folder / "profiles").mkdir()
    assert "wrote profiles/ada_lovelace.yaml\nnext: cvgen build profiles/ada_lovelace.yaml\n" in new("Ada Lovelace")


def test_the_next_command_can_be_pasted(folder: Path) -> None:
    """A file name with a space is quoted."""
    assert "next: cvgen build 'my cv.yaml'" in new("Ada Lovelace", "-o", "my cv.yaml")


@pytest.mark.parametrize("output", ["me.yaml", "people/of/mine/me.yaml"])
def test_the_editor_line_leads_to_the_schema(folder: Path, output: str) -> None:
    """The first line names a schema that is there, seen from the file, and that is today's."""
    new("Ada Lovelace", "-o", output)
    path = folder / output
    first, _ = path.read_text("utf-8").split("\n", 1)
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    schema = path.parent / first.removeprefix(prefix)
    assert schema.read_text("utf-8") == schema_text()
    assert schema == path.parent / ".cvgen" / "profile.schema.json"


def test_a_profile_that_is_there_is_kept(folder: Path) -> None:
    """Nothing is replaced without --force; the message says both ways out."""
    path = folder / "ada_lovelace.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is there already") as caught:
        new("Ada Lovelace")
    assert path.read_text("utf-8") == "mine"
    assert "--force" in caught.value.diagnostics[0].hints[0]
    new("Ada Lovelace", "--force")
    assert path.read_text("utf-8") != "mine"


@pytest.mark.parametrize("name", ["", "  ", "***", "a\x00b", "a\u202eb", "\ud800", "Ada*", "**Ada** Lovelace"])
def test_what_is_no_name_is_refused_before_a_file_is_there(folder: Path, name: str) -> None:
    """A name that a profile could not hold gives a usage error and no file."""
    with pytest.raises(UsageError):
        new(name)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("name", "told"), [("***", "is not a name"), ("a\u202eb", "U[+]202E")])
def test_a_refused_name_is_told_why(name: str, told: str) -> None:
    """The message says what is wrong with the name, in words about names."""
    with pytest.raises(UsageError, match=told):
        example(name)
