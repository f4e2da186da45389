"""What the camera page shows before a camera runs: a sample portrait under the same method, view and divider."""

from functools import cache

import numpy as np
import streamlit as st

from lowlight_core import samples
from lowlight_core.enhancer import Enhancer
from lowlight_core.video.live import BEFORE, ENHANCED, shown
from pages.shared import results
from pages.shared.text import escape, said

SAMPLE = "portrait"
_ROWS = slice(16, 304)  # of 512: wide, as cameras are, with the face in it


@cache
def picture() -> np.ndarray:
    """The dark sample, RGB uint8 (H, W, 3), read-only."""
    return results.freeze(samples.load(SAMPLE).low[_ROWS].copy())


def show(method: Enhancer, settings: dict, view: str, split: float) -> None:
    """Draw the sample as the live picture would be drawn, and say that it is one."""
    dark = picture()
    result = results.enhance(dark, method, settings, "sample")
    if result.error:
        st.error(said(result.error), icon=":material/error:")
        return
    sides = _sides(method.label, view)
    st.caption(f"Sample photo, not your camera: {escape(sides)}.")
    st.image(shown(dark, result.image, view, split), width="stretch", alt=f"Sample photo: {sides}")


def _sides(label: str, view: str) -> str:
    if view == BEFORE:
        return "before"
    return f"after {label}" if view == ENHANCED else f"before on the left, {label} on the right"
