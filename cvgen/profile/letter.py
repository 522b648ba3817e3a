"""A cover letter that goes with a CV."""

from typing import Annotated

from pydantic import Field

from cvgen.profile.fields import Model, OneOrMore, Plain, Prose, Text, WhenField, optional

__all__ = ["Letter"]


class Letter(Model):
    """A cover letter: `cvgen build --letter`."""

    recipient: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (), description="To whom, line by line.", examples=[["Prof. Ida Example", "University of Example"]]
    )
    date: WhenField | None = optional("Its date, by default the document's.", "2024-10-22")
    subject: Text | None = optional("What it is about.", "Application as a postdoctoral researcher")
    opening: Text = Field(description="How it begins.", examples=["Dear Prof. Example,"])
    text: Prose = Field(description="Its paragraphs, with an empty line between.")
    signature: Plain | None = optional(
        "A picture of the signature (PNG or JPEG), in the folder of this file or below it.", "signature.png"
    )
    closing: Text = Field(description="How it ends; the name stands below.", examples=["Yours sincerely,"])
