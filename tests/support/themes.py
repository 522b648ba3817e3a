"""Themes of the user's own."""

import shutil

from cvgen.latex.theme_folders import class_folder

__all__ = ["write_theme"]


def write_theme(parent, name, more="", like="plain"):
    """Write a theme into a folder of themes: one of ours with more TeX at its end; return its folder."""
    folder = parent / name
    shutil.copytree(class_folder() / like, folder, dirs_exist_ok=True)
    style = (folder / f"{like}.sty").read_text("utf-8").replace(f"{{{like}}}", f"{{{name}}}")
    (folder / f"{like}.sty").unlink()
    (folder / f"{name}.sty").write_text(f"{style}\n{more}\n", "utf-8")
    return folder
