"""cvgen check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cvgen.cli.report import message_format_option, profiles_at, report
from cvgen.diagnostics import Diagnostic, Severity, in_order
from cvgen.errors import CvgenError, ExitCode
from cvgen.profile.model import Profile

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
    from cvgen.consistency import baseline as baselines

    accepted = baselines.read(baseline) if baseline else ()
    files = profiles_at(paths)
    profiles, broken, found, code = _load(files)
    compared, other = _compare(profiles, against, whole=any(path.is_dir() for path in paths) and not broken)
    found, broken = [*found, *compared], [*broken, *other]
    if other:
        code = code or ExitCode.PROFILE
    if write_baseline:
        from cvgen.pdf.finish import write

        write(write_baseline, baselines.dump(found).encode())
        accepted = baselines.read(write_baseline)
    checked = {str(file) for file in (*files, *against)} | _works_files(profiles)
    new, stale = baselines.sift(in_order(found), accepted, checked)
    ordered = in_order([*broken, *new, *stale])
    report(ordered, message_format)
    if message_format == "human":
        _summary(len(files), ordered, len(in_order(found)) - len(new))
    worst = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    failed = any(diagnostic.severity in worst for diagnostic in ordered)
    return int(code or (ExitCode.PROFILE if failed else ExitCode.OK))


def _load(files: Sequence[Path]) -> tuple[list[Profile], list[Diagnostic], list[Diagnostic], ExitCode]:
    """Return the good profiles, what is wrong with the others, what can be accepted, and the first exit code."""
    from cvgen.prepare import prepare
    from cvgen.profile.load import load

    profiles: list[Profile] = []
    broken: list[Diagnostic] = []
    found: list[Diagnostic] = []
    code = ExitCode.OK
    for file in files:
        try:
            profile = load(file)
            profiles.append(profile)
            found += prepare(profile).diagnostics
        except CvgenError as error:
            broken += error.diagnostics
            code = code or error.exit_code
    return profiles, broken, found, code


def _compare(
    profiles: Sequence[Profile], against: Sequence[Path], *, whole: bool
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Return what profiles tell differently, and what is wrong with other profiles that they are held against."""
    from cvgen.consistency import check_all
    from cvgen.consistency.against import check_against
    from cvgen.errors import ProfileError

    found = list(check_all(profiles, whole=whole))
    broken: list[Diagnostic] = []
    for profile in profiles:
        for path in against:
            try:
                found += check_against(profile, path)
            except ProfileError as error:
                broken += error.diagnostics
    return found, broken


def _works_files(profiles: Sequence[Profile]) -> set[str]:
    return {work.places.span(work.path).file for profile in profiles for work in profile.works.values()}


def _summary(count: int, shown: Sequence[Diagnostic], accepted: int) -> None:
    kinds = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    counts = [count, *(sum(item.severity is kind for item in shown) for kind in kinds)]
    words = ["profile", "error", "warning", "note"]
    told = [f"{number} {word}{'s' * (number != 1)}" for number, word in zip(counts, words, strict=True)]
    if accepted:
        told.append(f"{accepted} accepted")
    click.echo(", ".join(told[:3] + [word for word in told[3:] if not word.startswith("0")]), err=True)
