"""What packages compile while they are imported is compiled once, and is the same then."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cvgen.cli import compiled

# What a build imports, counting the texts that are compiled (modules apart) and the patterns that are parsed.
IMPORTS = """
import builtins, re, _sre
counted = []
parse, real = re._parser.parse, builtins.compile
re._parser.parse = lambda *values: counted.append(values[0]) or parse(*values)
def count(text, *others, **named):
    if isinstance(text, str):
        counted.append(text)
    return real(text, *others, **named)
builtins.compile = count
import cvgen.cli.build
from cvgen.cli import compiled
counted.clear()
compiled.use()
from cvgen.cli.later import absent, postpone
postpone("importlib.metadata", "entry_points")
import yaml, cvgen.profile.load
with absent("PIL", "fontTools"):
    import cvgen.pdf.gate, cvgen.prepare
told = [len(counted), len(compiled._codes), len(compiled._patterns)]
compiled.keep()
"""


def run(script: str, folder: Path, **environment: str) -> Any:
    """Run `script`, which sets `told`, in a process that keeps bytecode in `folder`, and return what it set."""
    variables = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": "", **environment}
    command = [sys.executable, "-W", "error", "-c", f"import json\n{script}\nprint(json.dumps(told))"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=variables).stdout)


def kept_in(folder: Path) -> Path:
    [place] = folder.rglob("*.kept*")
    return place


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what one run has kept."""
    folder = tmp_path_factory.mktemp("bytecode")
    counted, codes, patterns = run(IMPORTS, folder)
    assert counted > 300
    assert codes > 200
    assert patterns > 30
    return folder


@pytest.fixture
def kept(folder, monkeypatch):
    """What the run has kept, read in this process."""
    monkeypatch.setattr(sys, "pycache_prefix", str(folder))
    codes, patterns = compiled._read()
    assert len(codes) > 200
    assert len(patterns) > 30
    return codes, patterns


def test_a_second_run_compiles_nothing(folder):
    """What the first has met, the second looks up, and it has nothing new to keep."""
    place = kept_in(folder)
    before = place.read_bytes(), place.stat().st_mtime_ns
    assert run(IMPORTS, folder)[0] == 0
    assert (place.read_bytes(), place.stat().st_mtime_ns) == before


def test_what_is_kept_is_what_python_compiles(kept):
    """All of it: methods, annotations and patterns are equal to those that Python makes of the same text."""
    codes, patterns = kept
    for (mode, name, text), code in codes.items():
        assert code == compile(text, name, mode, dont_inherit=True)
    for (pattern, flags), arguments in patterns.items():
        assert re._compiler._sre.compile(pattern, *arguments) == re.compile(pattern, flags)


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"__setattr__", b"__setattx__"),
        lambda data: data.replace(sys.version.encode(), sys.version.encode().swapcase()),
    ],
    ids=["empty", "half", "damaged", "of another Python"],
)
def test_a_damaged_file_is_made_anew(folder, tmp_path, broken):
    """Nothing of it is believed, and the next run has a whole one."""
    place = tmp_path / kept_in(folder).relative_to(folder)
    place.parent.mkdir(parents=True)
    place.write_bytes(broken(kept_in(folder).read_bytes()))
    assert run(IMPORTS, tmp_path)[0] > 300
    assert run(IMPORTS, tmp_path)[0] == 0


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path):
    """As bytecode: not if the user says no, and not where there is no room; nobody is told."""
    run("import cvgen.cli.compiled\ntold = 0", tmp_path / "no")
    assert run(IMPORTS, tmp_path / "no", PYTHONDONTWRITEBYTECODE="1")[0] > 300
    (tmp_path / "file").touch()
    assert run(IMPORTS, tmp_path / "file")[0] > 300
    assert run(IMPORTS, tmp_path / "long" / ("x" * 300))[0] > 300
    assert not [*tmp_path.rglob("*.kept*")]


def test_no_pattern_of_a_profile_s_words_is_kept(tmp_path):
    """What is compiled while no module is imported may be made of what somebody wrote; kept are plain texts."""
    words = "import re\nclass Words(str): pass\nre.compile('of a module, ä*')\nre.compile(Words('of a class'))"
    (tmp_path / "imported.py").write_text(words)
    script = (
        "import re, sys\n"
        "from cvgen.cli import compiled\n"
        "compiled.use()\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "import imported\n"
        "found = re.compile('Ada Lovelace|[B-D]a*').match('Caa')[0]\n"
        "compiled.keep()\n"
        "told = [found, [text for text, flags in compiled._patterns if 'of a' in str(text) or 'Ada' in str(text)]]"
    )
    assert run(script, tmp_path / "bytecode") == ["Caa", ["of a module, ä*"]]
    assert b"Lovelace" not in kept_in(tmp_path / "bytecode").read_bytes()


def test_what_cannot_be_compiled_is_told_as_ever(tmp_path):
    """The same errors come from patterns and annotations, each time."""
    script = (
        "import re, typing\n"
        "from cvgen.cli import compiled\n"
        "compiled.use()\n"
        "told = []\n"
        "for make in (lambda: re.compile('(a'), lambda: re.compile(7), lambda: typing.ForwardRef('a b')) * 2:\n"
        "    try: make()\n"
        "    except Exception as error: told.append(f'{type(error).__name__}: {error}')\n"
    )
    errors = run(script, tmp_path)
    assert errors == run(script.replace("compiled.use()\n", ""), tmp_path)
    assert errors[:3] == errors[3:]
    assert len(errors) == 6


def test_threads_do_not_mix_up_their_patterns(tmp_path):
    """What one thread compiles is not kept under the text of another."""
    modules = 200
    for number in range(modules):
        (tmp_path / f"part{number}.py").write_text(f"import re\nre.compile('{number}(a|b)' * {number % 7 + 1})")
    script = (
        "import importlib, re, sys, threading\n"
        "from cvgen.cli import compiled\n"
        "compiled.use()\n"
        "sys.setswitchinterval(1e-6)\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "def load(start):\n"
        f"    for number in range(start, {modules}, 4): importlib.import_module(f'part{{number}}')\n"
        "threads = [threading.Thread(target=load, args=(start,)) for start in range(4)]\n"
        "for one in threads: one.start()\n"
        "for one in threads: one.join()\n"
        "compiled.keep()\n"
        "told = len(compiled._patterns)"
    )
    assert run(script, tmp_path / "bytecode") >= modules
    check = (
        "import re, sys\n"
        "from cvgen.cli import compiled\n"
        "patterns = compiled._read()[1]\n"
        "make = re._compiler._sre.compile\n"
        "told = [text for (text, flags), rest in patterns.items() if make(text, *rest) != re.compile(text, flags)]"
    )
    assert run(check, tmp_path / "bytecode") == []


def test_a_build_keeps_what_both_of_its_processes_compiled(tmp_path):
    """Soon nothing is left to keep, and what the two of them import is there."""
    variables = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    profile = Path(__file__).parent.parent / "profiles" / "chao_jin.yaml"
    command = [sys.executable, "-m", "cvgen", "build", str(profile), "-o", str(tmp_path / "cv.pdf"), "--force"]
    times = []
    for _ in range(4):  # at first both may write at once, and then the last remains
        subprocess.run(command, check=True, capture_output=True, env=variables)
        times.append(kept_in(tmp_path / "bytecode").stat().st_mtime_ns)
    assert times[2] == times[3]
    assert run(IMPORTS, tmp_path / "bytecode", PYDANTIC_DISABLE_PLUGINS="__all__")[0] == 0  # as the command has it
