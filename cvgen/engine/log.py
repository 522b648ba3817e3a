"""Read a TeX log: what stopped the engine, what it complained about, and which YAML lines are meant.

TeX has no error codes, so its English is matched here, and only here. Each row cites the procedure that prints the
message: tex.web and xetex.web by section name, LuaTeX and LaTeX by source file.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, Span, visible

__all__ = ["diagnose_log", "log_warnings", "page_count"]

_MOST = 50
_REPORT = "if the profile holds nothing unusual there, this is a bug in the theme or in cvgen: please report it"

_GLYPH_HINTS = ("write it another way, or choose a theme whose fonts have it",)


_WRITTEN = r"(?m)^Output written on .*\((\d+) pages?\b"  # compiled where pages are limited


def page_count(log: str) -> int:
    """Return the number of pages that an engine wrote.

    >>> page_count("Output written on cv.xdv (2 pages, 54812 bytes).")
    2
    """
    found = re.findall(_WRITTEN, log)
    return int(found[-1]) if found else 0


@dataclass(frozen=True, slots=True)
class _Rule:
    """A message of TeX, our code and our words for it.

    Groups of the pattern fill the words; a group `line` is a better line than the one TeX stopped at. Patterns are
    text: most builds need none of them.
    """

    code: str
    pattern: str
    words: str
    hints: tuple[str, ...] = ()


def _rule(code: str, pattern: str, words: str, *hints: str) -> _Rule:
    return _Rule(code, pattern, words, hints)


_RULES = (
    # get_next / macro_call: "Complain about an undefined macro"; the name is in the context lines
    _rule("tex-undefined", r"Undefined control sequence\.", "`{culprit}` is not defined", _REPORT),
    # ltmiscen.dtx, \@badend's neighbour \@latexerr{Environment #1 undefined}
    _rule("tex-undefined", r"LaTeX Error: Environment (?P<it>.*) undefined\.", "`{it}` is not defined", _REPORT),
    # char_warning, with \tracinglostchars > 2
    _rule(
        "tex-glyph",
        r"Missing character: There is no (?P<it>.+?) (?:\((?P<point>U\+[0-9A-F]+)\) )?in font (?P<font>.*?)!?$",
        "the font `{font}` has no `{it}`",
        *_GLYPH_HINTS,
    ),
    # new_font: "Report that the font won't be loaded"; luatex texfont.c does the same in its own words
    _rule(
        "tex-font",
        r"Font (?P<name>.*?)\s*=\s*(?P<it>.*?)( at [\d.]+pt| scaled \d+)? not loadable: .*",
        "the font `{it}` cannot be loaded",
        "`cvgen setup` installs what is missing",
    ),
    # ltfssbas.dtx, \define@newfont
    _rule("tex-font", r"LaTeX Error: Font (?P<it>\S+) not found\.?", "the font `{it}` cannot be loaded", _REPORT),
    # ltfiles.dtx, \@missingfileerror
    _rule(
        "tex-file",
        r"LaTeX Error: File `(?P<it>[^']*)' not found\.",
        "the file `{it}` is not found",
        "`cvgen setup` installs what is missing",
    ),
    # prompt_file_name, called by open_input
    _rule(
        "tex-file",
        r"I can't find file `(?P<it>[^']*)'\.",
        "the file `{it}` is not found",
        "`cvgen setup` installs what is missing",
    ),
    # prompt_file_name, called by open_log_file and ship_out
    _rule("tex-write", r"I can't write on file `(?P<it>[^']*)'\.", "the file `{it}` cannot be written"),
    # load_picture (xetex.web); luatex texgraphics / writeimg.c; graphics.dtx
    _rule(
        "tex-picture", r"Unable to load picture or PDF file '(?P<it>[^']*)'\.", "the picture `{it}` cannot be read"
    ),
    _rule("tex-picture", r"LaTeX Error: Cannot determine size of graphic in (?P<it>\S+)", "`{it}` is not a picture"),
    _rule("tex-picture", r"error:\s+\((?:file|type) (?P<it>[^)]*)\) \(.*", "the picture `{it}` cannot be read"),
    # overflow
    _rule(
        "tex-capacity",
        r"TeX capacity exceeded, sorry \[(?P<it>[^\]]*)\]\.",
        "the text needs more memory than TeX has ({it})",
        "shorten the text at this place, or split it",
    ),
    # scan_dimen: "Report that this dimension is out of range"
    _rule("tex-dimension", r"Dimension too large\.", "a length is larger than TeX can handle", "use a smaller one"),
    # scan_dimen, scan_int: "Complain about missing unit" and "number"
    _rule(
        "tex-dimension", r"Illegal unit of measure.*", "a length has no unit that TeX knows", "write `2cm`, `10pt`"
    ),
    _rule("tex-number", r"Missing number, treated as zero\.", "a number is missing"),
    # macro_call: "Report a runaway argument and abort"; check_outer_validity; macro_call, "extra }"
    _rule("tex-runaway", r"Paragraph ended before (?P<it>\S+) was complete\.", "`{it}` never ends", _REPORT),
    _rule("tex-runaway", r"File ended while scanning \w+ of (?P<it>.+?) ?\.", "`{it}` never ends", _REPORT),
    _rule("tex-runaway", r"Argument of (?P<it>\S+) has an extra \}\.", "`{it}` holds one `}}` too many", _REPORT),
    # "Give diagnostic information about a misplaced alignment"; fin_col
    _rule("tex-alignment", r"Misplaced alignment tab character (?P<it>.)\.", "a bare `{it}` reached TeX", _REPORT),
    _rule("tex-alignment", r"Extra alignment tab has been changed.*", "a row has too many columns", _REPORT),
    # insert_dollar_sign
    _rule("tex-math", r"Missing \$ inserted\.", "a bare `^`, `_` or formula reached TeX", _REPORT),
    # handle_right_brace, extra_right_brace, off_save; ltmiscen.dtx \@badend
    _rule("tex-braces", r"Too many \}'s\.", "there is one `}}` too many", _REPORT),
    _rule("tex-braces", r"Extra \}, or forgotten (?P<it>\S+)\.", "there is one `}}` too many", _REPORT),
    _rule("tex-braces", r"Missing (?P<it>\S+) inserted\.", "a `{it}` is missing", _REPORT),
    _rule(
        "tex-braces",
        r"LaTeX Error: (?P<it>\\begin\{.*?\}) on input line (?P<line>\d+) ended by .*",
        "`{it}` has no end",
        _REPORT,
    ),
)

# print_err with file_line_error_style_p (texmfmp-help, print_file_line); without it, and in Tectonic, only "! ".
_PLACED = r'"?(?P<file>[^":\n]+\.[A-Za-z]{2,5})"?:(?P<line>\d+): (?P<message>.+)'
_UNPLACED = r"! ?(?P<message>\S.*)"
# show_context: "Print location of current line"
_LINE = r"l\.(?P<line>\d+)(?: |$)"
# fatal_error, jump_out: what follows an error that was reported already
_ECHO = r"Emergency stop\.| ?==> Fatal error occurred.*|Fatal error occurred.*"
_COMMAND = r"\\(?:[^\W\d_]|@)+ ?$|\\. ?$"

# hpack, "Report an overfull hbox and goto common_ending"; vpackage likewise
_OVERFULL = (
    r"Overfull \\(?P<box>[hv])box \((?P<size>[\d.]+)pt too (?:wide|high)\)"
    r"(?: (?:in (?:paragraph|alignment) at lines|detected at line) (?P<line>\d+))?"
)
# char_warning, with \tracinglostchars < 3
_LOST = r"Missing character: There is no (?P<it>.+?) (?:\(.*?\) )?in font (?P<font>.*?)!?$"
# ltfssbas.dtx, \wrong@fontshape
_SHAPE = r"LaTeX Font Warning: Font shape `(?P<it>[^']*)' (?:undefined|in size <[^>]*> not available)"
_INPUT_LINE = r"on input line (?P<line>\d+)\."


@dataclass(frozen=True, slots=True)
class _Complaint:
    file: str
    line: int
    message: str
    context: tuple[str, ...]


def _complaints(log: str) -> Iterator[_Complaint]:
    lines = log.split("\n")
    for number, line in enumerate(lines):
        found = re.fullmatch(_PLACED, line) or re.fullmatch(_UNPLACED, line)
        if not found:
            continue
        context: list[str] = []
        place = 0
        for following in lines[number + 1 : number + 40]:
            context.append(following)
            if at := re.match(_LINE, following):
                place = int(at["line"])
                break
        parts = found.groupdict()
        yield _Complaint(parts.get("file", ""), int(parts.get("line") or place), parts["message"], tuple(context))


def _culprit(context: Sequence[str]) -> str:
    """Return the last command of the first context line: TeX breaks the line after what it was reading."""
    for line in context:
        if found := re.search(_COMMAND, line):
            return found[0].strip()
    return "a command"


def _origin(origins: Sequence[tuple[int, Span]], line: int) -> Span:
    """Return the place that line `line` of the TeX file comes from: the nearest origin at or above it."""
    index = bisect.bisect_right(origins, line, key=lambda origin: origin[0])
    return origins[index - 1][1] if index and line else NOWHERE


def _shown(name: str) -> str:
    """Shorten a path or a font to its name: where TeX is installed does not matter to the reader.

    >>> _shown("/usr/share/x.sty"), _shown("[SourceSansPro-Regular.otf]:mode=node;")
    ('x.sty', 'SourceSansPro-Regular')
    """
    if name.startswith("["):  # a font by file; XeTeX may cut the name off
        name = re.sub(r"\.([ot]t[fc])?$", "", name[1:].partition("]")[0])
    return visible(re.sub(r"(?:[^\s\"]*/)+", "", name)[:200])


def _finding(complaint: _Complaint, origins: Sequence[tuple[int, Span]]) -> Diagnostic:
    for rule in _RULES:
        if found := re.match(rule.pattern, complaint.message):
            groups = {key: _shown(value or "") for key, value in found.groupdict().items()}
            words = rule.words.format(culprit=visible(_culprit(complaint.context)), **groups)
            span = _origin(origins, int(groups.get("line", complaint.line)))
            return Diagnostic(rule.code, Severity.ERROR, span, words, rule.hints)
    words = f"TeX stopped: {visible(complaint.message[:300])}"
    return Diagnostic("tex", Severity.ERROR, _origin(origins, complaint.line), words, (_REPORT,))


def _lost(line: str, severity: Severity) -> Diagnostic | None:
    """Read a lost character; TeX does not say at which line."""
    if not line.startswith("Missing character: ") or not (lost := re.match(_LOST, line)):
        return None
    words = f"the font `{_shown(lost['font'])}` has no `{visible(lost['it'])}`"
    return Diagnostic("tex-glyph", severity, NOWHERE, words, _GLYPH_HINTS)


def diagnose_log(log: str, origins: Sequence[tuple[int, Span]], jobname: str = "cv") -> tuple[Diagnostic, ...]:
    """Return the errors in the log of XeTeX, LuaTeX or Tectonic, none when it has none.

    `origins` are pairs of a line of `<jobname>.tex` and the place in the source that stands from there on, sorted.
    """
    found: list[Diagnostic] = []
    stopped: Diagnostic | None = None
    for complaint in _complaints(log):
        own = complaint.file.removeprefix("./") in ("", f"{jobname}.tex")
        if re.fullmatch(_ECHO, complaint.message):
            span = _origin(origins, complaint.line if own else 0)
            stopped = Diagnostic("tex-stop", Severity.ERROR, span, "TeX stopped before the end", (_REPORT,))
        else:
            found.append(_finding(complaint, origins if own else ()))
    if stopped and not found:
        # LuaTeX prints an error without words after a lost character.
        found = [one for line in log.split("\n") if (one := _lost(line, Severity.ERROR))] or [stopped]
    return tuple(dict.fromkeys(found))[:_MOST]


def log_warnings(log: str, origins: Sequence[tuple[int, Span]]) -> tuple[Diagnostic, ...]:
    """Return what the log complains about in a PDF that was made: text too wide, glyphs and fonts that lack."""
    found: list[Diagnostic] = []
    lines = log.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("Overfull ") and (box := re.match(_OVERFULL, line)):
            where = "into the margin" if box["box"] == "h" else "past the foot of the page"
            words = f"text runs {box['size']} pt {where}"
            span = _origin(origins, int(box["line"] or 0))
            found.append(Diagnostic("tex-overfull", Severity.WARNING, span, words, ("shorten the text",)))
        elif lost := _lost(line, Severity.WARNING):
            found.append(lost)
        elif line.startswith("LaTeX Font Warning: ") and (shape := re.match(_SHAPE, line)):
            at = re.search(_INPUT_LINE, "\n".join(lines[number : number + 3]))
            span = _origin(origins, int(at["line"]) if at else 0)
            words = f"there is no font `{visible(shape['it'])}`: another takes its place"
            found.append(Diagnostic("tex-font-shape", Severity.WARNING, span, words))
    return tuple(dict.fromkeys(found))[:_MOST]
