"""A press in a process of its own, so that two processors share the work of one build.

It is forked before the slow imports: while this process imports pydantic and the models, that one starts the engine,
reads the profile's files and imports pylatex. It ends with this one, whatever that ends by; where it dies the work is
done here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self

from cvgen.cli import compiled
from cvgen.cli.later import absent, postpone
from cvgen.cli.signals import when_safe
from cvgen.document.draft import Draft
from cvgen.errors import CvgenError, debug
from cvgen.latex import work
from cvgen.press import Here, Press, Pressed, Terms, import_rest
from cvgen.typeset import join

if TYPE_CHECKING:
    from cvgen.source import Source

__all__ = ["Apart", "Presses"]

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

# What pypdf imports for filling in forms and reading fonts, for which no press uses it: 8 ms.
_UNUSED = (
    ("pypdf._codecs.adobe_glyphs", "adobe_glyphs"),
    ("pypdf.generic._appearance_stream", "TextStreamAppearance"),
)


class Presses:
    """Makes the quickest press there is, for a build. A context manager: leaving it waits for all to end."""

    def __init__(self) -> None:
        self._made: list[Apart] = []

    def __call__(self, terms: Terms) -> Press:
        """Return a press for one document."""
        # A fork must not happen while another thread may hold a lock, and elsewhere than on Linux it is a gamble.
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # /proc cannot be read, or no process is to be had
                if len(os.listdir("/proc/self/task")) == 1:  # noqa: PTH208 - names are enough
                    self._made.append(Apart(terms))
                    return self._made[-1]
        return Here(terms)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for press in self._made:
            press.wait()


class Apart:
    """A press in a forked process. Raises OSError if there can be none."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        (orders, to_press), (from_press, answers) = os.pipe(), os.pipe()
        with contextlib.suppress(OSError):  # that process is not to wait until what it has read is wanted
            _enlarge(answers)
        # Until the new process has its own ways with signals it must get none: it would unwind as this one does.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        parent = os.getpid()
        try:
            self._process = os.fork()
            if self._process == 0:
                os.close(to_press)
                os.close(from_press)
                _serve(terms, parent, orders, answers)
        except OSError:
            os.close(to_press)
            os.close(from_press)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(orders)
            os.close(answers)
        self._to, self._from = os.fdopen(to_press, "wb"), os.fdopen(from_press, "rb")
        self._sources: Mapping[Path, Source] | None = None

    def source(self, path: Path) -> Source | None:
        """Return a file of the profile's, if it could be read there."""
        if self._sources is None:
            try:
                self._sources = pickle.load(self._from)
            except (OSError, EOFError, pickle.UnpicklingError):  # it has died
                self._sources = {}
        return self._sources.get(path)

    def press(self, draft: Draft, epoch: int) -> Pressed:
        """Make the PDF, as `Here` does."""
        try:
            with self._to:
                pickle.dump((draft, epoch), self._to, pickle.HIGHEST_PROTOCOL)
            if self._sources is None:
                pickle.load(self._from)
            answer = pickle.load(self._from)
        except (OSError, EOFError, pickle.UnpicklingError):  # it has died
            with Here(self._terms) as here:
                return here.press(draft, epoch)
        if isinstance(answer, Pressed):
            return answer
        raise answer

    def wait(self) -> None:
        """Wait until it is done: it may still prepare what the next builds will be quick with."""
        try:
            self._from.read()  # it closes its end; the kernel needs 15 ms more to take its memory back
        except BaseException:
            self._stop()
            raise
        finally:
            self._from.close()

    def _stop(self) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self._process, signal.SIGTERM)
            os.waitpid(self._process, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._to.close()
        if kind is not None:
            self._stop()


def _enlarge(pipe: int) -> None:
    import fcntl  # not there on Windows

    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


# ------------------------------------------------------------------------------------------- in the other process


def _serve(terms: Terms, parent: int, orders: int, answers: int) -> NoReturn:
    """Press the one document that comes through `orders`, and end."""
    try:
        for number in (signal.SIGINT, signal.SIGHUP):  # a terminal sends them to all; the parent says when to end
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, when_safe(_end))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):  # whoever reads what the parent prints must not wait for us
            os.dup2(nowhere, stream)
        with (
            os.fdopen(orders, "rb") as to,
            os.fdopen(answers, "wb") as back,
            Here(terms, _import_rest) as here,
            _to_the_end(),
        ):
            _end_with(parent)
            pickle.dump(_read_ahead(terms), back, pickle.HIGHEST_PROTOCOL)
            back.flush()
            if here.waits:
                import cvgen.prepare  # noqa: F401 - what is needed until the engine has its document
            else:
                here.prepare()
            pickle.dump(_answer(here, *pickle.load(to)), back, pickle.HIGHEST_PROTOCOL)
            back.flush()
            join()
    except BaseException:
        # Either nobody waits for an answer, or the parent tries it again and says what is wrong.
        debug("nothing was pressed")
    finally:
        join()
        work.end()
        compiled.keep()
        os._exit(0)


@contextlib.contextmanager
def _to_the_end() -> Iterator[None]:
    """Whatever ends what is inside, let no signal interrupt the tidying up: the parent's end comes as two things."""
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGALRM):  # blocked, it would come through another thread
            signal.signal(number, signal.SIG_IGN)


def _read_ahead(terms: Terms) -> Mapping[Path, Source]:
    from cvgen.profile.works_files import read_ahead

    return read_ahead(terms.profile) if terms.profile else {}


def _import_rest() -> None:
    for module, name in _UNUSED:
        postpone(module, name)
    with absent("PIL", "fontTools"):  # pypdf has them ready for pictures, and for making fonts: 30 ms
        import_rest()


def _answer(here: Here, draft: Draft, epoch: int) -> Pressed | CvgenError:
    try:
        return here.press(draft, epoch)
    except CvgenError as error:
        return error


def _end_with(parent: int) -> None:
    """Have the kernel send SIGTERM when the parent ends without a word."""
    from cvgen.latex.sandbox import set_death_signal

    set_death_signal(signal.SIGTERM, parent)


def _end(*_: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # one is enough: a second must not stop the tidying up
    raise SystemExit
