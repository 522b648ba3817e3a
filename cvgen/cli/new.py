"""cvgen new."""

from __future__ import annotations

import json
import re
import shlex
import tempfile
from pathlib import Path

import click

from cvgen.cli.console import names_folder
from cvgen.diagnostics import Severity
from cvgen.errors import OutputError, ProfileError, UsageError
from cvgen.files import write
from cvgen.loading.load import load
from cvgen.loading.schema import schema_text
from cvgen.outputs import OutputKind, check_outputs
from cvgen.values.names import Match, fold, same_person, split
from cvgen.values.text_policy import clean, fold_space

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
# Invented people to write papers with, of whom those are taken who cannot be confused with the profile's own.
_FRIENDS = ("Maria Keller", "Samuel Okafor", "Aiko Morita", "Tomas Lindqvist", "Lena Novak", "Priya Raman")

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
  position: [Ph.D. Candidate, Lakeside University]  # below the name, with dots between
  address: 12 Harbour Street, 10115 Lakeside
  # Contacts. Only the ones that are written here are printed; for most a user name is enough.
  email: @MAIL@@example.org
  phone: +49 30 123456
  homepage: example.org
  github: example
  scholar: {id: EXAMPLE, label: Google Scholar}
  orcid: 0000-0000-0000-0000
  linkedin: example
  # gitlab: example
  # dblp: 123/4567
  # x: example
  # mastodon: "@example@example.social"
  # links:
  #   - {label: Blog, url: https://example.org/blog, icon: blog}
  # photo: me.jpg  # in the folder of this file; or {path: me.jpg, shape: round, side: left}
  # quote: "Simple things should be simple."
  interests: [distributed systems, machine learning]  # for homepages; a `text` section prints what you write there

document:
  theme: awesome  # `cvgen themes` lists them, with their options
  paper: a4  # or letter
  # options: {accent: emerald}  # a colour of the theme, or your own: {accent: "#00745E"}
  # date: commit  # in the foot of each page: the day of the last commit, or today, or 2024-10-22

# Sections appear in this order. Each has a `kind`, which decides what its entries may say. There are also talks,
# grants, patents, software, supervision, references, languages, certificates, text and, for all else, custom.
# Any section or entry can be put aside with `hidden: true`.
sections:
  - kind: education
    entries:
      - institution: Lakeside University
        degree: Ph.D. in Computer Science
        location: Lakeside, Germany
        start_date: 2022-09
        end_date: present
        advisors: Prof. Maria Example
        highlights:
          - "Thesis: *Schedulers that explain themselves*"
      - institution: University of the North
        degree: B.Sc. in Mathematics
        location: Northport, Norway
        start_date: 2018-09
        end_date: 2022-06
        gpa: 3.9/4.0
        rank: 2/120

  - kind: experience
    title: Research Experience  # in place of the usual heading
    entries:
      - organization: Harbour Labs
        team: Systems Group
        role: Research Intern
        location: Lakeside, Germany
        start_date: 2023-06
        end_date: 2023-09
        mentors: [Jonas Example, Ida Example]
        links:
          - {label: Code, url: https://example.org/code}
        highlights:
          - Built a scheduler for batch jobs that halves the waiting time of short ones.
          - Wrote its simulator, in use by **three teams** today.

  # Publications may be written in place, as here, or once for everybody who wrote them: name a file above, with
  # `works: works.yaml`, write each work there below an id of its own, and list the ids here.
  - kind: publications
    links: true  # print the links of each work: [PDF] [Code]
    entries:
      - title: "Fair Weather: Scheduling Jobs by Forecast"
        authors: [@ME@*, @FRIEND0@*, @FRIEND1@]  # a star means equal contribution
        equal_note: (* Equal Contribution)
        venue: {name: Symposium on Example Systems, acronym: SES, year: 2024}
        date: 2024-04
        location: Lakeside, Germany
        award: Best Paper Award
        links:
          pdf: https://example.org/fair-weather.pdf
          code: https://example.org/fair-weather
      - title: What Queues Remember
        authors: [@FRIEND1@, @ME@, @FRIEND2@]
        status: under-review  # or published, accepted, submitted, preprint, in-preparation
        date: 2024-11
        links: {website: https://example.org/queues}

  - kind: teaching
    entries:
      - course: Operating Systems
        role: Teaching Assistant
        institution: Lakeside University
        date: 2023 Spring  # a term

  - kind: service
    entries:
      - role: Reviewer
        venue: Journal of Example Systems
        acronym: JES
        date: 2024

  - kind: honors
    groups:  # honors under subheadings; `entries:` directly below `kind:` does without
      - title: University Awards
        entries:
          - title: Lakeside Fellowship
            giver: Lakeside University
            date: 2023
          - title: Dean's Prize
            giver: University of the North
            date: 2021
            remark: best thesis of the year

  - kind: skills
    entries:
      - {label: Programming, values: [Python, C++, Rust]}
      - {label: Languages, values: [English, German]}

# Other versions of the same CV; `cvgen build --variant short` and the name of this file make this one.
variants:
  short:
    sections: [education, experience, publications]
"""


def slug(name: str) -> str:
    """Return a file name for a person, in plain small letters and without an ending.

    >>> slug("Ada Lovelace"), slug("Łukasz Müller-Jørgensen"), slug("Chao Jin (金超)"), slug("金超")
    ('ada_lovelace', 'lukasz_muller_jorgensen', 'chao_jin', 'profile')
    """
    words = re.findall(r"[a-z0-9]+", fold(name))
    made = "_".join(words)[:60].strip("_") or "profile"
    return f"{made}_cv" if made in _DEVICES else made


def _scalar(text: str) -> str:
    """Write a text so that YAML reads just that, also inside of brackets."""
    if _BARE.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def example(name: str) -> str:
    """Return a filled profile of a person called `name`, without its editor line. Raises UsageError for no name."""
    text, issues = clean(name)
    if errors := [issue for issue in issues if issue.severity is Severity.ERROR]:
        raise UsageError(f"the name cannot be used: {errors[0].message}", hints=(errors[0].hint,))
    text = fold_space(text)
    if not fold(text):
        raise UsageError(f"`{text}` is not a name", hints=('write it in quotes: `cvgen new "Ada Lovelace"`',))
    me = str(split(text))
    friends = [friend for friend in _FRIENDS if same_person(friend, me) is Match.NONE]
    values = {"NAME": text, "ME": me, **{f"FRIEND{number}": friend for number, friend in enumerate(friends)}}

    def fill(gap: re.Match[str]) -> str:
        if gap[1] == "MAIL":
            return slug(text).replace("_", ".")
        return _scalar(values[gap[1]] + gap[2])  # a star belongs inside of the quotes

    return re.sub(r"@([A-Z0-9]+)@(\*?)", fill, _EXAMPLE)


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
    """Return the file to write: `output`, or one named after the person in it or in the usual folder."""
    if output and not names_folder(output):
        return Path(output)
    folder = Path(output) if output else Path("profiles") if Path("profiles").is_dir() else Path()
    return folder / f"{slug(name)}.yaml"


@click.command(epilog='Example: cvgen new "Ada Lovelace"')
@click.argument("name")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="The file to write, or a folder for it.  [default: profiles/ if there is one]",
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
