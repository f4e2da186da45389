"""The sweep of the CLAHE page: every clip limit with every number of tiles, as pictures and as scores."""

from functools import partial

import numpy as np
import streamlit as st

from lowlight_core.errors import LowlightError
from lowlight_core.figures.sweep import contact_sheet, heat_map
from lowlight_core.teaching import clahe_sweep as core
from lowlight_core.teaching.clahe_sweep import Sweep
from lowlight_core.wording import count
from pages.parts import clahe_tour
from pages.shared import results, working
from pages.shared.inputs import Chosen
from pages.shared.knobs import names_to_labels
from pages.shared.text import said

_CHARTS = ("sweep_sheet", "sweep_map")
_DRAWN = "sweep_drawn"
_CELL = 128  # width of a thumbnail on a wide screen, in CSS pixels
# Beside the contact sheet the heat map's numbers would run into each other on a projector: there it stands below.
_NARROW = """<style>@media (max-width: 1360px) {
  .st-key-sweep [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-sweep [data-testid="stColumn"] { flex-basis: 100%; min-width: 100%; }
}</style>"""


def section(photo: Chosen, work: np.ndarray, settings: dict) -> None:
    """Contact sheet, heat map and suggestion; nothing of it depends on the two knobs that are swept."""
    st.header("Which setting suits this picture?", anchor=False)
    truth = None if photo.reference is None else working.copy(photo.reference)
    try:
        found = _swept(work, truth, settings["color_space"], settings["denoise"])
    except LowlightError as error:
        st.error(said(error), icon=":material/error:")
        return
    chosen = settings["clip_limit"], settings["tiles"]
    st.html(_NARROW)
    with st.container(key="sweep"):
        sheet, scores = st.columns([2, 1], gap="medium")
    with sheet:
        _sheet(found, chosen)
    with scores:
        _scores(found, chosen)


def _swept(work: np.ndarray, truth: np.ndarray | None, color_space: str, denoise: float) -> Sweep:
    """The sweep of a picture, kept with the enhanced pictures of all visitors."""
    prints = results.fingerprint(work), truth is not None and results.fingerprint(truth)
    key = (*prints, "clahe sweep", color_space, denoise)
    cells = len(core.CLIP_LIMITS) * len(core.TILES)
    with st.spinner(f"Trying {cells} settings of clip limit and tiles…", show_time=True):
        return results.pictures().get(key, lambda: core.sweep(work, truth, color_space=color_space, denoise=denoise))


def _sheet(found: Sweep, chosen: tuple[float, int]) -> None:
    width, height = found.size
    tall = len(found.tiles) * _CELL * height // width + 70
    figure = _sheet_figure(found, chosen, min(max(tall, 360), 850))
    aspect = len(found.tiles) * height / (len(found.clip_limits) * width)
    st.html(
        f"<style>@media (max-width: 640px) {{ .st-key-{_CHARTS[0]} {{ overflow: hidden; "
        f"max-height: calc((100vw - 90px) * {aspect:.3f} + 70px); }} }}</style>"
    )  # a phone's pictures are smaller
    st.plotly_chart(figure, key=_CHARTS[0], on_select=partial(_take_click, _CHARTS[0]), selection_mode="points",
                    config={"displayModeBar": False})  # fmt: skip
    st.caption(f"Every picture at {width} × {height}. Click one to take its setting.")


def _sheet_figure(found: Sweep, chosen: tuple[float, int], height: int):
    """The contact sheet, drawn anew only when the sweep or the framed picture changes: it holds thirty pictures."""
    framed = chosen if chosen[0] in found.clip_limits and chosen[1] in found.tiles else None
    kept = st.session_state.get(_DRAWN)
    if kept is None or kept[0] is not found or kept[1] != framed:
        st.session_state[_DRAWN] = kept = (found, framed, contact_sheet(found, framed, height=height))
    return kept[2]


def _scores(found: Sweep, chosen: tuple[float, int]) -> None:
    names, key = list(found.scores), "score" if found.has_reference else "score_alone"
    names_to_labels(key, names, _label_of)
    score = st.selectbox(
        "Score", names, index=names.index(core.default_score(found)), format_func=_label_of, key=key,
        bind="query-params", help=_protocols(names),
    )  # fmt: skip
    figure = heat_map(found, score, chosen, height=320)
    st.plotly_chart(figure, key=_CHARTS[1], on_select=partial(_take_click, _CHARTS[1]), selection_mode="points",
                    config={"displayModeBar": False})  # fmt: skip
    _suggestion(found, score, chosen)


def _label_of(score: str) -> str:
    return core.SCORES[score].label


def _suggestion(found: Sweep, score: str, chosen: tuple[float, int]) -> None:
    best, metric = core.suggest(found, score), core.SCORES[score]
    unit = f" {metric.unit}" if metric.unit else ""
    if np.isnan(best.value):
        st.caption(f"{metric.label} is not defined for a picture of {found.size[0]} × {found.size[1]}.")
        return
    word = "Highest" if metric.higher_is_better is None else "Suggested"
    st.markdown(
        f"**{word}: clip limit {best.clip_limit:g}, {count(best.tiles, 'tile')} per side.** "
        f"{metric.label} {metric.format(best.value)}{unit}; the untouched picture has "
        f"{metric.format(found.before[score])}{unit}."
    )
    st.button("Take this setting", key="take_suggestion", type="primary", icon=":material/check:",
              disabled=chosen == (best.clip_limit, best.tiles), on_click=clahe_tour.take,
              args=(dict(clip_limit=best.clip_limit, tiles=best.tiles),))  # fmt: skip
    st.caption(_caution(score))


def _caution(score: str) -> str:
    """What the number does not say."""
    if score in ("psnr", "ssim"):
        return "Measured against the reference. A score is no taste: look at the pictures."
    if score == "balance":
        return "There is no reference in use here: detail gained is set against noise raised. Look at the pictures."
    return "Entropy rises with noise, and the noise estimate with fine detail: neither says alone what looks best."


def _protocols(names: list[str]) -> str:
    return "\n\n".join(f"**{core.SCORES[name].label}**: {core.SCORES[name].help}" for name in names)


def _take_click(chart: str) -> None:
    """A click on a cell of a chart sets the knobs, also where it is the cell that was clicked last."""
    points = (st.session_state.get(chart) or {}).get("selection", {}).get("points", [])
    if points and (data := points[0].get("customdata")):
        clahe_tour.take(dict(clip_limit=float(data[0]), tiles=int(data[1])))
