"""The dates that a build may use. Today's is one only where the profile says so."""

from __future__ import annotations

import datetime
import os
import subprocess
from pathlib import Path

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import ProfileError
from cvgen.profile.dates import Date, first_day, parse_date

__all__ = ["commit_date", "document_date", "epoch_of"]


def document_date(setting: str | None, profile: Path | None, span: Span) -> datetime.date | None:
    """Return the document's date: a fixed one, the profile's last commit, or today's; None where none is asked for.

    Raises `ProfileError` at `span` where the commit is asked for and there is none.
    """
    if setting is None:
        return None
    if setting == "today":
        return _fixed_now() or datetime.datetime.now(datetime.UTC).date()
    if setting == "commit":
        day = _fixed_now() or (commit_date(profile) if profile else None)
        if day is None:
            raise ProfileError(
                [
                    Diagnostic(
                        "document-date",
                        Severity.ERROR,
                        span,
                        "the profile has no commit to take the date from",
                        ("commit it to git, or write a date such as `2024-10-22`",),
                    )
                ]
            )
        return day
    when = parse_date(setting)
    # A bare year never becomes January.
    return datetime.date(*first_day(when)) if isinstance(when, Date) and when.day else None


def _fixed_now() -> datetime.date | None:
    """Return the day that SOURCE_DATE_EPOCH names (reproducible-builds.org/specs/source-date-epoch)."""
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not (value.isascii() and value.isdigit()) or len(value) > 11:
        return None
    return datetime.datetime.fromtimestamp(int(value), datetime.UTC).date()


def commit_date(profile: Path) -> datetime.date | None:
    """Return the day, in UTC, of the last commit that changed `profile`; None outside of a repository."""
    # A repository from a stranger must not run programs of its own through git's settings.
    safe = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false"]
    command = ["git", *safe, "log", "-1", "--format=%ct", "--", profile.name]
    try:
        done = subprocess.run(
            command, cwd=profile.parent, capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    stamp = done.stdout.strip()
    if done.returncode or not stamp.isdigit():
        return None
    return datetime.datetime.fromtimestamp(int(stamp), datetime.UTC).date()


def epoch_of(day: datetime.date | None) -> int:
    """Return the seconds since 1970 that the PDF's dates come from: SOURCE_DATE_EPOCH, else the day, else 0."""
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    if value.isascii() and value.isdigit() and len(value) <= 11:
        return int(value)
    if day is None:
        return 0
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
