"""The class and the themes keep the contract of CONTRACT.md."""

import os
import re
import subprocess
import tomllib

import pytest
from pypdf import PdfReader
from support.engines import installed, tree_of
from support.extract import EXTRACTORS
from support.outputs import MOST_THEMES, ROOT
from support.pdfs import pages_of

from cvgen.latex.fonts import CAPS, FALLBACKS, FAMILIES, FONTS

TEMPLATES = ROOT / "latex_templates"
CLASS = (TEMPLATES / "cvgen.cls").read_text("utf-8")
CONTRACT = (TEMPLATES / "CONTRACT.md").read_text("utf-8")
THEMES = sorted(path.parent.name for path in TEMPLATES.glob("*/theme.toml"))
# What the class gives a meaning, for a while or because LaTeX asks for it.
LATEX_NAMES = {
    *("@evenfoot", "@evenhead", "@oddfoot", "@oddhead", "item", "csname", "expandafter"),
    *("textbackslash", "textasciitilde", "textasciicircum"),
}
TYPES = {"color": str, "length": str, "choice": str, "bool": bool, "number": int | float, "kinds": str}
SHARED = tomllib.loads((TEMPLATES / "options.toml").read_text("utf-8"))["options"]


def table_rows(heading):
    section = CONTRACT.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]


def macros(headings):
    """Yield each macro, or environment, of the contract with the number of its arguments."""
    for heading in headings:
        for row in table_rows(heading):
            for usage in re.findall(r"`([^`]+)`", row):
                name = re.match(r"\\begin\{(\w+)\}|\\([A-Za-z@]+)", usage)
                assert name, usage
                arguments = len(re.findall(r"\{", usage.removesuffix("{then}{else}"))) - (1 if name[1] else 0)
                yield name[1] or name[2], bool(name[1]), arguments


DOCUMENT = [macro for macro in macros(["Set-up", "Header", "Blocks", "Inlines"]) if macro[0] != "documentclass"]
FOR_THEMES = list(macros(["For themes"]))


def theme_files(name):
    folder = TEMPLATES / name
    return (folder / f"{name}.sty").read_text("utf-8"), tomllib.loads((folder / "theme.toml").read_text("utf-8"))


def luminance(color):
    channels = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contract_is_read():
    """The tests below look at the whole contract, not at an empty list."""
    assert len(DOCUMENT) == 46
    assert len(FOR_THEMES) == 33
    assert {"awesome", "classic", "compact", "harvard", "plain", "sidebar"} <= set(THEMES)


@pytest.mark.parametrize(("name", "is_environment", "arguments"), DOCUMENT + FOR_THEMES)
def test_class_defines_every_macro_with_its_arguments(name, is_environment, arguments):
    """A document that keeps to the contract compiles: each macro is there and takes what the contract says."""
    if is_environment:
        pattern = rf"\\newenvironment\{{{name}\}}"
    else:
        pattern = rf"\\(?:newcommand|DeclareRobustCommand)\\{name}(?![A-Za-z@])"
    found = re.findall(pattern + r"(?:\[(\d)\])?", CLASS)
    assert found, name
    assert {int(number or 0) for number in found} == {0 if name in ("cvbreak", "cvended", "cvnewline") else arguments}


def test_class_states_the_usage_of_every_macro():
    """A reader finds one `% Usage:` line for each macro of the contract."""
    usages = " ".join(re.findall(r"% Usage:(.*)", CLASS))
    for name, is_environment, _ in DOCUMENT + FOR_THEMES:
        assert (f"\\begin{{{name}}}" if is_environment else f"\\{name}") in usages, name


def test_every_required_package_has_a_reason():
    """No package is loaded without a word why: each costs start-up time."""
    lines = CLASS.splitlines()
    places = [number for number, line in enumerate(lines) if r"\RequirePackage" in line]
    assert len(places) == 1, "the theme and nothing else"
    assert all(lines[number - 1].startswith("%") for number in places)


def test_internals_carry_the_prefix():
    """A user's own macros do not collide with ours: public ones begin with cv, internal ones with cvgen@."""
    for text in (CLASS, *(theme_files(name)[0] for name in THEMES)):
        defined = re.findall(r"\\(?:newcommand|DeclareRobustCommand|def|let|newif)\s*\*?\{?\\([A-Za-z@]+)", text)
        assert defined
        others = {name for name in defined if not name.startswith(("cv", "ifcvgen@"))}
        assert others <= {"ps@cvgen", *LATEX_NAMES}


def test_example_document_uses_known_macros_only():
    """The contract's own example is right."""
    example = CONTRACT.split("```tex\n")[1].split("```")[0]
    known = {name for name, _, _ in DOCUMENT} | {"documentclass", "begin", "end", "item"}
    used = set(re.findall(r"\\([A-Za-z]+)", example))
    assert used <= known
    assert len(used) > 8


@pytest.mark.parametrize("theme", THEMES)
def test_theme_redefines_what_the_class_leaves_to_it(theme):
    """No theme sets a document without headings or entries."""
    style, _ = theme_files(theme)
    promised = CONTRACT.split("It redefines ")[1].split(", gives a style")[0]
    required = re.findall(r"`\\([A-Za-z@]+)`", promised)
    assert len(required) == 8
    for name in required:
        assert f"\\renewcommand\\{name}" in style, name
    for role in ("text", "contact", "footer", "skill label", "skill values"):
        assert f"\\cvstyle{{{role}}}" in style, role


@pytest.mark.parametrize("theme", THEMES)
def test_theme_uses_styles_and_colours_that_it_defines(theme):
    """A misspelt role would set nothing, silently."""
    style, _ = theme_files(theme)
    roles = set(re.findall(r"\\cvstyle\{([^}]+)\}", style))
    used = set(re.findall(r"\\(?:cvstyled|cvgen@par|cvgen@ends|cvgen@row|cvgen@headerline)\{([a-z ]+)\}", style))
    used |= set(re.findall(r"cvgen@font@([a-z ]+)\}", style))
    assert used <= roles
    assert len(used) > 8
    colors = set(re.findall(r"\\cvcolor\{([^}]+)\}", style))
    inked = set(re.findall(r"\\cvgen@ink\{([^}]+)\}", style))
    inked |= {line.rsplit("{", 1)[1].rstrip("}") for line in style.splitlines() if line.startswith("\\cvstyle")}
    assert inked <= colors
    assert inked


@pytest.mark.parametrize("theme", THEMES)
def test_theme_data_is_well_formed(theme):
    """Every option has a type that cvgen knows, a default of that type, and a description."""
    _, data = theme_files(theme)
    assert data["name"] == theme
    assert data["description"]
    assert set(data) - {"main_fonts"} == {"name", "description", "defaults", "options", "accents", "colors"}
    assert set(data.get("main_fonts", ())) <= set(FONTS)
    assert set(data["defaults"]) <= set(SHARED)
    for name, option in (SHARED | data["options"]).items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert set(option) <= {"type", "default", "description", "choices", "least", "most"}
        assert isinstance(option["default"], TYPES[option["type"]]), name
        assert option["description"]
        assert ("choices" in option) == (option["type"] == "choice")
        if option["type"] == "choice":
            assert option["default"] in option["choices"]
        if option["type"] == "color":
            assert option["default"] in data["accents"]
        if option["type"] == "length":
            assert re.fullmatch(r"\d+(\.\d+)?(mm|cm|in|pt)", option["default"])


@pytest.mark.parametrize("theme", THEMES)
def test_theme_style_repeats_the_defaults_of_its_data(theme):
    """A document without a `\\cvset` line looks as theme.toml says."""
    style, data = theme_files(theme)
    in_style = dict(re.findall(r"^\\cvset\{([^}]+)\}\{([^}]+)\}", style, re.MULTILINE))
    in_style["font-size"] = re.findall(r"\\cvbasesize\{([^}]+)\}", style)[0]
    in_data = data["defaults"] | {
        name: data["accents"].get(option["default"], option["default"])
        for name, option in data["options"].items()
        if option["type"] != "kinds"  # cvgen's business, not TeX's
    }
    assert in_style == {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in in_data.items()
    }


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_of_text_can_be_read_on_white(theme):
    """WCAG 2.1, success criterion 1.4.3: contrast of at least 4.5:1."""
    style, data = theme_files(theme)
    colors = data["accents"] | data["colors"]
    assert colors
    for name, color in colors.items():
        assert re.fullmatch(r"[0-9A-F]{6}", color), name
        assert 1.05 / (luminance(color) + 0.05) >= 4.5, name
    fixed = dict(re.findall(r"\\cvcolor\{([^}]+)\}\{([0-9A-F]{6})\}", style))
    assert fixed == data["colors"]


@pytest.mark.parametrize("theme", THEMES)
def test_theme_loads_only_fonts_that_pip_brings(theme):
    """No font is looked for on the system."""
    style, data = theme_files(theme)
    loaded = set(re.findall(r"\\cvfont\{[^}]+\}\{[^}]+\}\{[^}]+\}\{([^}]+)\}", style))
    assert loaded <= set(FONTS) | set(CAPS)
    plain = {name for name in loaded if name not in CAPS}
    assert plain == set(data.get("main_fonts", ()))
    assert data["defaults"]["font"] in FAMILIES
    assert {name for faces in FAMILIES.values() for name in faces} <= set(FONTS)
    in_class = set(re.findall(r"\{([A-Za-z0-9-]+\.(?:otf|ttf))\}", CLASS))
    assert in_class <= set(FONTS) | set(CAPS)
    assert {name for faces in FALLBACKS.values() for name in faces} <= in_class


# ---------------------------------------------------------------------------------------------- typeset documents

# Everything that TeX or a font might turn into something else.
EXACT = (
    r"""\ { } {a} $5 R&D C# ^ a^b _ __a__ ~ a~b 100% " 'q' ` `q` < > <a> | - -- --- a--b << >> <<x>> ?` !` ,, '' """
    r"""`` ... @ ( ) [ ] * + = / office fi fl ffi fjord The act 1st ... “q” ‘s’ – — … é ß ø"""
)
ESCAPES = {char: f"\\{char}" for char in "{}$&#%_"} | {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
LINK = "https://example.org/a_b~c%20d/(e)?x=1&y=$2^3#{f}\\g)"


def escape(text):
    return "".join(ESCAPES.get(char, char) for char in text)


DOCUMENT_WITH_ALL = r"""
\documentclass[theme=THEME,paper=letter]{cvgen}
\cvset{header-align}{right}
\cvmeta{title}{R\&D (50\%) 金}\cvmeta{language}{en}
\cvfooter{Foot}{Middle}{Page\cvpage}
\begin{document}
\cvname{Given}{Family}{\cvscript{sc}{金超}}
\cvposition{Position}\cvaddress{Address}\cvquote{Quote}
\cvcontact{email}{}{\cvlink{URL}{a@example.org}}\cvcontact{nowhere}{}{Contact}
\cvmakeheader
\cvsection{Education}
\begin{cventry}{Title one}{Place one}
\cvpost{Post one}{}{Date one}
\begin{cvitems}
\item EXACT
\begin{cvitems}
\item Nested \cvstrong{bold} and \cvemph{slanted}, \cvcode{code} end.
\end{cvitems}
\end{cvitems}
\cvpost{Post two}{}{Date two}
\cvparagraph{Running \cvlink{URL}{link text} here \cvscript{jp}{カナ} and \cvscript{sans}{Αθήνα}.}
\end{cventry}
\cvsection{\cvscript{sc}{教育背景}}
\begin{cvwork}{[1]}{Work title}{Work place}{Venue one}{Work date}
\cvauthors{Authors}\cvlegend{Legend}\cvaward{Award}\cvworknote{Note}\cvlinks{Links}
\end{cvwork}
\cvsubsection{Sub heading}
\cvhonor{2024}{Honor}{Remark}{Honor place}
\cvhonor{2023}{Second honor}{}{}
\cvskill{Label}{Values}
\cvparagraph{LONG}
\end{document}
"""
SHOWN = f"""Given Family 金超 Position Address Quote Contact Education Title one Post one Date one • {EXACT} Nested
bold and slanted, code end. Post two Date two Running link text here カナ and Αθήνα. 教育背景 [1] Work title
Work place Venue one Work date Authors Legend Award Note Links Sub heading 2024 Honor, Remark Honor place 2023
Second honor Label Values Foot Middle Page1"""


def every_macro(theme):
    """A document with every macro of the contract."""
    url = "".join(f"\\{char}" if char in "\\{}%#&~_^$" else char for char in LINK)
    text = DOCUMENT_WITH_ALL.replace("THEME", theme).replace("URL", url).replace("EXACT", escape(EXACT))
    return text.replace("LONG", r"\cvbreak{}".join(letter * 40 for letter in "xyz"))


@pytest.fixture(scope="module")
def font_folder(shared_cache):
    return tree_of().fonts


def typeset(engine, theme, text, folder, font_folder):
    (folder / "cv.tex").write_text(text, "utf-8")
    environment = os.environ | {
        "TEXINPUTS": f".:{TEMPLATES}:{TEMPLATES / theme}:{font_folder}:",
        "OPENTYPEFONTS": f"{font_folder}:",
        "TTFONTS": f"{font_folder}:",
        "max_print_line": "10000",
        "SOURCE_DATE_EPOCH": "1700000000",
    }
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "cv.tex"]
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    log = (folder / "cv.log").read_text("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    return folder / "cv.pdf", log


@pytest.mark.long
@pytest.mark.parametrize(
    ("engine", "theme"), [*(("xelatex", theme) for theme in THEMES), ("lualatex", "awesome"), ("lualatex", "sidebar")]
)
def test_every_macro_is_set_and_read_back(engine, theme, font_folder, tmp_path):
    """Each engine sets every macro without a warning, and four readers of PDF find the words that were written."""
    installed(engine)
    text = every_macro(theme)
    pdf, log = typeset(engine, theme, text, tmp_path, font_folder)
    assert not re.search(r"Overfull|Missing character|Warning|undefined", log)
    for name, extract in EXTRACTORS.items():
        read = extract(pdf.read_bytes())
        lost = set(SHOWN.split()) - set(read.split())
        assert lost <= ({"•"} if theme == "plain" else set()), name
        assert not re.search("[\ue000-\uf8ff\ufffd]", read), name
    document = PdfReader(pdf)
    links = [note.get_object()["/A"]["/URI"] for page in document.pages for note in page["/Annots"]]
    assert links == [LINK, LINK]
    assert document.metadata.title == "R&D (50%) 金"
    assert not (tmp_path / "cv.aux").exists()
    assert typeset(engine, theme, text, tmp_path, font_folder)[0].read_bytes() == pdf.read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("theme", THEMES)
def test_headings_stay_with_what_follows_them(theme, font_folder, tmp_path):
    """No page ends with a heading, nor with an entry's head, wherever the page happens to break."""
    installed("xelatex")
    heading = r"\cvsection{Heading}\cvsubsection{Below}\begin{cventry}{Title}{Place}\cvpost{Post}{}{Date}"
    items = [r"\begin{cvitems}" + r"\item Item. " * (1 + number % 5) + r"\end{cvitems}" for number in range(60)]
    body = "".join(f"{heading}{item}\\end{{cventry}}\n" for item in items)
    start = rf"\documentclass[theme={theme}]{{cvgen}}\begin{{document}}\cvname{{A}}{{B}}{{}}\cvmakeheader"
    text = f"{start}\n{body}\\end{{document}}\n"
    pdf, _ = typeset("xelatex", theme, text, tmp_path, font_folder)
    pages = PdfReader(pdf).pages
    assert len(pages) > 5
    for page in pages:
        assert page.extract_text().rstrip().endswith("Item.")


WIDEST = ["2014", "2015 - Present", "Sep. 2015 - Mar. 2016", "02/2015 – 03/2016"]


@pytest.mark.parametrize("theme", MOST_THEMES)
@pytest.mark.parametrize("widest", WIDEST)
def test_the_widest_label_of_a_table_stands_beside_its_row(theme, widest, font_folder, tmp_path, xelatex):
    """A date, or a skill's label, counts with the width of its theme's style; rows begin below each other."""
    rows = rf"\cvhonor{{{widest}}}{{First}}{{}}{{}}\cvhonor{{2013}}{{Second}}{{}}{{}}"
    skills = rf"\cvskill{{{widest}}}{{Third}}\cvskill{{W}}{{Fourth}}"
    start = rf"\documentclass[theme={theme}]{{cvgen}}\begin{{document}}"
    pdf, _ = typeset("xelatex", theme, f"{start}\n{rows}\n{skills}\n\\end{{document}}\n", tmp_path, font_folder)
    runs = [run for page in pages_of(pdf.read_bytes()) for run in page.runs]
    lines = {}
    for run in runs:
        lines.setdefault(round(run.y), []).append(run)
    texts = ["".join(run.text for run in line).replace(" ", "") for line in lines.values()]
    label = widest.replace(" ", "")
    assert [f"{label}First", "2013Second", f"{label}Third", "WFourth"] == texts[:4]
    begins = {run.text[:5]: round(run.x, 1) for run in runs}
    assert begins["First"] == begins["Secon"]
    assert begins["Third"] == begins["Fourt"]
