"""Metadata of a finished PDF: Info, the same facts as XMP, language."""

from __future__ import annotations

import datetime

from pikepdf import Dictionary, Name, Pdf

from cvgen import __version__
from cvgen.document.nodes import Metadata
from cvgen.pdf.writer import UUID_PLACEHOLDER

__all__ = ["set_metadata"]


def set_metadata(pdf: Pdf, metadata: Metadata, *, epoch: int, accessible: bool, carries_file: bool = False) -> None:
    """Set Info, XMP, language and what viewers show as title; of the engine's own facts only its name stays.

    `accessible` says that the PDF conforms to PDF/UA-1 and PDF/A-2a, or to PDF/A-3a where it `carries_file`. At
    `epoch` 0 it carries no date.
    """
    facts = _facts(metadata, str(pdf.docinfo.get("/Producer", "")), epoch)
    pdf.trailer.Info = pdf.make_indirect(Dictionary({f"/{key}": value for key, value in facts.items() if value}))
    catalog = pdf.Root
    catalog.Lang = metadata.language
    preferences = catalog.get("/ViewerPreferences")
    if not isinstance(preferences, Dictionary):
        preferences = catalog.ViewerPreferences = Dictionary()
    preferences.DisplayDocTitle = True
    packet = _xmp(metadata, facts, part=("3" if carries_file else "2") if accessible else "")
    catalog.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


def _facts(metadata: Metadata, producer: str, epoch: int) -> dict[str, str]:
    """Return the Info dictionary, from which XMP is made too."""
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


_NAMESPACES = """\
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
"""
# PDF/A takes only properties whose schema stands in the packet (ISO 19005-2, 6.6.2.3): that of PDF/UA.
_EXTENSION = """\
   <pdfaExtension:schemas>
    <rdf:Bag>
     <rdf:li rdf:parseType="Resource">
      <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
      <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
      <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
      <pdfaSchema:property>
       <rdf:Seq>
        <rdf:li rdf:parseType="Resource">
         <pdfaProperty:name>part</pdfaProperty:name>
         <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
         <pdfaProperty:category>internal</pdfaProperty:category>
         <pdfaProperty:description>Part of ISO 14289 that the document conforms to</pdfaProperty:description>
        </rdf:li>
       </rdf:Seq>
      </pdfaSchema:property>
     </rdf:li>
    </rdf:Bag>
   </pdfaExtension:schemas>
"""


def _xmp(metadata: Metadata, facts: dict[str, str], *, part: str) -> bytes:
    """Write the XMP packet (ISO 16684-1): the same facts as Info, in RDF; `part` is that of PDF/A, empty for none."""

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
        + simple("xmpMM:DocumentID", f"uuid:{UUID_PLACEHOLDER.decode()}")
        + simple("xmpMM:InstanceID", f"uuid:{UUID_PLACEHOLDER.decode()}")
        + simple("pdfuaid:part", "1" if part else "")
        + simple("pdfaid:part", part)
        + simple("pdfaid:conformance", "A" if part else "")
        + (_EXTENSION if part else "")
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n'
        f"{_NAMESPACES}"
        f"{properties}"
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()
