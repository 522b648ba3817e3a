"""Ways to break annotations, languages, fonts and what the file says of itself."""

from pypdf.generic import NameObject, NumberObject

from pdfua.breaking import breaks, glyph
from pdfua.objects import entry
from pdfua.sample import names


@breaks("28-002")
def _(pdf):
    pdf.place(pdf.annotate("Text", Contents="A remark"), "Span")


@breaks("28-004")
def _(pdf):
    pdf.place(pdf.annotate("Text"), "Annot")


@breaks("28-006")
def _(pdf):
    pdf.place(pdf.annotate("Balloon", Contents="A remark"), "Annot")


@breaks("28-007")
def _(pdf):
    pdf.place(pdf.annotate("TrapNet", Contents="Traps"), "Annot")


@breaks("28-008")
def _(pdf):
    del pdf.page(0)["/Tabs"]


@breaks("28-009")
def _(pdf):
    pdf.put(pdf.page(0), "Tabs", "/R")


@breaks("28-010")
def _(pdf):
    pdf.place(pdf.annotate("Widget"), "Div")


@breaks("28-011", case="not in the structure")
def _(pdf):
    pdf.annotate("Link", Contents="engines", A=names(S="/URI", URI="https://example.org"))


@breaks("28-011", case="in another element")
def _(pdf):
    pdf.put(pdf.link_element, "S", "/Span")


@breaks("28-012")
def _(pdf):
    del pdf.annotation["/Contents"]


@breaks("28-017")
def _(pdf):
    pdf.place(pdf.annotate("PrinterMark"), "Div")


@breaks("iso-14.7.4.4-annotation", case="no key")
def _(pdf):
    del pdf.annotation["/StructParent"]


@breaks("iso-14.7.4.4-annotation", case="another element")
def _(pdf):
    row = pdf.tree["/ParentTree"]["/Nums"]
    row[-1] = pdf.find("P").indirect_reference


@breaks("iso-14.7.4.3", "iso-12.5.6.5")
def _(pdf):
    pdf.page(1)[NameObject("/Annots")] = pdf.page(0).pop("/Annots")


@breaks("iso-14.8.4.4.2", case="no text")
def _(pdf):
    mcid = pdf.link_element["/K"].pop(0)
    pdf.find("P")["/K"].insert(1, mcid)
    pdf.tree["/ParentTree"]["/Nums"][1].get_object()[int(mcid)] = pdf.find("P").indirect_reference


@breaks("iso-14.8.4.4.2", case="no annotation")
def _(pdf):
    pdf.put(pdf.find("Span"), "S", "/Link")


@breaks("iso-12.5.6.5", case="beside it")
def _(pdf):
    pdf.put(pdf.annotation, "Rect", [60, 737, 70, 750])


@breaks("29-001", case="a script")
def _(pdf):
    pdf.put(pdf.catalog, "Names", names(JavaScript=names(Names=[])))


@breaks("29-001", case="when it is opened")
def _(pdf):
    pdf.put(pdf.catalog, "OpenAction", names(S="/Launch", F="other.exe"))


@breaks("29-001", case="pages turn")
def _(pdf):
    pdf.put(pdf.page(0), "Dur", 5)


@breaks("29-001", case="a link to a program")
def _(pdf):
    pdf.put(pdf.annotation, "A", names(S="/Launch", F="other.exe"))


@breaks("05-001")
def _(pdf):
    pdf.place(pdf.annotate("Sound", Contents="A voice"), "Annot")


@breaks("11-001", "11-002", "11-003", "11-004", "11-006")
def _(pdf):
    del pdf.catalog["/Lang"]


@breaks("11-003", "11-006", case="the tree has one")
def _(pdf):
    del pdf.catalog["/Lang"]
    pdf.put(pdf.find("Document"), "Lang", "en")


@breaks("11-002", "11-003", "11-006", case="a figure without")
def _(pdf):
    del pdf.catalog["/Lang"]
    for kid in pdf.find("Document")["/K"]:
        if entry(kid.get_object(), "/S") != "/Figure":
            pdf.put(kid.get_object(), "Lang", "en")


@breaks("11-004", "11-003", "11-006", case="an annotation without")
def _(pdf):
    pdf.place(pdf.annotate("Text", Contents="A remark"), "Annot")
    del pdf.catalog["/Lang"]
    for kid in pdf.find("Document")["/K"]:
        if entry(kid.get_object(), "/S") != "/Annot":
            pdf.put(kid.get_object(), "Lang", "en")


@breaks("11-006", "11-003", case="metadata")
def _(pdf):
    del pdf.catalog["/Lang"]
    pdf.put(pdf.find("Document"), "Lang", "en")


@breaks("11-007", case="Chinese in English")
def _(pdf):
    del pdf.find("Span")["/Lang"]


@breaks("iso-14.9.2", case="in the catalog")
def _(pdf):
    pdf.put(pdf.catalog, "Lang", "English (UK)")


@breaks("iso-14.9.2", case="in an element")
def _(pdf):
    pdf.put(pdf.find("H1"), "Lang", "english")


@breaks("10-001")
def _(pdf):
    pdf.to_unicode("/F2", rb"<[0-9A-F]{4}> <0031>\n", b"")


@breaks("31-027", "iso-14.7.2-empty", "iso-12.3.3")  # no word of the heading is known
def _(pdf):
    del pdf.font("/F2")["/ToUnicode"]


@breaks("31-028")
def _(pdf):
    pdf.to_unicode("/F1", rb"<007e>", b"<0000>")


@breaks("31-029")
def _(pdf):
    pdf.to_unicode("/F1", rb"<007e>", b"<FEFF>")


@breaks("31-030")
def _(pdf):
    pdf.to_unicode("/F1", rb"beginbfchar", b"beginbfchar <0000> <0020>")
    pdf.content(rb"(60.000 60 Td) <", rb"\1 <0000")


@breaks("31-009")
def _(pdf):
    del pdf.below("/F2")["/FontDescriptor"]["/FontFile2"]


@breaks("31-011", case="TrueType")
def _(pdf):
    pdf.to_unicode("/F2", rb"beginbfchar", b"beginbfchar <7000> <0041>")
    pdf.content(rb"(60 30 Td) <", rb"\1 <7000")


@breaks("31-011", case="CFF")
def _(pdf):
    pdf.to_unicode("/F1", rb"beginbfchar", b"beginbfchar <7000> <0041>")
    pdf.content(rb"(60.000 60 Td) <", rb"\1 <7000")


@breaks("31-016", case="TrueType")
def _(pdf):
    pdf.below("/F2")["/W"][1][glyph("A", "/F2")] = NumberObject(990)


@breaks("31-016", case="CFF")
def _(pdf):
    widths = pdf.below("/F1")["/W"][1]
    widths[glyph("o")] = NumberObject(int(widths[glyph("o")]) + 3)


@breaks("31-006")
def _(pdf):
    pdf.put(pdf.font("/F1"), "Encoding", "/Special-H")


@breaks("31-004")
def _(pdf):
    pdf.put(pdf.below("/F2"), "CIDToGIDMap", "/Other")


@breaks("31-005")
def _(pdf):
    del pdf.below("/F2")["/CIDToGIDMap"]


@breaks("31-014", case="TrueType")
def _(pdf):
    stream = pdf.below("/F2")["/FontDescriptor"]["/CIDSet"].get_object()
    stream.set_data(b"\0" + stream.get_data()[1:])


@breaks("31-014", case="CFF")
def _(pdf):
    stream = pdf.below("/F1")["/FontDescriptor"]["/CIDSet"].get_object()
    stream.set_data(b"\0" + stream.get_data()[1:])


@breaks("31-015")
def _(pdf):
    stream = pdf.below("/F1")["/FontDescriptor"]["/CIDSet"].get_object()
    stream.set_data(stream.get_data() + b"\1")


@breaks("iso-7.5.2")
def _(pdf):
    pdf.writer.pdf_header = "%PDF-1.3"


@breaks("06-001", "06-004")
def _(pdf):
    del pdf.catalog["/Metadata"]


@breaks("06-001", "06-002", "06-003", "06-004", case="broken XML")
def _(pdf):
    pdf.xmp("</rdf:RDF>", "")


@breaks("06-002", case="another part")
def _(pdf):
    pdf.xmp("<pdfuaid:part>1<", "<pdfuaid:part>2<")


@breaks("06-002", case="none")
def _(pdf):
    pdf.xmp("<pdfuaid:part>1</pdfuaid:part>", "")


@breaks("06-003", "06-004")
def _(pdf):
    pdf.xmp("dc:title", "dc:source")


@breaks("06-004", case="they disagree")
def _(pdf):
    pdf.writer.add_metadata({"/Title": "Another"})


@breaks("06-004", case="a file's name")
def _(pdf):
    pdf.writer.add_metadata({"/Title": "cv.tex"})
    pdf.xmp("Ada Lovelace - Curriculum Vitae", "cv.tex")


@breaks("07-001")
def _(pdf):
    del pdf.catalog["/ViewerPreferences"]


@breaks("07-002")
def _(pdf):
    pdf.put(pdf.catalog["/ViewerPreferences"], "DisplayDocTitle", False)


@breaks("20-001")
def _(pdf):
    pdf.put(pdf.catalog, "OCProperties", names(OCGs=[], D=names(Name="Usual"), Configs=[names()]))


@breaks("20-002")
def _(pdf):
    pdf.put(pdf.catalog, "OCProperties", names(OCGs=[], D=names()))


@breaks("20-003")
def _(pdf):
    pdf.put(pdf.catalog, "OCProperties", names(OCGs=[], D=names(Name="Usual", AS=[])))


@breaks("21-001")
def _(pdf):
    pdf.writer.add_attachment("x.txt", b"x")
    for one in pdf.catalog["/Names"]["/EmbeddedFiles"]["/Names"][1::2]:
        one.get_object().pop("/UF", None)


@breaks("25-001")
def _(pdf):
    pdf.put(pdf.catalog, "AcroForm", names(Fields=[], XFA=[]))


@breaks("26-002")
def _(pdf):
    pdf.writer.encrypt("", "owner", permissions_flag=4, algorithm="RC4-128")
