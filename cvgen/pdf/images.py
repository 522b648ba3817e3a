"""Pictures of PDFs: their pages as PNG files, and two states of them side by side.

PDFium draws with what the PDF embeds, and the PNG files carry no time: the same PDF gives the same bytes.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TypeAlias

import pypdfium2
from PIL import Image, ImageChops, ImageDraw
from rapidfuzz.distance import Indel

from cvgen.errors import OutputError, UsageError

__all__ = ["MAX_PAGES", "MAX_PAGE_PIXELS", "render_pages", "render_side_by_side"]

MAX_PAGES = 200
MAX_PAGE_PIXELS = 40_000_000  # of one page: a sheet of A4 at 600 dots per inch has 35 million

_RESOLUTIONS = range(20, 1201)
# PDFium is not thread-safe; the library may be called from threads.
_LOCK = threading.Lock()
_Box: TypeAlias = tuple[float, float, float, float]
_BEFORE, _AFTER, _DESK, _EDGE = (255, 226, 200), (207, 228, 255), (238, 238, 238), (190, 190, 190)
_CELL = 12  # pixels: how finely pages that differ without their texts are compared


def render_pages(pdf: bytes, *, dpi: int = 150) -> Iterator[bytes]:
    """Yield each page as a PNG file. Raises `UsageError` for a resolution, `OutputError` for a PDF, beyond limits."""
    for image in _images(pdf, dpi):
        yield _png(image, dpi)


def render_side_by_side(old: bytes, new: bytes, *, dpi: int = 100) -> Iterator[bytes]:
    """Yield for each page a PNG file with the old page on the left and the new one on the right.

    Text that the other side does not have is marked; where no text differs, what looks different is. A page that one
    side lacks stays empty. Raises as `render_pages` does.
    """
    marks = _text_marks(old, new)
    pairs = zip_longest(_images(old, dpi), _images(new, dpi))
    for number, (left, right) in enumerate(pairs):
        boxes = [side.get(number, []) for side in marks]
        if not any(marks) and left and right:
            boxes = [_looks(left, right)] * 2
        scale = dpi / 72 if any(marks) else 1
        yield _png(_beside(_marked(left, boxes[0], _BEFORE, scale), _marked(right, boxes[1], _AFTER, scale)), dpi)


# --- Drawing --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF, alone with PDFium."""
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as problem:
            raise OutputError(f"the PDF cannot be drawn: {problem}") from None
        try:
            if len(document) > MAX_PAGES:
                raise OutputError(f"the PDF has over {MAX_PAGES} pages, which are not drawn")
            yield document
        finally:
            document.close()


def _images(pdf: bytes, dpi: int) -> Iterator[Image.Image]:
    if dpi not in _RESOLUTIONS:
        raise UsageError(
            f"{dpi} dots per inch cannot be drawn",
            hints=(f"between {_RESOLUTIONS[0]} and {_RESOLUTIONS[-1]}; screens need 150",),
        )
    with _opened(pdf) as document:
        count = len(document)
    for number in range(count):
        with _opened(pdf) as document:
            image: Image.Image = _drawn(document, number, dpi)
        yield image


def _drawn(document: pypdfium2.PdfDocument, number: int, dpi: int) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        if width * height * (dpi / 72) ** 2 > MAX_PAGE_PIXELS:
            size = f"{MAX_PAGE_PIXELS // 1_000_000} million pixels"
            raise OutputError(f"page {number + 1} has over {size} at {dpi} dots per inch", hints=("draw it smaller",))
        image: Image.Image = page.render(scale=dpi / 72).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as problem:
        raise OutputError(f"page {number + 1} cannot be drawn: {problem}") from None
    return image


def _png(image: Image.Image, dpi: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", dpi=(dpi, dpi))
    return target.getvalue()


# --- What differs ---------------------------------------------------------------------------------------------------


def _texts(pdf: bytes) -> list[tuple[int, str, _Box]]:
    """Return the stretches of text: page, text, and the place as left, top, right and bottom in points."""
    found: list[tuple[int, str, _Box]] = []
    with _opened(pdf) as document:
        for number in range(len(document)):
            page = document[number]
            height, text = page.get_height(), page.get_textpage()
            for index in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(index)
                words = " ".join(text.get_text_bounded(left, bottom, right, top).split())
                if words:
                    found.append((number, words, (left, height - top, right, height - bottom)))
    return found


def _place(item: tuple[int, str, _Box]) -> tuple[int, str, int, int]:
    number, words, (left, top, _, _) = item
    return number, words, round(left), round(top)


def _text_marks(old: bytes, new: bytes) -> tuple[dict[int, list[_Box]], dict[int, list[_Box]]]:
    """Return where, on the pages of each side, there is text that the other side does not have in this order.

    Pages are not compared one by one: a line more at the top marks that line, not all that it pushes down.
    """
    texts: tuple[list[tuple[int, str, _Box]], ...] = (_texts(old), _texts(new))
    # What stands where it stood, as the foot of a page does, parts nothing that moved past it.
    stayed = {_place(item) for item in texts[0]} & {_place(item) for item in texts[1]}
    texts = tuple([item for item in side if _place(item) not in stayed] for side in texts)
    marks: tuple[dict[int, list[_Box]], dict[int, list[_Box]]] = ({}, {})
    for step in Indel.opcodes([words for _, words, _ in texts[0]], [words for _, words, _ in texts[1]]):
        if step.tag == "equal":
            continue
        ranges = range(step.src_start, step.src_end), range(step.dest_start, step.dest_end)
        for side, span in enumerate(ranges):
            for index in span:
                number, _, box = texts[side][index]
                marks[side].setdefault(number, []).append(box)
    return marks


def _looks(left: Image.Image, right: Image.Image) -> list[_Box]:
    """Return where two pages look different, as bands in pixels."""
    size = (max(left.width, right.width), max(left.height, right.height))
    sides = [Image.new("RGB", size, "white") for _ in range(2)]
    for sheet, image in zip(sides, (left, right), strict=True):
        sheet.paste(image)
    cells = (-(-size[0] // _CELL), -(-size[1] // _CELL))
    coarse = ImageChops.difference(*sides).convert("L").point(lambda value: 255 if value > 24 else 0)
    coarse = coarse.resize(cells, Image.Resampling.BOX).point(lambda value: 255 if value > 4 else 0)
    boxes: list[_Box] = []
    for row in range(cells[1]):
        band = coarse.crop((0, row, cells[0], row + 1)).getbbox()
        if band is None:
            continue
        box: _Box = (band[0] * _CELL, row * _CELL, band[2] * _CELL, (row + 1) * _CELL)
        if boxes and boxes[-1][3] == box[1]:
            last = boxes.pop()
            box = (min(last[0], box[0]), last[1], max(last[2], box[2]), box[3])
        boxes.append(box)
    return boxes


def _marked(
    image: Image.Image | None, boxes: Sequence[_Box], color: tuple[int, int, int], scale: float
) -> Image.Image | None:
    """Return the page with what is in the boxes as if gone over with a marker."""
    if image is None or not boxes:
        return image
    marks = Image.new("RGB", image.size, "white")
    draw = ImageDraw.Draw(marks)
    for left, top, right, bottom in boxes:
        draw.rectangle((left * scale - 2, top * scale - 2, right * scale + 2, bottom * scale + 2), fill=color)
    return ImageChops.multiply(image, marks)


def _beside(left: Image.Image | None, right: Image.Image | None) -> Image.Image:
    """Lay two pages on a desk; where one is missing its place stays empty."""
    images = [image for image in (left, right) if image is not None]
    width, height = max(image.width for image in images), max(image.height for image in images)
    gap = max(width // 50, 8)
    desk = Image.new("RGB", (2 * width + 3 * gap, height + 2 * gap), _DESK)
    for index, image in enumerate((left, right)):
        if image is not None:
            corner = (gap + index * (width + gap), gap)
            desk.paste(image, corner)
            edge = (corner[0] - 1, corner[1] - 1, corner[0] + image.width, corner[1] + image.height)
            ImageDraw.Draw(desk).rectangle(edge, outline=_EDGE)
    return desk
