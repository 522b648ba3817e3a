"""Give an engine's PDF its metadata.

The same input gives the same bytes on any path, day and time zone: identifiers come from a hash of the content.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING

from cvgen import __version__
from cvgen.document.nodes import Document, Metadata
from cvgen.errors import OutputError

if TYPE_CHECKING:
    from cvgen.pdf.writer import Unfinished

__all__ = ["finish"]

# Stand where identifiers will be until the rest is known; of the same length, so that no offset moves.
_ID = b"cvgen-identifier"
_UUID = b"00000000-0000-0000-0000-cvgenuuid000"


def finish(pdf: bytes, *, document: Document, epoch: int) -> bytes:
    """Return the PDF tagged, with Info, XMP, language and identifiers set; nothing of the engine's own but its name.

    It says that it is PDF/UA-1 if the theme marked all text (CONTRACT.md) and there is a title. `epoch` is the
    document's date in seconds since 1970; at 0 it carries no date. Raises OutputError.
    """
    from pypdf.errors import PyPdfError

    from cvgen.pdf.tags import string, tag
    from cvgen.pdf.writer import Unfinished

    metadata = document.metadata
    try:
        unfinished = Unfinished(pdf)
        producer = (unfinished.metadata.producer if unfinished.metadata else "") or ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as problem:
        raise OutputError(f"the engine's PDF cannot be read: {problem}") from problem
    try:
        accessible = tag(unfinished, document) and bool(metadata.title)
    except PyPdfError as problem:
        raise OutputError(f"a page of the engine's PDF cannot be read: {problem}") from problem
    facts = _facts(metadata, producer, epoch)
    _set_catalog(unfinished, metadata, facts, accessible=accessible)
    information = b"".join(b"/%s%s" % (key.encode(), string(value)) for key, value in facts.items() if value)
    return _identified(unfinished.finished(unfinished.add(b"<<%s>>" % information), _ID))


def _facts(metadata: Metadata, producer: str, epoch: int) -> dict[str, str]:
    """Return the Info dictionary; XMP is made from the same."""
    moment = datetime.datetime.fromtimestamp(epoch, datetime.UTC).strftime("D:%Y%m%d%H%M%S+00'00'") if epoch else ""
    return {
        "Title": metadata.title,
        "Author": metadata.author,
        "Subject": metadata.subject,
        "Keywords": ", ".join(metadata.keywords),
        "Creator": f"cvgen {__version__}",
        "Producer": producer,
        "CreationDate": moment,
        "ModDate": moment,
    }


def _set_catalog(unfinished: Unfinished, metadata: Metadata, facts: dict[str, str], *, accessible: bool) -> None:
    from pypdf.generic import BooleanObject, DictionaryObject, IndirectObject, NameObject, TextStringObject

    catalog = unfinished.root_object
    catalog[NameObject("/Lang")] = TextStringObject(metadata.language)
    old = catalog["/ViewerPreferences"] if "/ViewerPreferences" in catalog else None  # noqa: SIM401 - follows references
    preferences = DictionaryObject(old if isinstance(old, DictionaryObject) else {})
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)
    catalog[NameObject("/ViewerPreferences")] = preferences
    packet = _xmp(metadata, facts, accessible=accessible)
    stream = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (len(packet), packet)
    catalog[NameObject("/Metadata")] = IndirectObject(unfinished.add(stream), 0, unfinished)


def _text(value: str) -> str:
    r"""Return the text of an element; what cannot stand in XML 1.0 is left out.

    >>> _text("<A&B>\x07\n\ufffe é")
    '&lt;A&amp;B&gt;\n é'
    """
    # By hand: `xml.sax.saxutils` imports a web browser, and a pattern of these characters takes 5 ms to compile.
    if not value.isprintable():
        value = "".join(
            char
            for char in value
            if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"
        )
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _xmp(metadata: Metadata, facts: dict[str, str], *, accessible: bool) -> bytes:
    """Write the XMP packet (ISO 16684-1): the same facts as Info, in RDF."""

    def simple(name: str, value: str) -> str:
        return f"   <{name}>{_text(value)}</{name}>\n" if value else ""

    def listed(name: str, kind: str, values: tuple[str, ...], language: str = "") -> str:
        items = "".join(f"<rdf:li{language}>{_text(value)}</rdf:li>" for value in values if value)
        return f"   <{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>\n" if items else ""

    default = ' xml:lang="x-default"'
    moment = facts["CreationDate"]
    date = (
        f"{moment[2:6]}-{moment[6:8]}-{moment[8:10]}T{moment[10:12]}:{moment[12:14]}:{moment[14:16]}Z"
        if moment
        else ""
    )
    properties = (
        simple("dc:format", "application/pdf")
        + listed("dc:title", "Alt", (metadata.title,), default)
        + listed("dc:creator", "Seq", (metadata.author,))
        + listed("dc:description", "Alt", (metadata.subject,), default)
        + listed("dc:subject", "Bag", metadata.keywords)
        + listed("dc:language", "Bag", (metadata.language,))
        + simple("pdf:Keywords", facts["Keywords"])
        + simple("pdf:Producer", facts["Producer"])
        + simple("xmp:CreatorTool", facts["Creator"])
        + simple("xmp:CreateDate", date)
        + simple("xmp:ModifyDate", date)
        + simple("xmpMM:DocumentID", f"uuid:{_UUID.decode()}")
        + simple("xmpMM:InstanceID", f"uuid:{_UUID.decode()}")
        + simple("pdfuaid:part", "1" if accessible else "")
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n'
        '    xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        '    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\n'
        '    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"\n'
        '    xmlns:xmp="http://ns.adobe.com/xap/1.0/"\n'
        '    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">\n'
        f"{properties}"
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()


def _identified(pdf: bytes) -> bytes:
    """Put identifiers made from the content where the placeholders stand."""
    digest = hashlib.sha256(pdf).hexdigest()[:32]
    uuid = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
    body, mark, trailer = pdf.rpartition(b"trailer")
    return body.replace(_UUID, uuid.encode()) + mark + trailer.replace(_ID.hex().encode(), digest.encode())
