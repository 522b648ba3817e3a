"""The peer of the speed figures: RenderCV in an environment of its own, and a CV of equal length for it."""

import subprocess
import sys
from pathlib import Path

import yaml

from cvgen.composer import compose
from cvgen.document import nodes as doc
from cvgen.loading.load import load

# Its Typst package for icons is downloaded at the first run; where that cannot be, this stands in: no icons at all,
# which is in RenderCV's favour.
_FONTAWESOME = "fontawesome/0.6.0"
_STUB = {
    "typst.toml": '[package]\nname = "fontawesome"\nversion = "0.6.0"\nentrypoint = "lib.typ"\n',
    "lib.typ": "#let fa-icon(..args) = []\n",
}


def install(folder: Path) -> Path:
    """Install RenderCV from PyPI and return its command. The newest one needs Python 3.12."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", "rendercv[full]", "click"], check=True)
    return folder / "bin" / "rendercv"


def stub_icons(home: Path) -> None:
    """Put the stand-in where Typst looks for packages first."""
    folder = home / ".cache" / "typst" / "packages" / "preview" / _FONTAWESOME
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _STUB.items():
        (folder / name).write_text(text)


def write_input(profile: Path, path: Path) -> None:
    """Write the CV of `profile` in RenderCV's words: the same entries, bullets, papers and honors."""
    document = compose(load(profile))
    sections = {}
    for section in document.sections:
        entries = [entry for block in section.blocks for entry in _entries(block)]
        sections[doc.plain(section.title)] = entries
    header = document.header
    person = {"name": f"{doc.plain(header.given)} {doc.plain(header.family)}", "headline": doc.plain(header.position)}
    path.write_text(yaml.safe_dump({"cv": {**person, "sections": sections}}, allow_unicode=True, sort_keys=False))


def _entries(block):
    match block:
        case doc.EntryBlock():
            for position in block.positions:
                yield {
                    "name": ", ".join(filter(None, map(doc.plain, (block.title, position.title)))),
                    "location": doc.plain(block.location),
                    "date": doc.plain(position.date),
                    "highlights": [words for part in position.body for words in _bullets(part)],
                }
        case doc.WorkBlock():
            lines = (block.authors, block.legend, block.award, *block.notes)
            yield {
                "name": doc.plain(block.title),
                "location": doc.plain(block.location),
                "date": doc.plain(block.date),
                "summary": doc.plain(block.venue),
                "highlights": [doc.plain(line) for line in lines if line],
            }
        case doc.HonorRow():
            words = ", ".join(filter(None, map(doc.plain, (block.title, block.remark, block.location))))
            yield {"name": words, "date": doc.plain(block.date)}
        case doc.SkillRow():
            yield {"name": doc.plain(block.label), "summary": doc.plain(block.values)}


def _bullets(part):
    lines = [part.line] if isinstance(part, doc.Paragraph) else [item.line for item in part.items]
    return [doc.plain(line) for line in lines]
