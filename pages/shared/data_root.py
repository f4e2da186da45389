"""What lies below the operator's data root, for the pages that let one choose of it: looked at once a minute, for all
visitors together, since a page runs anew at every click and a look may take a second.
"""

from pathlib import Path

import streamlit as st

from lowlight_core.datasets.pair_names import says_side
from lowlight_core.training import background

_SECONDS, _MOST_FOLDERS = 60, 300


@st.cache_data(ttl=_SECONDS, max_entries=4, show_spinner=False)
def folders(root: Path) -> list[str]:
    """Relative names of folders down to three levels, without the sides (low, high) of a data set."""
    found, level = [], [root]
    for _ in range(3):
        below = [path for place in level for path in _inside(place) if not path.name.startswith(".")]
        level = [path for path in below if not says_side(path.name) and not path.is_symlink()]
        found += [path.relative_to(root).as_posix() for path in level]
    return found[:_MOST_FOLDERS]


@st.cache_data(ttl=_SECONDS, max_entries=4, show_spinner=False)
def trainable(root: Path | None) -> list[str]:
    """Names of what may be trained on with this root, the built-in pairs first."""
    return list(background.data_sets())


def _inside(place: Path) -> list[Path]:
    """Folders in a folder, in order; none where the operator forbids looking."""
    try:
        return [path for path in sorted(place.iterdir()) if path.is_dir()]
    except OSError:
        return []
