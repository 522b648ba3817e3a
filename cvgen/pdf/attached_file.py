"""The profile as a file that a PDF carries (ISO 32000-2, 7.11.4 and 14.13; PDF/UA-1 7.11)."""

from __future__ import annotations

import datetime
import hashlib

from pikepdf import Array, Dictionary, Name, Pdf, String

__all__ = ["PROFILE_NAME", "attach_profile"]

PROFILE_NAME = "profile.yaml"
"""The name of the file that `cvgen import` looks for."""


def attach_profile(pdf: Pdf, data: bytes, title: str, *, epoch: int) -> None:
    """Attach a profile in YAML as the document's source. At `epoch` 0 it carries no date."""
    parameters = Dictionary(Size=len(data), CheckSum=String(hashlib.md5(data, usedforsecurity=False).digest()))
    if epoch:
        moment = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
        parameters.ModDate = moment.strftime("D:%Y%m%d%H%M%S+00'00'")
    stream = pdf.make_stream(data, Type=Name.EmbeddedFile, Subtype=Name("/application/yaml"), Params=parameters)
    file = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=PROFILE_NAME,
            UF=PROFILE_NAME,
            Desc=f"{title}: the profile that this document is made from, for cvgen",
            AFRelationship=Name.Source,
            EF=Dictionary(F=stream, UF=stream),
        )
    )
    names = pdf.Root.get("/Names")
    if not isinstance(names, Dictionary):
        names = pdf.Root.Names = Dictionary()
    names.EmbeddedFiles = Dictionary(Names=Array([PROFILE_NAME, file]))
    pdf.Root.AF = Array([file])
