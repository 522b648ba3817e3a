"""Links: what is legal stays byte for byte, what could do harm or lead nowhere is refused with a way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvgen.values.urls import UrlError, check_url, display_url, with_scheme

EXACT = [
    "https://a.org/)(/S/Launch",
    "https://a-b.org/a_b~c%20d?x=1&y=2#f",
    "tel:+49-151;ext=1",
    "tel:(02)123",
    "http://example.org",
    "https://example.org/",
    "https://example.org:8443/x",
    "https://[2001:db8::1]:80/x",
    "https://Example.ORG/Path",
    "https://a_b.example.org./",
    "https://mastodon.example/@jane",
    "https://example.org/?u=javascript:alert(1)&e=a@b.org&amp;c[]=1",
    "https://example.org/a//b/../c;d='!$*+,",
    "mailto:jane.doe+cv@example.org",
    "https://example.org/" + "a" * 2000,
]
REWRITTEN = {
    "HTTPS://example.org/": "https://example.org/",
    "https://bücher.example": "https://xn--bcher-kva.example",
    "https://BÜCHER.example": "https://xn--bcher-kva.example",
    "https://straße.de/ü?q=ä#é": "https://xn--strae-oqa.de/%C3%BC?q=%C3%A4#%C3%A9",
    "https://日本語.jp:80/金超": "https://xn--wgv71a119e.jp:80/%E9%87%91%E8%B6%85",
    "mailto:jane@bücher.example": "mailto:jane@xn--bcher-kva.example",
}
REFUSED = {
    "javascript:alert(1)": "`javascript:`",
    "JaVaScRiPt:alert(1)": "`javascript:`",
    "java\tscript:alert(1)": "U+0009",
    "java\nscript:alert(1)": "U+000A",
    " javascript:alert(1)": "space",
    "java\u200bscript:alert(1)": "U+200B",
    "java\x00script:alert(1)": "U+0000",
    "java%73cript:alert(1)": "hides the scheme `javascript:`",
    "javascript%3Aalert(1)": "hides the scheme `javascript:`",
    "javascript%253Aalert(1)": "hides the scheme `javascript:`",
    "java%0Ascript:alert(1)": "hides the scheme `javascript:`",
    "javascript&#58;alert(1)": "hides the scheme `javascript:`",
    "javascript&colon;alert(1)": "hides the scheme `javascript:`",
    "&#106;avascript:alert(1)": "hides the scheme `javascript:`",
    "data:text/html,x": "`data:`",
    "vbscript:x": "`vbscript:`",
    "file:///etc/passwd": "`file:`",
    "run:calc": "`run:`",
    "ftp://example.org": "`ftp:`",
    r"\\host\share": "network share",
    "//host": "network share",
    "//example.org/x": "no scheme",
    "/files/x.pdf": "not a full address",
    "x.pdf": "not a full address",
    "../x": "not a full address",
    "#top": "not a full address",
    "": "empty",
    "https://user:pw@example.org/": "user name",
    "https://example.org@evil.example": "user name",
    r"https://example.org\@evil.example": r"`\`",
    "mailto:a@example.org?subject=x": "headers",
    "mailto:a@example.org%3Fsubject=x": "not a host name",
    "mailto:a%0Ab@example.org": "not an email address",
    "mailto:a@example.org,b@example.org": "not an email address",
    "mailto:": "not an email address",
    "tel:": "not a telephone number",
    "tel:call-me": "not a telephone number",
    "https://example.org/a b": "space",
    "https://example.org/\u00a0": "U+00A0",
    "https://example.org/\u202e": "U+202E",
    "https://example.org/\ud800": "U+D800",
    "https://example.org/%zz": "`%`",
    "https://example.org/<x>": "`<`",
    "https:/example.org": "no host",
    "https:example.org": "no host",
    "https:///example.org": "no host",
    "https://": "no host",
    "https://a..b/": "not a host name",
    "https://%61.org": "not a host name",
    "https://a／b.org": "not a host name",
    "https://[::1": "not a host name",
    "https://example.org:99999/": "port",
    "https://example.org:/": "port",
    "https://example.org/" + "a" * 4000: "longer than 4,000",
    "https://example.org/" + "ü" * 1000: "longer than 4,000",
}
HINTS = {
    "chaojin0310.github.io": "write `https://chaojin0310.github.io`",
    "www.zilizhang.site": "write `https://www.zilizhang.site`",
    "example.org:8080/x": "write `https://example.org:8080/x`",
    "//example.org/x": "write `https://example.org/x`",
    "jane@example.org": "write `mailto:jane@example.org`",
    "mailto:a@example.org?subject=x": "write `mailto:a@example.org`",
    "https://example.org/a b": "write `%20` for a space inside a link",
    "tel:+49 151": "write `-` for a space inside a link",
    "https://example.org/|": "write `%7C`",
    "https://example.org/100%": "write `%25` for the sign itself",
}
PARTS = (
    "https:",
    "HTTP:",
    "mailto:",
    "tel:",
    "javascript:",
    "//",
    "a.org",
    "bücher",
    "[::1]",
    "%20",
    "80",
    "+49",
    "xn--",
)
pieces = st.sampled_from(PARTS) | st.sampled_from("/\\@:.[]%?#& -ß。\u200düx")
texts = st.text(max_size=40) | st.lists(pieces, max_size=9).map("".join)
addresses = st.text(max_size=30).map("https://".__add__) | texts.map("https://a.org/".__add__)


@pytest.mark.parametrize("url", EXACT)
def test_a_legal_address_stays_byte_for_byte(url):
    """What a person wrote is what the PDF links to."""
    assert check_url(url) == url


@pytest.mark.parametrize(("text", "url"), REWRITTEN.items())
def test_an_international_address_becomes_ascii(text, url):
    """Host names by IDNA 2008 (ß stays ß), the rest as percent-encoded UTF-8."""
    assert check_url(text) == url


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_a_harmful_or_broken_link_is_refused(text, reason):
    """The message says why, the hint says what to write, the place lies inside the text."""
    with pytest.raises(UrlError) as caught:
        check_url(text)
    error = caught.value
    assert reason in error.message
    assert error.hint
    assert not error.message.endswith(".")
    assert 0 <= error.offset <= error.offset + error.length <= len(text)


@pytest.mark.parametrize(("text", "hint"), HINTS.items())
def test_the_hint_gives_what_to_write(text, hint):
    """A hint can be copied."""
    with pytest.raises(UrlError) as caught:
        check_url(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize(("text", "part"), [("https://a.org/a b", " "), ("https://u@a.org/", "u@a.org")])
def test_the_place_is_that_of_the_fault(text, part):
    """The carets stand under what is wrong, not under the whole link."""
    with pytest.raises(UrlError) as caught:
        check_url(text)
    assert text[caught.value.offset :][: caught.value.length] == part


@given(texts | addresses)
def test_any_text_is_a_safe_ascii_url_or_a_url_error(text):
    """The result is printable ASCII without spaces, of an allowed scheme, and checking it again changes nothing."""
    try:
        url = check_url(text)
    except UrlError as error:
        assert error.message
        assert 0 <= error.offset <= error.offset + error.length <= len(text)
        return
    assert url.isascii()
    assert url.isprintable()
    assert not set(url) & set(' "<>\\^`{|}')
    assert url.startswith(("https://", "http://", "mailto:", "tel:"))
    assert check_url(url) == url


@given(texts)
def test_adding_a_scheme_and_display_never_fail(text):
    """Both take any text; a scheme is added in front or not at all."""
    assert with_scheme(text) in (text, f"https://{text}")
    assert isinstance(display_url(text), str)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("chaojin0310.github.io", "https://chaojin0310.github.io"),
        ("www.example.org/~jane?x#y", "https://www.example.org/~jane?x#y"),
        ("bücher.example", "https://bücher.example"),
        ("example.org:8080", "https://example.org:8080"),
        ("https://example.org", "https://example.org"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("jane@example.org", "jane@example.org"),
        ("cv.pdf", "cv.pdf"),
        ("/files/x.pdf", "/files/x.pdf"),
        ("//example.org", "//example.org"),
    ],
)
def test_only_a_bare_host_gets_a_scheme(text, url):
    """A homepage may be written without `https://`; nothing else is guessed."""
    assert with_scheme(text) == url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://chaojin0310.github.io/", "chaojin0310.github.io"),
        ("http://www.example.org/~jane/", "www.example.org/~jane"),
        ("https://example.org/?next=/", "example.org/?next=/"),
        ("mailto:jane@example.org", "jane@example.org"),
        ("tel:+49-151", "+49-151"),
        ("example.org", "example.org"),
    ],
)
def test_a_printed_address_has_no_scheme_and_no_closing_slash(url, shown):
    """What stands on the page is what a reader would type."""
    assert display_url(url) == shown
