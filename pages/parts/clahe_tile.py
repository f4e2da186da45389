"""The picked tile of the CLAHE page: which one it is, its charts, and what happens in it, in numbers."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lowlight_core.enhancers.lightness import lightness
from lowlight_core.figures.tone import tile_histogram, tone_curves
from lowlight_core.teaching import clahe_anatomy
from lowlight_core.teaching.clahe_anatomy import Layout, Mix, Tile
from lowlight_core.wording import count
from pages.shared import viewer, working
from pages.shared.inputs import Chosen
from pages.shared.text import percent, percents

VIEWER = "clahe_view"
_AT, _LAST = "at", "clahe_at"  # the picked place in the address, and in the session for the way back to the page
_READABLE = 960  # CSS pixels: longer lines are hard to follow
_PLANES = {"LAB": "lightness", "HSV": "value", "YCrCb": "luma", "RGB": "green"}


@dataclass(frozen=True)
class Spot:
    """The picked pixel (``x``, ``y``) of the displayed picture, its tile, and how its level comes about."""

    x: int
    y: int
    layout: Layout
    tile: Tile
    mix: Mix


def spot(photo: Chosen, work: np.ndarray, settings: dict) -> Spot:
    """What was picked last, by click, arrow or link; at first the middle of the picture."""
    across, down = _position(photo)
    height, width = work.shape[:2]
    x, y = min(int(across * width), width - 1), min(int(down * height), height - 1)
    plane = lightness(work, settings["color_space"])
    where = clahe_anatomy.layout(plane.shape, settings["tiles"])
    tile = clahe_anatomy.dissect(plane, settings["clip_limit"], settings["tiles"], *where.tile_at(x, y))
    return Spot(x, y, where, tile, clahe_anatomy.mix_at(plane, settings["clip_limit"], settings["tiles"], x, y))


def _position(photo: Chosen) -> tuple[float, float]:
    """Picked place as shares of width and height: from the newest click, or the address, or what was picked last."""
    width, height = working.size(photo.pixels)
    if click := viewer.picked(VIEWER, (width, height)):
        _remember((click[0] + 0.5) / width, (click[1] + 0.5) / height)
    at = st.query_params.get(_AT, st.session_state.get(_LAST, ""))
    try:
        across, down = (float(part) for part in at.split(","))
    except ValueError:
        return 0.5, 0.5
    if not (0 <= across <= 1 and 0 <= down <= 1):
        return 0.5, 0.5
    st.session_state[_LAST] = at
    if _AT not in st.query_params:
        st.query_params[_AT] = at
    return across, down


def tile_size(photo: Chosen, where: Layout) -> tuple[float, float]:
    """(width, height) of a tile of the displayed copy, in pixels of the whole photo."""
    height, width = photo.pixels.shape[:2]
    return where.width * width / where.plane_width, where.height * height / where.plane_height


def _remember(across: float, down: float) -> None:
    st.session_state[_LAST] = st.query_params[_AT] = f"{across:.4f},{down:.4f}"


def charts(spot: Spot) -> None:
    """The tile's histogram with the clip line, and its tone curve."""
    number, total = f"{spot.tile.column + 1}, {spot.tile.row + 1}", f"{spot.layout.columns} × {spot.layout.rows}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", horizontal_alignment="distribute"):
        st.markdown(f"**Tile {number}** of {total}", width="content")
        with st.container(key="clahe_arrows", horizontal=True, gap="xsmall", width="content", wrap=False):
            _arrows(spot)
    plain = {"displayModeBar": False}
    st.plotly_chart(tile_histogram(spot.tile, height=200), key="tile_histogram", config=plain)
    st.plotly_chart(tone_curves(spot.tile, height=200, pixel=spot.mix.before), key="tile_curves", config=plain)


def _arrows(spot: Spot) -> None:
    """A button for each neighbour; below the title together where there is no room beside it."""
    for name, icon, step in (("left", "arrow_back", (-1, 0)), ("up", "arrow_upward", (0, -1)),
                             ("down", "arrow_downward", (0, 1)), ("right", "arrow_forward", (1, 0))):  # fmt: skip
        st.button(name.capitalize(), icon=f":material/{icon}:", key=f"tile_{name}", help="Pick the next tile",
                  type="tertiary", on_click=_move, args=(spot, step))  # fmt: skip


def _move(spot: Spot, step: tuple[int, int]) -> None:
    """Pick the middle of the neighbouring tile."""
    where = spot.layout
    column = min(max(spot.tile.column + step[0], 0), where.columns - 1)
    row = min(max(spot.tile.row + step[1], 0), where.rows - 1)
    left, top, right, bottom = where.box(column, row)
    _remember((left + right) / 2 / where.plane_width, (top + bottom) / 2 / where.plane_height)


def steps(spot: Spot, settings: dict) -> None:
    """What happens in the tile, one numbered sentence or two for each step."""
    tile, mix = spot.tile, spot.mix
    mean = tile.area / clahe_anatomy.LEVELS
    each, rest = divmod(tile.excess, clahe_anatomy.LEVELS)
    more = f", and one more for {rest} of them" if rest else ""
    least = ", the least there is" if settings["clip_limit"] * mean < 1 else ""
    plane = _PLANES[settings["color_space"]]
    shares = zip(percents([share for *_, share in mix.tiles]), mix.tiles, strict=True)
    neighbours = ", ".join(f"{share} of tile ({column + 1}, {row + 1})" for share, (column, row, _) in shares)
    st.header("What happens in this tile?", anchor=False)
    st.markdown(
        f"1. **Count.** The {plane} of its {count(tile.area, 'pixel')} falls on 256 levels: {mean:,.1f} pixels each on "
        f"average; level {int(tile.histogram.argmax())} alone has {int(tile.histogram.max()):,}.\n"
        f"2. **Cut.** Clip limit {settings['clip_limit']:g} times the average puts the line at {tile.limit:,}{least}. "
        f"What stands above it, {count(tile.excess, 'pixel')} ({percent(tile.excess_share)}), is cut off.\n"
        f"3. **Give back.** It is spread over all levels alike: {each:,} for each{more}. Rare levels thus gain a "
        f"little, frequent ones lose much. Without it the curve would end at {tile.clipped_curve[-1]:.0f}, the dashed "
        "line, instead of 255.\n"
        "4. **Sum up.** The running total, scaled to 255, is the tone curve. A tall histogram makes it steep, the line "
        f"bounds how steep: here at most {tile.steepest:.1f} levels out for each level in, from what the line leaves "
        "and what came back above it.\n"
        f"5. **Mix.** The picked pixel has level {mix.before}. It takes {neighbours} and becomes level {mix.after}, "
        "so that no border shows between tiles.",
        width=_READABLE,
    )
