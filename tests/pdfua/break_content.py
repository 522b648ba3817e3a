"""Ways to break what is painted, and what leads from it to the structure tree."""

from pypdf.generic import NameObject, NumberObject

from pdfua.breaking import breaks
from pdfua.sample import names, stream_of

FIRST = rb"/H1 <</MCID 0>> BDC\n(.*?)\nEMC"


@breaks("01-003")
def _(pdf):
    pdf.content(FIRST, rb"/H1 <</MCID 0>> BDC\n\1\n/Artifact BMC 0 0 9 9 re f EMC\nEMC")


@breaks("01-004")
def _(pdf):
    pdf.content(FIRST, rb"/Artifact BMC\n/H1 <</MCID 0>> BDC\n\1\nEMC EMC")


@breaks("01-005", case="text")
def _(pdf):
    pdf.content(rb"(?s)/Artifact <</Type /Pagination>> BDC\n(BT.*?)\nEMC", rb"\1")


@breaks("01-005", case="rule")
def _(pdf):
    pdf.content(rb"q\n", rb"q\n0 0 100 1 re f\n")


@breaks("01-005", case="marked but not tagged")
def _(pdf):
    pdf.content(rb"q\n", rb"q\n/Span BMC 0 0 100 1 re S EMC\n")


@breaks("01-007")
def _(pdf):
    pdf.put(pdf.catalog["/MarkInfo"], "Suspects", True)


@breaks("iso-14.7.1", case="not marked")
def _(pdf):
    pdf.put(pdf.catalog["/MarkInfo"], "Marked", False)


@breaks("iso-14.7.1", "iso-14.7.4.2-held", "iso-14.7.4.4-content", "28-011", "11-007", "iso-12.3.3", case="no tree")
def _(pdf):
    del pdf.catalog["/StructTreeRoot"]


@breaks("iso-14.6.1", "01-004", case="an EMC is missing")
def _(pdf):
    pdf.content(rb"re f\nEMC", rb"re f")


@breaks("iso-14.6.1", case="one EMC too many")
def _(pdf):
    pdf.content(rb"\nQ\n", rb"\nEMC Q\n")


@breaks("iso-14.6.1", case="across a text object")
def _(pdf):
    pdf.content(rb"(?s)(/H1 <</MCID 0>> BDC)\nBT(.*?)ET\nEMC", rb"BT \1 \2 ET EMC")


@breaks("iso-14.6.1", case="out of a text object")
def _(pdf):
    pdf.content(rb"(?s)(/H1 <</MCID 0>> BDC)\nBT(.*?)ET\nEMC", rb"\1 BT \2 EMC ET")


@breaks("iso-14.7.4.2-once", case="an MCID twice")
def _(pdf):
    pdf.content(FIRST, rb"/H1 <</MCID 0>> BDC\n\1\nEMC\n/H1 <</MCID 0>> BDC\n0 0 9 9 re f\nEMC")


@breaks("iso-14.7.4.2-held", case="by nobody")
def _(pdf):
    pdf.content(rb"q\n", rb"q\n/P <</MCID 99>> BDC 0 0 9 9 re f EMC\n")


@breaks("iso-14.7.4.2-held", case="by two")
def _(pdf):
    pdf.find("Figure")["/K"].append(pdf.find("Figure")["/K"][0])


@breaks("iso-14.7.4.2-there")
def _(pdf):
    pdf.find("P", 1)["/K"].insert(1, NumberObject(77))


@breaks("iso-14.7.4.4-content", case="another element")
def _(pdf):
    row = pdf.tree["/ParentTree"]["/Nums"][1].get_object()
    row[0], row[2] = row[2], row[0]


@breaks("iso-14.7.4.4-content", case="an entry is missing")
def _(pdf):
    del pdf.tree["/ParentTree"]["/Nums"][1].get_object()[-1]


@breaks("iso-14.7.4.4-content", case="an entry too many")
def _(pdf):
    row = pdf.tree["/ParentTree"]["/Nums"][1].get_object()
    row.append(row[0])


@breaks("iso-14.7.4.4-content", case="no StructParents")
def _(pdf):
    del pdf.page(1)["/StructParents"]


@breaks("iso-14.7.4.4-key", "iso-14.7.4.4-content", case="shared")
def _(pdf):
    pdf.put(pdf.page(1), "StructParents", 0)


@breaks("iso-14.7.4.4-key", case="the next one is used")
def _(pdf):
    pdf.put(pdf.tree, "ParentTreeNextKey", 1)


@breaks("09-001", case="the tree goes another way")
def _(pdf):
    kids = pdf.find("Document")["/K"]
    kids[2], kids[3] = kids[3], kids[2]


@breaks("09-001", case="back to the first page")
def _(pdf):
    kids = pdf.find("Document")["/K"]
    kids.insert(len(kids) - 2, kids.pop(2))


def form(pdf, content, **more):
    """Draw a form at the end of the first page."""
    made = stream_of(content, Type="/XObject", Subtype="/Form", BBox=[0, 0, 9, 9], **more)
    pdf.page(0)["/Resources"]["/XObject"][NameObject("/Fm1")] = pdf.writer._add_object(made)
    pdf.content(rb"\nQ\n", b"\n/Artifact BMC /Fm1 Do EMC\nQ\n")


@breaks("30-001")
def _(pdf):
    form(pdf, b"0 0 9 9 re f", Ref=names(F="other.pdf", Page=0))


@breaks("30-002", "01-004", "iso-14.7.4.2-held", "iso-14.7.4.2-once")
def _(pdf):
    form(pdf, b"/P <</MCID 0>> BDC 0 0 9 9 re f EMC")
    pdf.content(rb"/Fm1 Do", b"/Fm1 Do /Fm1 Do")
