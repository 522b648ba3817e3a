"""The command group: commands are imported when they are called, every failure becomes an exit code."""

from __future__ import annotations

import contextlib
import gc
import importlib
import keyword
import os
import sys
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from cvgen import __version__
from cvgen.cli.console import drop, report
from cvgen.cli.signals import listen, received
from cvgen.diagnostics import did_you_mean
from cvgen.errors import CvgenError, ExitCode

__all__ = ["main"]

# Name -> one line for `cvgen --help`. The module of the same name holds a click command `command`.
_COMMANDS = {
    "build": "Typeset profiles into PDFs.",
    "watch": "Typeset profiles again at each save.",
    "check": "Find what is wrong with profiles, without TeX.",
    "fmt": "Write profiles in their canonical form.",
    "new": "Write a filled example profile.",
    "fields": "Say what may stand in a profile, with examples.",
    "schema": "Print the JSON Schema of a profile.",
    "themes": "List the themes and their options.",
    "diff": "Say what changed between two states of a CV.",
    "export": "Write a profile in another format.",
    "site": "Write the pages of a group, to be served as they are.",
    "import": "Write a file of another tool as a profile.",
    "doctor": "Say what is missing on this machine.",
    "setup": "Install a TeX engine.",
    "cache": "Show what earlier builds left, or remove it.",
}


class _Commands(click.Group):
    """A group whose commands are imported when they are called: `--help` must be quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = importlib.import_module(f"cvgen.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            guess = did_you_mean(args[0], _COMMANDS)
            raise click.UsageError(
                f"no such command `{args[0]}`" + (f"; did you mean `{guess}`?" if guess else ""), ctx
            )
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [CompletionItem(name, help=words) for name, words in _COMMANDS.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - whatever the command returns
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of our output has gone, as `head` does: no failure, though click takes it for one.
            drop(sys.stdout)
            return ExitCode.OK

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"cvgen {__version__}")
        ctx.exit()


@click.group(
    cls=_Commands,
    epilog="Example: cvgen build profiles/ada.yaml",
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the version and exit.",
)
def _cvgen() -> None:
    """One YAML profile per person, a typeset CV PDF and all that must agree with it."""


def _report_bug() -> ExitCode:
    import traceback  # which imports Python's parser and disassembler

    traceback.print_exc()
    click.echo(
        "\nThis is a bug in cvgen. Please report it with the lines above, `cvgen --version` and, if you can, "
        "the profile.",
        err=True,
    )
    return ExitCode.BUG


def _flush() -> None:
    """Write what is buffered, or throw it away: where that fails Python exits with a code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # no reader, the terminal is gone, or it was closed
            with contextlib.suppress(OSError, ValueError, AttributeError):
                drop(stream)


def main() -> NoReturn:
    """Run the command line and exit with one of `ExitCode`."""
    # pydantic would read the metadata of every installed package to find plugins, which a CV does not need.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Nearly all that a build makes stays until its end: looking for garbage in it takes a tenth of the time.
    gc.set_threshold(100_000)
    color = False if os.environ.get("NO_COLOR") else None
    try:
        listen()
        code: Any = _cvgen.main(standalone_mode=False, prog_name="cvgen", color=color)
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        code = ExitCode.INTERRUPTED
    except CvgenError as error:
        report(error.diagnostics)
        code = error.exit_code
    except Exception:
        code = received() or _report_bug()
    finally:
        _flush()
    gc.freeze()  # Python would look for garbage in all modules before it ends: a twelfth of a build
    raise SystemExit(int(code) if isinstance(code, int) else 0)
