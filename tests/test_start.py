"""What starting costs: nothing is imported or made ready that a build does not use. Nothing here is timed."""

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

import cvgen
from cvgen.latex import log
from cvgen.latex.runtime import package_version
from cvgen.profile.names import fold
from cvgen.profile.sections import AnySection, _any_kind

ROOT = Path(__file__).parent.parent
PROFILE = ROOT / "profiles" / "chao_jin.yaml"

# Only some documents need these, or only the engine's side of a build does.
LAZY = {
    *("babel", "PIL", "fontTools", "markdown_it", "rapidfuzz", "idna", "pybtex", "pylatexenc", "pypdf"),
    *("ssl", "http", "asyncio", "logging", "multiprocessing", "unittest", "html"),
}


def in_a_new_process(script: str) -> Any:
    """Run `script`, which sets `told`, with the profile's path as its argument, and return what it set."""
    script = f"import json, sys\n{script}\nprint(json.dumps(told))"
    command = [sys.executable, "-c", script, str(PROFILE)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_composing_imports_only_what_a_profile_uses():
    """A profile in English without photo, Markdown or mistakes needs no library that is there for these."""
    script = (
        "from pathlib import Path\n"
        "from cvgen.document.compose import compose\n"
        "from cvgen.profile.load import load\n"
        "compose(load(Path(sys.argv[1])))\n"
        "told = list(sys.modules)"
    )
    loaded = set(in_a_new_process(script))
    assert "cvgen.document.compose" in loaded
    assert {name.partition(".")[0] for name in loaded} & LAZY == set()


def test_checking_imports_nothing_for_plugins():
    """pydantic looks for plugins, for which it reads zip files and e-mail, only if it may: the command says no."""
    script = (
        "from cvgen.cli import main\n"
        "sys.argv = ['cvgen', 'check', sys.argv[1]]\n"
        "try: main()\n"
        "except SystemExit: told = list(sys.modules)"
    )
    loaded = set(in_a_new_process(script))
    assert "pydantic.plugin._loader" in loaded
    assert loaded & {"zipfile", "email.message", "csv", "importlib.metadata._adapters"} == set()


@pytest.mark.parametrize(
    "use",
    [
        "from importlib.metadata import version",
        "import importlib.metadata\nversion = importlib.metadata.version",
        "from importlib import metadata\nversion = metadata.version",
        "from importlib.metadata import _functools\nentry_points(group='none')\nversion = importlib.metadata.version",
    ],
)
def test_what_is_postponed_is_there_for_whoever_wants_it(use):
    """A module that stands for another imports it for all but an import of what it has."""
    script = (
        "import importlib\n"
        "from cvgen.cli.later import postpone\n"
        "postpone('importlib.metadata', 'entry_points')\n"
        "from importlib.metadata import entry_points\n"
        f"before = 'csv' in sys.modules\n{use}\n"
        "told = [before, version('cvgen')]"
    )
    assert in_a_new_process(script) == [False, importlib.metadata.version("cvgen")]


def test_what_stands_for_something_is_as_good_as_that():
    """Whatever is done with it: asked, counted, called, a class made of it; and `X | None` needs nothing of it."""
    script = (
        "from cvgen.cli.later import postpone\n"
        "postpone('zipfile', 'ZipInfo')\n"
        "postpone('html.entities', 'html5')\n"
        "from zipfile import ZipInfo\n"
        "from html.entities import html5\n"
        "def annotated(one: ZipInfo | None, other: None | ZipInfo): pass\n"
        "before = [type(sys.modules[name]).__name__ for name in ('zipfile', 'html.entities')]\n"
        "class Info(ZipInfo): pass\n"
        "made = ZipInfo('name')\n"
        "from zipfile import ZipFile\n"
        "told = [before, made.filename, isinstance(made, ZipInfo), isinstance('', ZipInfo),\n"
        "        issubclass(Info, ZipInfo), Info.__mro__[1] is type(made),\n"
        "        html5['gt'] == html5.get('gt') == '>', 'gt' in html5, 'none' in html5,\n"
        "        len(html5) == len([*html5]),\n"
        "        type(sys.modules['zipfile']).__name__, ZipFile.__name__]"
    )
    assert in_a_new_process(script) == [
        ["_Later", "_Later"],
        *("name", True, False, True, True, True, True, False, True, "module", "ZipFile"),
    ]


def test_finishing_a_pdf_imports_no_way_into_the_web():
    """Nor does reading an engine's log get ready for errors before there is one."""
    loaded = set(in_a_new_process("import cvgen.pdf.finish, cvgen.latex.log\ntold = list(sys.modules)"))
    assert loaded & {"xml.sax", "urllib.request", "http.client", "email", "ssl", "html"} == set()
    assert not [one for one in vars(log).values() if isinstance(one, re.Pattern)]


def test_only_the_kinds_of_a_profile_are_made_ready():
    """What pydantic prepares for a model is prepared when the first value of it comes."""
    script = (
        "from pathlib import Path\n"
        "from cvgen.profile import model, sections, works\n"
        "from cvgen.profile.load import load\n"
        "profile = load(Path(sys.argv[1])).file\n"
        "used = sorted({section.kind for section in profile.sections})\n"
        "further = [name for name in sys.modules if name.endswith('.further')]\n"
        "ready = sorted(kind for kind, made in sections.models().items() if made.__pydantic_complete__)\n"
        "rare = [made.__name__ for made in (model.Variant, works.WorkOverride) if made.__pydantic_complete__]\n"
        "told = [len(sections.models()), further, used, ready, rare]"
    )
    count, further, used, ready, rare = in_a_new_process(script)
    assert count == 17
    assert further == []
    assert used == ready
    assert len(used) == 6
    assert rare == []


def test_the_library_leaves_its_caller_s_settings_alone():
    """Garbage collection, plugins of pydantic and logging are tuned by the command line only."""
    script = (
        "import gc, os\n"
        "before = gc.get_threshold(), dict(os.environ)\n"
        "import cvgen\n"
        "cvgen.compose(cvgen.load_profile(sys.argv[1]))\n"
        "import logging\n"
        "told = [before == (gc.get_threshold(), dict(os.environ)), len(logging.getLogger('cvgen').handlers)]"
    )
    assert in_a_new_process(script) == [True, 1]


def test_there_is_one_version():
    """The package, its metadata, the command and the PDF's Creator name the same one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    source = (ROOT / project["tool"]["hatch"]["version"]["path"]).read_text("utf-8")
    assert project["project"]["dynamic"] == ["version"]
    assert re.findall(r'^__version__ = "(.*)"$', source, re.MULTILINE) == [cvgen.__version__]
    assert cvgen.__version__ == package_version() == importlib.metadata.version("cvgen")


def errors_of(kinds: TypeAdapter[Any], section: object) -> list[Any]:
    try:
        kinds.validate_python(section)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


@pytest.mark.parametrize(
    "section",
    [
        *(None, "text", 7, [], {}, {"entries": []}),
        *({"kind": kind} for kind in ("txt", "", "Education", None, ["text"], {"text": "text"}, 7, True)),
        {"kind": "text", "txt": "x"},
        {"kind": "custom"},
        {"kind": "education", "entries": "x", "limit": "0"},
        {"kind": "education", "entries": [{"institution": "x", "date": "2023-13"}, {"degree": ""}, None]},
        {"kind": "experience", "entries": [{"organization": "x", "positions": [{}], "date": "2023"}]},
        {"kind": "publications", "entries": [{"work": "a", "titel": "x"}, {"title": ""}, "a b", 7], "select": "all"},
    ],
    ids=str,
)
def test_a_wrong_section_has_the_errors_of_all_kinds(section):
    """To look at a section's own kind first changes no error, and no error's place."""
    errors = errors_of(TypeAdapter(AnySection), section)
    assert errors == errors_of(_any_kind(), section)
    assert errors


@given(st.text(st.characters(max_codepoint=127)))
def test_names_in_ascii_are_folded_as_all_names_are(name):
    """The short way for ASCII gives what the long one gives."""
    assert f"{fold(name)} e".strip() == fold(f"{name} é")
