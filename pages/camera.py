"""Live camera: the browser's camera enhanced as it runs, split before and after."""

import streamlit as st

from lowlight_core.enhancer import Enhancer
from lowlight_core.errors import LowlightError
from lowlight_core.video.live import BEFORE, ENHANCED, SPLIT
from pages.parts import camera_stream, enhance_one
from pages.shared import chrome, knobs, uploads
from pages.shared.text import said

LIVE, STILL = "Live", "Single photo"
VIEWS = {"Before | after": SPLIT, "After": ENHANCED, "Before": BEFORE}


def still(method: Enhancer, settings: dict, picture, side) -> None:
    """One photo by the browser's camera, shown and taken away as on the Enhance page."""
    with picture:
        taken = st.camera_input("Take a photo", key="still")
        st.caption("The photo stays in this session and is never stored.")
    if taken:
        try:
            photo = uploads.opened("camera.jpg", taken.getvalue())
        except LowlightError as error:
            picture.error(said(error), icon=":material/image_not_supported:")
            return
        enhance_one.show(photo, method, settings, picture, side)


controls = chrome.page("Live camera", "See in the dark: your camera, enhanced while it runs.")
picture, side = chrome.columns()

with side:
    method = knobs.choose_method(default="exposure_fusion")
    settings = knobs.knobs(method)

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
                                     bind="query-params") or "Before | after"  # fmt: skip
        split = st.slider("Divider", 0, 100, 50, 1, format="%d %%", key="split", disabled=VIEWS[shown] != SPLIT,
                          help="Place of the divider between before and after, from the left.")  # fmt: skip

if mode == LIVE:
    with picture:
        camera_stream.show(method, settings, VIEWS[shown], split / 100)
else:
    still(method, settings, picture, side)
