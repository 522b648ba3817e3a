"""Files of other tools, which are recognised whole: one message says what their keys are called here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from cvgen.diagnostics import Diagnostic, Severity
from cvgen.loading.explanations import Written

__all__ = ["recognise"]


class _Tool(NamedTuple):
    name: str
    keys: tuple[str, ...]
    """A key at the top, and one below it, that tell the tool."""
    names: str


_TOOLS: Final = (
    _Tool(
        "RenderCV",
        ("cv", "name", "sections"),
        "`cv` is `person` here, `cv.sections` a list `sections` with a `kind` for each, `design` is `document`",
    ),
    _Tool(
        "JSON Resume",
        ("basics", "name", "email", "label"),
        "`basics` is `person` here; `work` and others are sections: `- kind: …` with `entries`",
    ),
    _Tool(
        "YAMLResume",
        ("content", "basics"),
        "`content.basics` is `person` here; `content.work` and others are sections: `- kind: …` with `entries`",
    ),
)


def recognise(source: Written) -> Diagnostic | None:
    """Return the one message about a file that another tool reads, None for others."""
    data = source.data
    if not isinstance(data, Mapping) or "person" in data:
        return None
    for tool in _TOOLS:
        top, *below = tool.keys
        held = data.get(top)
        if isinstance(held, Mapping) and any(key in held for key in below):
            words = f"this is a file of {tool.name}, whose keys have other names"
            hints = (tool.names, "`cvgen import FILE -o profile.yaml` makes a profile of it")
            return Diagnostic("foreign-file", Severity.ERROR, source.span((top,), key=True), words, hints)
    return None
