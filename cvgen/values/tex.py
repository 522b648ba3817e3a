r"""TeX as bibliographies hold it, to Unicode: accents in every notation, symbols, protective braces, a little markup.

The symbols' table is pylatexenc's; the reading is ours, because it must keep the place of what it does not know, take
`%` for a letter as BibTeX does, and never recurse beyond what a text may nest
(docs/decisions/0017-own-tex-decoder.md).
"""

from __future__ import annotations

import functools
import html
import itertools
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, NamedTuple

__all__ = ["MAX_NESTING", "UnknownCommand", "decode_tex", "encode_tex", "strip_tex", "unicode_script"]

MAX_NESTING: Final = 40
"""How deep groups and arguments may nest."""

# The name of a command, its star and the space after it; then signs, runs of dashes and quotes, the rest.
_TOKEN = re.compile(
    r"(?P<entity>\\?&(?:amp|lt|gt|quot|apos|\#39);)|\\(?P<word>[A-Za-z]+)\*?(?P<gap>\s*)|\\(?P<sign>.)"
    r"|(?P<dash>--+)|(?P<quote>``|'')|(?P<space>[\s~]+)|(?P<mark>[{}$^_`'])|(?P<text>[^\\&{}$~^_\-`'\s]+|.)",
    re.DOTALL,
)
_ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331", "t": "\u0361", "G": "\u030f", "U": "\u030e",
    "bar": "\u0304", "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "dot": "\u0307",
    "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300",
    "mathring": "\u030a", "overline": "\u0304",
}  # fmt: skip
_ALONE: Final = {"~": "~", "^": "^", "'": "´", "`": "`", '"': "¨", "=": "¯", "u": "˘", ".": "˙", "r": "˚", "v": "ˇ"}
_STYLES: Final = {
    "emph": "em", "textit": "em", "textsl": "em", "mkbibemph": "em", "textbf": "strong", "mkbibbold": "strong",
    "texttt": "code",
}  # fmt: skip
# These hold up to the end of the group.
_DECLARED: Final = {
    "em": "em", "it": "em", "itshape": "em", "sl": "em", "slshape": "em", "bf": "strong", "bfseries": "strong",
    "tt": "code", "ttfamily": "code",
}  # fmt: skip
# Commands that show their argument as it is, those that show nothing, and those that swallow an argument.
_SHOWN: Final = frozenset({
    "textrm", "textsf", "textsc", "textup", "textmd", "textnormal", "mbox", "hbox", "text", "mathrm", "mathit",
    "mathbf", "mathsf", "mathtt", "mathcal", "mathbb", "mathfrak", "operatorname", "ensuremath", "textcyrillic",
    "textgreek", "textcyr", "textlatin", "mkbibname", "mkbibparens", "NoCaseChange", "uppercase", "singleletter",
    "mkbibacro", "textlf", "mathnormal", "bm", "boldsymbol",
})  # fmt: skip
_SILENT: Final = frozenset({
    "protect", "relax", "rm", "rmfamily", "sf", "sffamily", "sc", "scshape", "upshape", "mdseries", "normalfont",
    "small", "large", "xspace", "displaystyle", "left", "right", "big", "Big", "bigl", "bigr", "allowbreak",
    "nobreak", "unskip", "ignorespaces", "limits", "nolimits", "noindent", "nolinebreak",
})  # fmt: skip
_SWALLOWED: Final = frozenset({"noopsort", "hspace", "vspace", "label", "SortNoop", "sortnoop", "phantom", "index"})
_TWO: Final = {
    "printfirst": [0],
    "switchargs": [1, 0],
    "foreignlanguage": [1],
    "textcolor": [1],
    "texorpdfstring": [0],
}
# Commands that pylatexenc does not know, or shows in another way.
_WORDS: Final = {
    "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "XeTeX": "XeTeX", "slash": "/",
    "textbar": "|", "textless": "<", "textgreater": ">", "textbraceleft": "{", "textbraceright": "}",
    "textunderscore": "_", "textquotedbl": '"', "textasciicircum": "^", "textperiodcentered": "·", "newline": " ",
    "par": " ", "space": " ", "quad": " ", "qquad": " ", "enspace": " ", "thinspace": " ", "nobreakspace": " ",
    "hskip": " ", "cprime": "ʹ", "cdprime": "ʺ", "mu": "µ", "sim": "~", "imath": "ı", "jmath": "ȷ", "ddag": "‡",
    "ast": "*", "star": "*", "glqq": "„", "grqq": "“", "flqq": "«", "frqq": "»", "hyp": "-",
    "textasteriskcentered": "*", "degree": "°", "S": "§", "P": "¶", "pounds": "£", "euro": "€", "micro": "µ",
    "copyright": "©", "dash": "–", "Dash": "—", "kreska": "ˊ", "lq": "‘", "rq": "’", "bullet": "•", "epsilon": "ε",
    "phi": "φ",
}  # fmt: skip
_SIGNS: Final = {",": " ", ";": " ", ":": " ", " ": " ", "\n": " ", "\t": " ", "\\": " ", ">": " "} | dict.fromkeys(
    "/-@!()[]+", ""
)
_UP = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_DOWN = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ORDINALS: Final = frozenset({"th", "st", "nd", "rd", "TM", "o", "a"})
_MARKS: Final = frozenset("*†‡§¶#∗⋆★°′″")


class UnknownCommand(NamedTuple):
    """A command that is not known: its name and its place in the TeX."""

    name: str
    offset: int
    length: int


class _Piece(NamedTuple):
    text: str
    style: str = ""
    url: str = ""


@dataclass(slots=True)
class _Reader:
    """Reader of one text; each method starts at `at` and moves it behind what it has read."""

    tex: str
    at: int = 0
    quoted: bool = False
    problems: list[UnknownCommand] = field(default_factory=list)

    def run(self, stop: str, depth: int, math: bool = False, style: str = "") -> list[_Piece]:
        """Read up to the sign `stop`, or to the end."""
        found: list[_Piece] = []
        while self.at < len(self.tex):
            match = _TOKEN.match(self.tex, self.at)
            assert match
            if match[0] == stop:
                self.at = match.end()
                break
            if match["word"] in _DECLARED:
                self.at, style = match.end(), _DECLARED[match["word"]]
                continue
            found += (
                piece if piece.style else piece._replace(style=style) for piece in self.token(match, depth, math)
            )
        return found

    def token(self, match: re.Match[str], depth: int, math: bool) -> list[_Piece]:
        """Read what begins with the token `match`."""
        self.at = match.end()
        kind, text = str(match.lastgroup), match[0]
        if kind == "gap":  # closes the group of a command's name
            return self.command(match, depth, math)
        if match[0] == "\\(" and not math and depth < MAX_NESTING:
            return self.run("\\)", depth + 1, math=True)
        if kind == "sign" and match["sign"] in _ACCENTS:
            return [_Piece(self.accented(match["sign"], depth))]
        if kind == "mark":
            return self.mark(text, depth, math)
        if kind == "sign":
            text = _SIGNS.get(match["sign"], match["sign"])
        elif kind == "entity":
            text = html.unescape(text.removeprefix("\\"))
        elif kind == "dash":
            text = {2: "–", 3: "—"}.get(len(text), text)
        elif kind == "quote":
            text = "“" if text == "``" else "”"
        elif kind == "space":
            text = " "
        return [_Piece(text)]

    def mark(self, sign: str, depth: int, math: bool) -> list[_Piece]:
        if sign in "{$" and depth >= MAX_NESTING:
            return []
        if sign == "{":
            return self.run("}", depth + 1, math)
        if sign == "$":
            return [] if math else self.run("$", depth + 1, math=True)
        if sign in "^_" and math:
            return _script(self.pieces(depth, math), sign)
        if sign == "`":
            self.quoted = True
            return [_Piece("‘")]
        if sign == "'" and self.quoted and not self.tex[self.at : self.at + 1].isalnum():
            self.quoted = False
            return [_Piece("’")]
        return [] if sign == "}" else [_Piece(sign)]

    def command(self, match: re.Match[str], depth: int, math: bool) -> list[_Piece]:
        """Read the command `match` and its arguments."""
        name, gap = match["word"], " " if math and match["gap"] else ""
        if name in _ACCENTS:
            return [_Piece(self.accented(name, depth))]
        if name in ("url", "nolinkurl", "path", "href"):
            url = strip_tex(self.raw())
            pieces = self.pieces(depth) if name == "href" else [_Piece(url)]
            return [_Piece("".join(piece.text for piece in pieces), "link", url)]
        if name in _STYLES:
            return [_Piece(self.argument(depth, math), _STYLES[name])]
        if name in ("enquote", "mkbibquote", "textquote"):
            return [_Piece("“"), *self.pieces(depth), _Piece("”")]
        if name in ("textsuperscript", "textsubscript", "sp", "sb"):
            return _script(self.pieces(depth), "^" if name in ("textsuperscript", "sp") else "_")
        if name in ("MakeUppercase", "MakeLowercase", "lowercase"):
            text = self.argument(depth)
            return [_Piece(text.upper() if name == "MakeUppercase" else text.lower())]
        if name in _SHOWN:
            return self.pieces(depth, math)
        if name in _SILENT:
            return []
        if name in _SWALLOWED:
            self.raw()
            return []
        if name in _TWO:
            two = [self.pieces(depth, math), self.pieces(depth, math)]
            return [piece for index in _TWO[name] for piece in two[index]]
        if name == "ce":
            return _chemical(self.raw())
        if name == "sqrt":
            return [_Piece(f"√{_whole(self.argument(depth, math))}")]
        if name in ("frac", "nicefrac", "tfrac", "dfrac", "sfrac"):
            return [_Piece("/".join(_whole(self.argument(depth, math)) for _ in range(2)))]
        text = _WORDS.get(name) or _symbols().get(name, "")
        if not text:
            self.problems.append(UnknownCommand(f"\\{name}", match.start(), len(name) + 1))
            return self.pieces(depth) if self.tex.startswith("{", self.at) else []
        return [_Piece(text + gap)]

    def pieces(self, depth: int, math: bool = False) -> list[_Piece]:
        """Read an argument: a group, or the next token."""
        match = _TOKEN.match(self.tex, self.at)
        while match and match["space"]:
            match = _TOKEN.match(self.tex, match.end())
        if match is None or match[0] == "}" or depth >= MAX_NESTING:
            return []
        if match["text"] and len(match[0]) > 1:  # one letter, not the word
            self.at = match.start() + 1
            return [_Piece(match[0][0])]
        return self.token(match, depth + 1, math)

    def argument(self, depth: int, math: bool = False) -> str:
        return "".join(piece.text for piece in self.pieces(depth, math))

    def raw(self) -> str:
        """Read a group as it is written."""
        start = self.tex.find("{", self.at)
        if start < 0 or self.tex[self.at : start].strip():
            return ""
        level = 0
        for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.tex, start):
            level += {"{": 1, "}": -1}.get(match[0], 0)
            if not level:
                self.at = match.end()
                return self.tex[start + 1 : match.start()]
        self.at = len(self.tex)
        return self.tex[start + 1 :]

    def accented(self, name: str, depth: int) -> str:
        """Read the letter below the accent `name`."""
        text = self.argument(depth)
        if not text.strip():
            return _ALONE.get(name, "") + text
        above = name not in "dckb"
        base = {"ı": "i", "ȷ": "j"}.get(text[0], text[0]) if above else text[0]
        end = 1  # behind the marks that the letter has already
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        return unicodedata.normalize("NFC", base + text[1:end] + _ACCENTS[name]) + text[end:]


def unicode_script(text: str, *, raised: bool) -> str:
    """Return `text` in Unicode's raised or lowered characters, empty where it has none for one of them.

    >>> unicode_script("2+", raised=True)
    '²⁺'
    """
    text = text.strip().replace("\u2212", "-")
    if raised and (text in _ORDINALS or text[:1] in _MARKS):  # raised as they are
        return text
    table = _UP if raised else _DOWN
    return text.translate(table) if all(ord(char) in table for char in text) else ""


def _whole(text: str) -> str:
    """Put a sum or a product in parentheses, so that a fraction in a line keeps its meaning."""
    return text if re.fullmatch(r"[\w.²³]*", text) else f"({text})"


_CHEMICAL = re.compile(r"(?<=[A-Za-z)\]])([0-9]+)|\^\{?([0-9]*[+-]?)\}?|(->|<=>|<-)|(?<=[A-Za-z0-9)\]])([+-])$")
_ARROWS: Final = {"->": " → ", "<-": " ← ", "<=>": " ⇌ "}


def _chemical(formula: str) -> list[_Piece]:
    """Read the formula of a substance or a reaction, as `\\ce{H2O}`."""

    def shown(match: re.Match[str]) -> str:
        if match[3]:
            return _ARROWS[match[3]]
        return unicode_script(match[1] or match[2] or match[4] or "", raised=not match[1])

    return [_Piece(_CHEMICAL.sub(shown, formula))]


def _script(pieces: list[_Piece], sign: str) -> list[_Piece]:
    """Raise or lower the pieces, `x^2`."""
    name = "sup" if sign == "^" else "sub"
    text = "".join(piece.text for piece in pieces).strip()
    shown = unicode_script(text, raised=name == "sup")
    return [_Piece(shown)] if shown else [_Piece(text, name)] if text else []


@functools.cache
def _symbols() -> dict[str, str]:
    """Return the commands that stand for a sign, from pylatexenc's table."""
    from pylatexenc.latex2text import get_default_latex_context_db  # only for texts with such a command

    table: dict[str, str] = {}
    for spec in get_default_latex_context_db().iter_macro_specs():
        shown = spec.simplify_repl
        if isinstance(shown, str) and shown.strip() and "%" not in shown and not shown.startswith("<"):
            table.setdefault(spec.macroname, shown)
    return table


# --- Texts --------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[^\\{}$~^_&`'-]*")
_ACTIVE = re.compile(r"[\\*`$^~]|<(?!/?(?:i|b|em|strong|su[bp]|br)\s*/?>)(?=[A-Za-z/!?])|(?<![^\W_])_|_(?![^\W_])")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>()\\]+")
_ENTITY = re.compile(r"&(?=(?:amp|lt|gt|quot|apos|#39);)")
_DASH = re.compile(r"(?<![-–—])[–—](?![-–—])")
_CODES: Final = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "`": r"\textasciigrave{}", "\ue000": r"\&{}",
} | {sign: f"\\{sign}" for sign in "$&%#_"}  # fmt: skip


def decode_tex(tex: str, *, markdown: bool = False) -> tuple[str, list[UnknownCommand]]:
    r"""Return the text that TeX would set, white space folded, and the commands that are not known.

    With `markdown`, italics, bold, monospaced text and links become Markdown, and all else is escaped in it.

    >>> decode_tex(r"Kurt {G{\"o}del} and S{\o}ren \c{C}elik")[0]
    'Kurt Gödel and Søren Çelik'
    >>> decode_tex(r"\emph{In vivo}: a*b", markdown=True)[0]
    '*In vivo*: a\\*b'
    """
    if _PLAIN.fullmatch(tex):
        pieces, problems = [_Piece(tex)], []
    else:
        reader = _Reader(tex)
        pieces, problems = reader.run("", 0), reader.problems
    text = _marked(pieces) if markdown else "".join(piece.text for piece in pieces)
    return " ".join(text.split()), problems


def _marked(pieces: list[_Piece]) -> str:
    """Join the pieces in Markdown. Markup that its rules would not see as such is dropped, never shown."""
    brackets = any(piece.url for piece in pieces) or "](" in "".join(piece.text for piece in pieces)
    runs = [
        _Piece("".join(piece.text for piece in run), *alike)
        for alike, run in itertools.groupby(pieces, key=lambda piece: piece[1:])
    ]
    texts = [run.text for run in runs]
    shown: list[str] = []
    for index, run in enumerate(runs):
        safe = _safe(run.text, brackets)
        inner, mark = run.text.strip(), {"em": "*", "strong": "**", "code": "`"}.get(run.style, "")
        before = texts[index - 1][-1:] if index else ""
        after = texts[index + 1][:1] if index + 1 < len(texts) else ""
        if run.style in ("sup", "sub") and inner:
            shown.append(f"<{run.style}>{safe}</{run.style}>")
        elif run.style == "link" and inner and _LINK.fullmatch(run.url):
            shown.append(f"[{safe}]({run.url})")
        elif mark == "`" and inner and "`" not in inner:
            shown.append(run.text.replace(inner, f"`{inner}`"))
        elif mark in ("*", "**") and inner[:1].isalnum() and inner[-1:].isalnum() and not (before + after).count("*"):
            shown.append(safe.replace(_safe(inner, brackets), f"{mark}{_safe(inner, brackets)}{mark}"))
        else:
            shown.append(safe)
    return "".join(shown)


def _safe(text: str, brackets: bool) -> str:
    """Put backslashes before what Markdown would take for markup."""
    text = _ACTIVE.sub(r"\\\g<0>", text)
    return re.sub(r"[\[\]]", r"\\\g<0>", text) if brackets else text


def encode_tex(text: str) -> str:
    r"""Return `text` in TeX, so that `decode_tex` gives it back; letters beyond ASCII stay as they are.

    >>> encode_tex("R&D: 100%")
    'R\\&D: 100\\%'
    """
    text = _ENTITY.sub("\ue000", text)
    text = "".join(_CODES.get(char, char) for char in text)
    text = re.sub(r"(?<=-)-|(?<=')'", r"{}\g<0>", text)
    return _DASH.sub(lambda match: "--" if match[0] == "–" else "---", text)


def strip_tex(tex: str) -> str:
    r"""Return an address or a number without TeX's commands, escapes and braces.

    >>> strip_tex(r"\url{https://example.org/a\_b\%20{\~{}}c}")
    'https://example.org/a_b%20~c'
    """
    text = re.sub(r"\\(?:url|path|nolinkurl|href)\b", "", tex)
    text = re.sub(r"\{?\\textasciitilde\s*(?:\{\})?\}?|\{?\\~\s*(?:\{\s*\})?\}?|\$\\sim\$", "~", text)
    text = re.sub(r"\\text(underscore|percent)\s*(?:\{\})?", lambda match: "_" if match[1][0] == "u" else "%", text)
    return "".join(re.sub(r"\\([_%#&~$])", r"\1", text).replace("{", "").replace("}", "").split())
