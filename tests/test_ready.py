"""A process that has time before its first PDF loses none when it comes."""

import subprocess
import sys

SCRIPT = """
import io, sys
from pypdf import PdfReader
from cvgen.pdf.ready import warm_up

warm_up()
before = set(sys.modules)
from cvgen.document.nodes import EMPTY, Document, Header, Metadata
from cvgen.pdf import content, finish, gate, layout, text

document = Document(Metadata("T\\xe9", "A"), Header(EMPTY, EMPTY), ())
done = finish.finish(sys.stdin.buffer.read(), document=document, epoch=1)
reader = gate.parsed(done)
gate.check(reader, frozenset())
layout.check(text.compare(content.read(reader), document), {})
print(*(set(sys.modules) - before))
"""
OBJECTS = [
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
    b"<</Length 48>>\nstream\n/cv-P MP BT /F 9 Tf 1 1 Td[<41>]TJ ET /cv-end MP\nendstream",
    b"<</Type/Font/Subtype/Type1/BaseFont/X/ToUnicode 6 0 R/FirstChar 65/Widths[500]>>",
    b"<</Length 34>>\nstream\n1 beginbfchar\n<41><0041>\nendbfchar\nendstream",
]


def test_nothing_is_left_to_import():
    """Finishing and gates find all that they need, once it is made ready."""
    pdf, places = b"%PDF-1.5\n", []
    for number, one in enumerate(OBJECTS, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    pdf += b"xref\n0 7\n0000000000 65535 f \n%strailer\n<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(pdf),
    )
    done = subprocess.run([sys.executable, "-c", SCRIPT], input=pdf, capture_output=True, check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], b"")
