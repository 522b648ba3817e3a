"""The profile that a PDF carries: it comes back by an import, and what is hidden is not in it."""

import io
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader
from support.outputs import PROFILES

import cvgen
from cvgen.attachment import attached_profile
from cvgen.errors import OutputError
from cvgen.imports import import_file
from cvgen.loading.load import load
from cvgen.pdf.gates import check_gates

PROFILE = """\
person:
  name: Ada Quill
  phone: +1 23
  email: ada@example.org
document: {embed: true, date: 2024-10-22}
works: works.yaml
sections:
  - kind: experience
    entries:
      - {organization: Shown Ltd, role: Clerk, start_date: 2020, end_date: 2021,
         highlights: [One, {text: Confidential bullet, tags: internal}]}
      - {organization: Hidden Ltd, role: Spy, start_date: 2021, end_date: 2022, hidden: true}
      - {organization: Later Ltd, role: Chief, date: 2024, hidden_until: 2099-01-01}
      - {organization: Home Ltd, role: Host, date: 2023, show_in: homepage}
  - {kind: text, title: Secret section, hidden: true, text: Secret words}
  - {kind: publications, entries: [engine, {work: cards, note: Own note}]}
variants:
  public:
    exclude: internal
    person: {hide: phone}
    titles: {experience: Posts}
"""
WORKS = """\
engine: {title: An Engine, authors: [Ada Quill*, Bo Li*], date: 2023, venue: Cards}
cards: {title: On Cards, authors: [Ada Quill], date: 2022, venue: Cards}
other: {title: Unlisted Work, authors: [Ada Quill], date: 2021, venue: Cards}
"""
SECRETS = ["Hidden Ltd", "Later Ltd", "Home Ltd", "Secret", "Unlisted"]


@pytest.fixture
def ada(tmp_path):
    """Write the profile and its works file, and return the profile's path."""
    (tmp_path / "works.yaml").write_text(WORKS)
    (tmp_path / "ada.yaml").write_text(PROFILE)
    return tmp_path / "ada.yaml"


def test_nothing_that_is_hidden_goes_with_a_pdf(ada):
    """Entries and sections that are hidden, under embargo or for a homepage, works that are not listed, tags."""
    text = attached_profile(cvgen.load_profile(ada)).decode()
    assert [secret for secret in SECRETS if secret in text] == []
    assert "Confidential bullet" in text
    assert "+1 23" in text
    assert "internal" not in text
    assert "Own note" in text


def test_a_variant_carries_a_profile_of_its_own(ada):
    """What the variant leaves out is not in it, of header and entries; its headings are the profile's."""
    text = attached_profile(cvgen.load_profile(ada), "public").decode()
    assert [secret for secret in [*SECRETS, "Confidential", "+1 23", "variants"] if secret in text] == []
    assert "title: Posts" in text


def test_a_pdf_gives_its_profile_back(ada, tmp_path):
    """`import` of the PDF is a profile that prints the same text; whole works stand in it."""
    first = cvgen.build(ada, output=tmp_path / "a.pdf").outputs[0]
    imported = import_file(first)
    assert imported.losses == ()
    again = tmp_path / "again.yaml"
    again.write_text(imported.to_yaml(), "utf-8")
    second = cvgen.build(again, output=tmp_path / "b.pdf").outputs[0]
    texts = [[page.extract_text() for page in PdfReader(path).pages] for path in (first, second)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_comes_back_from_what_its_pdf_carries(tmp_path, path):
    """It loads without a finding, and composes the same document."""
    profile = load(path, overrides={"document.embed": "true"})
    text = attached_profile(profile, None)
    again = tmp_path / "again.yaml"
    again.write_bytes(text)
    copy = cvgen.load_profile(again)
    assert copy.diagnostics == ()
    assert cvgen.emit(cvgen.compose(copy), "text") == cvgen.emit(cvgen.compose(profile), "text")


def test_a_pdf_without_embed_carries_nothing(tmp_path):
    """And `import` reads its text, and says what to set."""
    pdf = cvgen.build(PROFILES[0], output=tmp_path / "a.pdf").outputs[0]
    assert not PdfReader(pdf).attachments
    imported = import_file(pdf)
    assert any("embed" in hint for hint in imported.losses[0].hints)
    assert imported.data["person"]["name"] == "Chao Jin"


def test_a_gate_refuses_any_other_attachment(ada, tmp_path):
    """One that was exchanged, one too many, and one where the profile embeds none."""
    data = cvgen.build(ada, output=tmp_path / "a.pdf").outputs[0].read_bytes()
    profile = cvgen.load_profile(ada)
    document, attached = cvgen.compose(profile), attached_profile(profile)
    assert check_gates(data, document, {}, with_text=False, attached=attached).pages == 1
    with pytest.raises(OutputError, match="EmbeddedFile"):
        check_gates(data, document, {}, with_text=False)
    with pytest.raises(OutputError, match="carry the profile alone"):
        check_gates(data, document, {}, with_text=False, attached=b"person: {name: Eve}")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.attachments["more.txt"] = pikepdf.AttachedFileSpec(pdf, b"more", filename="more.txt")
        pdf.save(tmp_path / "more.pdf")
    with pytest.raises(OutputError, match="carry the profile alone"):
        check_gates(Path(tmp_path, "more.pdf").read_bytes(), document, {}, with_text=False, attached=attached)
