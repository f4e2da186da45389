"""A new evaluation: which pictures, which methods, which metrics. Begins the run and its job."""

import shutil
from pathlib import Path

import streamlit as st

from lowlight_core import enhancers, evaluation, metrics
from lowlight_core.datasets import upload_look
from lowlight_core.datasets.pair_names import says_side
from lowlight_core.errors import LowlightError, storable
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.evaluation import sample_scores
from lowlight_core.files import inside
from lowlight_core.records import store
from lowlight_core.settings import settings
from lowlight_core.wording import count
from pages.parts import evaluate_visitor as visitor
from pages.parts import gallery
from pages.shared import data_root, inputs, knobs
from pages.shared.text import escape, said

SAMPLES, UPLOAD, FOLDER = "Built-in samples", "Upload", "Folder on the server"
_COUNTED = "Upload: "  # start of such a title


@st.dialog("New evaluation", width="medium", icon=":material/analytics:")
def dialog() -> None:
    """Ask for everything a run needs; what is missing or wrong is said in one sentence, and nothing is lost."""
    sources = [SAMPLES, UPLOAD, *([FOLDER] if settings().dataset_root else [])]
    source = st.segmented_control("Pictures", sources, default=SAMPLES, key="new_source", required=True)
    chosen = _choose_pictures(source)
    default = [enhancers.default().name, *sample_scores.METHODS]
    methods = st.multiselect(
        "Methods", enhancers.names(), default=list(dict.fromkeys(default)), format_func=knobs.label_of,
        key="new_methods", help="Each runs with its default settings. Every picture is read once for all of them.",
    )  # fmt: skip
    measured = _choose_metrics()
    busy = not methods or chosen is None
    if st.button("Start", type="primary", icon=":material/play_arrow:", disabled=busy, key="new_start"):
        try:
            run = _begin(source, chosen, methods, measured)
        except LowlightError as error:
            st.error(said(error), icon=":material/error:")
        else:
            st.query_params[visitor.RUN] = run.id
            st.rerun()
    if not methods:
        st.caption("Choose at least one method.")


def _choose_pictures(source: str):
    """What was chosen: ``True`` for the samples, an upload, a folder's name, or ``None`` for nothing yet."""
    if source == SAMPLES:
        st.caption("Eight photographs made dark by a camera model: they show how methods differ, and are no benchmark.")
        return True
    if source == FOLDER:
        return _choose_folder(settings().dataset_root)
    many = inputs.pick_many("new_pairs", label="Drop a .zip with low and high folders here, or photos", apart=True)
    if many.problems:
        st.warning(f"{count(len(many.problems), 'file')} left out:")
        gallery.failures(many.problems, key="new_left_out")
    st.caption(
        "Pairs are found by their names: low/1.png beside high/1.png (or input/target, lq/gt, Low/Normal), or "
        "1_low.png beside 1_high.png. Photos without references get the figures that need none. "
        "Uploads stay on this server for a day, and only you can see them."
    )
    return many if many.source == inputs.UPLOAD and many.sources and _say_contents(many) else None


def _say_contents(many: inputs.Many) -> bool:
    """Say what an upload holds, or why nothing in it can be paired; returns whether it can be evaluated."""
    try:
        seen = upload_look.look(many.sources, many.folders)
    except LowlightError as error:
        st.warning(said(error), icon=":material/link_off:")
        return False
    found, sizes = seen.dataset, sorted(seen.sizes)
    size = f", {sizes[0][0]} × {sizes[0][1]}" if len(sizes) == 1 else ", of several sizes" if sizes else ""
    if not found.has_references:
        st.warning(f"{count(len(found), 'picture')}{size}, without references: PSNR and SSIM will be missing.",
                   icon=":material/image:")  # fmt: skip
        return True
    lonely = f" {count(len(found.unpaired), 'file')} without a partner will be left out." if found.unpaired else ""
    where = "the folders of these pairs" if "," in found.layout else escape(found.layout)
    outside = f" {count(seen.outside, 'picture')} outside {where} will be left out." if seen.outside else ""
    st.success(f"{count(len(found), 'pair')}{size}, with references.{lonely}{outside}", icon=":material/photo_library:")
    return True


def _choose_folder(root: Path) -> str | None:
    """One of the folders below the operator's root that look like a data set."""
    folders = data_root.folders(root)
    if not folders:
        st.info("The operator's folder holds no data sets yet.", icon=":material/folder_off:")
        return None
    return st.selectbox("Folder", folders, key="new_folder", format_func=storable,
                        help="The folders that the operator of this server opened")  # fmt: skip


def _choose_metrics() -> list[str]:
    """Names of the metrics: the cheap ones, and those of the costly ones that were asked for."""
    costly = [name for name, metric in metrics.METRICS.items() if metric.cost == metrics.COSTLY]
    more = st.multiselect(
        "More metrics", costly, format_func=lambda name: metrics.get(name).label, key="new_metrics",
        placeholder="None: these take seconds for each picture",
        help="PSNR, SSIM, colour difference, entropy, noise and the other quick ones are always measured.",
    )  # fmt: skip
    return [*metrics.names(costly=False), *more]


def _begin(source: str, chosen, methods: list[str], measured: list[str]):
    """Put the run on record and queue its job; one that cannot start leaves nothing behind."""
    if source == SAMPLES:
        return _submitted(evaluation_pairs.sample_pairs(), evaluation_pairs.SAMPLES, "Samples", methods, measured)
    if source == FOLDER:
        found, about = evaluation_pairs.folder_pairs(inside(settings().dataset_root, chosen))
        return _submitted(found, about, chosen, methods, measured)
    folder = evaluation_job.keep_upload(chosen.sources, chosen.folders)
    try:
        found, about = evaluation_pairs.folder_pairs(folder)
        return _submitted(found, about | {"kind": "upload"}, _title(chosen, found), methods, measured)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _submitted(pairs, about: dict, title: str, methods: list[str], measured: list[str]):
    without = not any(getattr(pair, "high", True) for pair in pairs)
    wanted = [name for name in measured if not (without and metrics.get(name).needs_reference)]
    run = evaluation.plan(pairs, methods, chosen=wanted, owner=visitor.new_token(), title=title, source=about)
    run = store().begin(run)
    try:
        evaluation_job.submit(run, pairs)
    except LowlightError:
        store().delete(run)
        raise
    return run


def _title(chosen: inputs.Many, pairs) -> str:
    """A name for an upload: its top folder where all have one, else how many pairs, or lone pictures, there are."""
    tops = {source.name.split("/")[0] for source in chosen.sources if "/" in source.name}
    top = tops.pop() if len(tops) == 1 else ""
    what = "pair" if any(pair.high for pair in pairs) else "picture"
    return top if top and not says_side(top) else f"{_COUNTED}{count(len(pairs), what)}"


def named_by_count(title: str) -> bool:
    """Whether an upload's title says how many pictures there are, for want of a folder's name."""
    return title.startswith(_COUNTED)
