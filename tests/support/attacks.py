"""TeX that tries to read a file which is none of its business, and how to tell that it succeeded."""

import io

from pypdf import PdfReader

from support.engines import text_of

__all__ = ["ATTACKS", "SECRET", "leaks"]

SECRET = "xyzzyplugh4711"
# The engines that understand it, and TeX in which %s is the path of the file.
ATTACKS = {
    "input": ("both", "\\input{%s}"),
    "openin": ("both", "\\newread\\r\\openin\\r=%s \\read\\r to\\l \\message{\\l}\\l"),
    "pipe": ("both", '\\input{|"cat %s"}'),
    "shell": ("both", "\\immediate\\write18{cat %s > cv.out}\\IfFileExists{cv.out}{\\input{cv.out}}{}"),
    "fstream": ("xelatex", "x\\special{pdf:fstream @x (%s)}\\special{pdf:put @catalog << /X @x >>}"),
    "lua": ("lualatex", "x\\directlua{local f=io.open('%s') if f then tex.sprint(f:read('a')) end}"),
    "lua-environment": ("lualatex", "x\\directlua{tex.sprint(os.getenv('CVGEN_SECRET') or '')}"),
}


def leaks(done):
    """Tell whether the secret is in what a run left: text, any stream of the PDF, log."""
    streams = []
    for number in range(1, 200):
        try:
            streams.append(PdfReader(io.BytesIO(done.pdf)).get_object(number).get_data())
        except Exception:  # most objects are no streams
            continue
    return SECRET in text_of(done.pdf) or any(SECRET.encode() in one for one in (*streams, done.log.encode()))
