"""Fields of the header: addresses, numbers, and names on the networks, whole addresses of pages cut to the name."""

from __future__ import annotations

import re
from typing import Annotated

from cvgen.profile.fields import TEXT_SCHEMA, fail, text_field
from cvgen.values import urls
from cvgen.values.text_policy import fold_space

__all__ = ["Email", "Homepage", "Mastodon", "Orcid", "Phone", "UserName"]


def _email(text: str) -> str:
    try:
        urls.check_url(f"mailto:{text.strip()}")
    except urls.UrlError:
        fail("email", f"`{text}` is not an e-mail address", hint="write it as `name@example.org`")
    return text.strip()


_EXTENSION = r"(?:,? ?(?:ext(?:ension)?\.?|x|#) ?[0-9]{1,6})?"


def _phone(text: str) -> str:
    folded = fold_space(text)
    digits = sum(char.isdigit() for char in folded)
    if not 3 <= digits <= 20 or not re.fullmatch(
        rf"(?i)[+0-9][0-9 \-()/.]*{_EXTENSION}|\([0-9 \-()/.]*{_EXTENSION}", folded
    ):
        fail("phone", f"`{text}` is not a telephone number", hint="write it as `+49 151 123456`")
    return folded


_PROFILE_PAGES = (
    r"(?:https?://)?(?:[a-z]{2,3}\.)?(?:github\.com|gitlab\.com|orcid\.org|dblp\.(?:org|uni-trier\.de)/pid|"
    r"linkedin\.com/in|x\.com|twitter\.com)/([^?#]+?)(?:\.html)?/?(?:[?#].*)?"
)


def _user_name(text: str) -> str:
    page = re.fullmatch(_PROFILE_PAGES, text.strip(), re.IGNORECASE)
    name = (page[1] if page else text.strip()).removeprefix("@")
    if not name or (any(char in name for char in "/:?#@ ") and not name.replace("/", "").isalnum()):
        fail("user-name", f"`{text}` is not a user name", hint="write only the name, not the address of the page")
    return name


def _orcid(text: str) -> str:
    """Check an ORCID iD by its last digit (ISO 7064, MOD 11-2)."""
    name = _user_name(text).replace(" ", "").upper()
    if not re.fullmatch(r"(?:[0-9]{4}-){3}[0-9]{3}[0-9X]", name):
        fail("orcid", f"`{text}` is not an ORCID iD", hint="write it as `0000-0002-1825-0097`")
    total = 0
    for digit in name.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if name[-1] != ("X" if check == 10 else str(check)):
        fail("orcid", f"`{name}` is not an ORCID iD: its last digit does not fit", hint="copy it from orcid.org")
    return name


def _homepage(text: str) -> str:
    try:
        return urls.check_url(urls.with_scheme(text.strip()))
    except urls.UrlError as error:
        fail("link", error.message, hint="write it as `ada.example.org`, or as `https://example.org/~ada`")


def _mastodon(text: str) -> str:
    user, at, host = text.strip().removeprefix("@").partition("@")
    try:
        if not at or not user or set("@/?# ") & set(user + host):
            raise urls.UrlError("")  # noqa: TRY301 - one way out for all that is wrong
        urls.check_url(f"https://{host}/@{user}")
    except urls.UrlError:
        fail("user-name", f"`{text}` is not a Mastodon address", hint="write it as `@ada@example.social`")
    return text.strip()


Homepage = Annotated[str, text_field(_homepage, json={"type": "string"})]
Email = Annotated[str, text_field(_email, json={"type": "string", "format": "email"})]
Phone = Annotated[str, text_field(_phone, json={"type": ["string", "number"]})]
Orcid = Annotated[str, text_field(_orcid, json={"type": "string"})]
Mastodon = Annotated[str, text_field(_mastodon, json={"type": "string"})]
UserName = Annotated[str, text_field(_user_name, json=TEXT_SCHEMA)]
