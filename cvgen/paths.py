"""Folders of the user's that cvgen keeps things in."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_path"]


def cache_path() -> Path:
    """Return where the cache is meant to be, which need not exist; `CVGEN_CACHE_DIR` names another place."""
    wanted = os.environ.get("CVGEN_CACHE_DIR")
    if not wanted:
        import platformdirs

        wanted = platformdirs.user_cache_dir("cvgen", appauthor=False)
    return Path(os.path.abspath(wanted))  # noqa: PTH100 - symlinks stay as they are
