"""A few bytes in the place of the real fonts, which take seconds to make."""

import time

from cvgen.engine.tex_tree import prepare_tex_tree
from cvgen.latex import font_files
from cvgen.latex.theme_folders import class_folder

__all__ = ["fill_folder", "prepare_at", "put_small_fonts"]


def fill_folder(folder):
    """Write one font and its coverage."""
    (folder / "Sans.otf").write_bytes(b"font" * 1000)
    (folder / "coverage.json").write_bytes(b"{}")


def put_small_fonts(put=setattr):
    """Replace what makes fonts and icons; `put` is called as `setattr` is."""
    put(font_files, "fill_fonts_folder", fill_folder)
    put(font_files, "write_icons", lambda target: target.write_bytes(b"% icons"))


def prepare_at(seconds, theme):
    """Prepare a tree with small fonts at a time, in seconds since 1970; for processes of their own."""
    put_small_fonts()
    time.sleep(max(0.0, seconds - time.time()))
    return prepare_tex_tree(class_folder() / theme)
