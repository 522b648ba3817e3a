"""One profile -> PDF bytes: load, compose, emit, typeset, finish, verify; in this order."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cvgen.attachment import attached_profile
from cvgen.build_date import Moment, pdf_epoch
from cvgen.composer import compose, words_of
from cvgen.diagnostics import Diagnostic, Severity, in_order
from cvgen.document.nodes import Document
from cvgen.engine.engines import find_engine
from cvgen.engine.log import log_warnings, page_count
from cvgen.engine.prestart import Prestart
from cvgen.engine.run import EngineRun, run_engine
from cvgen.engine.tex_document import TexDocument, make_tex_document
from cvgen.engine.tex_tree import DamagedTreeError, discard_damaged
from cvgen.errors import CvgenError, OutputError, ProfileError, TypesettingError, UsageError, debug
from cvgen.loading.load import load
from cvgen.loading.profile import Profile
from cvgen.options import TypesetOptions

if TYPE_CHECKING:
    from cvgen.fitting import Tightening

__all__ = ["EmittedProfile", "Stopwatch", "TypesetPdf", "emit_profile", "run_pipeline"]

_MAX_ATTEMPTS = 3  # to prepare what is damaged, or cleared from the cache while the engine runs


@dataclass(frozen=True, slots=True)
class TypesetPdf:
    """A PDF that passed its gates, and what it was made of.

    `inputs` are the files that were read for it, templates included; `seconds` maps each stage to its time.
    """

    data: bytes = field(repr=False)
    pages: int
    profile: Profile
    document: Document
    tex: TexDocument
    run: EngineRun
    moment: Moment
    inputs: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: Mapping[str, float]


class Stopwatch:
    """Times of the stages of one build, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside as the stage `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def run_pipeline(
    profile: Path | str | Profile,
    options: TypesetOptions,
    *,
    ask_moment: Callable[[], Moment],
    prestart: Prestart | None = None,
    keep_log: Path | None = None,
) -> TypesetPdf:
    """Make the PDF of a profile in memory.

    `ask_moment` returns what the build knows of time, `prestart` may have an engine that waits; `keep_log` is where
    the engine's log goes if it fails. Raises a subclass of `CvgenError`.
    """
    watch = Stopwatch()
    with watch.stage("load"):
        loaded = _load(profile, options)
        moment = ask_moment()
    with watch.stage("compose"):
        document = compose(loaded, variant=options.variant, moment=moment)
        letter = None
        if options.letter is not None:
            from cvgen.letter import compose_letter, load_letter  # few builds are of letters

            letter = load_letter(loaded, options.letter)
            words = words_of(loaded, options.variant)
            document = compose_letter(loaded, document, letter, words, options.variant, moment)
    with watch.stage("typeset"):
        tex, run = _typeset(loaded, document, options, prestart, keep_log)
        fitted = _fit(loaded, document, _Setting(tex, run), options, moment, keep_log)
        tex, run, document = fitted.tex, fitted.run, fitted.tex.document
        attached = None if letter else attached_profile(loaded, options.variant, moment, fitted.cut)
    with watch.stage("finish"):
        from cvgen.pdf.finishing import finish  # imported while TeX worked

        data = finish(run.pdf, document, epoch=pdf_epoch(moment, document.date), attached=attached)
    with watch.stage("gates"):
        from cvgen.pdf.gates import check_gates

        remarks = log_warnings(run.log, tex.origins)
        report = check_gates(
            data, document, tex.options, engine_warnings=remarks, with_text=options.gate, attached=attached
        )
        remarks = (*remarks, *fitted.remarks, *report.diagnostics)
        _refuse_warnings(remarks, OutputError, strict=options.strict)
    beside = (letter.file, letter.signature(loaded.path)) if letter else ()
    inputs = (*loaded.inputs, *filter(None, beside), *tex.inputs)
    said = in_order(
        (
            *loaded.diagnostics,
            *(letter.diagnostics if letter else ()),
            *document.diagnostics,
            *tex.diagnostics,
            *remarks,
        )
    )
    return TypesetPdf(data, report.pages, loaded, document, tex, run, moment, inputs, said, watch.seconds)


def _load(profile: Path | str | Profile, options: TypesetOptions) -> Profile:
    if isinstance(profile, str | Path):
        return load(Path(profile), overrides=options.overrides)
    if options.overrides:
        raise UsageError("a profile that is loaded takes no overrides", hints=("pass them to `load_profile`",))
    return profile


@dataclass(frozen=True, slots=True)
class EmittedProfile:
    """A profile as far as no engine is needed. `inputs` are the files that were read for it, templates included."""

    profile: Profile
    document: Document
    tex: TexDocument
    inputs: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


def emit_profile(
    profile: Path | str | Profile, options: TypesetOptions, moment: Moment | None = None
) -> EmittedProfile:
    """Load, compose and emit a profile, as a build does. Raises what a build raises before TeX."""
    loaded = _load(profile, options)
    document = compose(loaded, variant=options.variant, moment=moment)
    tex = _emit(loaded, document, options)
    said = in_order((*loaded.diagnostics, *document.diagnostics, *tex.diagnostics))
    return EmittedProfile(loaded, tex.document, tex, (*loaded.inputs, *tex.inputs), said)


def _emit(profile: Profile, document: Document, options: TypesetOptions) -> TexDocument:
    return make_tex_document(document, theme=options.theme, profile=profile.path, users=options.user_themes)


def _typeset(
    profile: Profile,
    document: Document,
    options: TypesetOptions,
    prestart: Prestart | None,
    keep_log: Path | None,
) -> tuple[TexDocument, EngineRun]:
    """Emit and typeset, again where the cache turns out to be damaged, or is cleared meanwhile."""
    engine = find_engine(options.engine)
    for attempt in range(_MAX_ATTEMPTS):
        tex = _emit(profile, document, options)
        said = (*profile.diagnostics, *document.diagnostics, *tex.diagnostics)
        _refuse_warnings(said, ProfileError, strict=options.strict)
        try:
            return tex, run_engine(
                tex.tex,
                engine=engine,
                tree=tex.tree,
                assets=tex.assets,
                origins=tex.origins,
                timeout=options.timeout,
                sandbox=options.sandbox,
                keep_log=keep_log,
                work_parent=options.work_parent,
                use_formats=options.cache,
                prestart=prestart,
                unused_fonts=tex.unused_fonts(),
                while_running=_import_finishing,
            )
        except DamagedTreeError:
            debug("a tree in the cache is damaged and made again")
            discard_damaged(tex.tree)
        except (TypesettingError, OSError):
            if tex.tree.is_complete() or attempt == _MAX_ATTEMPTS - 1:
                raise
        if keep_log is not None:
            keep_log.unlink(missing_ok=True)
    raise OutputError("fonts or class in the cache are damaged again and again", hints=("run `cvgen cache clear`",))


@dataclass(frozen=True, slots=True)
class _Setting:
    """A document as it was set, without what has a higher priority than `cut`, and what there is to say about it."""

    tex: TexDocument
    run: EngineRun
    cut: int | None = None
    remarks: tuple[Diagnostic, ...] = ()


def _fit(
    profile: Profile, whole: Document, first: _Setting, options: TypesetOptions, moment: Moment, keep_log: Path | None
) -> _Setting:
    """Set the document again, tighter and then with less in it, until it has as few pages as it may have."""
    limit = options.pages or whole.page_limit
    if limit is None or options.letter is not None or page_count(first.run.log) <= limit:
        return first
    from cvgen.fitting import find_loosest, fit_remark, tightenings, with_options  # few documents have such a limit

    tried: dict[int, _Setting] = {}

    def is_fit(way: Tightening) -> bool:
        document = compose(profile, variant=options.variant, moment=moment, cut=way.cut)
        tex, run = _typeset(profile, with_options(document, way.options), options, None, keep_log)
        tried[id(way)] = _Setting(tex, run, way.cut)
        return page_count(run.log) <= limit

    ways = tightenings(profile, first.tex.theme, first.tex.options)
    found = find_loosest(ways, is_fit)
    best = tried[id(found)] if found else tried.get(id(ways[-1]) if ways else 0, first)
    documents, used = (first.tex.document, best.tex.document), (first.tex.options, best.tex.options)
    remark = fit_remark(profile, documents, used, page_count(best.run.log), limit)
    return replace(best, remarks=(remark,))


def _import_finishing() -> None:
    import cvgen.pdf.finishing
    import cvgen.pdf.gates  # noqa: F401 - they take a while to import, and TeX is working


def _refuse_warnings(found: Sequence[Diagnostic], error: type[CvgenError], *, strict: bool) -> None:
    """Raise `error` if the build is strict and there is a warning."""
    if strict and any(one.severity is Severity.WARNING for one in found):
        worse = {Severity.WARNING: Severity.ERROR}
        raise error(replace(one, severity=worse.get(one.severity, one.severity)) for one in found)
