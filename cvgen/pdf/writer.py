"""Writing a finished PDF with qpdf: the same input gives the same bytes on any path, day and time zone."""

from __future__ import annotations

import hashlib
import io

from pikepdf import ObjectStreamMode, Pdf, StreamDecodeLevel

__all__ = ["UUID_PLACEHOLDER", "write_pdf"]

UUID_PLACEHOLDER = b"00000000-0000-0000-0000-cvgenuuid000"
"""Stands in the XMP packet where the identifier will be; of the same length, so that no offset moves."""

_STATIC_ID = b"31415926535897932384626433832795"  # qpdf's, in place of one of the time
_SAVED_WITH = {
    "force_version": "1.7",
    "object_stream_mode": ObjectStreamMode.generate,
    "stream_decode_level": StreamDecodeLevel.none,
    "static_id": True,
    "preserve_pdfa": True,  # a line's end before `endstream`, where the XMP packet says PDF/A
    "fix_metadata_version": False,  # the packet is ours
}


def write_pdf(pdf: Pdf) -> bytes:
    """Return the file: what the catalog and Info lead to, packed, with identifiers made from its content."""
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]
    file = io.BytesIO()
    pdf.save(file, **_SAVED_WITH)
    data = file.getvalue()
    digest = hashlib.sha256(data).hexdigest()[:32]
    uuid = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
    body, key, trailer = data.rpartition(b"/ID [")
    return body.replace(UUID_PLACEHOLDER, uuid.encode()) + key + trailer.replace(_STATIC_ID, digest.encode(), 2)
