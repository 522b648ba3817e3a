"""Text -> TeX, by context. A string is escaped once, here, at the leaf; nothing else writes a backslash.

Our fonts are loaded without a TeX mapping, so quotes, dashes and the like stay what they are: only the characters
that TeX itself reads as commands need care.
"""

from __future__ import annotations

import re

__all__ = ["escape_text", "escape_url"]

_TEXT = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "\u00a0": "~",
}
_TEXT_TABLE = str.maketrans(_TEXT)

# A stretch without a space that may be longer than a line is wide; inside it a line may end after a mark. Where there
# is none for long, it may after every few letters, if the stretch is wider than the line: a large heading holds only
# few of them. Chinese and Japanese have no spaces, and lines that end by rules of their own.
_LONG_WORD = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]{36,}")
_BREAK_AFTER = re.compile(r"(?<=[/.?&=_:;,@#+-])(?=[^/.?&=_:;,@#+-])")
_LONGEST_PIECE, _PIECE = 24, 3
_BREAK = "\\cvbreak{}"


def _break_word(word: str) -> str:
    return _BREAK.join(map(_break_piece, _BREAK_AFTER.split(word)))


def _break_piece(piece: str) -> str:
    whole = piece.translate(_TEXT_TABLE)
    if len(piece) <= _LONGEST_PIECE:
        return whole
    parts = (piece[at : at + _PIECE].translate(_TEXT_TABLE) for at in range(0, len(piece), _PIECE))
    return f"\\cvlongword{{{whole}}}{{{_BREAK.join(parts)}}}"


# A line does not end behind a hyphen: what reads the PDF would take it for a broken word's, and drop it.
_HANGING = r"(?<=\w)- (?=\w)"  # compiled for the few texts that have one


def escape_text(text: str) -> str:
    r"""Return TeX that sets `text` exactly, with places to break in words that are longer than a line.

    >>> escape_text("R&D, 100% of C#")
    'R\\&D, 100\\% of C\\#'
    """
    if "- " in text:
        text = re.sub(_HANGING, "-\u00a0", text)
    if not _LONG_WORD.search(text):
        return text.translate(_TEXT_TABLE)
    parts: list[str] = []
    end = 0
    for word in _LONG_WORD.finditer(text):
        parts += [text[end : word.start()].translate(_TEXT_TABLE), _break_word(word[0])]
        end = word.end()
    return "".join([*parts, text[end:].translate(_TEXT_TABLE)])


_URL_TABLE = str.maketrans({char: f"\\{char}" for char in "\\{}%#&~_^$"})


def escape_url(url: str) -> str:
    r"""Return the argument of `\cvlink` for an ASCII URL; the class turns it back into the same bytes.

    >>> escape_url("https://a-b.org/a_b~c%20d?x=1&y=2#f")
    'https://a-b.org/a\\_b\\~c\\%20d?x=1\\&y=2\\#f'
    """
    return url.translate(_URL_TABLE)
