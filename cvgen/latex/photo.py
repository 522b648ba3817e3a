"""The portrait: an image file that is what it says, small enough, inside the profile's folder, without its EXIF."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from cvgen.diagnostics import Diagnostic, Severity
from cvgen.document.nodes import Photo
from cvgen.errors import ProfileError

__all__ = ["MOST_BYTES", "MOST_PIXELS", "read_photo"]

MOST_BYTES = 5 << 20
MOST_PIXELS = 25_000_000
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def read_photo(photo: Photo, profile: Path | None) -> bytes:
    """Return the image, decoded and encoded again: only its pixels come through. Raises `ProfileError`."""

    def wrong(message: str, hint: str) -> ProfileError:
        return ProfileError([Diagnostic("photo", Severity.ERROR, photo.origin, message, (hint,))])

    path = Path(photo.path)
    root = (profile.parent if profile else Path()).resolve()
    if path.suffix.lower() not in _FORMATS:
        raise wrong(f"`{path.name}` is no PNG or JPEG file", "save it as .png or .jpg")
    if ".." in path.parts or not path.resolve().is_relative_to(root):
        raise wrong(f"`{path.name}` lies outside of the profile's folder", "put it beside the profile, or below it")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise wrong(f"`{path.name}` cannot be read: {error.strerror}", "name an image file") from None
    with open(handle, "rb") as file:  # noqa: PTH123 - it is open already
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise wrong(f"`{path.name}` is no regular file", "name an image file")
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise wrong(f"`{path.name}` is over {MOST_BYTES >> 20} MB", "save it smaller: 600 pixels are plenty")
    return _pixels(
        data, _FORMATS[path.suffix.lower()], lambda words: wrong(f"`{path.name}` {words}", "save it again")
    )


def _pixels(data: bytes, kind: str, wrong: object) -> bytes:
    from PIL import Image, ImageOps  # only profiles with a photo pay for the import

    assert callable(wrong)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise wrong(f"has over {MOST_PIXELS // 1_000_000} million pixels")
            upright = ImageOps.exif_transpose(image)
            clean = upright.convert("RGB" if kind == "JPEG" or "A" not in upright.getbands() else "RGBA")
            clean.info.clear()
            target = io.BytesIO()
            clean.save(target, kind, **({"quality": 92} if kind == "JPEG" else {}))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise wrong(f"is damaged, or no {kind} image") from None
    return target.getvalue()
