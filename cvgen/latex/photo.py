"""The portrait: an image file that is what it says, small enough, inside the profile's folder, without its EXIF."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from cvgen.diagnostics import Diagnostic, Severity
from cvgen.document.nodes import Photo
from cvgen.errors import ProfileError
from cvgen.files import TooLargeError, read_file

__all__ = ["MAX_PHOTO_BYTES", "MAX_PHOTO_PIXELS", "read_photo"]

MAX_PHOTO_BYTES = 5 << 20
MAX_PHOTO_PIXELS = 25_000_000
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # ITU T.81, table B.1: SOF0 to SOF15
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def read_photo(photo: Photo, profile: Path | None) -> bytes:
    """Return the image, decoded and encoded again: only its pixels come through. Raises `ProfileError`."""

    def wrong(message: str, hint: str) -> ProfileError:
        return ProfileError([Diagnostic("photo", Severity.ERROR, photo.origin, message, (hint,))])

    path, folder = Path(photo.path), profile.parent if profile else Path()
    inside = path.relative_to(folder) if path.is_relative_to(folder) else path
    if path.suffix.lower() not in _FORMATS:
        raise wrong(f"`{path.name}` is no PNG or JPEG file", "save it as .png or .jpg")
    try:
        target = path.resolve(strict=False)
    except RuntimeError:  # of Python 3.11 and 3.12
        raise wrong(f"`{path.name}` is a link to itself", "name an image file") from None
    if ".." in inside.parts or not target.is_relative_to(folder.resolve()):
        raise wrong(f"`{path.name}` lies outside of the profile's folder", "put it beside the profile, or below it")
    try:
        data = read_file(path, MAX_PHOTO_BYTES, follow=False)
    except TooLargeError:
        raise wrong(
            f"`{path.name}` is over {MAX_PHOTO_BYTES >> 20} MB", "save it smaller: 600 pixels are plenty"
        ) from None
    except OSError as error:
        raise wrong(f"`{path.name}` cannot be read: {error.strerror}", "name an image file") from None
    return _pixels(
        data, _FORMATS[path.suffix.lower()], lambda words: wrong(f"`{path.name}` {words}", "save it again")
    )


def _declared_pixels(data: bytes, kind: str) -> int:
    """Return how many pixels an image has by its header; Pillow would print a warning of its own about too many."""
    if kind == "PNG":
        return int.from_bytes(data[16:20]) * int.from_bytes(data[20:24])
    place = 2
    while data[place : place + 1] == b"\xff" and place + 9 <= len(data):
        if data[place + 1] in _JPEG_FRAMES:
            return int.from_bytes(data[place + 5 : place + 7]) * int.from_bytes(data[place + 7 : place + 9])
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return 0


def _pixels(data: bytes, kind: str, wrong: Callable[[str], ProfileError]) -> bytes:
    from PIL import Image, ImageOps  # only profiles with a photo pay for the import

    if _declared_pixels(data, kind) > MAX_PHOTO_PIXELS:
        raise wrong(f"has over {MAX_PHOTO_PIXELS // 1_000_000} million pixels")
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MAX_PHOTO_PIXELS:
                raise wrong(f"has over {MAX_PHOTO_PIXELS // 1_000_000} million pixels")
            upright = ImageOps.exif_transpose(image)
            clean = upright.convert("RGB" if kind == "JPEG" or "A" not in upright.getbands() else "RGBA")
            clean.info.clear()
            target = io.BytesIO()
            clean.save(target, kind, **({"quality": 92} if kind == "JPEG" else {}))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise wrong(f"is damaged, or no {kind} image") from None
    return target.getvalue()
