"""Kinds of sections: each file is whole, each kind works in every language and format, no other module names one."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from support.formats import words_of_document

import cvgen
from cvgen import source
from cvgen.composer import compose
from cvgen.document.locale import languages, load_locale
from cvgen.document.nodes import Document, TextRun
from cvgen.formats import format_names, is_document_format
from cvgen.lint.check import check_profiles
from cvgen.loading.load import load_data
from cvgen.loading.profile import Profile
from cvgen.profile.works import Work
from cvgen.sections import example_of, kinds, load_kind, shape_of, starters
from cvgen.sections.base import Section, Shape

PACKAGE = Path(cvgen.__file__).parent


def example(*names: str, language: str = "en") -> Profile:
    """The examples of kinds, as one profile."""
    text = "person: {name: Ada Lovelace}\nsections:\n" + "".join(map(example_of, names))
    return load_data({**source.parse_yaml(text, "example.yaml").data, "document": {"language": language}})


def entry_model(kind: str) -> type[BaseModel] | None:
    """The model of a kind's entries; None for a section of running text."""
    entries = load_kind(kind).MODEL.model_fields.get("entries")
    if entries is None:
        return None
    return Work if shape_of(kind).form == "works" else get_args(entries.annotation)[0]  # type: ignore[no-any-return]


# --- what a file holds ----------------------------------------------------------------------------------------------


def test_there_are_the_kinds_that_profiles_use():
    """The loops below run over every file in the folder."""
    assert len(kinds()) >= 17
    assert starters() == ("education", "experience", "publications", "teaching", "service", "honors", "skills")


@pytest.mark.parametrize("kind", kinds())
def test_a_file_defines_all_of_its_kind(kind):
    """Each file has the section's model, which bears its name, a shape, an example, and how it is composed."""
    module = load_kind(kind)
    assert issubclass(module.MODEL, Section)
    assert get_args(module.MODEL.model_fields["kind"].annotation) == (kind,)
    assert module.MODEL.__module__ == f"cvgen.sections.{kind}"
    assert isinstance(module.SHAPE, Shape)
    assert module.EXAMPLE.endswith("\n")
    assert callable(module.compose)


@pytest.mark.parametrize("kind", kinds())
def test_a_shape_names_fields_that_entries_have(kind):
    """What lint and exports read of an entry is there."""
    shape = shape_of(kind)
    names = {shape.title, shape.department, shape.acronym, shape.location, *shape.organization, *shape.known_by}
    model = entry_model(kind)
    assert names - {""} <= set(model.model_fields if model else ())


def strings(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the strings in a module, but for what it exports."""
    body = ast.parse(path.read_text("utf-8")).body
    rest = [node for node in body if not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")]
    for node in (inner for outer in rest for inner in ast.walk(outer)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def test_no_other_module_names_a_kind():
    """To add, rename or delete a kind, one file is enough."""
    # English words too: the name of a format, a field, a noun in messages; what CSL-JSON calls its other fields.
    names = set(kinds()) - {"text", "custom"}
    own = {PACKAGE / "sections" / f"{kind}.py" for kind in kinds()}
    paths = set(PACKAGE.rglob("*.py")) - own
    # Names of folders in the template of that site, and of sections in that schema.
    paths -= {PACKAGE / "formats" / f"{name}.py" for name in ("academicpages", "hugoblox", "jsonresume")}
    paths -= {PACKAGE / "imports" / "academicpages.py"}
    found = [f"{path}:{line}: {text}" for path in paths for text, line in strings(path) if text in names]
    assert len(paths) > 100
    assert found == []


def test_a_profile_imports_only_its_kinds():
    """Who has two kinds of sections does not wait for the models of all."""
    script = (
        "import sys; from cvgen.loading.load import load_data\n"
        "load_data({'person': {'name': 'Ada Lovelace'}, 'sections': [{'kind': 'skills'}, {'kind': 'talks'}]})\n"
        "print(*(name for name in sys.modules if name.startswith('cvgen.sections.')))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in answer.stdout.split()}
    assert loaded & set(kinds()) == {"skills", "talks"}


# --- every kind in every language, format and check -----------------------------------------------------------------


@pytest.mark.parametrize("kind", kinds())
def test_an_example_is_right_and_typical(kind):
    """What documentation and `cvgen new` show has no mistake, prints something and starts with the kind."""
    profile = example(kind)
    assert profile.diagnostics == ()
    (section,) = compose(profile).sections
    assert section.kind == kind


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", kinds())
def test_every_kind_is_composed_in_every_language(kind, language):
    """A heading is in the language; where that has no word for a new kind it is in English, with one warning."""
    document = compose(example(kind, language=language))
    codes = [found.code for found in document.diagnostics]
    assert codes == ["missing-words"] * (("sections", kind) in load_locale(language).missing)
    assert document.sections[0].title
    if "title" not in load_kind(kind).EXAMPLE.split(":", 1)[0]:
        assert document.sections[0].title.inlines == (TextRun(load_locale(language).title(kind)),)


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_obeys_its_limit(kind):
    """`limit: 1` prints one of two entries."""
    if entry_model(kind) is None:
        return
    whole = example(kind)
    (section,) = whole.file.sections
    held = section if getattr(section, "entries", ()) else section.groups[0]  # type: ignore[attr-defined]
    entries = (held.entries * 2)[:2]
    limited = section.model_copy(update={"entries": entries, "groups": (), "limit": 1})
    single = section.model_copy(update={"entries": entries[:1], "groups": ()})
    made = [
        compose(replace(whole, file=whole.file.model_copy(update={"sections": (model,)}))).sections[0].blocks
        for model in (limited, single)
    ]
    assert made[0] == made[1] != ()


def numbered(node: Any, count: list[str]) -> Any:
    """Put a word of its own in the place of each text."""
    if isinstance(node, TextRun):
        count.append(f"word{len(count)}x")
        return TextRun(count[-1])
    if isinstance(node, tuple):
        return tuple(numbered(item, count) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        inside = {field.name: getattr(node, field.name) for field in fields(node) if field.compare}
        return replace(node, **{key: numbered(value, count) for key, value in inside.items() if key != "origin"})
    return node


@pytest.mark.parametrize("format", [name for name in format_names() if is_document_format(name)])
@pytest.mark.parametrize("kind", kinds())
def test_every_format_prints_every_text_of_every_kind(kind, format):
    """Nothing that a CV says is lost in another format."""
    words: list[str] = []
    document = compose(example(kind))
    made: Document = replace(document, sections=numbered(document.sections, words))
    assert len(words) >= 3
    written = words_of_document(made, format)
    assert [word for word in words if word not in written] == []


def test_the_examples_agree_with_one_another():
    """`cvgen check` reads all kinds by their shapes, and finds one person's examples consistent."""
    assert check_profiles([example(*kinds()), example(*kinds())], whole=True) == ()


def test_a_kind_without_a_title_in_any_language_has_its_name():
    """A word that is missing is never a crash."""
    assert load_locale("de").title("open_days") == "Open days"
