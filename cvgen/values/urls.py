"""Link targets: the exact ASCII URI that a PDF may carry, or the reason why it may not.

Legal ASCII stays as it is, byte for byte, but for the case of the scheme. Only international host
names (IDNA 2008) and other characters outside ASCII (UTF-8, percent-encoded) are rewritten.
"""

from __future__ import annotations

import html
import ipaddress
import re
import unicodedata
import urllib.parse
from typing import Final

__all__ = ["UrlError", "check_url", "display_url", "with_scheme"]

_LONGEST = 4_000
_SCHEMES: Final = ("https", "http", "mailto", "tel")
_DANGEROUS: Final = ("javascript", "data", "vbscript", "file", "run")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
# A host alone, as people write their homepage, in any letters; `cv.pdf` is a file.
_BARE_HOST = (
    r"(?s)(?![^/?#]*\.(?:pdf|html?|png|jpe?g|tex|bib)\Z)"
    r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*(?::[0-9]{1,5})?(?:[/?#].*)?"
)
_EMAIL = r"[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+"
_MAILBOX = r"(?:[A-Za-z0-9.!#$&'*+=_~-]|%[89A-Fa-f][0-9A-Fa-f])+"
_TEL = r"\+?\(?[0-9][0-9().*-]*(?:;[A-Za-z0-9-]+(?:=(?:[A-Za-z0-9\[\]/:&+$_.!~*'()-]|%[0-9A-Fa-f]{2})+)?)*"
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_NEVER_RAW = '"<>\\^`{|}'
_FULL = "write the full address, as in `https://example.org/paper.pdf`"


class UrlError(ValueError):
    """A text is not a link target that a PDF may carry; `offset` and `length` give the place in it."""

    def __init__(self, message: str, *, hint: str = "", offset: int = 0, length: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.offset, self.length = message, hint, offset, length


def check_url(text: str) -> str:
    """Return the URI to put into the PDF, in printable ASCII; raise UrlError where there is none.

    >>> check_url("https://a-b.org/a_b~c%20d?x=1&y=2#f")
    'https://a-b.org/a_b~c%20d?x=1&y=2#f'
    >>> check_url("https://bücher.example/straße")
    'https://xn--bcher-kva.example/stra%C3%9Fe'
    >>> check_url("javascript:alert(1)")
    Traceback (most recent call last):
    ...
    cvgen.values.urls.UrlError: a link cannot use `javascript:`
    """
    if not text:
        raise UrlError("the link is empty", hint=_FULL)
    if len(text) > _LONGEST:
        raise _too_long()
    if text.startswith("\\"):
        raise _wrong_scheme(text, "")
    _check_characters(text)
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    if match is None or scheme not in _SCHEMES:
        raise _wrong_scheme(text, scheme)
    rest, offset = text[match.end() :], match.end()
    if scheme == "mailto":
        url = f"mailto:{_mailbox(rest, offset)}"
    elif scheme == "tel":
        url = f"tel:{_number(rest, offset)}"
    else:
        url = f"{scheme}:{_address(rest, offset)}"
    if len(url) > _LONGEST:
        raise _too_long()
    return url


def with_scheme(text: str) -> str:
    """Put `https://` before a bare host, for fields where people write `jane.example.org`; never raises.

    >>> with_scheme("www.example.org/~jane"), with_scheme("mailto:jane@example.org")
    ('https://www.example.org/~jane', 'mailto:jane@example.org')
    """
    return f"https://{text}" if re.fullmatch(_BARE_HOST, text) else text


def display_url(url: str) -> str:
    """Shorten a URL for print: no scheme, no closing slash; `www.` stays.

    >>> display_url("https://www.example.org/"), display_url("mailto:jane@example.org")
    ('www.example.org', 'jane@example.org')
    """
    match = _SCHEME.match(url)
    if match and match[1].lower() in _SCHEMES:
        url = url[match.end() :].removeprefix("//")
    return url if "?" in url or "#" in url else url.rstrip("/")


# --- Parts ----------------------------------------------------------------------------------------------------------


def _check_characters(text: str) -> None:
    for offset, char in enumerate(text):
        if char == " ":
            inside = text[:offset].strip() and text[offset:].strip()
            instead = "-" if text.lower().startswith("tel:") else "%20"
            hint = f"write `{instead}` for a space inside a link" if inside else "delete the space"
            raise UrlError("a link cannot contain a space", hint=hint, offset=offset, length=1)
        if unicodedata.category(char)[0] in "CZ":
            message = f"a link cannot contain U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
            raise UrlError(message, hint="delete it", offset=offset, length=1)
        if char == "%" and not _ESCAPE.match(text, offset):
            message = "`%` in a link must be followed by two hexadecimal digits"
            raise UrlError(message, hint="write `%25` for the sign itself", offset=offset, length=1)
        if char in _NEVER_RAW:
            hint = "write `/`" if char == "\\" else f"write `%{ord(char):02X}`"
            raise UrlError(f"a link cannot contain `{char}`", hint=hint, offset=offset, length=1)


def _address(rest: str, offset: int) -> str:
    """Check what follows `http:`."""
    if not re.match(r"//[^/?#]", rest):
        raise UrlError("the link names no host", hint=_FULL, offset=offset, length=len(rest))
    authority, tail = _cut(rest[2:])
    offset += 2
    if "@" in authority:
        hint = "delete what stands before the `@`: every reader of the PDF can see it"
        raise UrlError(
            "a link cannot carry a user name or a password", hint=hint, offset=offset, length=len(authority)
        )
    host, colon, port = authority, "", ""
    if match := re.fullmatch(r"(.*[^:\]]|\[.*\])(:)([^:\]]*)", authority):
        host, colon, port = match.groups()
    if colon and not (port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) <= 65_535):
        message = f"`{port}` is not a port number"
        raise UrlError(message, hint="write a number from 1 to 65535, or delete the `:`", offset=offset + len(host))
    tail = urllib.parse.quote(tail, safe="!#$%&'()*+,/:;=?@[]~")
    return f"//{_host(host, offset)}{colon}{port}{tail}"


def _cut(text: str) -> tuple[str, str]:
    """Part an authority from the path, query or fragment after it."""
    end = next((index for index, char in enumerate(text) if char in "/?#"), len(text))
    return text[:end], text[end:]


def _host(host: str, offset: int) -> str:
    error = UrlError(
        f"`{host}` is not a host name", hint="write a name such as `example.org`", offset=offset, length=len(host)
    )
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1].partition("%")[0] if host.endswith("]") else "")
        except ValueError:
            raise error from None
        if "%" in host:
            raise error
        return host
    if not host.isascii():
        import idna  # large tables, for international names only

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (UnicodeError, ValueError):
            error.hint = "write the name as its registry does, or its `xn--` form"
            raise error from None
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise error
    return host


def _mailbox(rest: str, offset: int) -> str:
    """Check what follows `mailto:`: one address, and no headers that would fill in a letter."""
    if "?" in rest:
        start = rest.index("?")
        raise UrlError(
            "a mailto link cannot carry headers",
            hint=f"write `mailto:{rest[:start]}`",
            offset=offset + start,
            length=len(rest) - start,
        )
    local, at, domain = rest.rpartition("@")
    local = urllib.parse.quote(local, safe="!#$%&'*+/=?@,;:()[]~")
    if not at or not re.fullmatch(_MAILBOX, local) or "#" in local:
        hint = "write one address, as in `mailto:jane@example.org`"
        raise UrlError(f"`{rest}` is not an email address", hint=hint, offset=offset, length=len(rest))
    return f"{local}@{_host(domain, offset + len(rest) - len(domain))}"


def _number(rest: str, offset: int) -> str:
    if not re.fullmatch(_TEL, rest):
        hint = "write digits and `-`, as in `tel:+49-151-1234567`"
        raise UrlError(f"`{rest}` is not a telephone number", hint=hint, offset=offset, length=len(rest))
    return rest


# --- Refusals -------------------------------------------------------------------------------------------------------


def _too_long() -> UrlError:
    return UrlError(f"the link is longer than {_LONGEST:,} characters", hint="use a shorter address of the page")


def _hidden_scheme(text: str) -> str:
    """Find a scheme behind percent-encoding and HTML entities."""
    for _ in range(3):
        text = html.unescape(urllib.parse.unquote(text))
    bare = "".join(char for char in text if unicodedata.category(char)[0] not in "CZ").lower()
    return next((scheme for scheme in (*_DANGEROUS, *_SCHEMES) if bare.startswith(f"{scheme}:")), "")


def _wrong_scheme(text: str, scheme: str) -> UrlError:
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    allowed = "a link starts with `https://`, `http://`, `mailto:` or `tel:`"
    if re.fullmatch(_BARE_HOST, text):
        return UrlError(f"`{shown}` has no scheme", hint=f"write `https://{shown}`", length=len(text))
    if scheme:
        return UrlError(f"a link cannot use `{scheme}:`", hint=allowed, length=len(scheme) + 1)
    if hidden := _hidden_scheme(text):
        return UrlError(f"`{shown}` hides the scheme `{hidden}:`", hint=allowed, length=len(text))
    if text.startswith("//") and re.fullmatch(_BARE_HOST, text[2:]):
        return UrlError(f"`{shown}` has no scheme", hint=f"write `https:{shown}`", length=len(text))
    if text.startswith(("\\", "//")):
        return UrlError(f"`{shown}` names a file on a network share", hint=_FULL, length=len(text))
    if re.fullmatch(_EMAIL, text):
        return UrlError(f"`{shown}` has no scheme", hint=f"write `mailto:{shown}`", length=len(text))
    return UrlError(f"`{shown}` is not a full address: a PDF has no page to start from", hint=_FULL, length=len(text))
