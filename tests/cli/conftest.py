"""Commands in this process."""

import signal
import sys

import pytest

from cvgen.cli.app import main


@pytest.fixture
def run(monkeypatch, capfdbinary):
    """Return a function that runs a command in this process: exit code, standard output, standard error."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["cvgen", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capfdbinary.readouterr()
        return caught.value.code, out, err.decode()

    return command
