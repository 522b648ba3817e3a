"""What commands write: the names of outputs and their kinds, and which files an output must not replace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity
from cvgen.errors import UsageError
from cvgen.files import check_place, read_start

__all__ = [
    "DOCUMENT_KINDS",
    "MADE_BY",
    "PDF",
    "PNG",
    "TEX",
    "OutputFormat",
    "OutputKind",
    "can_replace",
    "check_outputs",
    "default_output",
    "is_any_of",
    "log_path",
    "marked",
    "marks_in",
    "merge_marked",
    "output_kind",
    "output_kinds",
]

OutputFormat: TypeAlias = Literal["pdf", "png", "tex", "html", "markdown", "docx", "text"]


@dataclass(frozen=True, slots=True)
class OutputKind:
    """A kind of file that is written: its name with an article, how file names end, how the content begins."""

    name: str
    suffixes: tuple[str, ...]
    start: bytes = b""


PDF = OutputKind("a PDF", (".pdf",), b"%PDF")
PNG = OutputKind("a PNG picture", (".png",), b"\x89PNG")
TEX = OutputKind("a TeX document", (".tex",))
# Formats of `cvgen.formats` that say what the PDF says.
DOCUMENT_KINDS: Final[Mapping[OutputFormat, OutputKind]] = {
    "html": OutputKind("a page of HTML", (".html",), b"<!DOCTYPE html>"),
    "markdown": OutputKind("a page of Markdown", (".md",)),
    "docx": OutputKind("a Word document", (".docx",), b"PK"),
    "text": OutputKind("plain text", (".txt",)),
}
LOG = OutputKind("a log of TeX", (".log",), b"This is ")


# What Windows takes for a device, whatever follows the dot.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


def _file_name(words: str) -> str:
    """Return words as a name that no shell and no file system takes for something else."""
    name = re.sub(r"[^\w .,~%'+@()=-]+", "-", words).strip(" .-") or "cv"
    return f"{name}_" if name.partition(".")[0].lower() in _DEVICES else name


def default_output(profile: Path, variant: str | None = None, *, letter: bool = False) -> Path:
    """Return the default output of a build: `build/<stem>.pdf`, with the variant's name if there is one.

    >>> default_output(Path("profiles/ada.yaml"), "short").as_posix()
    'build/ada-short.pdf'
    >>> default_output(Path("-rf; ls.yaml"), "../../x").as_posix()
    'build/rf- ls-..-..-x.pdf'
    >>> default_output(Path("profiles/ada.yaml"), letter=True).as_posix()
    'build/ada-letter.pdf'
    """
    stem = "-".join(filter(None, (profile.stem, variant, "letter" if letter else "")))
    return Path("build") / f"{_file_name(stem)}.pdf"


def output_kinds(output: Path, formats: Sequence[OutputFormat]) -> dict[Path, OutputKind]:
    """Return what a build writes, as far as that is known before: of pictures the first. Raises `UsageError`."""
    if not output.name:
        raise UsageError(f"`{output}` is a folder", hints=("name a file in it",))
    kinds = {output: PDF} if "pdf" in formats else {}
    if "tex" in formats:
        kinds.setdefault(output.with_suffix(".tex"), TEX)
    if "png" in formats:
        kinds[output.with_name(f"{output.stem}-1.png")] = PNG
    for name, kind in DOCUMENT_KINDS.items():
        if name in formats:
            kinds.setdefault(output.with_suffix(kind.suffixes[0]), kind)
    return kinds


def output_kind(path: Path) -> OutputKind:
    """Return the kind of a file of a build, by its name."""
    others = {kind.suffixes[0]: kind for kind in (TEX, PNG, *DOCUMENT_KINDS.values())}
    return others.get(path.suffix.lower(), PDF)


def log_path(output: Path) -> Path | None:
    """Return where the log of an engine that fails goes; None where it would replace what is no such log."""
    path = output.with_suffix(".log")
    return path if can_replace(path, LOG) else None


# --- conflicts ------------------------------------------------------------------------------------------------------


def check_outputs(outputs: Mapping[Path, OutputKind], inputs: Iterable[Path] = ()) -> None:
    """Refuse outputs before anything is made for them.

    Raises `UsageError` with every one that is an input, by whatever name, that would replace a file of another kind,
    or that has the name of another kind; then `OutputError` for the first place where there can be no file.
    """
    known = {one: path for path in inputs if (one := _identity(path)) is not None}
    found = [problem for path, kind in outputs.items() if (problem := _conflict(path, kind, known)) is not None]
    if found:
        raise UsageError(found)
    for path in outputs:
        check_place(path)


def _conflict(path: Path, kind: OutputKind, inputs: Mapping[tuple[int, int], Path]) -> Diagnostic | None:
    suffix, identity = path.suffix.lower(), _identity(path)
    hint = "name another output"
    if suffix not in kind.suffixes and path.name:
        hint = f"{hint}, such as `{path.with_suffix(kind.suffixes[0])}`"
    if identity is not None and (same := inputs.get(identity)) is not None:
        message = f"`{path}` is {'' if same == path else f'`{same}`, '}an input, and would be replaced"
    elif suffix and suffix not in kind.suffixes:
        message = f"`{path}` is not a name for {kind.name}"
    elif path.is_file() and not can_replace(path, kind):
        message, hint = f"`{path}` exists and is not {kind.name}", "name another output, or remove that file"
    else:
        return None
    return Diagnostic(UsageError.code, Severity.ERROR, NOWHERE, message, (hint,))


def can_replace(path: Path, kind: OutputKind) -> bool:
    """Tell whether there is no file, an empty one, or one of that kind; by its name where content does not say."""
    try:
        start = read_start(path, max(1, len(kind.start)))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return not start or (start == kind.start if kind.start else path.suffix.lower() in kind.suffixes)


def is_any_of(path: Path, others: Iterable[Path]) -> bool:
    """Tell whether a file is one of `others`, by whatever name."""
    identity = _identity(path)
    return identity is not None and any(_identity(other) == identity for other in others)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return (state.st_dev, state.st_ino)


# --- pages that people write too ------------------------------------------------------------------------------------

MADE_BY = "cvgen export"
"""Words in a file that an export may replace as a whole."""
_MARKED = r"<!-- cvgen:{name} -->\n(?P<text>.*?)<!-- /cvgen:{name} -->"


def marked(name: str, text: str) -> str:
    """Return the part of a page that an export makes anew each time, between two marks.

    >>> marked("list", "One.")
    '<!-- cvgen:list -->\\n\\nOne.\\n\\n<!-- /cvgen:list -->\\n'
    """
    return f"<!-- cvgen:{name} -->\n\n{text}\n\n<!-- /cvgen:{name} -->\n"


def marks_in(text: str) -> list[str]:
    """Return the names of the marked parts of a page."""
    return re.findall(r"<!-- cvgen:([\w-]+) -->", text)


def merge_marked(old: str, new: str) -> str | None:
    """Return a page with the marked parts of a `new` one in place of its own; None if it lacks a mark."""
    for name in marks_in(new):
        pattern = re.compile(_MARKED.format(name=name), re.DOTALL)
        made, there = pattern.search(new), pattern.search(old)
        if made is None or there is None:
            return None
        old = old[: there.start()] + made[0] + old[there.end() :]
    return old
