"""The house: who may import whom, how large a room may grow, what the library may not do."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import cvgen

PACKAGE = Path(cvgen.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "latex_templates" not in path.parts)
RANKS = {
    "diagnostics": 0, "errors": 1, "paths": 2, "files": 3, "outputs": 4, "source": 4, "values": 5, "bibliography": 6,
    "document": 7, "profile": 8, "sections": 9, "build_date": 10, "loading": 11, "visibility": 12, "composer": 13,
    "attachment": 13, "letter": 13, "latex": 14, "engine": 15, "formats": 16, "pdf": 17, "site": 17, "fitting": 18,
    "options": 18, "pipeline": 19, "build_cache": 20, "builder": 21, "batch": 23, "formatter": 24, "comparison": 25,
    "imports": 26, "lint": 27, "diff": 28, "watch": 28, "cli": 29, "__main__": 30,
}  # fmt: skip


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports_of(path: Path, *, at_run_time: bool = True) -> set[str]:
    """Return the dotted names of cvgen's own modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith("cvgen.")}


def names(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_every_module_has_a_room():
    """A newcomer finds every file in the table of rooms."""
    rooms = {room(path) for path in MODULES} - {"__init__"}
    assert rooms <= set(RANKS)
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_imports_go_one_way(path):
    """A room imports only from rooms of a lower rank, and from itself."""
    here = room(path)
    if here == "__init__":
        return  # the public face looks into every room, when a name is used
    for name in imports_of(path):
        there = name.split(".")[1]
        if there in RANKS and there != here:
            assert RANKS[there] < RANKS[here], f"{names(path)} imports {name}"


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) == "profile"], ids=names)
def test_models_know_nothing_of_files(path):
    """Only loading, and what words its errors, sees the YAML source."""
    assert not any(name.startswith("cvgen.source") for name in imports_of(path))


def test_emitting_never_sees_a_profile():
    """What is emitted was composed: the emitter knows document nodes and no models."""
    for name in ("emit.py", "nodes.py", "escape.py"):
        assert not any(module.startswith("cvgen.profile") for module in imports_of(PACKAGE / "latex" / name))


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_rooms_stay_small(path):
    """No module has over 400 lines, no function over 50."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            start = (first.end_lineno or 0) if documented else node.lineno
            assert (node.end_lineno or 0) - start <= 50, f"{node.name} in {names(path)}"


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) not in {"cli", "__main__"}], ids=names)
def test_the_library_never_prints_exits_or_moves(path):
    """Only the command line prints, exits, changes the directory, the environment or signal handlers."""
    forbidden = {"print", "exit", "quit", "chdir", "putenv", "breakpoint", "input"}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            whole = ast.unparse(node.func)
            assert called not in forbidden, f"{whole}() in {names(path)}:{node.lineno}"
            assert whole not in {"signal.signal", "os.environ.update"}, f"{whole}() in {names(path)}:{node.lineno}"
        if isinstance(node, ast.Assign):
            assert not any("os.environ" in ast.unparse(target) for target in node.targets)


def test_the_public_api_is_what_is_exported():
    """`__all__` lists each public name, each can be had, and nothing else is public."""
    assert list(cvgen.__all__) == sorted(cvgen.__all__)
    for name in cvgen.__all__:
        assert getattr(cvgen, name) is not None
    assert set(cvgen._HOME_OF) == set(cvgen.__all__)
    for name, home in cvgen._HOME_OF.items():
        assert name in importlib.import_module(home).__all__


def test_every_module_says_what_it_exports():
    """Each module names its public names in `__all__`, and each exists."""
    seen = 0
    for info in pkgutil.walk_packages([str(PACKAGE)], "cvgen."):
        if info.name.startswith("cvgen.latex_templates") or info.name == "cvgen.__main__":
            continue
        module = importlib.import_module(info.name)
        exported = getattr(module, "__all__", None)
        if exported is None:
            (docstring,) = ast.parse(Path(str(module.__file__)).read_text("utf-8")).body
            assert isinstance(docstring, ast.Expr), f"{info.name} holds code and has no __all__"
            continue
        seen += 1
        for name in exported:
            assert hasattr(module, name), f"{info.name}.{name}"
    assert seen > 35


# The same thing in each module of a room, which is found by its name.
CONTRACTS = {
    "cli": {"command"},
    "formats": {
        "DESCRIPTION",
        "SUFFIXES",
        "losses",
        "write_document",
        "write_folder",
        "write_group",
        "write_profile",
    },
    "imports": {"DESCRIPTION", "import_content", "recognises"},
    "sections": {"EXAMPLE", "MODEL", "SHAPE", "compose"},
}


def test_no_public_name_stands_for_two_things():
    """A newcomer who greps for a public name finds one definition."""
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        module = ast.parse(path.read_text("utf-8"))
        defined = {name for node in module.body for name in _defined(node)}
        for name in defined & set(_exported(module)) - CONTRACTS.get(room(path), set()):
            homes.setdefault(name, []).append(names(path))
    assert len(homes) > 200
    twice = {name: where for name, where in homes.items() if len(where) > 1}
    assert twice == {}


def _exported(module: ast.Module) -> list[str]:
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    )
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def test_a_public_name_is_no_module():
    """`cvgen.build` stays a function whatever was imported first: a module of that name would take its place."""
    assert not set(cvgen.__all__) & {path.stem for path in PACKAGE.iterdir()}


def dotted(path: Path) -> str:
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    return name.removesuffix(".__init__")


def test_there_are_no_circles():
    """No module imports itself through others, in a function or outside."""
    modules = {dotted(path): path for path in MODULES}
    below = {
        name: {found if found in modules else found.rpartition(".")[0] for found in imports_of(path)} & {*modules}
        for name, path in modules.items()
        if name != "cvgen"  # the lazy public API
    }
    left = {name: needs - {name} for name, needs in below.items()}
    while ready := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in ready:
            del left[name]
    assert left == {}


def test_imports_stand_at_the_top():
    """Few imports are in functions: docs/decisions/0044-late-imports.md says which, and why."""
    late = [
        f"{names(path)}:{node.lineno}"
        for path in MODULES
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert 0 < len(late) <= 40, late


def test_a_build_reaches_the_engine_through_the_pipeline():
    """Nothing else typesets a profile; `cvgen doctor` sets a line to see that it works."""
    users = {names(path) for path in MODULES if "cvgen.engine.run" in imports_of(path) and room(path) != "engine"}
    assert users == {"pipeline.py", "cli/doctor.py"}


def test_nothing_reaches_into_the_interpreter():
    """No stand-ins for modules, no forks of our own, no ambient state, no `os._exit`."""
    words = re.compile(
        r"sys\.modules|os\.fork|os\._exit|ContextVar|register_at_fork|vars\((re|typing|dataclasses|collections)\)"
    )
    found = {names(path) for path in MODULES if words.search(path.read_text("utf-8"))}
    assert found == set()
