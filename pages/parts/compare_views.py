"""The pictures of the Compare page: two under one divider, all in a grid, or the error of each; and their tones."""

import numpy as np
import streamlit as st

from lowlight_core.figures.error_map import TOP, error_map
from lowlight_core.figures.histograms import histograms
from pages.parts.compare_choice import ERRORS, GRID, View
from pages.parts.compare_run import TRUTH, Entry
from pages.shared import results, viewer, working
from pages.shared.inputs import Chosen
from pages.shared.text import escape


def show(photo: Chosen, methods: dict[str, dict], entries: dict[str, Entry], view: View) -> None:
    """The chosen view with its caption."""
    if view.form == GRID:
        _grid(entries)
        what = "All in step; the view *Difference* compares each with the first."
    elif view.form == ERRORS:
        _errors(entries)
        what = f"Mean difference of R, G and B from the reference: black is none, bright yellow {TOP} levels or more."
    else:
        _split(photo, methods, entries, view)
        what = "*Difference* shows where they differ; with a keyboard, hold Space to flip between the two."
    st.caption(f"{escape(photo.caption)}. {what}")


def _split(photo: Chosen, methods: dict[str, dict], entries: dict[str, Entry], view: View) -> None:
    sides = entries[view.a], entries[view.b]
    viewer.compare(
        sides[0].image,
        sides[1].image,
        labels=(sides[0].label, sides[1].label),
        colors=(sides[0].color, sides[1].color),
        key="compare_view",
        size=working.size(photo.pixels),
        full=lambda: tuple(_full(photo, methods, side.name) for side in sides),
    )


def _full(photo: Chosen, methods: dict[str, dict], name: str) -> np.ndarray:
    """One side in full size, made when somebody zooms in."""
    if name in methods:
        return working.full(photo, (name, methods[name]))()[1]
    return photo.reference if name == TRUTH else photo.pixels


def _grid(entries: dict[str, Entry]) -> None:
    viewer.grid([(e.label, e.image, e.color) for e in entries.values() if e.image is not None], key="compare_grid")


def _errors(entries: dict[str, Entry]) -> None:
    """One error map for each method and for the untouched photo."""
    truth = entries[TRUTH].image
    maps = [(e.label, _error_map(e.image, truth), e.color) for e in entries.values()
            if e.image is not None and e.name != TRUTH]  # fmt: skip
    viewer.grid(maps, key="compare_errors", false_colours=range(len(maps)))


def _error_map(image: np.ndarray, truth: np.ndarray) -> np.ndarray:
    key = (results.fingerprint(image), results.fingerprint(truth), "error map")
    return results.pictures().get(key, lambda: results.freeze(error_map(image, truth)))


def tones(entries: dict[str, Entry], view: View) -> None:
    """Histograms of the two chosen sides."""
    a, b = entries[view.a], entries[view.b]
    chart = histograms(a.image, b.image, labels=(f"A: {a.label}", f"B: {b.label}"))
    st.plotly_chart(chart, key="compare_histograms", config={"displayModeBar": False})
