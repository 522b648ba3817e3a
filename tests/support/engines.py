"""Engines, trees and documents to typeset: real ones, and fake_engine.py for everything that can go wrong."""

import dataclasses
import io
import sys
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from cvgen.engine.cached_folders import write_manifest
from cvgen.engine.engines import ENGINES, Engine, find_engine
from cvgen.engine.format_cache import find_format
from cvgen.engine.run import run_engine
from cvgen.engine.tex_tree import TexTree, prepare_tex_tree
from cvgen.errors import EngineMissingError
from cvgen.latex.theme_folders import class_folder

__all__ = [
    "ARTICLE",
    "CV",
    "dump_format",
    "fake",
    "installed",
    "make_tree",
    "pretend",
    "run_at",
    "stock",
    "text_of",
    "tree_of",
]

ARTICLE = "\\documentclass{article}\n\\nofiles\n\\begin{document}\n%s\n\\end{document}\n"
CV = (
    "\\documentclass[theme=%s]{cvgen}\n\\cvname{Ada}{Lovelace}{}\n"
    "\\begin{document}\n\\cvmakeheader\n%s\n\\end{document}\n"
)
_FAKE = Path(__file__).with_name("fake_engine.py")


def installed(name):
    """Return the engine, or fail: a test that needs one is never skipped."""
    try:
        return find_engine(name)
    except EngineMissingError as error:
        pytest.fail(f"{error}: run `{ENGINES[name].setup}`")


def stock(engine):
    """Return the same engine without formats of ours."""
    return dataclasses.replace(engine, format="")


def fake(*, name="fake", **fields):
    """Return an engine that does what the first line of its document asks."""
    reads = (sys.prefix, sys.base_prefix, str(_FAKE.parent))
    return Engine(name, sys.executable, lambda job: ("-I", "-S", str(_FAKE), f"{job}.tex"), reads=reads, **fields)


def pretend(act, tree, **options):
    """Run the fake engine."""
    return run_engine(f"% fake: {act}\n", engine=options.pop("engine", fake()), tree=tree, **options)


def make_tree(parent, files=None, fonts=None):
    """Make a tree of these files and fonts, by name, and no more of use."""
    folders = [parent / name for name in ("class", "fonts", "var")]
    folders[2].mkdir(parents=True)
    for folder, content in zip(folders[:2], (files or {}, fonts or {}), strict=True):
        folder.mkdir()
        for name, data in {**content, "coverage.json": b"{}"}.items():
            (folder / name).write_bytes(data)
        write_manifest(folder)
    return TexTree(*folders, digest="")


def tree_of(theme="plain"):
    """Return the tree of one of our themes, in the cache."""
    return prepare_tex_tree(class_folder() / theme)


def dump_format(engine, tree):
    """Let there be a format, and return it."""
    for _ in range(2):
        if found := find_format(engine, tree):
            return found
        run_engine(CV % (tree.theme, "x"), engine=engine, tree=tree)
    pytest.fail("no format was dumped")


def run_at(seconds, tex, theme):
    """Typeset in the theme at a time, in seconds since 1970, and return the PDF; for processes of their own."""
    tree = tree_of(theme)
    time.sleep(max(0.0, seconds - time.time()))
    return run_engine(tex, engine=find_engine("xelatex"), tree=tree).pdf


def text_of(pdf):
    """Return what pypdf reads on the pages of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
