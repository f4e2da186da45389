"""The figures of one run: a summary table, charts in which a click chooses an image, and downloads."""

import streamlit as st

from lowlight_core import metrics
from lowlight_core.evaluation import report, score_table
from lowlight_core.records import Run, exports, store
from lowlight_core.wording import count
from pages.parts import evaluate_visitor as visitor

IMAGE, METHOD = "image", "method"  # names in the address
_MOST_ABREAST = 8  # metrics beside the time on a screen of 1440 pixels
_CSS = f"<style>{score_table.STYLE}</style>"


@st.cache_data(max_entries=12, show_spinner="Reading the figures…")
def table(run_id: str, done: int):
    """The rows of a run as a DataFrame; ``done`` makes a growing run a new entry. Not to be changed."""
    kept = store()
    run = kept.get(run_id)
    return exports.frame(run, kept.rows(run))


@st.cache_data(max_entries=12, show_spinner=False)
def summary_of(run_id: str, done: int) -> dict:
    """The summary of a run, also of one that goes on."""
    kept = store()
    run = kept.get(run_id)
    return run.summary or exports.summarize(run, kept.rows(run))


def choose(image: str, method: str) -> None:
    """Make an image (or, without a name, the worst one) of a method the one to look at; the address says so too."""
    st.query_params[METHOD] = method
    if image:
        st.query_params[IMAGE] = image
    else:
        st.query_params.pop(IMAGE, None)


def clicked(key: str, method: str | None = None) -> None:
    """Take over what was clicked in the chart of that key: the image, and the mark's method unless one is given."""
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        image, own = list(points[0]["customdata"])[:2]
        choose(image, method or own)


def chart(figure, key: str, method: str | None = None) -> None:
    """Draw a chart in which a click on a mark chooses its image, as the mark's method made it or as ``method`` did."""
    st.plotly_chart(
        figure, key=key, on_select=lambda: clicked(key, method), selection_mode="points",
        config={"displayModeBar": False},
    )  # fmt: skip


def summary_table(run: Run, summary: dict, metric: str) -> None:
    """Mean ± standard error of every metric by method, the best first; the protocol stands in the tooltips.

    As many columns as a screen holds; the other metrics stand in a table of their own that opens below.
    """
    names = score_table.order_of(run, summary, metric)
    shown = [name for name in run.metrics if any((summary[m].get(name) or {}).get("count") for m in names)]
    first, more = abreast(shown, metric)
    seconds = score_table.seconds_of(table(run.id, _done(summary)))
    st.html(_CSS + score_table.table(names, first, summary, seconds))
    about = metrics.get(metric)
    failed = sum(figures["failed"] for figures in summary.values())
    lost = f" {count(failed, 'result')} failed, listed below." if failed else ""
    over, fewer = count(score_table.images_of(summary), "image"), score_table.note(shown, summary)
    st.caption(f"Mean ± standard error over {over}, {about.ends[0]} {about.label} first.{lost}{fewer}")
    if more:
        with st.expander(count(len(more), "more metric"), icon=":material/table_rows:"):
            st.html(_CSS + score_table.table(names, more, summary))


def abreast(shown: list[str], metric: str) -> tuple[list[str], list[str]]:
    """Names of metrics for the table that is seen at once, PSNR and SSIM first, and of those that wait below it.

    Among the first are the one by which the page sorts, and the costly ones, which somebody asked for.
    """
    head = [name for name in score_table.FIRST if name in shown]
    rest = [name for name in shown if name not in head]
    if len(shown) <= _MOST_ABREAST:
        return [*head, *rest], []
    wanted = sorted(rest, key=lambda name: (name != metric, metrics.get(name).cost != metrics.COSTLY))
    kept = wanted[: _MOST_ABREAST - len(head)]
    return [*head, *(name for name in rest if name in kept)], [name for name in rest if name not in kept]


def _done(summary: dict) -> int:
    return sum(figures["images"] for figures in summary.values())


def downloads(run: Run) -> None:
    """CSV, JSON and the report, made only when asked for; the report of somebody else's upload has no pictures."""
    kept, pictures = store(), visitor.may_see_pictures(run)
    with st.container(horizontal=True):
        st.download_button(
            "CSV", lambda: "".join(exports.csv_lines(run, kept.rows(run))), f"{_file(run)}.csv", "text/csv",
            on_click="ignore", icon=":material/table:", help="One row for each image and method, all digits",
        )  # fmt: skip
        st.download_button(
            "JSON", lambda: exports.as_json(run.summary), f"{_file(run)}.json", "application/json", on_click="ignore",
            icon=":material/data_object:", help="Mean, standard error and more by method and metric",
        )  # fmt: skip
        st.download_button(
            "Report", lambda: report.html(run, kept, pictures), f"{_file(run)}.html", "text/html", on_click="ignore",
            icon=":material/article:", help="One HTML file with tables, charts and pictures that opens offline",
        )  # fmt: skip


def _file(run: Run) -> str:
    """A file name made of the run's title."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in run.title).strip("-")
    return f"evaluation-{kept[:60] or 'run'}"


def failures(run: Run, done: int) -> None:
    """What could not be measured or paired, in words."""
    found = table(run.id, done)
    wrong = found[found["error"].notna()]
    twins = set(run.source.get("ambiguous", []))
    lonely = [name for name in run.source.get("unpaired", []) if name not in twins]
    if len(wrong):
        with st.expander(f"{count(len(wrong), 'result')} failed", icon=":material/error:"):
            st.dataframe(wrong[["image", "method", "error"]].head(1000), hide_index=True)
    for names, why in ((lonely, "for want of a partner"), (sorted(twins), "since files share a stem: which is whose?")):
        if names:
            with st.expander(f"{count(len(names), 'file')} left out {why}", icon=":material/link_off:"):
                st.dataframe({"file": names[:1000]}, hide_index=True)
