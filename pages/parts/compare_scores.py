"""The table of the Compare page: scores and time of every method, sortable; a click shows a row on side B."""

import streamlit as st

from lowlight_core import batch, comparison
from lowlight_core.metrics import METRICS
from lowlight_core.wording import count
from pages.parts import compare_choice
from pages.parts.compare_run import TRUTH, Entry
from pages.shared import working
from pages.shared.inputs import Chosen
from pages.shared.tables import NONE, wide_enough, with_figures
from pages.shared.text import said, without_places

_KEY = "compare_table"


def table(photo: Chosen, entries: dict[str, Entry], full_size: bool) -> None:
    """One row for the untouched photo and each method."""
    st.header("Which method comes closest, and at what price?" if photo.reference is not None else
                 "What does each method do, and at what price?", anchor=False)  # fmt: skip
    rows = [entry for entry in entries.values() if entry.name != TRUTH]
    names = comparison.names_of_scores(photo.reference is not None)
    metrics = {METRICS[name].heading: METRICS[name] for name in names}
    st.dataframe(
        with_figures([_row(entry, names) for entry in _sorted(rows, names[0])], metrics),
        hide_index=True,
        height="content",  # the untouched photo, mostly the last, is what the others are measured by
        key=_KEY,
        on_select=lambda: _show_selected(_sorted(rows, names[0])),
        selection_mode="single-row",
        column_config=_columns(names, rows),
        placeholder=NONE,
    )
    width, height = working.size(photo.pixels if full_size else working.copy(photo.pixels))
    st.caption(f"Measured at {width} × {height}. Click a heading to sort, a row to show it on side B.")
    for entry in rows:
        if entry.error:
            st.error(f"{entry.label}: {said(entry.error)}", icon=":material/error:")


def _sorted(rows: list[Entry], score: str) -> list[Entry]:
    """Best score first, failures last; without a reference the order of the methods."""
    if METRICS[score].higher_is_better is None:
        return rows
    return sorted(rows, key=lambda entry: -entry.scores.get(score, float("-inf")))


def _row(entry: Entry, names: tuple[str, ...]) -> dict:
    row = {"Method": entry.label}
    row |= {METRICS[name].heading: entry.scores.get(name) for name in names}
    row["ms"] = None if entry.seconds is None or entry.error else 1000 * entry.seconds
    return row | ({"Problem": without_places(entry.error)} if entry.error else {})


def _columns(names: tuple[str, ...], rows: list[Entry]) -> dict:
    number = st.column_config.NumberColumn
    columns = {"Method": st.column_config.TextColumn(width=wide_enough(entry.label for entry in rows))}
    columns |= {METRICS[n].heading: number(help=METRICS[n].help) for n in names}
    workers = count(batch.default_workers(), "method")
    columns["ms"] = number("Time, ms", format="%.0f", help=f"One run, with {workers} at a time on this server.")
    return columns


def _show_selected(rows: list[Entry]) -> None:
    selected = st.session_state[_KEY]["selection"]["rows"]
    if selected and rows[selected[0]].image is not None:
        compare_choice.show_on_b(rows[selected[0]].name)
