"""The words of files in each format, as a reader of the format sees them."""

import html.parser
import importlib
import io

import docx
from markdown_it import MarkdownIt


class Words(html.parser.HTMLParser):
    """The text of a page as a reader sees it."""

    def __init__(self, page):
        super().__init__()
        self.words, self.hidden = "", 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("head", "script", "style")
        self.words += " " if tag in ("br", "p", "li", "div", "h1", "h2", "h3", "h4") else ""

    def handle_endtag(self, tag):
        self.hidden -= tag in ("head", "script", "style")

    def handle_data(self, data):
        self.words += "" if self.hidden else data


def word_text(data):
    """Return the text of a Word document, lists and links included."""
    body = docx.Document(io.BytesIO(data)).element.body
    lines = (
        "".join(node.text or " " for node in one.iter() if node.tag.endswith(("}t", "}tab", "}br"))) for one in body
    )
    return "\n".join(lines)


READERS = {
    "docx": word_text,
    "html": lambda data: Words(data.decode()).words,
    "markdown": lambda data: Words(MarkdownIt("commonmark").render(data.decode())).words,
}


def words_in(data, name):
    """Return the words of a file; a format without a reader of its own is read as text."""
    return READERS.get(name, bytes.decode)(data)


def words_of_document(document, name):
    """Return the words of a document that is written in a format."""
    written = importlib.import_module(f"cvgen.formats.{name.replace('-', '_')}").write_document(document, None)
    return words_in(written.encode() if isinstance(written, str) else written, name)
