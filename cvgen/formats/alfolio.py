"""The al-folio template for Jekyll: `papers.bib` for jekyll-scholar, and the two files that its CV page takes.

`_data/cv.yml` has RenderCV's shape with some keys of JSON Resume, as al-folio takes it since 2026; `alfolio-2025`
writes the one from before. `assets/json/resume.json` is JSON Resume (`jekyll_get_json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cvgen.formats import bibtex, jsonresume, rendercv
from cvgen.loading.profile import Profile
from cvgen.outputs import MADE_BY
from cvgen.profile.plain_data import as_yaml
from cvgen.profile.work_keys import keyed_works
from cvgen.visibility import public_works

__all__ = ["DESCRIPTION", "SUFFIXES", "write_folder"]

DESCRIPTION = "data of an al-folio site: papers.bib, cv.yml, resume.json; with `-o FOLDER/` into an existing one"
SUFFIXES = ()

_KEYS: Final = {"degree": "studyType", "gpa": "score", "headline": "label"}


def write_folder(profile: Profile, variant: str | None = None) -> Mapping[str, str]:
    """Return the files of the site, by path."""
    works = keyed_works(public_works(profile, variant))
    cv = _renamed(rendercv.cv_data(profile, variant, is_public=True))
    return {
        "_bibliography/papers.bib": f"---\n---\n% {MADE_BY} alfolio\n\n{bibtex.works_to_bib(works)}",
        "_data/cv.yml": f"# {MADE_BY} alfolio\n{as_yaml({'cv': cv})}",
        "assets/json/resume.json": jsonresume.write_profile(profile, variant),
    }


def _renamed(data: Any) -> Any:  # noqa: ANN401 - data
    if isinstance(data, dict):
        return {_KEYS.get(key, key): _renamed(value) for key, value in data.items()}
    return [_renamed(one) for one in data] if isinstance(data, list) else data
