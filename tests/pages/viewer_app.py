"""A page with just the viewer, for its tests: ``?mode=`` small, large, grid, pick, reduced, many, dot or slow."""

import time

import cv2
import numpy as np
import streamlit as st

from pages.shared import chrome, results, viewer

st.set_page_config(layout="wide")
mode = st.query_params.get("mode", "small")


@st.cache_resource
def picture(width: int, height: int) -> np.ndarray:
    """Every pixel tells where it is: R = x mod 256, G = y mod 256, B = coarse position, plus fine texture."""
    y, x = np.mgrid[:height, :width]
    return results.freeze(np.stack([x % 256, y % 256, (x // 256 * 16 + y // 256) % 256], axis=-1).astype(np.uint8))


size = (4000, 3000) if mode in ("large", "reduced") else (1, 1) if mode == "dot" else (300, 200)
before = picture(*size)
offset = st.slider("Offset", 0, 100, 10)
after = results.freeze(cv2.add(before, (offset, offset, offset, 0)))
if mode == "grid":
    pictures = [(f"Picture {i}", cv2.add(before, (i, i, i, 0)), None) for i in range(5)]
    viewer.grid(pictures, key="viewer")
elif mode == "pick":
    st.button("Again")
    st.write("clicked", str(viewer.picked("viewer", size)))
    viewer.compare(before, after, key="viewer", pick=True, grid=(75, 50), selected=(1, 2))
elif mode == "reduced":
    small = [cv2.resize(p, (1000, 750), interpolation=cv2.INTER_AREA) for p in (before, after)]
    viewer.compare(*small, key="viewer", size=size, full=lambda: (before, after))
elif mode == "many":
    reveal = st.session_state.get("reveal", 0)
    names = ("The network sees this", "Histogram equalization")
    another = {"on_click": st.session_state.update, "args": ({"reveal": reveal + 1},)}
    st.container(height=350).write("summary")
    st.button("Next", **another)
    turned = [results.freeze(np.rot90(pixels, reveal % 2).copy()) for pixels in (before, after)]
    viewer.compare(*turned, labels=names, key="viewer", reveal=reveal)
    st.container(height=2000).write("thumbnails")
    st.button("Another", **another)
else:
    if mode == "slow":
        chrome.page("A slow method")
        with st.spinner("Working…"):
            time.sleep(10 if offset != 10 else 0)  # longer than any look at it takes, on a busy machine too
    viewer.compare(before, after, labels=("Dark", "Bright"), key="viewer")
