"""One image of a run, made again when somebody looks: input, outputs, reference and error map in step."""

from dataclasses import replace

import streamlit as st

from lowlight_core import enhancers, metrics, provenance
from lowlight_core.enhancer import Enhancer
from lowlight_core.errors import LowlightError, WeightsError
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.figures.colors import INPUT, REFERENCE, color
from lowlight_core.figures.error_map import TOP, error_map
from lowlight_core.figures.scores import label_of
from lowlight_core.records import Run
from lowlight_core.scoring import Loaded
from pages.parts import evaluate_visitor as visitor
from pages.parts.evaluate_results import IMAGE, METHOD, choose
from pages.shared import results, viewer
from pages.shared.tables import with_figures
from pages.shared.text import escape, said


def section(run: Run, found, metric: str, order: list[str]) -> None:
    """The image that was clicked, or the worst one: a list of the worst beside its pictures.

    Args:
        run: of which the image is one.
        found: its table (`exports.frame`).
        metric: by which images are bad.
        order: methods, the best first.
    """
    measured = found[found["error"].isna()]
    if not len(measured):
        return
    method = st.query_params.get(METHOD, "")
    method = method if method in run.names else _quick(order)
    worst = _worst(measured[measured["method"] == method], metric)
    image = st.query_params.get(IMAGE, "")
    row = _row(measured, image, method)
    if row is None:
        image = worst.iloc[0]["image"] if len(worst) else measured.iloc[0]["image"]
        row = _row(measured, image, method)
    pictures, side = st.columns([5, 2], gap="medium")
    with side:
        _list(run, worst, method, metric)
    with pictures:
        if row is not None:
            _show(run, row)


def _quick(order: list[str]) -> str:
    """The best method whose picture is there at once; a network that is not loaded yet would make a page wait."""
    known = [name for name in order if name in enhancers.METHODS]
    quick = [name for name in known if not results.must_load(enhancers.get(name))]
    return (quick or known or order)[0]


def _worst(rows, metric: str):
    """The rows sorted, the worst first."""
    return rows.sort_values(metric, ascending=metrics.get(metric).higher_is_better is not False, kind="stable")


def _row(rows, image: str, method: str):
    found = rows[(rows["image"] == image) & (rows["method"] == method)]
    return found.iloc[0] if len(found) else None


def _list(run: Run, worst, method: str, metric: str) -> None:
    """Worst images first, each after its figure, which no long name pushes out; a click on a line opens it."""
    shown, chooser = metrics.get(metric), f"worst_{run.id}_{method}"
    st.selectbox(
        f"{shown.ends[1].capitalize()} images of", run.names, run.names.index(method), format_func=label_of,
        key=chooser, on_change=lambda: choose("", st.session_state[chooser]),
    )  # fmt: skip
    key = f"list_{run.id}_{method}_{metric}"

    def opened() -> None:
        if rows := st.session_state[key]["selection"]["rows"]:
            choose(worst.iloc[rows[0]]["image"], method)

    st.dataframe(
        with_figures(worst[[metric, "image"]].head(2000), {metric: shown}), hide_index=True, height=330, key=key,
        on_select=opened, selection_mode="single-row",
        column_config={
            "image": "Image",
            metric: st.column_config.NumberColumn(shown.heading, help=shown.help),
        },
    )  # fmt: skip


def _show(run: Run, row) -> None:
    """Pictures of one row, and its figures below."""
    if not visitor.may_see_pictures(run):
        st.info("The pictures of an upload are shown to whoever uploaded them.", icon=":material/lock:")
        return
    try:
        pair = _load(run, row["image"])
    except LowlightError as error:
        st.info(said(error), icon=":material/image_not_supported:")
        return
    settings = next(m for m in run.methods if m["name"] == row["method"])
    try:
        result = results.enhance(pair.low, _method(run, row["method"]), settings["settings"], row["image"])
    except LowlightError as error:
        st.info(said(error), icon=":material/image_not_supported:")
        return
    if result.error:
        st.error(said(result.error), icon=":material/error:")
        return
    _pictures(row, pair, result.image)
    _caption(run, row, settings)


def _method(run: Run, name: str) -> Enhancer:
    """What made the rows of that name. Weights of somebody's own get a name that no other weights have, as kept
    pictures are found by it.

    Raises:
        UnknownMethodError: there is no such method.
        WeightsError: weights of one's own are gone.
    """
    if name not in run.own:
        return enhancers.get(name)
    folder = run.own[name]
    try:
        return replace(enhancers.get(folder), name=f"{name} {provenance.weights_digest(folder)}")
    except WeightsError:  # whose sentence names a folder of the server
        raise WeightsError(
            f"the weights of {name} are no longer where they were: its pictures cannot be shown"
        ) from None


def _load(run: Run, image: str) -> Loaded:
    """One pair in memory, read-only; kept for a while for whoever looks at it from several sides.

    Raises:
        LowlightError: its files are gone or others.
    """
    key = (run.id, image, "pair")
    low, high = results.pictures().get(key, lambda: _frozen(evaluation_pairs.load(_pairs(run.id, run), run, image)))
    return Loaded(low, high, "")


def _frozen(pair: Loaded) -> tuple:
    return tuple(None if pixels is None else results.freeze(pixels) for pixels in (pair.low, pair.high))


@st.cache_resource(max_entries=8, ttl=300, show_spinner=False)
def _pairs(run_id: str, _run: Run):
    return evaluation_pairs.pairs_of(_run)


def _pictures(row, pair: Loaded, output) -> None:
    """Input, output, reference and error map; without a reference a divider between input and output."""
    label, key = label_of(row["method"]), "evaluate_picture"
    if pair.high is None:
        viewer.compare(
            pair.low, output, labels=("Input", label), key=key, colors=(INPUT, color(row["method"])), height=520
        )
        return
    shown = [
        ("Input", pair.low, INPUT), (label, output, color(row["method"])),
        ("Reference", pair.high, REFERENCE), (f"Error, 0 to {TOP} levels", error_map(output, pair.high), None),
    ]  # fmt: skip
    viewer.grid(shown, key=key, height=560, false_colours=(3,))


def _caption(run: Run, row, settings: dict) -> None:
    """What one is looking at, with up to four of its figures."""
    figures = [
        f"{metrics.get(name).label} **{metrics.get(name).format(row[name])}** {metrics.get(name).unit}".strip()
        for name in ("psnr", "ssim", "psnr_gt_mean", "entropy", "noise") if name in row and row[name] == row[name]
    ]  # fmt: skip
    st.markdown(f"**{escape(row['image'])}** by {label_of(row['method'])}: {', '.join(figures[:4])}")
    if settings["weights"] != provenance.weights_digest(run.source_of(row["method"])):
        st.caption("The figures were made with other weights than the picture: the method was trained again since.")
