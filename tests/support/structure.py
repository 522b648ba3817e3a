"""The structure tree of a PDF: as poppler prints it, and its elements."""

import io
import re
import subprocess

from pypdf import PdfReader
from pypdf.generic import DictionaryObject


def struct_lines(pdf):
    """Return the structure tree with its text, one element or text a line, as poppler reads it."""
    done = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True)
    assert not done.stderr
    lines = [line for line in done.stdout.decode().split("\n") if line.strip() and "Object " not in line]
    return [re.sub(r"^( *)(\S+?):? ?(\((block|inline)\))?:?$", r"\1\2", line) for line in lines]


def struct_texts(pdf):
    return [line.strip()[1:-1] for line in struct_lines(pdf) if line.strip().startswith('"')]


def elements(pdf):
    """Yield each structure element, parents first."""
    waiting = [PdfReader(io.BytesIO(pdf), strict=True).trailer["/Root"]["/StructTreeRoot"]["/K"].get_object()]
    while waiting:
        one = waiting.pop(0)
        yield one
        kids = [kid.get_object() for kid in one["/K"]]
        waiting = [kid for kid in kids if isinstance(kid, DictionaryObject) and "/S" in kid] + waiting


def of_role(pdf, role):
    return [one for one in elements(pdf) if one["/S"] == f"/{role}"]


def number_of(one):
    return one.indirect_reference.idnum


def contents(one):
    """Return each piece of an element's own content: the object number of its page, its identifier there."""
    found = []
    for kid in one["/K"]:
        if isinstance(kid, int):
            found.append((one.raw_get("/Pg").idnum, int(kid)))
        elif isinstance(kid, DictionaryObject) and kid.get("/Type") == "/MCR":
            found.append((kid.raw_get("/Pg").idnum, int(kid["/MCID"])))
    return found


def all_contents(one):
    """Return each piece of content of an element and of all below it."""
    kids = (kid.get_object() for kid in one["/K"])
    below = (kid for kid in kids if isinstance(kid, DictionaryObject) and "/S" in kid)
    return [*contents(one), *(piece for kid in below for piece in all_contents(kid))]
