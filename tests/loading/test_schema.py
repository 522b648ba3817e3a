"""The JSON Schema: editors complete and explain by it, and it agrees with what loading accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cvgen.errors import ProfileError
from cvgen.loading.load import load, load_data
from cvgen.loading.schema import schema_text

ROOT = Path(__file__).parents[2]
PROFILE: dict[str, Any] = json.loads(schema_text())
WORKS: dict[str, Any] = json.loads(schema_text(works=True))
CHECK = jsonschema.Draft202012Validator(PROFILE)
CHECK_WORKS = jsonschema.Draft202012Validator(WORKS)


class TypedLoader(yaml.SafeLoader):
    """Types plain scalars as editors do: numbers and truth values, but a date stays a text (YAML 1.2)."""


TypedLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def typed(text: str) -> Any:
    return yaml.load(text, Loader=TypedLoader)


HEAD = "person: {name: Ada Lovelace}\n"
GOOD = {
    "person": """\
person:
  name: {given: Ada, family: Lovelace}
  position: [Analyst, Writer]
  phone: +441234567
  homepage: ada.example.org
  scholar: x1
  photo: {path: ada.jpg, side: left}
  links: [{label: Notes, url: "https://example.org"}]
  advisors: Augustus De Morgan
  aliases: A. Lovelace
""",
    "short forms": f"""{HEAD}
sections:
  - kind: education
    entries:
      - institution: 42
        gpa: 3.82/4.0
        rank: 5/205
        thesis: On Engines
        start_date: 2019
        end_date: present
        advisors: [A B, {{name: C D, title: Prof.}}]
        highlights: one
      - institution: U
        gpa: 3.9
        rank: 5
        percentile: 9
        date: 2023.10
        tags: [a, b]
        highlights: [one, {{text: two, highlights: [three]}}]
        hidden: yes
  - kind: experience
    entries:
      - organization: UVA
        mentors: {{label: Mentor, people: [A B, C D]}}
      - organization: [UVA, {{name: CUHK, url: "https://example.org"}}]
        positions: [{{role: Intern, date: 2023-09-14}}]
""",
    "works": f"""{HEAD}
works: works.yaml
sections:
  - kind: publications
    sort: first-author-first
    limit: 5
    links: true
    entries:
      - engines
      - {{work: engines, location: London, date: 2023-09}}
      - title: 1984
        authors: [Ada Lovelace*, {{name: A B, equal: true}}]
        venue: SIGCOMM
        links: {{doi: 10.1000/182, arxiv: 2404.12457}}
        volume: 3
""",
    "kinds": f"""{HEAD}
sections:
  - {{kind: honors, groups: [{{title: G, entries: [{{title: T, date: 2024, rank: 2/56}}]}}]}}
  - {{kind: skills, entries: [{{label: L, values: Python}}, {{label: M, values: [C, 3]}}]}}
  - {{kind: text, title: About, text: Hello}}
  - {{kind: custom, title: More, entries: [{{title: T, links: [{{label: a, url: "https://a.org"}}]}}]}}
  - {{kind: languages, entries: [{{language: Norwegian, level: native}}]}}
  - {{kind: service, layout: rows, entries: [{{venue: TC, role: Reviewer, date: Jan 2026}}]}}
""",
    "document": f"""{HEAD}
document:
  theme: awesome
  paper: letter
  date: commit
  footer: {{left: "{{date}}", right: "{{page}}"}}
  options: {{accent: red, size: 11, bold: true}}
sections: [{{kind: text, text: Hello}}]
variants:
  short: {{sections: [text], person: {{hide: phone}}, exclude: a, document: {{paper: a4}}}}
""",
}


@pytest.mark.parametrize("schema", [PROFILE, WORKS], ids=["profile", "works"])
def test_the_schema_is_valid(schema):
    """It is JSON Schema 2020-12, and says so."""
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", GOOD)
def test_what_loads_without_a_warning_is_accepted_by_editors(name, tmp_path):
    """No good profile is underlined in red, though editors read numbers and truth values where cvgen reads text."""
    (tmp_path / "works.yaml").write_text("engines: {title: On Engines, authors: [Ada Lovelace]}\n", "utf-8")
    (tmp_path / "p.yaml").write_text(GOOD[name], "utf-8")
    assert {d.code for d in load(tmp_path / "p.yaml").diagnostics} <= {"date", "yaml-boolean", "listed-twice"}
    assert [error.message for error in CHECK.iter_errors(typed(GOOD[name]))] == []


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("profiles/*.yaml"), *ROOT.glob("examples/*.yaml")]), ids=lambda path: path.stem
)
def test_the_profiles_of_this_repository_are_accepted(path):
    """What we ship is clean in an editor."""
    assert [error.message for error in CHECK.iter_errors(typed(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/works/*.yaml")), ids=lambda path: path.stem)
def test_the_works_files_of_this_repository_are_accepted(path):
    """Works files have a schema of their own."""
    assert [error.message for error in CHECK_WORKS.iter_errors(typed(path.read_text("utf-8")))] == []


def mappings(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
    for item in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from mappings(item)


@pytest.mark.parametrize("name", GOOD)
def test_a_misspelt_key_is_rejected_at_every_level(name):
    """Wherever a key is misspelt, the editor sees it, except where the key is free: options, variants."""
    data = typed(GOOD[name])
    free = [data.get("document", {}).get("options"), data.get("variants")]
    checked = 0
    for mapping in mappings(data):
        if any(mapping is one for one in free):
            continue
        mapping["misspelt_key"] = "x"
        assert not CHECK.is_valid(data), mapping
        with pytest.raises(ProfileError):
            load_data({**data, "works": []})
        del mapping["misspelt_key"]
        checked += 1
    assert checked >= 2
    assert CHECK.is_valid(data)


@pytest.mark.parametrize(
    "wrong",
    [
        "sections: []",
        "person: {name: [a, b]}",
        f"{HEAD}sections: [{{kind: eduction}}]",
        f"{HEAD}sections: [{{title: x}}]",
        f"{HEAD}sections: [{{kind: skills, entries: [{{label: x}}]}}]",
        f"{HEAD}sections: {{kind: skills}}",
        f"{HEAD}document: {{paper: a5}}",
        f"{HEAD}document: {{footer: {{left: {{date}}}}}}",
        f"{HEAD}document: awesome",
        "[]",
    ],
)
def test_what_cannot_load_for_its_shape_is_rejected(wrong):
    """A missing field, a wrong kind, a list for a text are seen while typing."""
    data = typed(wrong)
    assert not CHECK.is_valid(data)
    with pytest.raises(ProfileError):
        load_data(data if isinstance(data, dict) else {})


def objects(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema that has properties, with its path."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "type" in schema:
            yield path, schema
        for key, value in schema.items():
            yield from objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from objects(value, f"{path}/{index}")


@pytest.mark.parametrize("schema", [PROFILE, WORKS], ids=["profile", "works"])
def test_every_property_is_described(schema):
    """An editor explains every key in a sentence, with an example where the docstring has one."""
    found = list(objects(schema))
    properties = [(path, name, prop) for path, made in found for name, prop in made["properties"].items()]
    assert len(properties) > (150 if schema is PROFILE else 30)
    for path, name, prop in properties:
        words = prop.get("description", "")
        assert re.fullmatch(r"\S.*[.\"]\)?", words, re.DOTALL), f"{path}: {name}: {words!r}"
        assert "Example:" not in words
    assert sum("examples" in prop for _, _, prop in properties) > (50 if schema is PROFILE else 8)


@pytest.mark.parametrize("schema", [PROFILE, WORKS], ids=["profile", "works"])
def test_every_object_is_closed_and_every_reference_leads_somewhere(schema):
    """Completion offers only what exists."""
    for path, made in objects(schema):
        assert made.get("additionalProperties") is False, path
    text = json.dumps(schema)
    names = set(re.findall(r'"\$ref": "#/\$defs/(\w+)"', text))
    assert names and names <= set(schema["$defs"])
    assert "cvgen:" not in text
    assert '"default"' not in text


def examples(schema: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    for _, made in objects(schema):
        for prop in made["properties"].values():
            for example in prop.get("examples", ()):
                yield {"$defs": schema["$defs"], **prop}, example


@pytest.mark.parametrize("schema", [PROFILE, WORKS], ids=["profile", "works"])
def test_every_example_is_valid_where_it_stands(schema):
    """What an editor suggests is accepted by the same schema."""
    for prop, example in examples(schema):
        assert jsonschema.Draft202012Validator(prop).is_valid(example), (prop.get("description"), example)


@pytest.mark.parametrize(("name", "works"), [("profile", False), ("works", True)])
def test_the_schemas_in_the_documentation_are_up_to_date(name, works):
    """docs/ holds what `cvgen schema` prints; to renew it: `cvgen schema > docs/profile.schema.json`."""
    path = ROOT / "docs" / f"{name}.schema.json"
    assert path.read_text("utf-8") == schema_text(works=works)
