"""Evaluate a data set: figures that can be believed, image by image, and the pictures behind them."""

import streamlit as st

from lowlight_core import metrics
from lowlight_core.errors import LowlightError
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.evaluation import score_table
from lowlight_core.figures import scores
from lowlight_core.records import Run, store
from lowlight_core.wording import count
from pages.parts import (
    evaluate_compare,
    evaluate_picture,
    evaluate_progress,
    evaluate_results,
    evaluate_runs,
    evaluate_setup,
)
from pages.parts import evaluate_visitor as visitor
from pages.shared import chrome, knobs
from pages.shared.text import escape, isolated, said

VIEWS = ["Per image", "Distribution", "A against B", "Leaderboard"]
_DEFAULT = "first_metric"  # in the session: the first figure of the run that was shown last
_SHOWN = "show"  # the chosen view; every page names its controls apart, since they share the session


def main() -> None:
    about = "Measure methods on pairs of photos, image by image, and see the pictures behind the numbers."
    with chrome.page("Evaluate a data set", about):
        st.button("New evaluation", type="primary", icon=":material/add:", on_click=_ask, key="new")
        link = st.container(width="content")
    with st.container(horizontal=True, vertical_alignment="center"):
        run = _choose_run()
        st.caption(_about(run))
    chrome.link(link, without=(visitor.MINE,))
    if st.session_state.pop("asking", False):
        evaluate_setup.dialog()
    if evaluate_progress.active(run):
        evaluate_progress.section(run)
        return
    run = store().get(run.id)
    if run.state != "done":
        evaluate_progress.stopped(run)
    done = store().done(run) * len(run.methods)
    if done:
        _results(run, done)


def _ask() -> None:
    st.session_state["asking"] = True


def _choose_run() -> Run:
    """The run to look at: the one that the address names, else the built-in one."""
    built_in, named = evaluation_job.built_in(), visitor.named_run()
    if visitor.RUN in st.query_params and named is None:
        chrome.messages().warning(
            "That evaluation is not on record here: it was deleted, or the address is incomplete. This is the built-in "
            "one.", icon=":material/search_off:",
        )  # fmt: skip
    listed = {run.id: run for run in visitor.runs()}
    listed |= {run.id: run for run in (built_in, named) if run}
    chosen, titles = (named or built_in).id, evaluate_runs.titles_of(listed.values())
    key = f"run_{chosen}_{evaluate_runs.key_of(titles)}"

    def opened() -> None:
        if st.session_state[key] not in listed:
            return
        st.query_params[visitor.RUN] = st.session_state[key]
        for name in (evaluate_results.IMAGE, evaluate_results.METHOD):
            st.query_params.pop(name, None)

    if len(listed) > 1:
        st.selectbox(
            "Run", list(listed), list(listed).index(chosen), format_func=titles.__getitem__,
            key=key, on_change=opened, label_visibility="collapsed", width=420,
        )  # fmt: skip
    return listed[chosen]


def _about(run: Run) -> str:
    """What one is looking at."""
    title = escape(isolated(run.title))
    uploaded = "" if evaluate_setup.named_by_count(run.title) else f": {count(run.images, 'uploaded image')}"
    kinds = {
        "samples": "Eight built-in photographs, made dark by a camera model: they show how methods differ, and are no "
        "benchmark.",
        "upload": f"{title}{uploaded}.",
    }
    layout = escape(run.source.get("layout", ""))
    return kinds.get(run.source["kind"], f"{title}: {count(run.images, 'image')}, {layout}.")


def _results(run: Run, done: int) -> None:
    """Everything about a run with figures."""
    found, summary = evaluate_results.table(run.id, done), evaluate_results.summary_of(run.id, done)
    view, metric, by = _controls(run)
    order = score_table.order_of(run, summary, metric)
    _question(view, metric)
    if view == "Per image":
        evaluate_results.chart(scores.per_image(found, metric, by, 340), f"bars_{run.id}_{metric}_{by}")
    elif view == "Distribution":
        evaluate_results.chart(scores.distribution(found, metric, 340), f"boxes_{run.id}_{metric}")
    elif view == "A against B":
        evaluate_compare.section(run, found, metric, order)
    else:
        evaluate_runs.leaderboard(run, metric)
    evaluate_picture.section(run, found, metric, order)
    st.header("Summary", anchor=False)
    evaluate_results.summary_table(run, summary, metric)
    evaluate_results.failures(run, done)
    _keep(run)


def _controls(run: Run) -> tuple[str, str, str]:
    """(view, metric, order of the bars); all stand in the address."""
    knobs.renamed("view", _SHOWN, VIEWS)
    _forget_default_of_another(run)
    knobs.names_to_labels("metric", run.metrics, _heading)
    with st.container(horizontal=True, vertical_alignment="top"):
        view = st.pills("View", VIEWS, default=VIEWS[0], key=_SHOWN, required=True, bind="query-params", wrap=True)
        metric = st.selectbox(
            "Metric", run.metrics, format_func=_heading, key="metric", width=210, bind="query-params",
        )  # fmt: skip
        by = "value"
        if view == "Per image":
            orders = {"value": f"{metrics.get(metric).ends[1].capitalize()} first", "name": "By name"}
            by = st.segmented_control("Order", list(orders), default="value", key="by", required=True,
                                      format_func=orders.__getitem__, bind="query-params")  # fmt: skip
    return view or VIEWS[0], metric, by or "value"  # an address may say ``?show=``


def _forget_default_of_another(run: Run) -> None:
    """A run opens on its first figure, also after one that has other figures, unless somebody chose one."""
    default, before = run.metrics[0], st.session_state.get(_DEFAULT)
    if before not in (None, default) and st.session_state.get("metric") == before:
        del st.session_state["metric"]
        st.query_params.pop("metric", None)
    st.session_state[_DEFAULT] = default


def _heading(name: str) -> str:
    return metrics.get(name).heading


def _question(view: str, metric: str) -> None:
    """The question that the chart answers, as its title."""
    about = metrics.get(metric)
    label, better = about.label, "higher" if about.higher_is_better is None else "better"
    questions = {
        "Per image": scores.question(metric),
        "Distribution": f"How much does {label} scatter from image to image?",
        "A against B": f"Which of two methods has the {better} {label}, and is it chance?",
        "Leaderboard": f"Which method has the {about.ends[0]} mean {label} so far?",
    }
    advice = "Click a mark to see its pictures." if view != "Leaderboard" else None
    st.header(questions[view], help=advice, anchor=False)


def _keep(run: Run) -> None:
    """Downloads, and what the owner may do."""
    if run.state == "done":
        with st.container(horizontal=True):
            evaluate_results.downloads(run)
            if visitor.owns(run):
                evaluate_runs.delete(run)


try:
    main()
except LowlightError as problem:
    st.error(said(problem), icon=":material/error:")
