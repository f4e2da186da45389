"""The comparison viewer of every page: two pictures under one divider, or several in a grid, always in step.

Wheel and pinch zoom to 16x, drag to pan, double click to fit, pixel values and differences under the pointer, a
false-colour difference view. Keys: arrows move the divider, Shift and arrows pan, +/- zoom, F fit, 1 is 1:1, D
difference, Space flips. The browser side is viewer.js with viewer_input.js, viewer_draw.js, viewer_labels.js and
viewer_pictures.js.
"""

from collections.abc import Callable, Container, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from lowlight_core.errors import ImageError
from lowlight_core.image import check_image
from pages.shared import media

_HERE = Path(__file__).parent
_SCRIPTS = ("viewer_pictures.js", "viewer_draw.js", "viewer_labels.js", "viewer_input.js", "viewer.js")


def compare(
    before: np.ndarray,
    after: np.ndarray,
    *,
    labels: tuple[str, str] = ("Before", "After"),
    key: str,
    colors: tuple[str | None, str | None] = (None, None),
    height: int | None = None,
    pick: bool = False,
    grid: tuple[float, float] | None = None,
    selected: tuple[int, int] | None = None,
    size: tuple[int, int] | None = None,
    full: Callable[[], tuple[np.ndarray, np.ndarray]] | None = None,
    reveal: int | None = None,
) -> None:
    """Show two pictures of the same size under one draggable divider.

    Args:
        before, after: RGB uint8 (H, W, 3). Any resolution: the browser gets a preview of screen size, and exact
            full-resolution tiles of what it shows when somebody zooms in.
        labels: what the two sides are called.
        key: unique on the page; zoom, divider and view survive reruns under the same key.
        colors: CSS colour of each side's label mark (``figures.colors.color(method)``), or ``None``.
        height: greatest height in CSS pixels; by default what the window leaves.
        pick: a click on the picture reruns the page, which finds its place by `picked`.
        grid: (width, height) of the tiles of a grid to draw over the picture, in full-resolution pixels.
        selected: (column, row) of the grid's tile to pick out.
        size, full: when ``before`` and ``after`` are reduced copies, the (width, height) of the originals and a
            function that returns both in full, called only when somebody zooms in beyond the copies.
        reveal: number of the picture; another one than before is scrolled to where its top is out of sight.

    Raises:
        ImageError: the pictures are no RGB uint8 arrays of one size.
    """
    _same_size([check_image(before), check_image(after)])
    overlay = grid and {"width": grid[0], "height": grid[1], "selected": list(selected) if selected else None}
    pictures = list(zip(labels, (before, after), colors, strict=True))
    more = {"mode": "compare", "name": f"Comparison of {labels[0]} and {labels[1]}", "overlay": overlay}
    _show(pictures, key, {**more, "pick": pick, "reveal": reveal}, height, size, full)


def grid(
    pictures: Sequence[tuple[str, np.ndarray, str | None]],
    *,
    key: str,
    height: int | None = None,
    size: tuple[int, int] | None = None,
    full: Callable[[], Sequence[np.ndarray]] | None = None,
    reveal: int | None = None,
    false_colours: Container[int] = (),
) -> None:
    """Show pictures of one size side by side, zooming and panning in step.

    Args:
        pictures: (label, RGB uint8 (H, W, 3), CSS colour of the label or ``None``); differences are to the first.
        key, height, size, full, reveal: as for `compare`; ``full`` returns all originals in the same order.
        false_colours: places of pictures whose colours stand for figures, as in an error map: their differences and
            pixel values mean nothing and are not offered.

    Raises:
        ImageError: the pictures are no RGB uint8 arrays of one size.
    """
    _same_size([check_image(pixels) for _, pixels, _ in pictures])
    name = "Grid of " + ", ".join(label for label, _, _ in pictures)
    coded = [place in false_colours for place in range(len(pictures))]
    more = {"mode": "grid", "name": name, "overlay": None, "coded": coded, "reveal": reveal}
    _show(list(pictures), key, more, height, size, full)


def picked(key: str, size: tuple[int, int]) -> tuple[int, int] | None:
    """(x, y) of a new click on the viewer ``key`` of pictures of this (width, height), in full-resolution pixels.

    It is told once: ``None`` until the next click, as for whatever a browser may report that is no place in them.
    """
    click = st.session_state.pop(_picked(key), None)
    place = [click.get(name) for name in ("x", "y")] if isinstance(click, dict) else []
    inside = place and all(type(value) is int and 0 <= value < end for value, end in zip(place, size, strict=True))
    return tuple(place) if inside else None


def _same_size(pictures: list[np.ndarray]) -> None:
    sizes = {f"{pixels.shape[1]} × {pixels.shape[0]}" for pixels in pictures}
    if len(sizes) > 1:
        raise ImageError(f"pictures can only be compared at one size, got {' and '.join(sorted(sizes))}")


def _show(pictures, key, more, height, size, full) -> None:
    width, tall = size or (pictures[0][1].shape[1], pictures[0][1].shape[0])
    _mount(pictures, key, {**more, "width": width, "height": tall, "tallest": height}, full)


@st.fragment
def _mount(pictures, key: str, data: dict, full) -> None:
    """Draw the viewer; a request for tiles reruns only this, a click reruns the page."""
    wanted = (st.session_state.get(key) or {}).get("wanted")
    sides = [_side(*picture, f"{key}.{i}", data["width"]) for i, picture in enumerate(pictures)]
    tiles = _tiles(pictures, sides, media.parse_tiles(wanted, data["width"], data["height"]), key, full)
    nothing = lambda: None  # noqa: E731 - registers the event; its value is read below
    state = _component()(
        key=key, data={**data, "sides": sides, "tiles": tiles}, on_wanted_change=nothing, on_pick_change=nothing
    )
    if state.pick:
        st.session_state[_picked(key)] = state.pick
        st.rerun(scope="app")


def _side(label: str, pixels: np.ndarray, color: str | None, place: str, width: int) -> dict:
    encoded = media.preview(pixels, width)
    url = media.publish(encoded, place)
    return {"label": label, "color": color, "url": url, "rev": Path(url).stem, "exact": encoded.exact}


def _tiles(pictures, sides, wanted, key, full) -> dict[str, str]:
    """Addresses of the wanted tiles of every side, by ``"rev/exact/level/column/row"``."""
    if not wanted:
        return {}
    originals = list(full()) if full else [pixels for _, pixels, _ in pictures]
    return {
        f"{side['rev']}/{exact:d}/{level}/{column}/{row}": media.publish(
            media.tile(pixels, exact, level, column, row), f"{key}.{i}.{n}"
        )
        for i, (side, pixels) in enumerate(zip(sides, originals, strict=True))
        for n, (exact, level, column, row) in enumerate(wanted)
    }


def _picked(key: str) -> str:
    return f"{key}.picked"


@cache
def _component():
    """The registered component: its files are read once per process and sent inside the page, from this server only."""
    script = "\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS)
    html, css = ((_HERE / f"viewer.{kind}").read_text("utf-8") for kind in ("html", "css"))
    return st.components.v2.component("lowlight_viewer", html=html, css=css, js=script)
