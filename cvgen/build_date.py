"""The dates that a build may use. Today's is one only where the profile says so."""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import ProfileError

if TYPE_CHECKING:
    import subprocess

__all__ = ["Commit", "Moment", "at", "commit_date", "document_date", "epoch_of", "fixed_epoch", "moment_of"]


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a build may ask about time: SOURCE_DATE_EPOCH, the profile's last commit, and the day."""

    fixed: int | None
    committed: int | None
    today: datetime.date


_moment: ContextVar[Moment | None] = ContextVar("moment", default=None)


def moment_of(profile: Path | None) -> Moment:
    """Return what a build of `profile` here and now would be told, for one that happens elsewhere."""
    fixed = fixed_epoch()
    with Commit(profile if fixed is None else None) as commit:
        return Moment(fixed, commit.time(), _today())


@contextlib.contextmanager
def at(moment: Moment) -> Iterator[None]:
    """Have what is inside, in this thread, told `moment` whatever environment, git and clock say."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def document_date(setting: str | None, profile: Path | None, span: Span) -> datetime.date | None:
    """Return the document's date: a fixed one, the profile's last commit, or today's; None where none is asked for.

    Raises `ProfileError` at `span` where the commit is asked for and there is none.
    """
    if setting is None:
        return None
    if setting == "today":
        return _fixed_now() or _today()
    if setting == "commit":
        day = _fixed_now() or commit_date(profile)
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
    from cvgen.values.dates import Date, first_day, parse_date

    when = parse_date(setting)
    # A bare year never becomes January.
    return datetime.date(*first_day(when)) if isinstance(when, Date) and when.day else None


def fixed_epoch() -> int | None:
    """Return what SOURCE_DATE_EPOCH says (reproducible-builds.org/specs/source-date-epoch), None for nothing."""
    given = _moment.get()
    if given is not None:
        return given.fixed
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 11 else None


def _fixed_now() -> datetime.date | None:
    epoch = fixed_epoch()
    return None if epoch is None else _day(epoch)


def _today() -> datetime.date:
    given = _moment.get()
    return given.today if given is not None else datetime.datetime.now(datetime.UTC).date()


def _day(epoch: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(epoch, datetime.UTC).date()


class Commit:
    """The question when `path` was last committed; git answers while the work inside the `with` goes on."""

    def __init__(self, path: Path | None) -> None:
        self._asked: subprocess.Popen[bytes] | None = None
        self._answer: int | None = None
        given = _moment.get()
        if given is not None:
            self._answer = given.committed
        elif path is not None and _in_repository(path):
            self._ask(path)

    def _ask(self, path: Path) -> None:
        import subprocess

        # A repository from a stranger must not run programs of its own through git's settings.
        safe = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false")
        # Nor may a partial clone fetch what it lacks: its remote may be a command.
        environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
        command = ("git", *safe, "log", "-1", "--format=%ct", "--", path.name)
        try:
            self._asked = subprocess.Popen(
                command,
                cwd=path.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:  # no git
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._asked is not None:
            self._asked.kill()
            self._asked.communicate()

    def time(self) -> int | None:
        """Return the seconds since 1970 of the last commit that changed the file; None outside of a repository."""
        if self._asked is not None:
            self._answer = _answer(self._asked)
            self._asked = None
        return self._answer


def _answer(asked: subprocess.Popen[bytes]) -> int | None:
    import subprocess

    with asked:
        try:
            stamp, _ = asked.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            asked.kill()
            return None
    return int(stamp) if not asked.returncode and stamp.strip().isdigit() else None


def _in_repository(path: Path) -> bool:
    """Tell whether git could know the file; asking git itself takes longer."""
    folder = os.path.abspath(path.parent)  # noqa: PTH100 - symlinks stay as they are
    while not os.path.lexists(f"{folder}/.git"):
        above = os.path.dirname(folder)  # noqa: PTH120 - no Path is wanted for each step
        if above == folder:
            return "GIT_DIR" in os.environ
        folder = above
    return True


def commit_date(profile: Path | None) -> datetime.date | None:
    """Return the day, in UTC, of the last commit that changed `profile`; None outside of a repository."""
    with Commit(profile) as commit:
        time = commit.time()
    return None if time is None else _day(time)


def epoch_of(committed: int | None, day: datetime.date | None) -> int:
    """Return the seconds since 1970 that a PDF is dated with, 0 for none.

    They are SOURCE_DATE_EPOCH, else the time of the profile's last commit, else the document's own date.
    """
    fixed = fixed_epoch()
    if fixed is not None:
        return fixed
    if committed is not None:
        return committed
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()) if day else 0
