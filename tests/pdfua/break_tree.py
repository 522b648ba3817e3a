"""Ways to break the structure tree, and the words that it holds."""

from pdfua.breaking import breaks, glyph
from pdfua.sample import names


@breaks("02-001", case="an unknown role")
def _(pdf):
    pdf.put(pdf.find("P", 1), "S", "/Paragraph")


@breaks("02-001", case="mapped to nothing")
def _(pdf):
    pdf.put(pdf.tree, "RoleMap", names(Entry="/Item"))


@breaks("02-003", "02-001")
def _(pdf):
    pdf.put(pdf.tree, "RoleMap", names(One="/Two", Two="/One"))


@breaks("02-004")
def _(pdf):
    pdf.put(pdf.tree, "RoleMap", names(P="/Div"))


@breaks("09-004", case="text in a row")
def _(pdf):
    pdf.put(pdf.find("TD"), "S", "/P")


@breaks("09-004", case="a table of text")
def _(pdf):
    pdf.put(pdf.find("P"), "S", "/Table")


@breaks("09-005", case="an item outside of a list")
def _(pdf):
    pdf.put(pdf.find("L"), "S", "/Div")


@breaks("09-005", case="no body")
def _(pdf):
    pdf.put(pdf.find("LBody"), "S", "/Lbl")


@breaks("09-005", case="a list in an item")
def _(pdf):
    inner, item = pdf.find("L", 1), pdf.find("LI", 1)
    pdf.find("LBody", 1)["/K"].remove(inner.indirect_reference)
    item["/K"].append(inner.indirect_reference)
    pdf.put(inner, "P", item.indirect_reference)


@breaks("09-005", case="a label alone")
def _(pdf):
    pdf.put(pdf.find("P", 1), "S", "/Lbl")


@breaks("09-006")
def _(pdf):
    pdf.put(pdf.find("P", 1), "S", "/TOCI")


@breaks("13-004")
def _(pdf):
    del pdf.find("Figure")["/Alt"]


@breaks("17-002")
def _(pdf):
    pdf.put(pdf.find("P", 1), "S", "/Formula")


@breaks("iso-14.8.5.4", case="no box")
def _(pdf):
    del pdf.find("Figure")["/A"]["/BBox"]


@breaks("iso-14.8.5.4", case="no attributes")
def _(pdf):
    del pdf.find("Figure")["/A"]


@breaks("14-002")
def _(pdf):
    pdf.put(pdf.find("H1"), "S", "/H2")


@breaks("14-003")
def _(pdf):
    pdf.put(pdf.find("H2"), "S", "/H3")


@breaks("14-006")
def _(pdf):
    for role in ("H1", "H2", "H2"):
        pdf.put(pdf.find(role), "S", "/H")
    del pdf.catalog["/Outlines"]


@breaks("14-007", "iso-12.3.3")
def _(pdf):
    pdf.put(pdf.find("H2"), "S", "/H")


@breaks("15-003")
def _(pdf):
    del pdf.find("TH")["/A"]


@breaks("19-003")
def _(pdf):
    del pdf.find("Note")["/ID"]


@breaks("19-004")
def _(pdf):
    pdf.put(pdf.find("Note"), "ID", "note1")


@breaks("iso-14.8.4.2")
def _(pdf):
    pdf.put(pdf.find("Document"), "S", "/Div")


@breaks("iso-14.7.2-parent", case="another is named")
def _(pdf):
    pdf.put(pdf.find("H1"), "P", pdf.find("P").indirect_reference)


@breaks("iso-14.7.2-parent", case="none is named")
def _(pdf):
    del pdf.find("LI")["/P"]


@breaks("iso-14.7.2-parent", case="below itself")
def _(pdf):
    pdf.find("P", 2)["/K"].append(pdf.find("P", 2).indirect_reference)


@breaks("iso-14.7.2-empty", case="no kids")
def _(pdf):
    top = pdf.find("Document")
    top["/K"].append(pdf.writer._add_object(names(Type="/StructElem", S="/P", P=top.indirect_reference)))


@breaks("iso-14.7.2-empty", case="only a space")
def _(pdf):
    space = f"{glyph(' ', '/F3'):04X}".encode()
    pdf.content(rb"(/Span <</MCID \d+>> BDC\nBT .* Td) <[0-9A-F]*>", rb"\1 <" + space + b">")


@breaks("iso-14.8.2.5", case="in a line")
def _(pdf):
    # The space between two words of a paragraph becomes a gap.
    space = f"{glyph(' '):04X}".encode()
    shown = rb"(60.000 740 Td) <((?:....)*?)" + space + rb"((?:....)*?)" + space + b"> Tj"
    pdf.content(shown, rb"\1 [<\2> -250 <\g<3>" + space + b">] TJ")


@breaks("iso-14.8.2.5", case="at a page's end")
def _(pdf):
    space = f"{glyph(' '):04X}".encode()
    pdf.content(rb"(60.000 60 Td) <((?:....)*)" + space + b"> Tj", rb"\1 <\2> Tj")


@breaks("iso-14.8.4.1", case="text beside a block")
def _(pdf):
    pdf.put(pdf.find("Span"), "S", "/P")


@breaks("iso-14.8.4.1", case="a block in a line")
def _(pdf):
    heading, link = pdf.find("Note"), pdf.find("Note", 1)
    pdf.put(heading, "S", "/Span")
    pdf.put(link, "S", "/P")
    pdf.find("P", 2)["/K"].remove(link.indirect_reference)
    heading["/K"].append(link.indirect_reference)
    pdf.put(link, "P", heading.indirect_reference)


@breaks("iso-12.3.3", case="no outline")
def _(pdf):
    del pdf.catalog["/Outlines"]


@breaks("iso-12.3.3", case="another title")
def _(pdf):
    pdf.put(pdf.catalog["/Outlines"]["/First"], "Title", "Section 1")


@breaks("iso-12.3.3", case="nowhere")
def _(pdf):
    first = pdf.catalog["/Outlines"]["/First"]
    first.pop("/Dest", None)
    first.pop("/A", None)


@breaks("iso-14.9.3", case="a file name")
def _(pdf):
    pdf.put(pdf.find("Figure"), "Alt", "portrait.png")


@breaks("iso-14.9.3", case="other words than those shown")
def _(pdf):
    pdf.put(pdf.find("H1"), "ActualText", "A. Lovelace")


@breaks("iso-14.9.3", case="other words in the content")
def _(pdf):
    pdf.content(rb"/H1 <</MCID 0>>", rb"/H1 <</MCID 0 /ActualText (Ada)>>")
