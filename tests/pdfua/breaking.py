"""Copies of the good PDF to break, and the list of ways to break them."""

from __future__ import annotations

import io
import re

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject

from pdfua.objects import entry
from pdfua.sample import faces, good, names, value_of

__all__ = ["BREAKS", "Copy", "breaks", "glyph"]


class Copy:
    """A copy of the good PDF, to be broken."""

    def __init__(self):
        self.writer = PdfWriter(clone_from=io.BytesIO(good()))
        self.writer.pdf_header = "%PDF-1.7"
        self.catalog = self.writer.root_object
        self.tree = self.catalog["/StructTreeRoot"]
        self.annotation = self.page(0)["/Annots"][0].get_object()
        self.link_element = self.find("Link")

    def page(self, at):
        return self.writer.pages[at]

    def find(self, role, nth=0):
        """Return the nth structure element of a role, in reading order."""
        return [one for one in self._below(self.tree) if entry(one, "/S") == f"/{role}"][nth]

    def _below(self, one):
        for kid in entry(one, "/K") or []:
            kid = kid.get_object()
            if isinstance(kid, DictionaryObject) and "/S" in kid:
                yield kid
                yield from self._below(kid)

    def put(self, one, key, value):
        one[NameObject(f"/{key}")] = value_of(value)

    def content(self, old, new, page=0):
        """Replace what occurs once in a page's content."""
        stream = self.page(page)["/Contents"].get_object()
        before = stream.get_data()
        assert len(re.findall(old, before)) >= 1, old
        stream.set_data(re.sub(old, new, before, count=1))

    def font(self, name):
        return self.page(0)["/Resources"]["/Font"][name]

    def below(self, name):
        return self.font(name)["/DescendantFonts"][0].get_object()

    def to_unicode(self, name, old, new):
        stream = self.font(name)["/ToUnicode"].get_object()
        before = stream.get_data()
        assert re.search(old, before)
        stream.set_data(re.sub(old, new, before, count=1))

    def annotate(self, subtype, **more):
        """Add an annotation without a place in the structure."""
        one = self.writer._add_object(names(Type="/Annot", Subtype=f"/{subtype}", Rect=[1, 1, 2, 2], **more))
        self.page(0)["/Annots"].append(one)
        return one

    def place(self, annotation, role, **more):
        """Give an annotation a structure element of its own."""
        top = self.find("Document")
        key = int(self.tree["/ParentTreeNextKey"])
        made = self.writer._add_object(names(Type="/StructElem", S=f"/{role}", P=top.indirect_reference, **more))
        self.put(made.get_object(), "K", [names(Type="/OBJR", Obj=annotation, Pg=self.page(0).indirect_reference)])
        top["/K"].append(made)
        self.tree["/ParentTree"]["/Nums"].extend([NumberObject(key), made])
        self.put(self.tree, "ParentTreeNextKey", key + 1)
        self.put(annotation.get_object(), "StructParent", key)

    def xmp(self, old, new):
        stream = self.catalog["/Metadata"]
        text = stream.get_data().decode()
        assert old in text
        stream.set_data(text.replace(old, new).encode())

    def written(self):
        file = io.BytesIO()
        self.writer.write(file)
        return file.getvalue()


BREAKS = {}


def breaks(*codes, case=""):
    """Enter a way to break the PDF, and the codes of what is then wrong."""

    def enter(function):
        name = f"{codes[0]} {case}".strip()
        assert name not in BREAKS
        BREAKS[name] = (codes, function)
        return function

    return enter


def glyph(character, face="/F1"):
    """Return the number of a character's glyph in one of the sample's fonts."""
    return faces()[face].cmap[character]
