"""CLAHE tuning: turn the knobs, pick a tile, see what the clip limit does to it, and find a good setting."""

import streamlit as st

from lowlight_core import enhancers
from lowlight_core.figures.colors import color
from lowlight_core.figures.histograms import histograms
from pages.parts import clahe_sweep, clahe_tile, clahe_tour
from pages.shared import chrome, inputs, knobs, results, viewer, working
from pages.shared.text import escape, said

CLAHE = enhancers.get("clahe")

with chrome.page("CLAHE tuning", "See what the clip limit and the tiles do, while you turn them."):
    photo = inputs.pick_image(allow_pair=True)
    link = st.container(width="content")

clahe_tour.take_over()
work = working.copy(photo.pixels)
picture, side = st.columns([2, 1], gap="medium")

with side:
    settings = knobs.knobs(CLAHE, columns=2)

with picture:
    result = results.enhance(work, CLAHE, settings, photo.name)
    if result.error:
        st.error(said(result.error), icon=":material/error:")
        st.stop()
    spot = clahe_tile.spot(photo, work, settings)
    chrome.link(link)
    viewer.compare(
        work,
        result.image,
        labels=("Before", "CLAHE"),
        colors=(None, color("clahe")),
        key=clahe_tile.VIEWER,
        pick=True,
        grid=clahe_tile.tile_size(photo, spot.layout),
        selected=(spot.tile.column, spot.tile.row),
        size=working.size(photo.pixels),
        full=working.full(photo, ("clahe", settings)),
    )
    st.caption(f"{escape(photo.caption)}. Click the picture to pick a tile.")
    clahe_tour.experiments(settings)  # what a button does is seen without scrolling

with side:
    clahe_tile.charts(spot)

clahe_tile.steps(spot, settings)

st.header("What happens to the whole picture?", anchor=False)
chart = histograms(work, result.image, labels=("Before", "After CLAHE"), cumulative=True)
st.plotly_chart(chart, key="clahe_histograms", config={"displayModeBar": False})

clahe_sweep.section(photo, work, settings)
