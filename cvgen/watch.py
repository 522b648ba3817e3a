"""Build again at each save, with everything imported and an engine that has its format loaded and waits.

What counts is what `stat` says of the files that a build was made of; the system's notices of changes only say when
to look. They are quick, but do not come from network drives, through some containers, or for a folder that is not
there yet, so a look is taken twice a second all the same.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

from watchdog import events
from watchdog.observers import Observer

from cvgen import source
from cvgen.batch.tasks import BuildTask
from cvgen.builder import BuildResult, build_with, typeset
from cvgen.engine.prestart import Prestart
from cvgen.errors import CvgenError
from cvgen.loading.works_files import works_path
from cvgen.pipeline import emit_profile

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

__all__ = ["Rebuilt", "watch"]

_LOOK_SECONDS = 0.5
# An editor's save is several steps: it is over when nothing happened for so long. A file that is moved away and
# written anew is missing for a moment; one that is written to will be closed (the system says so on Linux).
_QUIET_SECONDS, _MISSING_SECONDS, _WRITING_SECONDS = 0.02, 0.5, 0.2
_UNSETTLED = 0.05  # seconds within which a file may change twice and show one time only
_PROFILES = (".yaml", ".yml")

_CHANGES: list[type[events.FileSystemEvent]] = [
    *(events.FileCreatedEvent, events.FileModifiedEvent, events.FileMovedEvent, events.FileDeletedEvent),
    events.FileClosedEvent,
]

_Stamp = tuple[int, int, int] | None
_NEVER: _Stamp = (-1, -1, -1)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The outcome for a profile: a build, the reason why there is none, or None where the profile has gone.

    `seconds` are those from the save to the finished PDF, None for the first build. `is_fixed` says that the build
    before this one failed.
    """

    profile: Path
    outcome: BuildResult | CvgenError | None
    seconds: float | None = None
    is_fixed: bool = False


def watch(
    tasks: Callable[[], Mapping[Path, BuildTask]],
    *,
    on_result: Callable[[Rebuilt], None],
    on_wait: Callable[[frozenset[Path]], None] | None = None,
    folders: Iterable[Path] = (),
) -> NoReturn:
    """Build the profiles that `tasks` returns, by profile, and again whenever they change.

    `tasks` is asked at each look, so profiles may come and go; those that come into one of `folders` are noticed at
    once. `on_result` is called in this thread after each build, `on_wait` with all files that are watched whenever
    there is nothing to do, about twice a second. Ends only by an exception of theirs, or one such as
    KeyboardInterrupt; it then leaves no engine behind.
    """
    with Prestart() as prestart, _Bell() as bell:
        _Watch(tasks, on_result, tuple(folders), prestart, bell).run(on_wait)


@dataclass
class _Known:
    """The last build of a profile: what it was made of, as that was before it was read."""

    stamps: dict[Path, _Stamp]
    failed: bool
    began: float


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - symlinks stay as they are


def _stamp(path: Path) -> _Stamp:
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return (state.st_mtime_ns, state.st_size, state.st_ino)


def _stamp_after(path: Path, began: float) -> _Stamp:
    """Return the stamp of a file that was read some time after `began`; one that never fits if it changed since."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    if max(state.st_mtime, state.st_ctime) > began - _UNSETTLED:
        return _NEVER
    return (state.st_mtime_ns, state.st_size, state.st_ino)


@dataclass
class _Watch:
    tasks: Callable[[], Mapping[Path, BuildTask]]
    on_result: Callable[[Rebuilt], None]
    folders: tuple[Path, ...]
    prestart: Prestart
    bell: _Bell
    known: dict[Path, _Known] = field(default_factory=dict)
    rehearsed: bool = False

    def run(self, on_wait: Callable[[frozenset[Path]], None] | None) -> NoReturn:
        while True:
            self.bell.settle()
            tasks = self.tasks()
            self._forget(tasks)
            profile, changed = self._stale(tasks)
            if profile is not None:
                self._build(profile, tasks[profile], changed)
                continue
            files = frozenset(path for known in self.known.values() for path in known.stamps)
            self.bell.listen(files, self.folders)
            if not self._start_engine(tasks):
                continue
            if on_wait is not None:
                on_wait(files)
            self.bell.wait(_LOOK_SECONDS)

    def _forget(self, tasks: Mapping[Path, BuildTask]) -> None:
        for profile in [profile for profile in self.known if profile not in tasks]:
            del self.known[profile]
            self.on_result(Rebuilt(profile, None))

    def _changed(self, profile: Path) -> list[Path]:
        return [path for path, stamp in self.known[profile].stamps.items() if _stamp(path) != stamp]

    def _stale(self, tasks: Mapping[Path, BuildTask]) -> tuple[Path | None, list[Path]]:
        """Return the next profile to build and what changed: first one that was edited itself."""
        for profile in tasks:
            if profile not in self.known:
                return profile, []
        found = {profile: changed for profile in tasks if (changed := self._changed(profile))}
        if not found:
            return None, []
        self._await(path for changed in found.values() for path in changed)
        profile = next(
            (profile for profile, changed in found.items() if _absolute(profile) in changed), next(iter(found))
        )
        return profile, found[profile]

    def _await(self, paths: Iterable[Path]) -> None:
        """Wait a moment for files that have gone to come back, and for those that are written to be complete."""
        paths, end = list(paths), time.monotonic() + _MISSING_SECONDS
        if self.bell.is_deaf:
            time.sleep(_QUIET_SECONDS)
        while any(_stamp(path) is None for path in paths) and time.monotonic() < end:
            time.sleep(_QUIET_SECONDS)
        self.bell.settle()

    def _build(self, profile: Path, task: BuildTask, changed: list[Path]) -> None:
        known = self.known.get(profile)
        began = time.time()
        own = _absolute(profile)
        before = {path: _stamp(path) for path in (own, *(known.stamps if known else ()))}
        saved = _save_time(changed, known.began, self.bell.heard, began) if known else None
        outcome: BuildResult | CvgenError
        try:
            outcome = build_with(profile, task.options, output=task.output, prestart=self.prestart)
            inputs = {own, *map(_absolute, outcome.inputs)}
        except CvgenError as error:
            outcome, inputs = error, {*before, *map(_absolute, _inputs(profile, task))}
        failed = isinstance(outcome, CvgenError)
        stamps = {path: before[path] if path in before else _stamp_after(path, began) for path in inputs}
        self.known[profile] = _Known(stamps, failed, began)
        seconds = None if saved is None else max(0.0, time.time() - saved)
        self.on_result(Rebuilt(profile, outcome, seconds, known is not None and known.failed and not failed))

    def _start_engine(self, tasks: Mapping[Path, BuildTask]) -> bool:
        """Have an engine waiting; False if that took so long that a look should be taken before waiting."""
        if self.prestart.is_used or self.rehearsed:
            self.prestart.restart()
            return True
        # Nothing had changed since earlier builds: a build in memory imports and prepares what the next one needs.
        sound = [profile for profile, known in self.known.items() if not known.failed]
        self.rehearsed = True
        for profile in sound[:1]:
            with contextlib.suppress(CvgenError):
                typeset(profile, tasks[profile].options.typeset, prestart=self.prestart)
        return not sound


def _save_time(changed: Iterable[Path], since: float, heard: float, now: float) -> float:
    """Return when the files were saved: what they say of themselves, if that can be, else when it was heard of."""
    times = [stamp[0] / 1e9 for path in changed if (stamp := _stamp(path)) is not None]
    return max(
        (moment for moment in times if since - _UNSETTLED <= moment <= now), default=min(max(heard, since), now)
    )


def _inputs(profile: Path, task: BuildTask) -> set[Path]:
    """Return the inputs of a build that failed, as far as they are known."""
    found: set[Path] = set()
    try:
        found |= {*emit_profile(profile, task.options.typeset).inputs}
    except CvgenError as error:
        found |= {Path(one.span.file) for one in error.diagnostics if one.span.file}
    with contextlib.suppress(CvgenError):
        data = source.read_yaml(profile).data
        table = data if isinstance(data, dict) else {}
        named = table.get("works")
        for name in named if isinstance(named, list) else [named]:
            place = works_path(profile, " ".join(name.split())) if isinstance(name, str) else None
            found |= {place} if isinstance(place, Path) else set()
        person = table.get("person")
        photo = person.get("photo") if isinstance(person, dict) else None
        found |= {profile.parent / photo} if isinstance(photo, str) else set()
    return found


class _Bell:
    """Rings when the system says that something happened to a file. Without its help it is deaf, and never rings."""

    def __init__(self) -> None:
        self.heard = 0.0
        """When it began to ring, in seconds since 1970."""
        self._rung = threading.Event()
        self._written: set[str] = set()
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[tuple[int, int], ObservedWatch]] = {}
        self._files: tuple[frozenset[Path], tuple[Path, ...]] | None = None
        self._wanted: set[str] = set()
        self._names: frozenset[str] = frozenset()
        self._in_folders: frozenset[str] = frozenset()

    @property
    def is_deaf(self) -> bool:
        return not self._watches

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError):  # as where the system gives no more of them
            observer = Observer()
            observer.start()
            self._observer = observer
        return self

    def __exit__(self, *_: object) -> None:
        if self._observer is not None:
            self._observer.stop()

    def listen(self, files: frozenset[Path], folders: tuple[Path, ...]) -> None:
        """Listen to what happens to `files`, and to profiles in `folders`. To be called again, as folders may change.

        Editors replace files, so their folders are watched, and those of what links lead to.
        """
        if self._observer is None:
            return
        if self._files != (files, folders):
            real = {os.path.realpath(path) for path in files}
            inside = {os.path.realpath(folder) for folder in folders}
            parents = {os.path.dirname(path) for path in real}  # noqa: PTH120 - of strings
            parents |= {os.path.realpath(path.parent) for path in files}
            self._names = frozenset({path.name for path in files} | {os.path.basename(path) for path in real})  # noqa: PTH119
            self._in_folders = frozenset(inside)
            self._wanted, self._files = parents | inside, (files, folders)
        for folder in {*self._watches} - self._wanted:
            self._observer.unschedule(self._watches.pop(folder)[1])
        for folder in self._wanted:
            self._listen_at(self._observer, folder)

    def _listen_at(self, observer: BaseObserver, folder: str) -> None:
        here = _identity(folder)
        if folder in self._watches:
            if self._watches[folder][0] == here:
                return
            observer.unschedule(self._watches.pop(folder)[1])
        if here is None:
            return
        with contextlib.suppress(OSError):
            self._watches[folder] = (here, observer.schedule(_Handler(self._hear), folder, event_filter=_CHANGES))
            self._rung.set()  # something may have happened before

    def _hear(self, event: events.FileSystemEvent) -> None:
        for path in filter(None, (os.fsdecode(event.src_path), os.fsdecode(event.dest_path))):
            folder, name = os.path.split(path)
            if name in self._names or (folder in self._in_folders and name.endswith(_PROFILES)):
                self._follow(event)
                self.heard = self.heard if self._rung.is_set() else time.time()
                self._rung.set()

    def _follow(self, event: events.FileSystemEvent) -> None:
        path = os.fsdecode(event.src_path)
        if event.event_type == "modified" and sys.platform == "linux":
            self._written.add(path)
        else:
            self._written.discard(path)

    def wait(self, seconds: float) -> None:
        """Wait until it rings, at most `seconds`."""
        self._rung.wait(seconds)

    def settle(self) -> None:
        """Wait until it has not rung for a moment, and files that are being written to are closed."""
        heard, start = self.heard, time.monotonic()
        while self._rung.is_set() and time.monotonic() < start + _MISSING_SECONDS:
            self._rung.clear()
            self._rung.wait(_QUIET_SECONDS)
            while self._written and not self._rung.is_set() and time.monotonic() < start + _WRITING_SECONDS:
                self._rung.wait(_QUIET_SECONDS)
        self._written.clear()
        self.heard = heard


class _Handler(events.FileSystemEventHandler):
    """Passes events on; they come in a thread of the observer."""

    def __init__(self, hear: Callable[[events.FileSystemEvent], None]) -> None:
        self._hear = hear

    def dispatch(self, event: events.FileSystemEvent) -> None:
        self._hear(event)


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        state = os.stat(folder)  # noqa: PTH116 - of strings
    except OSError:
        return None
    return (state.st_dev, state.st_ino)
