"""An engine's PDF on its way to a finished one: what is looked at is parsed, the rest goes on as it stands.

pypdf reads objects and writes those that change. Its own writer reads, copies and writes every object, and of a CV's
hardly any change; so objects keep their numbers here, and the file around them is written anew.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import DictionaryObject, IndirectObject, PdfObject, StreamObject, read_object

__all__ = ["Unfinished", "compressed"]

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_HEAD = re.compile(rb"\s*(\d+) 0 obj\b")
_END = re.compile(rb"endobj\s*\Z")
_STREAM = re.compile(rb">>\s*stream\r?\n")
_CHARACTER_SET = re.compile(rb"/CIDSet\s+\d+\s+0\s+R\b")
_REFERENCE = re.compile(rb"(\d+)\s+0\s+R\b")


def compressed(stream: bytes) -> bytes:
    """Return a stream object."""
    import zlib

    data = zlib.compress(stream)
    return b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(data), data)


class Unfinished(PdfReader):
    """A PDF that can be changed: objects are taken from it, and put into it as they will stand in the file.

    Metadata of the whole file and lists of the glyphs of fonts are left out, with all that nothing refers to.
    Raises what pypdf does for a file that is broken, mostly PyPdfError, and ValueError.
    """

    def __init__(self, pdf: bytes) -> None:
        self._packed: dict[int, bytes] = {}
        self._written: dict[int, bytes | PdfObject] = {}
        super().__init__(io.BytesIO(pdf), strict=True)
        if self.is_encrypted:
            raise ValueError("it is encrypted")
        for number, value in self._unpacked().items():
            # It will stand between `obj` and `endobj`, where these words would mean something.
            parsed = self.get_object(number) if b"endobj" in value or b"stream" in value else None
            self._written[number] = value if parsed is None else parsed
        self._written.update(self._sliced(pdf))
        if max(self._written, default=0) > len(pdf):
            raise ValueError("it has objects without end")
        root = self.root_object
        root.pop("/Metadata", None)
        self.put(root)
        self._drop_character_sets()
        kept = self._reached(root)
        self._written = {number: self._written[number] for number in kept}
        self._size = max(kept) + 1
        self._free = [number for number in range(self._size - 1, 0, -1) if number not in kept]

    # --- reading --------------------------------------------------------------------------------------------------

    def get_object(self, indirect_reference: int | IndirectObject) -> PdfObject | None:
        """Return an object. Of packed ones pypdf would parse all, to return one."""
        reference = indirect_reference
        if isinstance(reference, int):
            reference = IndirectObject(reference, 0, self)
        number = reference.idnum
        if isinstance(written := self._written.get(number), PdfObject):
            return written
        if number in self._packed and (0, number) not in self.resolved_objects:
            self.cache_indirect_object(0, number, read_object(io.BytesIO(self._packed[number] + b" "), self))
        return super().get_object(reference)

    def _unpacked(self) -> dict[int, bytes]:
        """Return the objects that stand in object streams (ISO 32000-2, 7.5.7)."""
        for stream in {stream for stream, _ in self.xref_objStm.values()}:
            holder = super().get_object(IndirectObject(stream, 0, self))
            if not isinstance(holder, StreamObject) or not isinstance(first := holder["/First"], int):
                raise PdfReadError(f"object {stream} holds no objects")
            data = holder.get_data()
            index = [int(one) for one in data[:first].split()]
            places = [*index[1::2], len(data) - first]
            for at, number in enumerate(index[::2]):
                if self.xref_objStm.get(number, (0, 0))[0] == stream:
                    self._packed[number] = data[first + places[at] : first + places[at + 1]].strip()
        return self._packed

    def _sliced(self, pdf: bytes) -> Iterator[tuple[int, bytes | PdfObject]]:
        """Yield the other objects, as they stand in the file or, where that cannot be told, parsed."""
        free = self.xref_free_entry.get(0, {})
        places = {number: place for number, place in self.xref.get(0, {}).items() if number and not free.get(number)}
        starts = sorted({*places.values(), self._end(pdf)})
        for number, start in places.items():
            if number in self._packed:
                continue
            after = bisect_right(starts, start)
            stop = starts[after] if after < len(starts) else len(pdf)
            head, end = _HEAD.match(pdf, start, stop), _END.search(pdf, max(start, stop - 32), stop)
            if head and end and int(head[1]) == number:
                value = pdf[head.end() : end.start()].strip()
                # Each once: nothing but the object, and in a stream no other.
                if b"endobj" not in value and value.count(b"endstream") == (_STREAM.search(value) is not None):
                    yield number, value
                    continue
            parsed = self.get_object(number)
            if parsed is not None:
                yield number, parsed

    @staticmethod
    def _end(pdf: bytes) -> int:
        """Return where the table of objects begins."""
        found = re.search(rb"(\d+)\s*%%EOF\s*\Z", pdf[-64:])
        return int(found[1]) if found else len(pdf)

    # --- changing -------------------------------------------------------------------------------------------------

    def add(self, value: bytes = b"null") -> int:
        """Put in a new object; return its number."""
        if self._free:
            number = self._free.pop()
        else:
            number = self._size
            self._size += 1
        self._written[number] = value
        return number

    def put(self, value: bytes | PdfObject, number: int = 0) -> None:
        """Put an object in place of the one with that number, or in its own. It is written as it is in the end."""
        if not number:
            assert isinstance(value, PdfObject)
            assert value.indirect_reference is not None
            number = value.indirect_reference.idnum
        self._written[number] = value

    def _drop_character_sets(self) -> None:
        """Take away each font's list of its glyphs, which may be left out.

        LuaTeX's lists for TrueType are wrong (PDF/UA-1, 7.21.4.2); PDF 2.0 did away with all.
        """
        for number, value in list(self._written.items()):
            if not isinstance(value, bytes) or b"/CIDSet" not in value:
                continue
            if b"(" not in value and not _STREAM.search(value):
                self.put(_CHARACTER_SET.sub(b"", value), number)
            else:
                descriptor = self.get_object(number)
                if isinstance(descriptor, DictionaryObject):
                    descriptor.pop("/CIDSet", None)
                    self.put(descriptor, number)

    # --- writing --------------------------------------------------------------------------------------------------

    def _bytes(self, number: int) -> bytes:
        value = self._written[number]
        if isinstance(value, bytes):
            return value
        stream = io.BytesIO()
        value.write_to_stream(stream)
        return stream.getvalue()

    def _reached(self, root: DictionaryObject) -> set[int]:
        """Return the numbers of all objects that something refers to. What looks like a reference is one."""
        assert root.indirect_reference is not None
        reached: set[int] = set()
        waiting = [root.indirect_reference.idnum]
        while waiting:
            number = waiting.pop()
            if number in reached or number not in self._written:
                continue
            reached.add(number)
            value = self._bytes(number)
            stream = _STREAM.search(value)
            waiting.extend(map(int, _REFERENCE.findall(value, 0, stream.start() if stream else len(value))))
        return reached

    def finished(self, information: int, identifier: bytes) -> bytes:
        """Return the file. `information` is the number of its Info dictionary."""
        assert self.root_object.indirect_reference is not None
        pieces, table, place = [_HEADER], [b"0000000000 65535 f \n"], len(_HEADER)
        for number in range(1, self._size):
            if number not in self._written:
                table.append(b"0000000000 65535 f \n")
                continue
            piece = b"%d 0 obj\n%s\nendobj\n" % (number, self._bytes(number))
            table.append(b"%010d 00000 n \n" % place)
            pieces.append(piece)
            place += len(piece)
        root, name = self.root_object.indirect_reference.idnum, identifier.hex().encode()
        pieces += (b"xref\n0 %d\n" % self._size, *table)
        pieces.append(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\n"
            % (self._size, root, information, name, name)
        )
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % place)
        return b"".join(pieces)
