"""The text and the links of a PDF, as four independent programs and libraries see them."""

import io
import re
import subprocess
import unicodedata

import pypdf
import pypdfium2
from pdfminer.high_level import extract_pages, extract_text
from pdfminer.layout import LTChar, LTContainer


def pdftotext(data):
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def pypdf_text(data):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def pdfminer(data):
    return extract_text(io.BytesIO(data))


def pdfium(data):
    document = pypdfium2.PdfDocument(data)
    try:
        texts = []
        for page in document:
            textpage = page.get_textpage()
            texts.append(textpage.get_text_bounded())
            textpage.close()
            page.close()
        return "\n".join(texts)
    finally:
        document.close()


EXTRACTORS = {"pdftotext": pdftotext, "pypdf": pypdf_text, "pdfminer": pdfminer, "pdfium": pdfium}


def folded(text):
    """Fold white space and compose, as the text policy does before it compares."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def words_of(data, extractor):
    """Return the text of a PDF in one line."""
    return folded(EXTRACTORS[extractor](data))


_WIDE = "[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"


def unwrapped(text):
    """Close the gaps that a line's end leaves between Chinese, Japanese or Korean characters."""
    return re.sub(f"(?<={_WIDE}) (?={_WIDE})", "", text)


def links(data):
    """Return the targets of all links, in order."""
    found = []
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object()["/A"].get_object()
            uri = action["/URI"]
            found.append(uri.original_bytes.decode("latin-1") if hasattr(uri, "original_bytes") else str(uri))
    return found


def characters(data):
    """Yield (page box, character, its box) for every character of a PDF."""
    for page in extract_pages(io.BytesIO(data)):
        yield from ((page.bbox, item.get_text(), item.bbox) for item in _characters(page))


def pages(data):
    """Return the characters of each page, with their boxes."""
    return [[(item.get_text(), item.bbox) for item in _characters(page)] for page in extract_pages(io.BytesIO(data))]


def _characters(item):
    if isinstance(item, LTChar):
        yield item
    elif isinstance(item, LTContainer):
        for inner in item:
            yield from _characters(inner)
