"""Themes of the user's own."""

from cvgen.latex.theme_folders import class_folder


def write_theme(config, name, tex=""):
    """Write the theme `plain` under another name into the configuration, with `tex` at its end; return its style."""
    folder = config / "cvgen" / "themes" / name
    folder.mkdir(parents=True)
    plain = class_folder() / "plain"
    (folder / "theme.toml").write_text((plain / "theme.toml").read_text("utf-8"), "utf-8")
    style = (plain / "plain.sty").read_text("utf-8").replace("{plain}", f"{{{name}}}")
    (folder / f"{name}.sty").write_text(style.replace("{cvgen-plain}", f"{{cvgen-{name}}}") + tex, "utf-8")
    return folder / f"{name}.sty"
