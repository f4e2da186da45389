"""The leaderboard over saved runs, and what one may do with one's own."""

import zlib
from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from lowlight_core import metrics
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.evaluation import score_table
from lowlight_core.figures.scores import label_of
from lowlight_core.records import PUBLIC, Run
from lowlight_core.wording import moved_knobs
from pages.parts import evaluate_visitor as visitor
from pages.shared.tables import NONE, wide_enough, with_figures
from pages.shared.text import escape, isolated

_STATES = {"done": "", "cancelled": ", stopped", "late": ", stopped", "running": ", not finished"}
_LINES, _HEIGHT = 15, 560  # of a leaderboard as it is; a longer one scrolls in as many pixels, above the pictures


def title_of(run: Run) -> str:
    """One line by which people know a run; a state that another version of this program wrote is told as it is."""
    title = isolated(run.title)
    if run.owner == PUBLIC:
        return title
    when = datetime.fromtimestamp(run.created)
    state = _STATES.get(run.state, f", {isolated(run.state)}")
    return f"{title}, {when:%d %b %H:%M}{state}"


def titles_of(runs: Iterable[Run]) -> dict[str, str]:
    """A title for the id of each run, no two the same."""
    titles: dict[str, str] = {}
    for run in runs:
        title, number = title_of(run), 1
        while title in titles.values():
            number += 1
            title = f"{title_of(run)} ({number})"
        titles[run.id] = title
    return titles


def key_of(titles: dict[str, str]) -> str:
    """What a list of these runs is called in its widget's key.

    The browser answers with a title: a list in which one has changed since, as a run that ends does, is another list.
    """
    return str(zlib.crc32("".join(titles.values()).encode()))


def leaderboard(run: Run, metric: str) -> None:
    """Every method of every saved run over the same pictures, the best first; a click opens the run."""
    same = visitor.runs_over_the_same(run)
    titles = titles_of(same)
    rows = [line for other in same for line in _lines(other, titles[other.id], metric)]
    down = metrics.get(metric).higher_is_better is False
    rows.sort(key=lambda line: (line["mean"] is None, (line["mean"] or 0) * (1 if down else -1)))
    if not rows:
        st.info("No finished run over these pictures yet.", icon=":material/leaderboard:")
        return
    st.caption(
        f"Methods of {len(same)} saved {'run' if len(same) == 1 else 'runs'} over the same pictures. Figures of "
        "different pictures are not comparable and never share a list."
        + ("" if visitor.shows_all() else " You see your own runs and the built-in one.")
    )
    _draw(rows, metric)


def _lines(run: Run, title: str, metric: str) -> list[dict]:
    """One line of the leaderboard for each method of a run that is called ``title``."""
    found = []
    for method in run.methods:
        figures = run.summary[method["name"]].get(metric) or {}
        found.append({
            "method": label_of(method["name"]), "mean": score_table.mean_of(figures),
            "error": figures.get("standard_error"), "images": figures.get("count", 0),
            "settings": moved_knobs(method["name"], method["settings"]), "run": title,
            "weights": (method["weights"] or "")[:8], "id": run.id,
        })  # fmt: skip
    return found


def _draw(rows: list[dict], metric: str) -> None:
    about = metrics.get(metric)

    def opened() -> None:
        if chosen := st.session_state["leaderboard"]["selection"]["rows"]:
            st.query_params[visitor.RUN] = rows[chosen[0]]["id"]

    shown = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    st.dataframe(
        with_figures(shown, {"mean": about, "error": about}), placeholder=NONE, hide_index=True, key="leaderboard",
        height="content" if len(rows) <= _LINES else _HEIGHT, on_select=opened, selection_mode="single-row",
        column_config={
            "method": st.column_config.TextColumn("Method", width=wide_enough(row["method"] for row in rows)),
            "mean": st.column_config.NumberColumn(about.heading, help=about.help),
            "error": st.column_config.NumberColumn("± standard error"),
            "images": st.column_config.NumberColumn("Images", format="%d"), "settings": "Settings", "run": "Run",
            "weights": st.column_config.TextColumn("Weights", help="Start of the SHA-256 of the weights"),
        },
    )  # fmt: skip


def delete(run: Run) -> None:
    """A button that deletes one's own run, after a second look."""
    with st.popover("Delete", icon=":material/delete:", help="Delete this run, its figures and its upload"):
        st.write(f"Delete {escape(isolated(run.title))} with all its figures?")
        if st.button("Delete for good", key=f"delete_{run.id}"):
            evaluation_job.delete(run)
            st.query_params.pop(visitor.RUN, None)
            st.rerun()
