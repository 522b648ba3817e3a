"""How a user's script types the library; mypy checks it, nothing runs it."""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cvgen


def main() -> None:
    result: cvgen.BuildResult = cvgen.build("profiles/ada.yaml", output=Path("cv.pdf"), theme="plain", keep_tex=True)
    pages: int = result.pages
    seconds: float = sum(result.seconds.values())
    pdf: Path | None = result.pdf
    print(pages, seconds, pdf)

    profile: cvgen.Profile = cvgen.load_profile(Path("profiles/ada.yaml"))
    document: cvgen.Document = cvgen.compose(profile, variant="short", locale="de")
    text: str = cvgen.emit(document, "text")
    tex: str = cvgen.emit(document, format="latex", theme="plain")
    files: Mapping[str, bytes] = cvgen.export(profile, "html", variant="short").files
    imported: cvgen.Imported = cvgen.import_file("resume.json")
    print(files, imported.to_yaml(), imported.losses)
    themes: tuple[cvgen.Theme, ...] = cvgen.themes()
    print(text, tex, [theme.name for theme in themes])

    def told(profile: Path | str | cvgen.Profile, outcome: cvgen.BuildResult | cvgen.Failure) -> None:
        if isinstance(outcome, cvgen.Failure):
            for diagnostic in outcome.error.diagnostics:
                place: str = f"{diagnostic.span.file}:{diagnostic.span.line}"
                print(place, diagnostic.severity is cvgen.Severity.ERROR, diagnostic.hints)

    with ProcessPoolExecutor() as executor:
        outcomes = cvgen.build_many([profile, "b.yaml"], executor=executor, on_result=told, output="build/")
    print([outcome for outcome in outcomes if isinstance(outcome, cvgen.Failure)])
    try:
        cvgen.build(profile)
    except cvgen.ProfileError as error:
        code: cvgen.ExitCode = error.exit_code
        print(code, error.diagnostics)
