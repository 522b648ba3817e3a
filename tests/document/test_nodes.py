"""Blocks: the texts of a document in reading order."""

from cvgen.document import nodes as doc


def line(text):
    return doc.Line((doc.TextRun(text),))


def test_every_text_is_yielded_in_reading_order():
    """Header, sections and footer, each block as it is printed; empty texts are left out."""
    bullets = doc.Bullets((doc.Bullet(line("8"), (doc.Bullet(line("9")),)), doc.Bullet(line("10"))))
    post = doc.Position(
        title=line("5"), date=line("6"), location=line("7"), body=(bullets, doc.Paragraph(line("11")))
    )
    work = doc.WorkBlock(
        title=line("12"), location=line("13"), venue=line("14"), date=line("15"), authors=line("16"),
        legend=line("17"), award=line("18"), notes=(line("19"), line("20")), links=line("21"), number="[1]",
    )  # fmt: skip
    blocks = (
        doc.EntryBlock(line("3"), line("4"), (post,)),
        work,
        doc.HonorRow(line("22"), line("23"), line("24"), line("25")),
        doc.SkillRow(line("26"), line("27")),
        doc.Subheading(line("28")),
    )
    document = doc.Document(
        doc.Metadata("title", "author"),
        doc.Header(line("0"), doc.EMPTY, contacts=(doc.Contact("email", line("1")),)),
        (doc.DocumentSection(line("2"), blocks, "custom"),),
        doc.Footer(left=line("29"), right=line("30")),
    )
    assert [doc.plain(one) for one in doc.lines_of(document)] == [str(number) for number in range(31)]
