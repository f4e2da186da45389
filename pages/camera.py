"""Live camera: the browser's camera enhanced as it runs, split before and after."""

import streamlit as st

from lowlight_core.enhancer import Enhancer
from lowlight_core.figures.colors import color
from lowlight_core.image import decode
from lowlight_core.live import BEFORE, ENHANCED, SPLIT
from pages.parts import camera_stream
from pages.shared import chrome, knobs, results, viewer, working
from pages.shared.text import escape

LIVE, STILL = "Live", "Single photo"
VIEWS = {"Before | after": SPLIT, "After": ENHANCED, "Before": BEFORE}


def still(method: Enhancer, settings: dict) -> None:
    """One photo by the browser's camera, under the usual viewer."""
    taken = st.camera_input("Take a photo", key="still")
    if taken is None:
        st.caption("The photo stays in this session and is never stored.")
        return
    photo = results.freeze(decode(taken.getvalue(), "the camera's photo").pixels)
    work = working.copy(photo)
    result = results.enhance(work, method, settings, "camera")
    if result.error:
        st.error(escape(result.error), icon=":material/error:")
        return
    viewer.compare(
        work, result.image, labels=("Before", method.label), colors=(None, color(method.name)), key="still_view"
    )


controls = chrome.page("Live camera", "See in the dark: your camera, enhanced while it runs.")
picture, side = chrome.columns()

with side:
    method = knobs.choose_method("method", default="exposure_fusion")
    settings = knobs.knobs(method, "")

with controls:
    knobs.renamed("mode", "source", (LIVE, STILL))
    mode = st.segmented_control(
        "Camera", [LIVE, STILL], default=LIVE, required=True, key="source", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    chrome.link()

with side:
    if mode == LIVE:
        shown = st.segmented_control("View", list(VIEWS), default="Before | after", required=True, key="shown",
                                     bind="query-params")  # fmt: skip
        split = st.slider("Divider", 0, 100, 50, 1, format="%d %%", key="split", disabled=VIEWS[shown] != SPLIT,
                          help="Place of the divider between before and after, from the left.")  # fmt: skip

with picture:
    if mode == LIVE:
        camera_stream.show(method, settings, VIEWS[shown], split / 100)
    else:
        still(method, settings)
