"""cvgen check."""

import pytest
from support.profiles import PALE, TEXT

pytestmark = pytest.mark.usefixtures("here")


def test_check_needs_no_engine_and_writes_nothing(run, profile, monkeypatch, tmp_path, here):
    """All mistakes of all profiles, counted; warnings fail only a strict check."""
    monkeypatch.setenv("PATH", str(tmp_path))
    good, pale = profile(TEXT), profile(TEXT, document=PALE, name="b.yaml")
    assert run("check", good) == (0, b"", "1 profile, 0 errors, 0 warnings\n")
    code, _, err = run("check", good, pale)
    assert code == 0
    assert err.endswith("2 profiles, 0 errors, 1 warning\n")
    assert run("check", good, pale, "--strict")[0] == 3
    assert run("check", profile({"kind": "txt"}, name="c.yaml"))[0] == 3
    assert list(here.iterdir()) == []


def test_check_finds_what_no_font_has(run, profile):
    """A character that cannot be set is found without TeX."""
    code, _, err = run("check", profile({"kind": "text", "text": "😀"}))
    assert code == 3
    assert "GRINNING FACE" in err


def test_the_worst_comes_first(run, profile):
    """For people; programs get the order of the files."""
    pale = profile(TEXT, document=PALE, name="a.yaml")
    bad = profile({"kind": "txt"}, name="b.yaml")
    _, _, err = run("check", pale, bad)
    assert err.index("b.yaml") < err.index("a.yaml")
    _, _, data = run("check", pale, bad, "--message-format", "json")
    assert data.index("a.yaml") < data.index("b.yaml")
