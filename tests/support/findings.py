"""What tests say about findings: their places in words, and what the command returns."""

from pathlib import Path

from click.testing import CliRunner

from cvgen.cli.check import command


def marked(span):
    """Return a place as `file: text`: what stands from its column to its end; a profile is named without `.yaml`."""
    end = span.end_column - 1 if span.end_line == span.line else None
    return f"{Path(span.file).name.removesuffix('.yaml')}: {span.excerpt[span.column - 1 : end]}"


def two_sided(diagnostics):
    """Return code, place and place on the other side of all that points to two places."""
    found = (one for one in diagnostics if one.related and one.span.line)
    return {(one.code, marked(one.span), marked(one.related[0][0])) for one in found}


def table(text):
    """Return the rows of a table: code, place and place on the other side, with bars between them."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


def unlike(found, expected):
    """Return those of `found` that are none of the `expected`, whose places are the beginnings of places."""
    return [
        (code, here, there)
        for code, here, there in found
        if not any(code == one and here.startswith(mine) and there.startswith(yours) for one, mine, yours in expected)
    ]


def check(*arguments):
    """Return the exit code and the output of `cvgen check`."""
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(command, words, standalone_mode=False, help_option_names=["-h", "--help"])
    assert result.exception is None, result.output
    return result.return_value, result.output
