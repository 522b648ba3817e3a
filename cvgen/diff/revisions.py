"""A file, and what a profile refers to, as they were at a revision of a git repository.

The repository may be a stranger's: nothing that its settings name is run, nothing is fetched, no filter is applied.
"""

from __future__ import annotations

import datetime
import os
import posixpath
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cvgen import source as yaml_source
from cvgen.errors import UsageError

__all__ = ["Revision", "find_revision"]

_SECONDS = 20
_LARGEST = 20 << 20
# Programs that git would run for a repository's settings: a monitor of files, hooks, gpg, a pager.
_SAFE = ("--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
# And those that it would run to fetch an object that a partial clone lacks (remote.*, core.sshCommand).
_ENVIRONMENT = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0"}


@dataclass(frozen=True, slots=True)
class Revision:
    """The file at `path`, seen from the top of the repository that `folder` lies in, at the commit `commit`."""

    name: str
    folder: Path
    commit: str
    path: str

    def bytes_of(self, path: str) -> bytes | None:
        """Return a file of this revision; None if there is none, or it is a link, a folder or too large."""
        listed = _git(self.folder, "ls-tree", "-l", "-z", "--full-tree", self.commit, "--", path) or b""
        found = re.fullmatch(rb"100\d{3} blob ([0-9a-f]+) +(\d+)\t[^\0]+\0", listed)
        if not found or int(found[2]) > _LARGEST:
            return None
        return _git(self.folder, "cat-file", "blob", found[1].decode())

    def extract(self, target: Path) -> Path:
        """Write the file, and the works and the photo that it names, below `target`; return where it is.

        Raises `ProfileError` where the profile cannot be read at all.
        """
        written = self._write(self.path, target)
        if written is None:
            raise UsageError(f"`{self.name}` is not a file", hints=(f"`git ls-tree {self.commit[:12]}` lists them",))
        if written.suffix.lower() in (".yaml", ".yml"):
            folder = posixpath.dirname(self.path)
            for name in _named(yaml_source.read_yaml(written).data):
                self._write(posixpath.normpath(posixpath.join(folder, name)), target)
        return written

    def _write(self, path: str, target: Path) -> Path | None:
        parts = path.split("/")
        if path.startswith("/") or ".." in parts or "\\" in path or ":" in path:
            return None
        content = self.bytes_of(path)
        if content is None:
            return None
        place = target.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return place

    def day(self) -> datetime.date | None:
        """Return the day, in UTC, of the last commit up to this revision that changed the file."""
        stamp = _git(self.folder, "log", "-1", "--no-show-signature", "--format=%ct", self.commit, "--", self._here())
        if stamp is None or not stamp.strip().isdigit():
            return None
        return datetime.datetime.fromtimestamp(int(stamp), datetime.UTC).date()

    def _here(self) -> str:
        """Return the path as git takes it in `folder`."""
        return posixpath.relpath(self.path, _prefix(self.folder) or ".")


def find_revision(revision: str, path: str, folder: Path, *, name: str = "") -> Revision | None:
    """Find `path` at `revision` of the repository that `folder` lies in; None where there is no such revision.

    `path` is seen from the top of the repository as in git itself, or from `folder` where nothing stands there or it
    begins with `./`. Raises `UsageError` where the revision has no such file.
    """
    if not revision or revision.startswith("-") or not revision.isprintable() or len(revision) > 200:
        return None
    commit = (_git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") or b"").decode().strip()
    if not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        return None
    inside = posixpath.normpath(posixpath.join(_prefix(folder), path))
    places = [inside] if path.startswith(("./", "../")) else [posixpath.normpath(path), inside]
    for place in dict.fromkeys(places):
        found = Revision(name or f"{revision}:{path}", folder, commit, place)
        if found.bytes_of(place) is not None:
            return found
    hint = "`git log --follow` lists its commits and its former names"
    raise UsageError(f"there is no `{path.removeprefix('./')}` at `{revision}`", hints=(hint,))


def _prefix(folder: Path) -> str:
    return (_git(folder, "rev-parse", "--show-prefix") or b"").decode("utf-8", "surrogateescape").rstrip("\n")


def _named(data: object) -> list[str]:
    """Return the files that a profile names: works and the photo."""
    if not isinstance(data, dict):
        return []
    works, person = data.get("works"), data.get("person")
    photo = person.get("photo") if isinstance(person, dict) else None
    photo = photo.get("path") if isinstance(photo, dict) else photo
    names = [*(works if isinstance(works, list) else [works]), photo]
    return [" ".join(name.split()) for name in names if isinstance(name, str)]


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints; None where it fails, takes too long or is not installed."""
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments],
            cwd=folder,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout
