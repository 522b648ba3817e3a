"""Themes of the user's own."""

from cvgen.latex.theme_folders import class_folder

__all__ = ["write_theme"]


def write_theme(config, name, tex="", like="plain"):
    """Write one of our themes under another name into the configuration, with `tex` at its end; return its style."""
    folder, ours = config / "cvgen" / "themes" / name, class_folder() / like
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "theme.toml").write_text((ours / "theme.toml").read_text("utf-8"), "utf-8")
    style = (ours / f"{like}.sty").read_text("utf-8").replace(f"{{{like}}}", f"{{{name}}}")
    (folder / f"{name}.sty").write_text(style.replace(f"{{cvgen-{like}}}", f"{{cvgen-{name}}}") + tex, "utf-8")
    return folder / f"{name}.sty"
