r"""Awesome-CV (posquit0/Awesome-CV): a document of the class `awesome-cv`, with the files that it reads by `\input`.

The first two arguments of an entry are what it is and where; which fields these are, the kind of the section says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pylatexenc.latexwalker import LatexEnvironmentNode, LatexGroupNode, LatexMacroNode

from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath
from cvgen.errors import ProfileError
from cvgen.files import read_start
from cvgen.imports.entries import bullets_in, date_of
from cvgen.imports.imported import Imported, Placed, lost, profile_of
from cvgen.imports.tex_markdown import (
    LISTS,
    TexReader,
    argument_bullets,
    arguments_of,
    items_of,
    markdown_of,
    paragraphs_of,
    source_of,
)
from cvgen.loading.synonyms import find_kind
from cvgen.sections import kind_of_form, load_kind, shape_of
from cvgen.sections.base import entry_model
from cvgen.source.positions import MAX_BYTES

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = r"Awesome-CV: the .tex file with `\documentclass{awesome-cv}`, beside the files that it reads"

_CLASS = re.compile(rb"^[^%\n]*\\documentclass\s*(?:\[[^\]]*\])?\s*\{\s*([^}\s]*)\s*\}", re.MULTILINE)
_HEADER: Final = {
    "address": "address", "mobile": "phone", "email": "email", "homepage": "homepage", "github": "github",
    "gitlab": "gitlab", "linkedin": "linkedin", "twitter": "x", "x": "x", "orcid": "orcid", "quote": "quote",
    "mastodon": "mastodon",
}  # fmt: skip
_FACTS: Final = {"dateofbirth": "Born", "extrainfo": "", "skype": "Skype", "whatsapp": "WhatsApp", "kakao": "Kakao"}
_NETWORKS: Final = {
    "stackoverflow": ("Stack Overflow", "https://stackoverflow.com/users/{}"),
    "reddit": ("Reddit", "https://www.reddit.com/user/{}"), "medium": ("Medium", "https://medium.com/@{}"),
    "kaggle": ("Kaggle", "https://www.kaggle.com/{}"), "hackerrank": ("HackerRank", "https://www.hackerrank.com/{}"),
    "telegram": ("Telegram", "https://t.me/{}"), "bitbucket": ("Bitbucket", "https://bitbucket.org/{}"),
}  # fmt: skip
_ARGUMENTS: Final = {
    **dict.fromkeys((*_HEADER, *_FACTS, *_NETWORKS, "position", "cvsection", "cvsubsection"), "{"),
    "input": "{", "include": "{",
    "name": "{{", "googlescholar": "{{", "stackoverflow": "{{", "photo": "[{", "href": "{{",
    "cventry": "{{{{{", "cvsubentry": "{{{{", "cvhonor": "{{{{", "cvskill": "{{", "cvhonorsubitem": "{{{{",
    "color": "{", "textcolor": "{{", "hspace": "{", "vspace": "{", "setheadertextfont": "{", "makecvfooter": "{{{",
    "makecvheader": "[", "fontdir": "[", "colorlet": "{{", "definecolor": "{{{", "geometry": "{", "setbool": "{{",
    "renewcommand": "{{", "newcommand": "{{", "usepackage": "[{", "documentclass": "[{", "fontsize": "{{",
    "addbibresource": "{", "nocite": "{", "printbibliography": "[", "setlength": "{{", "hypersetup": "{",
}  # fmt: skip
# Of the page, not of the person.
_IGNORED: Final = frozenset((
    "documentclass", "usepackage", "geometry", "fontdir", "colorlet", "definecolor", "setbool",
    "renewcommand", "newcommand", "makecvheader", "makecvfooter", "vspace", "hspace", "color", "setlength",
    "hypersetup", "newpage", "clearpage", "pagebreak", "hfill", "smallskip", "medskip", "bigskip", "par",
    "noindent", "centering", "today", "thepage", "the", "selectfont",
))  # fmt: skip
_ENVIRONMENTS: Final = ("cventries", "cvhonors", "cvskills", "cvparagraph", "cvsubentries", "cvletter")


def recognises(name: str, content: bytes) -> bool:
    """Tell a document by its class, or a file of sections by its commands."""
    return name.endswith(".tex") or b"\\cventry" in content


def import_content(content: bytes, file: str) -> Imported:
    """Return the profile of a document. Raises `ProfileError` for one of another class, or what is no UTF-8."""
    document = _CLASS.search(content)
    if document and document[1] != b"awesome-cv":
        name = document[1].decode("utf-8", "replace")
        raise _refused(file, f"this document has the class `{name}`; of TeX only `awesome-cv` is read")
    if document is None and b"\\cv" not in content:
        raise _refused(file, "this TeX file has nothing of Awesome-CV")
    reader = _Reader(Path(file).parent)
    try:
        reader.read_file(content, file)
    except RecursionError:
        raise _refused(file, "groups are nested too deeply") from None
    return reader.profile()


def _refused(file: str, message: str) -> ProfileError:
    hint = "import another format of this CV, or write a profile: `cvgen new`"
    return ProfileError([Diagnostic("import-refused", Severity.ERROR, Span(file), message, (hint,))])


@dataclass(slots=True)
class _Section:
    """A section as far as it is read: `groups` are its subsections with their entries."""

    title: str
    kind: str
    place: YamlPath
    groups: list[tuple[str, list[Placed]]] = field(default_factory=lambda: [("", [])])
    prose: list[str] = field(default_factory=list)


class _Reader:
    """Reads a document from its beginning to its end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tex = TexReader(_ARGUMENTS, _ENVIRONMENTS)
        self.losses: list[Diagnostic] = []
        self.person = Placed((), {"name": "Unknown"})
        self.sections: list[_Section] = []
        self.files: list[tuple[str, str]] = []

    # --- files and places -------------------------------------------------------------------------------------------

    def read_file(self, content: bytes, file: str) -> None:
        """Read a file. Raises `ProfileError` for what is no UTF-8."""
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise _refused(file, "this is not UTF-8 text") from None
        self.files.append((file, text))
        self.read(self.tex.nodes(text), len(self.files) - 1)

    def place(self, node: Any, number: int) -> YamlPath:  # noqa: ANN401 - pylatexenc has no types
        """Return where a node stands: the number of the file, and the line."""
        return (number, self.files[number][1].count("\n", 0, node.pos) + 1)

    def span(self, path: YamlPath) -> Span:
        """Return the span of a place."""
        number, line = (*path, 1, 1)[:2] if path else (0, 1)
        return Span(self.files[int(number)][0], int(line))

    def lose(self, place: YamlPath, what: str) -> None:
        """Note what has no place."""
        self.losses.append(lost(self.span(place), f"`{what}`"))

    def profile(self) -> Imported:
        """Return the profile, with all that was lost."""
        sections = [made for section in self.sections for made in _sections(section)]
        imported = profile_of({"person": self.person, "sections": sections}, self.span)
        return replace(imported, losses=(*self.losses, *imported.losses))

    # --- what the document says -------------------------------------------------------------------------------------

    def read(self, nodes: Sequence[Any], number: int) -> None:
        """Read commands and environments in order."""
        for node in nodes:
            if isinstance(node, LatexMacroNode):
                self._command(node, number)
            elif isinstance(node, LatexEnvironmentNode) and node.environmentname in LISTS:
                self._prose(node, number, "\n".join(f"- {one}" for one in items_of(node.nodelist)))
            elif isinstance(node, LatexEnvironmentNode) and node.environmentname == "cvparagraph":
                self._prose(node, number, "\n\n".join(paragraphs_of(node.nodelist)))
            elif isinstance(node, LatexEnvironmentNode | LatexGroupNode):
                self.read(node.nodelist, number)
            elif (words := markdown_of([node])) and number < len(self.files):
                self.lose(self.place(node, number), words[:60])

    def _prose(self, node: Any, number: int, text: str) -> None:  # noqa: ANN401 - pylatexenc has no types
        if self.sections:
            self.sections[-1].prose.append(text)
        elif text:
            self.lose(self.place(node, number), text[:60])

    def _command(self, node: Any, number: int) -> None:  # noqa: ANN401 - pylatexenc has no types
        name, place = node.macroname, self.place(node, number)
        arguments = arguments_of(node)
        texts = [markdown_of([one]) for one in arguments]
        if name in ("input", "include") and texts:
            self._input(source_of(arguments[-1]), place)
        elif name == "cvsection" and texts:
            self.sections.append(_Section(texts[0], _kind(texts[0]), place))
        elif name == "cvsubsection" and texts and self.sections:
            self.sections[-1].groups.append((texts[0], []))
        elif name in ("cventry", "cvsubentry", "cvhonor", "cvskill") and self.sections and texts:
            self._entry(name, arguments, texts, place)
        elif name not in _IGNORED and texts and not self._header(name, texts, place):
            self.lose(place, f"\\{name} {' '.join(texts)[:50]}")

    def _input(self, name: str, place: YamlPath) -> None:
        path = PurePosixPath(name if name.endswith(".tex") else f"{name}.tex")
        if path.is_absolute() or ".." in path.parts or len(self.files) > 50:
            self.lose(place, f"\\input{{{name}}}")
            return
        try:
            content = read_start(self.folder / path, MAX_BYTES + 1)
        except OSError:
            self.losses.append(
                Diagnostic(
                    "import-loss", Severity.NOTE, self.span(place), f"`{path}` cannot be read, and is left out"
                )
            )
            return
        if any(file == str(self.folder / path) for file, _ in self.files):
            return
        self.read_file(content[:MAX_BYTES], str(self.folder / path))

    def _header(self, name: str, texts: Sequence[str], place: YamlPath) -> bool:
        """Take a command of the header; return False for any other."""
        person, text = self.person, texts[0] if texts else ""
        before = set(person)
        if name == "name":
            person["name"] = " ".join(part for part in texts if part) or "Unknown"
        elif name == "position":
            person["position"] = [part.strip() for part in re.split(r"\s+[·|•]\s+", text) if part.strip()]
        elif name == "googlescholar":
            person["scholar"] = {"id": text, **({"label": texts[1]} if len(texts) > 1 and texts[1] else {})}
        elif name == "mobile":
            person["phone"] = re.sub(r"^\((\+\d+)\)", r"\1", text)
        elif name in _HEADER and text:
            person[_HEADER[name]] = text if name != "homepage" or "://" in text else f"https://{text}"
        elif name in _FACTS and text:
            label = _FACTS[name]
            person.setdefault("facts", []).append({"label": label, "text": text} if label else {"text": text})
        elif name in _NETWORKS and text:
            label, url = _NETWORKS[name]
            person.setdefault("links", []).append({"label": f"{label}: {texts[-1]}", "url": url.format(text)})
        else:
            return name in _HEADER or name in _FACTS
        person.keys_of |= dict.fromkeys(set(person) - before, place)
        return True

    def _entry(self, name: str, arguments: Sequence[Any], texts: Sequence[str], place: YamlPath) -> None:
        section = self.sections[-1]
        is_empty = not any(entries for _, entries in section.groups)
        if name == "cvskill" and is_empty:
            section.kind = kind_of_form("skill")
        elif name == "cvhonor" and section.kind == "custom" and is_empty:
            section.kind = kind_of_form("award")
        fields = _fields(section.kind, texts)
        bullets = [one for argument in arguments[4:5] for one in argument_bullets(argument)]
        known = _known(section.kind)
        if bullets and "highlights" in known:
            fields["highlights"] = bullets_in(bullets)
        elif bullets:
            fields["note"] = "; ".join(bullets)
        keep: dict[str, Any] = {}
        for key, value in fields.items():
            if key in known:
                keep[key] = value
            else:
                self.lose(place, str(value))
        if keep:
            section.groups[-1][1].append(Placed(place, keep, dict.fromkeys(keep, place)))


def _known(kind: str) -> tuple[str, ...]:
    model = entry_model(load_kind(kind).MODEL)
    return tuple(model.model_fields) if model else ("title", "note", "venue", "date", "location")


def _fields(kind: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return an entry's fields by what its arguments are: what, where, place, date; of a skill a label and values."""
    shape, known = shape_of(kind), _known(kind)
    if shape.form == "skill":
        values = [part.strip() for part in re.split(r",\s+", texts[1])] if len(texts) > 1 else []
        return {"label": texts[0], **({"values": values} if any(values) else {})}
    what, where, place, when = (*texts, "", "", "", "")[:4]
    title = shape.title or "title"
    beside = [
        *(["event"] if shape.form == "award" else []),
        *shape.organization,
        "event",
        "organization",
        "subtitle",
        shape.second_line,
        "note",
    ]
    second = next((name for name in beside if name in known and name not in (title, "location")), "note")
    if not what:  # the one that is left is what it is
        what, where = where, ""
    fields: dict[str, Any] = {title: what, second: where, "location": place}
    missing = {name for name, value in fields.items() if not value}
    if when:
        fields["date"] = date_of(re.sub(r"\s*\(\s*(?:exp\.?|expected)\s*\)", "", when, flags=re.IGNORECASE))
        if re.search(r"(?i)\(\s*exp", when) and "/" not in fields["date"]:
            fields["date"] = f"expected {fields['date']}"
    return {name: value for name, value in fields.items() if name not in missing}


def _kind(title: str) -> str:
    """Return the kind that the words of a heading mean; of `Work Experience` or `Honors & Awards` the first known."""
    words = re.sub(r"[^\w]+", " ", title.lower()).split()
    kinds = (kind for word in words if (kind := find_kind(word)) is not None)
    return next((kind for kind in kinds if shape_of(kind).form not in ("works", "prose")), "custom")


def _sections(section: _Section) -> Iterator[dict[str, Any]]:
    """Yield a section of a profile, or several: text and entries, and subsections where the kind has no groups."""
    head = {"title": section.title} if section.title else {}
    groups = [(title, entries) for title, entries in section.groups if entries]
    if section.prose and any(section.prose):
        yield {"kind": kind_of_form("prose"), **head, "text": "\n\n".join(filter(None, section.prose))}
        head = {"heading": "false"} if groups and head else head
    has_groups = "groups" in load_kind(section.kind).MODEL.model_fields
    if len(groups) == 1 and not groups[0][0]:
        yield {"kind": section.kind, **head, "entries": groups[0][1]}
    elif groups and has_groups and all(title for title, _ in groups):
        yield {"kind": section.kind, **head, "groups": [{"title": name, "entries": made} for name, made in groups]}
    else:
        for title, entries in groups:
            yield {"kind": section.kind, **({"title": title} if title else head), "entries": entries}
