"""What a build knows of time: SOURCE_DATE_EPOCH, the profile's last commit, and today only where a profile asks."""

from __future__ import annotations

import datetime
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

__all__ = ["CommitQuery", "Moment", "moment_of", "pdf_epoch", "source_date_epoch", "utc_day"]


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a build may ask about time, in seconds since 1970.

    `fixed` is SOURCE_DATE_EPOCH (reproducible-builds.org/specs/source-date-epoch), `committed` the time of the
    profile's last commit, None outside of a repository; `now` is the clock's.
    """

    fixed: int | None
    committed: int | None
    now: int

    def today(self) -> datetime.date:
        """Return the day, in UTC."""
        return utc_day(self.now if self.fixed is None else self.fixed)


def utc_day(seconds: int) -> datetime.date:
    """Return the day, in UTC, of a number of seconds since 1970."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def source_date_epoch() -> int | None:
    """Return what SOURCE_DATE_EPOCH says, None for nothing."""
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 11 else None


def moment_of(profile: Path | None) -> Moment:
    """Return what a build of `profile` here and now may know."""
    with CommitQuery(profile) as query:
        return query.moment()


def pdf_epoch(moment: Moment, day: datetime.date | None) -> int:
    """Return the seconds since 1970 that a PDF is dated with, 0 for none.

    They are SOURCE_DATE_EPOCH, else the time of the profile's last commit, else the document's own date.
    """
    if moment.fixed is not None:
        return moment.fixed
    if moment.committed is not None:
        return moment.committed
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()) if day else 0


class CommitQuery:
    """Asks git when a file was last committed; git answers while the work inside the `with` goes on."""

    def __init__(self, path: Path | None) -> None:
        self._fixed = source_date_epoch()
        self._process: subprocess.Popen[bytes] | None = None
        if self._fixed is None and path is not None and _is_in_repository(path):
            self._process = _ask_git(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def moment(self) -> Moment:
        """Return what the build may know of time. To be called once."""
        process, self._process = self._process, None
        committed = _answer(process) if process is not None else None
        return Moment(self._fixed, committed, int(datetime.datetime.now(datetime.UTC).timestamp()))


def _ask_git(path: Path) -> subprocess.Popen[bytes] | None:
    # A repository from a stranger must not run programs of its own through git's settings.
    safe = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false")
    # Nor may a partial clone fetch what it lacks: its remote may be a command.
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
    command = ("git", *safe, "log", "-1", "--format=%ct", "--", path.name)
    try:
        return subprocess.Popen(
            command,
            cwd=path.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:  # no git
        return None


def _answer(process: subprocess.Popen[bytes]) -> int | None:
    with process:
        try:
            stamp, _ = process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    return int(stamp) if not process.returncode and stamp.strip().isdigit() else None


def _is_in_repository(path: Path) -> bool:
    """Tell whether git could know the file; asking git itself takes longer."""
    folder = os.path.abspath(path.parent)  # noqa: PTH100 - symlinks stay as they are
    while not os.path.lexists(f"{folder}/.git"):
        above = os.path.dirname(folder)  # noqa: PTH120 - no Path is wanted for each step
        if above == folder:
            return "GIT_DIR" in os.environ
        folder = above
    return True
