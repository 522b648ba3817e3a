"""What the seed documents say, copied from them by hand, never from the profiles.

Three documents: two CVs as text taken from PDFs (001 Chao Jin, 004 Zili Zhang) and a homepage (003 Chaobo Jia, its
visible parts), each a file in `tests/data/seeds`. A line and the indented lines below it belong together: the texts
between `|` stand on the same two or three lines of the page, the indented ones below them, in this order. Dates and
places that float away from their entry in the seed are put back. Letters, figures and spellings are the seed's,
capitals (small capitals on paper) included; icons, bullets and markup are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["SEEDS", "Seed", "SeedEntry"]

_FOLDER = Path(__file__).parents[1] / "data" / "seeds"


@dataclass(frozen=True, slots=True)
class SeedEntry:
    """Texts that belong together: the head in any order, then the body in this order."""

    head: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """One document.

    `footer` is what stands at each page's foot before its number. `added` is what the CV says beyond the seed.
    `corrected` maps a misspelt word to the right one.
    """

    entries: tuple[SeedEntry, ...]
    footer: str
    added: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...] = ()


def _read(name: str) -> tuple[SeedEntry, ...]:
    groups: list[list[str]] = []
    for line in (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("  "):
            groups[-1].append(line.strip())
        else:
            groups.append([line])
    return tuple(SeedEntry(tuple(head.split(" | ")), tuple(body)) for head, *body in groups)


SEEDS = {
    # The rank of his newest honor comes from his homepage (000).
    "chao_jin": Seed(_read("chao_jin"), "Chao Jin · Curriculum Vitae", ("2/56",), (("pyxix", "pyxis"),)),
    # The seed lost his name at the head, and the place of one of his two papers at NSDI'23.
    "zili_zhang": Seed(
        _read("zili_zhang"), "OCTOBER 22, 2024 Zili Zhang · Curriculum Vitae", ("Zili Zhang", "Boston, U.S.")
    ),
    # His position below his name, and the link that the seed puts under "Submitted to SigComm'25".
    "chaobo_jia": Seed(_read("chaobo_jia"), "Chaobo Jia · Curriculum Vitae", ("Undergrad · HUST", "arXiv")),
}
