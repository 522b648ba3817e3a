"""cvgen new."""

from __future__ import annotations

import json
import re
import shlex
import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path

import click

from cvgen.cli.console import names_folder
from cvgen.diagnostics import Severity
from cvgen.errors import OutputError, ProfileError, UsageError
from cvgen.files import write
from cvgen.loading.load import load
from cvgen.loading.schema import schema_text
from cvgen.outputs import OutputKind, check_outputs
from cvgen.values.name_matching import Match, same_person
from cvgen.values.names import fold_name, split_name
from cvgen.values.text_policy import clean_text, fold_space

__all__ = ["command", "example", "slug"]

_SCHEMA = Path(".cvgen", "profile.schema.json")
_PROFILE = OutputKind("a YAML profile", (".yaml", ".yml"))
_JSON = OutputKind("a JSON Schema", (".json",), b"{")

# What YAML reads as it stands: letters, and no word that it takes for true, false or nothing.
_BARE = re.compile(r"[^\W\d_][^\W\d_]*(?:[ .'’-]+[^\W\d_]+)*\.?")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
# Windows gives these names to devices, with any ending.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
# The person of the kinds' examples, her co-authors, and others for those whose names are like the new person's.
_PERSON = "Ada Lovelace"
_COAUTHORS = ("Maria Keller", "Samuel Okafor", "Aiko Morita")
_MORE_COAUTHORS = ("Tomas Lindqvist", "Lena Novak", "Priya Raman")

_EXAMPLE = """\
# A profile: everything that your CV says, once, as plain text. `cvgen build` makes the PDF.
#
# How this file works, in five lines:
#   - `key: value`, one per line; what belongs to something stands below it, two spaces further in. no tabs.
#   - a dash starts an item of a list. order in the file is order in the CV.
#   - a text with `: ` or ` #` in it needs quotes: "Cats: a survey". if in doubt, quote.
#   - dates: 2024, 2024-09, 2024-09-15, present, 2024 Spring, 2024-04-16/2024-04-18. a bare year stays a bare year.
#   - texts may have *italic*, **bold**, `code` and [links](https://example.org). nothing is ever TeX.
#
# Nothing here can break for good: a mistake is reported with its line and a way out. `cvgen check` only looks.
# Replace what you like, delete what you do not need, and ask `cvgen build` often.

person:
  name: @NAME@
  # Other spellings under which you publish. Your name is set bold in author lists, so each list must have it.
  # aliases: [A. Example]
  # advisees: [B. Example]  # students of yours, marked in author lists
  position: [Ph.D. Candidate, Lakeside University]  # below the name, with dots between
  address: 12 Harbour Street, 10115 Lakeside
  # A name in parts says more: {prefix: Dr., given: Ada, family: Example, postnominals: Ph.D., native: 艾达}.
  # Contacts. Only the ones that are written here are printed; for most a user name is enough. E-mail, phone and
  # homepage may be lists: email: [one@example.org, two@example.org], phone: [{number: ..., label: Office}].
  email: @MAIL@@example.org
  phone: +49 30 123456
  homepage: example.org
  github: example
  scholar: {id: EXAMPLE, label: Google Scholar}
  orcid: 0000-0000-0000-0001
  linkedin: example
  # gitlab: example
  # dblp: 123/4567
  # x: example
  # mastodon: "@example@example.social"
  # links:
  #   - {label: Blog, url: https://example.org/blog, icon: blog}
  # facts:  # what has no address: nationality, pronouns, a visa
  #   - {label: Nationality, text: French}
  # photo: me.jpg  # in the folder of this file; or {path: me.jpg, shape: round, side: left}
  # quote: "Simple things should be simple."
  interests: [distributed systems, machine learning]  # for homepages; a `text` section prints what you write there

document:
  theme: awesome  # `cvgen themes` lists them, with their options
  paper: a4  # or letter
  # options: {accent: emerald}  # a colour of the theme, or your own: {accent: "#00745E"}
  # dates: {months: long}  # or short, number, none
  # date: commit  # in the foot of each page: the day of the last commit, or today, or 2024-10-22

# Sections appear in this order. Each has a `kind`, which decides what its entries may say. Other kinds:
@OTHERS@.
# `cvgen fields education` lists all that a kind may say. `heading: false` leaves a section's heading out.
# Any section or entry can be put aside with `hidden: true`.
sections:
@SECTIONS@
# Other versions of the same CV; `cvgen build --variant short` and the name of this file make this one.
variants:
  short:
    sections: [@FIRST@]
"""


def slug(name: str) -> str:
    """Return a file name for a person, in plain small letters and without an ending.

    >>> slug("Ada Lovelace"), slug("Łukasz Müller-Jørgensen"), slug("Chao Jin (金超)"), slug("金超")
    ('ada_lovelace', 'lukasz_muller_jorgensen', 'chao_jin', 'profile')
    """
    words = re.findall(r"[a-z0-9]+", fold_name(name))
    made = "_".join(words)[:60].strip("_") or "profile"
    return f"{made}_cv" if made in _DEVICES else made


def _scalar(text: str) -> str:
    """Write a text so that YAML reads just that, also inside of brackets."""
    if _BARE.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def example(name: str) -> str:
    """Return a filled profile of a person called `name`, without its editor line. Raises UsageError for no name."""
    text, issues = clean_text(name)
    if errors := [issue for issue in issues if issue.severity is Severity.ERROR]:
        raise UsageError(f"the name cannot be used: {errors[0].message}", hints=(errors[0].hint,))
    text = fold_space(text)
    if not fold_name(text):
        raise UsageError(f"`{text}` is not a name", hints=('write it in quotes: `cvgen new "Ada Lovelace"`',))
    me = str(split_name(text))
    names = iter(name for name in (*_COAUTHORS, *_MORE_COAUTHORS) if same_person(name, me) is Match.NONE)
    people = {_PERSON: me, **dict(zip(_COAUTHORS, names, strict=False))}
    filled = {"NAME": _scalar(text), "MAIL": slug(text).replace("_", "."), **_sections(people)}
    return re.sub("@([A-Z]+)@", lambda gap: filled[gap[1]], _EXAMPLE)


def _sections(people: Mapping[str, str]) -> dict[str, str]:
    """Return what fills the gaps for sections; `people` maps the names in the kinds' examples to those to write."""
    from cvgen.sections import example_of, kinds, starters

    def fill(name: re.Match[str]) -> str:
        return _scalar(people[name[1]] + name[2])  # a star belongs inside of the quotes

    examples = "\n\n".join(example_of(kind).rstrip() for kind in starters())
    others = ", ".join(kind for kind in kinds() if kind not in starters())
    return {
        "SECTIONS": textwrap.indent(re.sub(rf"({'|'.join(people)})(\*?)", fill, examples), "  ") + "\n",
        "OTHERS": textwrap.fill(others, 116, initial_indent="# ", subsequent_indent="# "),
        "FIRST": ", ".join(starters()[:3]),
    }


def _require_sound(text: str) -> None:
    """Load what will be written: a name that would begin with a complaint is refused before there is a file."""
    with tempfile.TemporaryDirectory(prefix="cvgen-") as folder:
        path = Path(folder, "profile.yaml")
        path.write_text(text, encoding="utf-8")
        try:
            found = load(path).diagnostics
        except ProfileError as error:
            found = error.diagnostics
    if found:
        raise UsageError(f"the name cannot be used: {found[0].message}", hints=("write it without marks",))


def _place(name: str, output: str | None) -> Path:
    """Return the file to write: `output`, or one named after the person in that folder or the current one."""
    if output and not names_folder(output):
        return Path(output)
    return Path(output or "") / f"{slug(name)}.yaml"


@click.command(epilog='Example: cvgen new "Ada Lovelace"')
@click.argument("name")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="The file to write, or a folder for it.  [default: the current folder]",
)
@click.option("--force", is_flag=True, help="Replace the file if there is one already.")
def command(name: str, output: str | None, force: bool) -> None:
    """Write a filled example profile, which explains itself.

    The JSON Schema that its first line names is written beside it, so that editors complete and explain.
    """
    text = f"# yaml-language-server: $schema={_SCHEMA.as_posix()}\n{example(name)}"
    path = _place(name, output)
    if path.exists() and not force:
        raise OutputError(f"`{path}` is there already", hints=("-o names another file, --force replaces this one",))
    schema = path.parent / _SCHEMA
    check_outputs({path: _PROFILE, schema: _JSON})
    _require_sound(text)
    write(schema, schema_text().encode())
    write(path, text.encode())
    click.echo(f"wrote {path}")
    click.echo(f"next: cvgen build {shlex.quote(str(path))}")
