"""cvgen check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from cvgen.cli.console import message_format_option, profiles_at, report
from cvgen.diagnostics import Diagnostic, Severity, in_order
from cvgen.errors import CvgenError, ExitCode, ProfileError, UsageError
from cvgen.files import write
from cvgen.lint.against import check_against
from cvgen.lint.baseline import BASELINE, format_baseline, read_baseline, split_findings
from cvgen.lint.check import check_profiles
from cvgen.loading.library import Library, read_works
from cvgen.loading.load import load
from cvgen.loading.profile import Profile
from cvgen.loading.works_files import is_works_file
from cvgen.options import TypesetOptions
from cvgen.outputs import check_outputs, is_any_of
from cvgen.pipeline import emit_profile

__all__ = ["command"]


@click.command(epilog="Example: cvgen check profiles/ --baseline profiles/accepted.json")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with a page, PDF, .bib file or profile that is out already; may be repeated.",
)
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Leave out findings that this file accepts."
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a file that accepts all that is found now.",
)
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@message_format_option
def command(
    paths: tuple[Path, ...],
    against: tuple[Path, ...],
    baseline: Path | None,
    write_baseline: Path | None,
    strict: bool,
    message_format: str,
) -> int:
    """Find everything that can be wrong with profiles, alone and side by side, without running TeX."""
    accepted = read_baseline(baseline) if baseline else ()
    files = profiles_at(paths, with_works=True)
    if write_baseline:
        _check_baseline(write_baseline, baseline, [*files, *against])
    read = _load(files)
    whole = any(path.is_dir() for path in paths) and not read.broken
    compared, other = _compare(read, against, whole=whole)
    found, broken = [*read.found, *compared], [*read.broken, *other]
    code = read.code or (ExitCode.PROFILE if other else ExitCode.OK)
    if write_baseline:
        write(write_baseline, format_baseline(found).encode())
        accepted = read_baseline(write_baseline)
    checked = {str(file) for file in (*files, *against)} | _works_files(read.profiles)
    new, stale = split_findings(in_order(found), accepted, checked)
    ordered = in_order([*broken, *new, *stale])
    report(ordered, message_format)
    if message_format == "human":
        counts = {"profile": len(files) - read.works_files, "works file": read.works_files}
        _summary(counts, ordered, len(in_order(found)) - len(new))
    worst = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    failed = any(diagnostic.severity in worst for diagnostic in ordered)
    return int(code or (ExitCode.PROFILE if failed else ExitCode.OK))


def _check_baseline(output: Path, baseline: Path | None, inputs: Sequence[Path]) -> None:
    """Raise `UsageError` where a baseline would replace what is read, or what is no baseline."""
    if baseline and is_any_of(output, [baseline]):
        hint = "leave out `--baseline`: what it accepts and is still found is found anew"
        raise UsageError(f"`{output}` is an input, and would be replaced", hints=(hint,))
    check_outputs({output: BASELINE}, inputs)
    try:
        read_baseline(output)
    except UsageError:
        if output.is_file() and output.stat().st_size:
            hint = "name another output, or remove that file"
            raise UsageError(f"`{output}` exists and is not {BASELINE.name}", hints=(hint,)) from None


@dataclass
class _Read:
    """The good profiles and works files, what is wrong with the others, what can be accepted, the first exit code."""

    profiles: list[Profile] = field(default_factory=list)
    libraries: list[Library] = field(default_factory=list)
    broken: list[Diagnostic] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    works_files: int = 0
    code: ExitCode = ExitCode.OK


def _load(files: Sequence[Path]) -> _Read:
    read = _Read()
    for file in files:
        try:
            if is_works_file(file):
                read.works_files += 1
                library = read_works(file)
                read.libraries.append(library)
                said = library.diagnostics
            else:
                profile = load(file)
                read.profiles.append(profile)
                said = emit_profile(profile, TypesetOptions()).diagnostics
        except CvgenError as error:
            read.broken += error.diagnostics
            read.code = read.code or error.exit_code
        else:
            read.found += (one for one in said if one.severity is not Severity.ERROR)
            read.broken += (one for one in said if one.severity is Severity.ERROR)
    return read


def _compare(read: _Read, against: Sequence[Path], *, whole: bool) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Return what differs, and what is wrong with other profiles that they are compared with."""
    found = list(check_profiles(read.profiles, whole=whole, libraries=[library.works for library in read.libraries]))
    broken: list[Diagnostic] = []
    sides: list[Profile | Library] = [*read.profiles, *read.libraries]
    for mine in sides:
        for path in against:
            try:
                found += check_against(mine, path)
            except ProfileError as error:
                broken += error.diagnostics
    return found, broken


def _works_files(profiles: Sequence[Profile]) -> set[str]:
    return {work.places.span(work.path).file for profile in profiles for work in profile.works.values()}


def _summary(counts: Mapping[str, int], shown: Sequence[Diagnostic], accepted: int) -> None:
    checked = {word: count for word, count in counts.items() if count}
    kinds = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}
    found = {word: sum(item.severity is kind for item in shown) for word, kind in kinds.items()}
    counted = [
        f"{count} {word}{'s' * (count != 1)}" for word, count in (checked | found).items() if count or word != "note"
    ]
    click.echo(", ".join([*counted, *([f"{accepted} accepted"] if accepted else [])]), err=True)
