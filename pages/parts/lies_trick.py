"""Any two pictures "score" 27.9 dB: the wrap-around, with whatever pair the visitor picks."""

import numpy as np
import streamlit as st

from lowlight_core import samples
from lowlight_core.figures import lies as figures
from lowlight_core.image import fit_within
from lowlight_core.metrics import METRICS
from lowlight_core.teaching import wrong_metrics
from pages.parts import wrong_right
from pages.shared import inputs, viewer
from pages.shared.knobs import names_to_labels

_SIDE = 512
_MADE = {"noise": "Random noise", "more_noise": "Other random noise", "ramp": "A plain ramp", "black": "All black"}
_OWN = "photo"


def section(photo: inputs.Chosen) -> None:
    """Two lists of pictures, the pair under a divider, and both figures."""
    st.header("Any two pictures score 27.9 dB", anchor=False)
    picture, side = st.columns([3, 2], gap="medium")
    with side:
        st.markdown("Pick two pictures as different as you like. The wrong line still finds them alike.")
        first, second = _pick("first", "One picture", 0), _pick("second", "Another", 1)
    one, other = _same_size(_pixels(first, photo), _pixels(second, photo))
    with picture:
        viewer.compare(one, other, labels=(_title(first), _title(second)), key="trick", height=420)
    with side:
        _figures(one, other)
    st.markdown("**What becomes of a square in 8 bits?**")
    st.plotly_chart(figures.wrapped_squares(), key="wrapped_squares", config={"displayModeBar": False})


def _options() -> list[str]:
    return [*samples.SAMPLES, _OWN, *_MADE]


def _title(option: str) -> str:
    if option == _OWN:
        return "Photo chosen above"
    return _MADE.get(option) or samples.load(option).title


def _pick(key: str, label: str, index: int) -> str:
    options = _options()
    names_to_labels(key, options, _title)
    start = options.index(("coffee", "noise")[index])
    return st.selectbox(label, options, index=start, format_func=_title, key=key, bind="query-params")


def _pixels(option: str, photo: inputs.Chosen) -> np.ndarray:
    """The picture behind an option, RGB uint8, at most 512 pixels on its longer side."""
    if option == _OWN:
        return fit_within(photo.pixels, _SIDE)
    if option in samples.SAMPLES:
        return fit_within(samples.load(option).high, _SIDE)
    if option == "black":
        return np.zeros((384, 512, 3), np.uint8)
    if option == "ramp":
        return np.broadcast_to(np.linspace(0, 255, 512).astype(np.uint8)[None, :, None], (384, 512, 3)).copy()
    seed = 1 + list(_MADE).index(option)
    return np.random.default_rng(seed).integers(0, 256, (384, 512, 3), dtype=np.uint8)


def _same_size(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The upper left corner that both have."""
    height, width = (min(one.shape[axis], other.shape[axis]) for axis in (0, 1))
    return tuple(np.ascontiguousarray(pixels[:height, :width]) for pixels in (one, other))


def _figures(one: np.ndarray, other: np.ndarray) -> None:
    """Wrong and right PSNR, and what to think of them."""
    wrong, right = wrong_metrics.wrapped_psnr(one, other), METRICS["psnr"](one, other)
    wrong_right.show({"psnr": wrong}, {"psnr": right})
    st.markdown(_comment(one, other, wrong))


def _comment(one: np.ndarray, other: np.ndarray, wrong: float) -> str:
    """What the figure shows; pairs that are equal or plain are the exceptions that explain the rule."""
    if (one == other).all():
        return "The same picture twice: nothing differs, nothing wraps, and both say so."
    if abs(wrong - wrong_metrics.UNRELATED_PSNR) < 1:
        return (
            f"Squares modulo 256 of unrelated pixels average {wrong_metrics.UNRELATED_MSE:g}, and 10 log10(255² / "
            f"{wrong_metrics.UNRELATED_MSE:g}) = {wrong_metrics.UNRELATED_PSNR:.1f} dB, whatever the pictures show."
        )
    return (
        "Here the differences are few or repeat, so their wrapped squares do not spread evenly, and the figure leaves "
        f"{wrong_metrics.UNRELATED_PSNR:.1f} dB. It still has nothing to do with how alike the two are."
    )
