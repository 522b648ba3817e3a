"""A profile and all that its build reads, as bytes for a machine that shares no disk with this one.

Here `pack` reads; there `receive` unpacks into a folder that goes again, typesets in memory and answers; here
`unpack` opens the answer, in which every place is one of the user's own. The same versions there give the same bytes:
what a build is told about time comes from here, and cvgen itself must be the same.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import platform
import re
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cvgen.build import Format, files_of
from cvgen.clock import Moment, at, moment_of
from cvgen.diagnostics import Diagnostic, Span
from cvgen.errors import CvgenError, EngineMissingError, OutputError, ProfileError, UsageError
from cvgen.files import read_file
from cvgen.frozen import frozen
from cvgen.latex.runtime import package_version
from cvgen.latex.themes import class_folder, users_themes, with_users_themes
from cvgen.typeset import BuildResult, Options, make, path_of

if TYPE_CHECKING:
    from cvgen.profile.model import Profile
    from cvgen.source import Data

__all__ = ["Answer", "identity", "pack", "receive", "unpack"]

_FOLDER, _THEMES, _LOG = "profile/here", "themes", "engine.log"  # in what a worker unpacks
_MOST_BYTES = 8 << 20  # of a file: more than anything that a build reads may have
_THEME_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@frozen
class _Bundle:
    """What is sent. `files` go by their place below the worker's folder; `shown` says how the user calls them."""

    profile: str | Profile
    files: Mapping[str, bytes]
    shown: Mapping[str, str]
    moment: Moment
    options: Options
    output: str
    formats: tuple[Format, ...]


@frozen
class Answer:
    """What a worker answers: a result with its files by path, or an error; what the engine's log says of that.

    `crash` is the traceback of a bug.
    """

    result: BuildResult | None = None
    files: Mapping[str, bytes] | None = None
    error: CvgenError | None = None
    log: str = ""
    crash: str = ""


@functools.cache
def identity() -> str:
    """Return cvgen's version with a digest of its own files: checkouts differ under the same version."""
    found = hashlib.sha256()
    for folder in (Path(__file__).parent, class_folder()):
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".py", ".toml", ".json", ".cls", ".sty") and file.is_file():
                name, data = file.relative_to(folder).as_posix(), file.read_bytes()
                found.update(f"{name}\0{len(data)}\0".encode() + data)
    return f"{package_version()} ({found.hexdigest()[:12]})"


# --- here -----------------------------------------------------------------------------------------------------------


def pack(profile: Path | str | Profile, output: Path, formats: Sequence[Format], options: Options) -> bytes:
    """Return all that a build of `profile` reads. Raises what the build would, where a file cannot be read."""
    read = _Read(profile, options)
    if read.odd:
        raise _refusal(profile, options, read.odd)
    bundle = _Bundle(
        read.profile if isinstance(profile, str | Path) else profile,
        read.files,
        {**read.shown, _LOG: str(output.with_suffix(".log"))},
        moment_of(path_of(profile)),
        options,
        str(output),
        tuple(formats),
    )
    return pickle.dumps(bundle)


class _Read:
    """What a profile needs: the bytes of files by their place in the bundle, and how the user calls them.

    `odd` is one that cannot be sent.
    """

    def __init__(self, profile: Path | str | Profile, options: Options) -> None:
        path = path_of(profile) or Path("profile.yaml")
        self.path, self.profile, self.odd = path, f"{_FOLDER}/{path.name}", ""
        self.files: dict[str, bytes] = {}
        above = os.path.normpath(path.parent / "..")
        self.shown = {_FOLDER: str(path.parent), os.path.dirname(_FOLDER): above}  # noqa: PTH120
        if isinstance(profile, str | Path):
            self.file(options)
        else:
            self.loaded(profile)
        if options.get("theme"):
            self.theme(options["theme"])

    def file(self, options: Options) -> None:
        """Read the profile and all that it names, without checking it: the worker does. Raises ProfileError."""
        from cvgen import source as yaml_source
        from cvgen.profile.works_files import named_files

        source = yaml_source.read(self.path)
        self.files[self.profile], self.shown[self.profile] = read_file(self.path, _MOST_BYTES), str(self.path)
        for where, value in (options.get("overrides") or {}).items():
            source = source.with_value(yaml_source.parse_set_path(where), value)
        data = source.data
        for _, name in named_files(data):
            self.works(name)
        photo = _at(data, "person", "photo")
        self.photo(_at(photo, "path") if isinstance(photo, dict) else photo)
        variants = _at(data, "variants")
        for part in (data, *(variants.values() if isinstance(variants, dict) else ())):
            self.theme(_at(part, "document", "theme"))

    def loaded(self, profile: Profile) -> None:
        """Read what a loaded profile still needs."""
        self.photo(profile.person.photo.path if profile.person.photo else None)
        variants = profile.file.variants.values()
        for settings in (profile.file.document, *(variant.document for variant in variants)):
            self.theme(settings.theme if settings else None)

    def works(self, name: str) -> None:
        """Read a works file."""
        from cvgen.profile.works_files import works_path

        self.add(name, isinstance(works_path(self.path, name), Path))

    def photo(self, name: Data) -> None:
        """Read the portrait: no link, and in the profile's folder, for the worker cannot see that it is not."""
        if isinstance(name, str):
            name = " ".join(name.split())
            file, folder = self.path.parent / name, os.path.realpath(self.path.parent)
            self.add(name, not file.is_symlink() and Path(os.path.realpath(file)).is_relative_to(folder))

    def add(self, name: str, allowed: bool) -> None:
        """Read the file that the profile calls `name`."""
        there = os.path.normpath(f"{_FOLDER}/{name}")
        here = os.path.normpath(self.path.parent / name)
        inside = there.startswith(f"{os.path.dirname(_FOLDER)}/") and not os.path.isabs(name)  # noqa: PTH117, PTH120
        data = _bytes_of(here) if allowed and inside else None
        if data is None:
            self.odd = self.odd or name
        else:
            self.files[there], self.shown[there] = data, here

    def theme(self, name: Data) -> None:
        """Read a theme, if it is one of the user's own."""
        if not isinstance(name, str) or not _THEME_NAME.fullmatch(name.strip()):
            return
        folder = users_themes() / name.strip()
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            data = _bytes_of(str(file))
            if data is not None:
                there = f"{_THEMES}/{folder.name}/{file.name}"
                self.files[there], self.shown[there] = data, str(file)


def _bytes_of(file: str) -> bytes | None:
    """Return the bytes of a regular file of a sensible size, else None."""
    try:
        return read_file(file, _MOST_BYTES)
    except OSError:
        return None


def _at(data: Data, *keys: str) -> Data:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _refusal(profile: Path | str | Profile, options: Options, name: str) -> CvgenError:
    """Return what a build here says of a file that cannot be sent, or that it cannot."""
    from cvgen.document.draft import draft
    from cvgen.prepare import prepare
    from cvgen.profile.load import load

    try:
        loaded = load(profile, overrides=options.get("overrides")) if isinstance(profile, str | Path) else profile
        prepare(draft(loaded, variant=options.get("variant")), theme=options.get("theme"))
    except CvgenError as error:
        return error
    hint = "put it into the profile's folder and name it from there, as a plain file"
    return ProfileError(
        f"`{name}` cannot be sent to another machine", hints=(hint,), span=Span(str(path_of(profile)))
    )


def unpack(answer: bytes) -> Answer:
    """Open what `receive` answered. Raises RuntimeError for a bug in cvgen there."""
    opened: Answer = pickle.loads(answer)
    if opened.crash:
        raise RuntimeError(f"a worker failed:\n{opened.crash}")
    return opened


# --- there ----------------------------------------------------------------------------------------------------------


def receive(sender: str, bundle: bytes) -> bytes:
    """Build what `pack` made, on a machine that may be another one. `sender` is the `identity` of the caller's cvgen.

    Never raises: whatever does in a worker is the executor's own trouble.
    """
    try:
        if sender != identity():
            words = f"a worker on `{platform.node()}` has another cvgen: {identity()}, not {sender}"
            raise UsageError(words, hints=("install the same cvgen on all machines",))  # noqa: TRY301 - answered below
        answer = _build(pickle.loads(bundle))
    except CvgenError as error:
        answer = Answer(error=error)
    except Exception:
        answer = Answer(crash=traceback.format_exc())
    return pickle.dumps(answer)


def _build(bundle: _Bundle) -> Answer:
    with contextlib.ExitStack() as stack:
        try:
            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cvgen-", ignore_cleanup_errors=True)))
            for place, data in bundle.files.items():
                (root / place).parent.mkdir(parents=True, exist_ok=True)
                (root / place).write_bytes(data)
        except OSError as problem:
            raise OutputError(f"no work folder can be made on `{platform.node()}`: {problem.strerror}") from problem
        names = {str(root / there): here for there, here in bundle.shown.items()}
        stack.enter_context(at(bundle.moment))
        stack.enter_context(with_users_themes(root / _THEMES))
        try:
            result = make(_profile(bundle, root), bundle.options, keep_log=root / _LOG).result
        except CvgenError as error:
            log = (root / _LOG).read_text("utf-8", "replace") if (root / _LOG).is_file() else ""
            return Answer(error=type(error)(_named(error.diagnostics, names)), log=log)
        files = files_of(result, Path(bundle.output), bundle.formats)
        result = replace(result, diagnostics=tuple(_named(result.diagnostics, names)))
        return Answer(result, {str(path): data for path, data in files.items()})


def _profile(bundle: _Bundle, root: Path) -> Path | Profile:
    if isinstance(bundle.profile, str):
        return root / bundle.profile
    # Its photo is looked for beside its path.
    return replace(bundle.profile, path=root / _FOLDER / "profile.yaml")


def _named(found: Iterable[Diagnostic], names: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield diagnostics in which every file has the name that the user knows, and engines have a place."""
    places = re.compile("|".join(re.escape(there) for there in sorted(names, key=len, reverse=True)))

    def words(text: str) -> str:
        return places.sub(lambda match: names[match[0]], text)

    def span(place: Span) -> Span:
        return replace(place, file=words(place.file))

    for one in found:
        here = f" on the worker `{platform.node()}`" if one.code == EngineMissingError.code else ""
        yield replace(
            one,
            span=span(one.span),
            message=words(one.message) + here,
            hints=tuple(map(words, one.hints)),
            related=tuple((span(place), words(text)) for place, text in one.related),
        )
