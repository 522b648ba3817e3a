"""A profile and all that its build reads, as bytes for a machine that shares no disk with this one.

Here `pack_bundle` reads; there `build_bundle` unpacks into a folder that goes again, typesets in memory and answers;
here `unpack_answer` opens the answer, in which every path is one of the user's own. The same versions there give the
same bytes: what a build knows of time comes from here, and cvgen itself must be the same.
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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cvgen import __version__
from cvgen import source as yaml_source
from cvgen.build_date import Moment, moment_of
from cvgen.builder import BuildOptions, BuildResult, files_of, path_of, result_of
from cvgen.diagnostics import Diagnostic, Span
from cvgen.errors import CvgenError, EngineMissingError, OutputError, ProfileError, UsageError
from cvgen.files import read_file
from cvgen.latex.theme_folders import class_folder
from cvgen.loading.works_files import named_files, works_path
from cvgen.options import TypesetOptions
from cvgen.paths import user_themes_folder
from cvgen.pipeline import emit_profile, run_pipeline

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile
    from cvgen.source.positions import Data

__all__ = ["Answer", "build_bundle", "pack_bundle", "package_identity", "unpack_answer"]

_FOLDER, _THEMES, _LOG = "profile/here", "themes", "engine.log"  # in what a worker unpacks
_MAX_BYTES = 8 << 20  # of a file: more than anything that a build reads may have
_THEME_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Content of a bundle. `files` are by their place below the worker's folder, `shown` their names for the user."""

    profile: str | Profile
    files: Mapping[str, bytes]
    shown: Mapping[str, str]
    moment: Moment
    options: BuildOptions
    output: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A worker's answer: a result with its files by path, or an error with the log of the engine.

    `crash` is the traceback of a bug.
    """

    result: BuildResult | None = None
    files: Mapping[Path, bytes] = field(default_factory=dict)
    error: CvgenError | None = None
    log: str = ""
    crash: str = ""


@functools.cache
def package_identity() -> str:
    """Return cvgen's version with a digest of its own files: checkouts differ under the same version."""
    found = hashlib.sha256()
    for folder in (Path(__file__).parents[1], class_folder()):
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".py", ".toml", ".json", ".cls", ".sty") and file.is_file():
                name, data = file.relative_to(folder).as_posix(), file.read_bytes()
                found.update(f"{name}\0{len(data)}\0".encode() + data)
    return f"{__version__} ({found.hexdigest()[:12]})"


# --- here -----------------------------------------------------------------------------------------------------------


def pack_bundle(profile: Path | str | Profile, output: Path, options: BuildOptions) -> bytes:
    """Return all that a build of `profile` reads. Raises what the build would, where a file cannot be read."""
    read = _Read(profile, options.typeset)
    if read.odd:
        raise _refusal(profile, options.typeset, read.odd)
    bundle = _Bundle(
        read.profile if isinstance(profile, str | Path) else profile,
        read.files,
        {**read.shown, _LOG: str(output.with_suffix(".log"))},
        moment_of(path_of(profile)),
        options,
        str(output),
    )
    return pickle.dumps(bundle)


class _Read:
    """What a profile needs: the bytes of files by their place in the bundle, and how the user calls them.

    `odd` is one that cannot be sent.
    """

    def __init__(self, profile: Path | str | Profile, options: TypesetOptions) -> None:
        path = path_of(profile) or Path("profile.yaml")
        self.path, self.profile, self.odd = path, f"{_FOLDER}/{path.name}", ""
        self.files: dict[str, bytes] = {}
        above = os.path.normpath(path.parent / "..")
        self.shown = {_FOLDER: str(path.parent), os.path.dirname(_FOLDER): above}  # noqa: PTH120
        if isinstance(profile, str | Path):
            self.file(options)
        else:
            self.loaded(profile)
        if options.theme:
            self.theme(options.theme)

    def file(self, options: TypesetOptions) -> None:
        """Read the profile and all that it names, without checking it: the worker does. Raises ProfileError."""
        source = yaml_source.read_yaml(self.path)
        self.files[self.profile], self.shown[self.profile] = read_file(self.path, _MAX_BYTES), str(self.path)
        for where, value in options.overrides.items():
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
        folder = user_themes_folder() / name.strip()
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            data = _bytes_of(str(file))
            if data is not None:
                there = f"{_THEMES}/{folder.name}/{file.name}"
                self.files[there], self.shown[there] = data, str(file)


def _bytes_of(file: str) -> bytes | None:
    """Return the bytes of a regular file of a sensible size, else None."""
    try:
        return read_file(file, _MAX_BYTES)
    except OSError:
        return None


def _at(data: Data, *keys: str) -> Data:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _refusal(profile: Path | str | Profile, options: TypesetOptions, name: str) -> CvgenError:
    """Return what a build here says of a file that cannot be sent, or that it cannot."""
    try:
        emit_profile(profile, options, moment_of(path_of(profile)))
    except CvgenError as error:
        return error
    hint = "put it into the profile's folder and name it from there, as a plain file"
    return ProfileError(
        f"`{name}` cannot be sent to another machine", hints=(hint,), span=Span(str(path_of(profile)))
    )


def unpack_answer(answer: bytes) -> Answer:
    """Open what `build_bundle` answered. Raises RuntimeError for a bug in cvgen there."""
    opened: Answer = pickle.loads(answer)
    if opened.crash:
        raise RuntimeError(f"a worker failed:\n{opened.crash}")
    return opened


# --- there ----------------------------------------------------------------------------------------------------------


def build_bundle(sender: str, bundle: bytes) -> bytes:
    """Build what `pack_bundle` made, on a machine that may be another one.

    `sender` is the `package_identity` of the caller's cvgen.

    Never raises: an exception in a worker would be taken for a failure of the executor.
    """
    try:
        if sender != package_identity():
            words = f"a worker on `{platform.node()}` has another cvgen: {package_identity()}, not {sender}"
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
        options = replace(bundle.options.typeset, user_themes=root / _THEMES)
        try:
            made = run_pipeline(
                _profile(bundle, root), options, ask_moment=lambda: bundle.moment, keep_log=root / _LOG
            )
        except CvgenError as error:
            log = (root / _LOG).read_text("utf-8", "replace") if (root / _LOG).is_file() else ""
            return Answer(error=type(error)(_named(error.diagnostics, names)), log=log)
        inputs = tuple(Path(names.get(str(path), path)) for path in made.inputs)
        result = replace(result_of(made), diagnostics=tuple(_named(made.diagnostics, names)), inputs=inputs)
        return Answer(result, files_of(made, Path(bundle.output), bundle.options))


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
