"""The first profile: it loads without a word, teaches by example, and never takes the place of another."""

import json

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
from cvgen.formatter import reformat
from cvgen.loading.load import load
from cvgen.loading.schema import schema_text
from cvgen.values.text_policy import clean_text

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
    "a\\1 {c} [d] & *e",
    "- dash",
    "? mark!",
    "@ME@ Smith",
    "Maria Keller",  # also the name of somebody in the example
    "M. Keller",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(name, *options):
    words = [*options, "--", name]
    result = CliRunner().invoke(command, words, standalone_mode=False, help_option_names=["-h", "--help"])
    if result.exception:
        raise result.exception
    return result.output


@pytest.mark.parametrize("name", NAMES)
def test_the_first_profile_loads_without_a_word(folder, name):
    """Whatever a person is called: no error, warning or note. Quotes, colons and words of YAML stay what they are."""
    (folder / "me.yaml").write_text(example(name), encoding="utf-8")
    assert load(folder / "me.yaml").diagnostics == ()
    assert yaml.safe_load(example(name))["person"]["name"] == name


@given(st.text(st.characters(codec="utf-8", categories=["L", "Nd", "P", "S", "Zs"]), max_size=30))
def test_any_name_is_written_right_or_refused(name):
    """What is read back is the name as the text policy has it."""
    try:
        text = example(name)
    except UsageError:
        return
    read = yaml.safe_load(text)["person"]["name"]
    assert isinstance(read, str)
    assert read.split() == clean_text(name)[0].split()


def test_the_example_shows_what_most_people_need():
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


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_canonical(folder, name):
    """`cvgen fmt` changes nothing in it, whatever somebody is called."""
    new(name, "-o", "me.yaml")
    done = reformat(folder / "me.yaml")
    assert done.before == done.after == (folder / "me.yaml").read_text("utf-8")


def test_the_example_is_sound(folder):
    """An editor that follows its first line underlines nothing, a fifth of its lines explain something, the build
    says no word, and the variant is one."""
    text = example("Ada Lovelace")
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    assert [error.json_path for error in validator.iter_errors(yaml.safe_load(text))] == []
    assert sum("# " in line for line in text.splitlines()) > len(text.splitlines()) / 5
    new("Ada Lovelace")
    profile = load(folder / "ada_lovelace.yaml")
    assert len(compose(profile, variant="short").sections) < len(compose(profile).sections)
    result = build(folder / "ada_lovelace.yaml", output=folder / "ada.pdf")
    assert (result.diagnostics, result.pages) == ((), 1)


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
def test_file_names_are_plain(name, file):
    """Small letters, digits and underscores, on any system; never a path, an option or a device."""
    assert slug(name) == file


@pytest.mark.parametrize(
    ("output", "file"),
    [
        ((), "ada_lovelace.yaml"),
        (("-o", "profiles"), "profiles/ada_lovelace.yaml"),
        (("-o", "new/"), "new/ada_lovelace.yaml"),
        (("-o", "new/me.yaml"), "new/me.yaml"),
    ],
)
def test_it_lies_in_the_current_folder_or_where_it_is_told(folder, output, file):
    """README's next line finds it; a name that is a folder, or ends in a slash, gets the person's file name."""
    (folder / "profiles").mkdir()
    assert f"wrote {file}\nnext: cvgen build {file}\n" in new("Ada Lovelace", *output)
    assert (folder / file).is_file()


def test_the_next_command_can_be_pasted(folder):
    """A file name with a space is quoted."""
    assert "next: cvgen build 'my cv.yaml'" in new("Ada Lovelace", "-o", "my cv.yaml")


@pytest.mark.parametrize("output", ["me.yaml", "people/of/mine/me.yaml"])
def test_the_editor_line_leads_to_the_schema(folder, output):
    """The first line names a schema that is there, seen from the file, and that is today's."""
    new("Ada Lovelace", "-o", output)
    path = folder / output
    first, _ = path.read_text("utf-8").split("\n", 1)
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    schema = path.parent / first.removeprefix(prefix)
    assert schema.read_text("utf-8") == schema_text()
    assert schema == path.parent / ".cvgen" / "profile.schema.json"


def test_a_profile_that_is_there_is_kept(folder):
    """Nothing is replaced without --force; the message says both ways out."""
    path = folder / "ada_lovelace.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is there already") as caught:
        new("Ada Lovelace")
    assert path.read_text("utf-8") == "mine"
    assert "--force" in caught.value.diagnostics[0].hints[0]
    new("Ada Lovelace", "--force")
    assert path.read_text("utf-8") != "mine"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *(("***", "is not a name"), ("a\u202eb", "U[+]202E")),
        *((name, "name") for name in ("", "  ", "a\x00b", "\ud800", "Ada*", "**Ada** Lovelace")),
    ],
)
def test_a_name_that_a_profile_cannot_hold_is_refused(folder, name, words):
    """A usage error that says what is wrong with the name, and no file."""
    with pytest.raises(UsageError, match=words):
        new(name)
    assert list(folder.iterdir()) == []
