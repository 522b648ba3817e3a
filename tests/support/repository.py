"""The profiles of this repository."""

from pathlib import Path

from cvgen.loading.load import load

__all__ = ["EXAMPLES", "PROFILES", "ROOT", "variants"]

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
PROFILES = sorted([*EXAMPLES, *(ROOT / "profiles").glob("*.yaml")])


def variants():
    """Return each profile with each of its variants."""
    return [(path, variant) for path in PROFILES for variant in load(path).file.variants]
