"""Escaping comes first; the sandbox is what holds if it fails."""

import sys

import pytest
from support.attacks import ATTACKS, SECRET, leaks
from support.engines import ARTICLE, installed, pretend

from cvgen.engine import sandbox
from cvgen.engine.run import run_engine
from cvgen.engine.sandbox import start_sandboxed
from cvgen.errors import TypesettingError


@pytest.fixture
def secret(tmp_path, monkeypatch):
    """A file whose text must not come out."""
    monkeypatch.setenv("CVGEN_SECRET", SECRET)
    path = tmp_path / "secret"
    path.write_text(SECRET, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "attack"),
    [
        (name, attack)
        for attack, (who, _) in ATTACKS.items()
        for name in ("xelatex", "lualatex")
        if who in ("both", name)
    ],
)
def test_hostile_tex_cannot_read_a_foreign_file(name, attack, tree, secret, tmp_path):
    """It fails, or goes on without; no text, stream, log or message has the secret."""
    body, kept = ATTACKS[attack][1], tmp_path / "kept.log"
    tex = ARTICLE % (body % secret if "%s" in body else body)
    try:
        done = run_engine(tex, engine=installed(name), tree=tree, keep_log=kept)
    except TypesettingError as problem:
        assert SECRET not in str([*problem.diagnostics])
        assert SECRET not in kept.read_text("utf-8", "replace")
    else:
        assert not leaks(done)


@pytest.mark.parametrize(("name", "attack"), [("xelatex", "fstream"), ("lualatex", "lua")])
def test_it_is_the_sandbox_that_stops_them(name, attack, tree, secret):
    """Without it the two attacks that TeX's own settings do not stop succeed: the tests above prove something."""
    if not sandbox.landlock_version():
        pytest.fail("this kernel has no Landlock; these tests need it")
    tex = ARTICLE % (ATTACKS[attack][1] % secret)
    assert leaks(run_engine(tex, engine=installed(name), tree=tree, sandbox="off"))
    # The PDF program fails at a file that it may not read, or leaves it out; Lua's io.open returns nil.
    try:
        done = run_engine(tex, engine=installed(name), tree=tree, sandbox="required")
    except TypesettingError:
        return
    assert not leaks(done)


@pytest.mark.parametrize("mode", ["off", "required"])
def test_a_link_in_the_work_folder_leads_nowhere(mode, tree, secret, tmp_path):
    """Only under the sandbox: TeX itself follows it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "more.tex").symlink_to(secret)
    (folder / "cv.tex").write_text(ARTICLE % "\\input{more}\\message{\\meaning\\x}", encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **tree.environment()}
    command = (installed("xelatex").program, "-interaction=nonstopmode", "-halt-on-error", "cv.tex")
    with start_sandboxed(command, folder=folder, environment=environment, writes=[folder], mode=mode) as process:
        code = process.wait(60)
    assert (code == 0) is (mode == "off")


def test_hostile_lua_cannot_write_outside(tree, tmp_path):
    """Neither itself nor by another program."""
    target = tmp_path / "planted"
    lua = f"local f=io.open('{target}','w') if f then f:write('x') f:close() end os.execute('touch {target}')"
    run_engine(ARTICLE % f"x\\directlua{{{lua}}}", engine=installed("lualatex"), tree=tree, sandbox="required")
    assert not target.exists()


def test_a_required_sandbox_fails_closed_and_an_automatic_one_uses_what_there_is(tree, monkeypatch):
    monkeypatch.setattr(sandbox, "landlock_version", lambda: 0)
    with pytest.raises(TypesettingError, match="sandbox is required"):
        pretend("succeed", tree, sandbox="required")
    assert pretend("succeed", tree).sandbox == ("rlimits" if sys.platform == "linux" else "none")
    assert pretend("succeed", tree, sandbox="off").sandbox == "none"
