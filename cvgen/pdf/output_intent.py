"""The colours that a PDF's numbers mean, as PDF/A asks for: sRGB (IEC 61966-2-1), as an ICC profile of version 4."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from pikepdf import Array, Dictionary, Name, Pdf

__all__ = ["set_output_intent"]

_NAME: Final = "sRGB IEC61966-2.1"
# Of the primaries, adapted to D50, and of D50 itself (ICC.1:2010, 7.2.16).
_RED, _GREEN, _BLUE = (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141)
_WHITE = (0.9642, 1.0, 0.8249)
# From D65, the white of screens, to D50, by Bradford.
_ADAPTATION = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def set_output_intent(pdf: Pdf) -> None:
    """Say that colours are sRGB."""
    profile = pdf.make_stream(_profile(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=_NAME,
        Info=_NAME,
        RegistryName="http://www.color.org",
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _profile() -> bytes:
    """Return the profile: a header, a table of tags, and their data (ICC.1:2010, 7)."""
    curve = _tag(b"para", struct.pack(">HH", 3, 0), _CURVE)
    xyz = {b"wtpt": _WHITE, b"rXYZ": _RED, b"gXYZ": _GREEN, b"bXYZ": _BLUE}
    parts = {
        b"desc": _text(_NAME),
        b"cprt": _text("No copyright, use freely"),
        b"chad": _tag(b"sf32", b"", _ADAPTATION),
    }
    parts |= {name: _tag(b"XYZ ", b"", values) for name, values in xyz.items()}
    parts |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    places: dict[bytes, int] = {}
    data = b""
    start = 128 + 4 + 12 * len(parts)
    for part in parts.values():
        if part not in places:  # the three curves are one
            places[part] = start + len(data)
            data += part
    table = struct.pack(">I", len(parts))
    table += b"".join(name + struct.pack(">II", places[part], len(part)) for name, part in parts.items())
    return _header(start + len(data)) + table + data


def _header(size: int) -> bytes:
    date = struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    head = struct.pack(">I4sI4s4s4s", size, b"", 0x04200000, b"mntr", b"RGB ", b"XYZ ") + date + b"acsp"
    return head + bytes(28) + _numbers(_WHITE) + bytes(48)


def _tag(kind: bytes, before: bytes, values: Sequence[float]) -> bytes:
    return kind + bytes(4) + before + _numbers(values)


def _text(text: str) -> bytes:
    """Return a text in English (ICC.1:2010, 10.13)."""
    data = text.encode("utf-16-be")
    whole = b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data
    return whole + bytes(-len(whole) % 4)


def _numbers(values: Sequence[float]) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)
