"""Two methods, of one run or of two saved ones, image by image: who wins where, by how much, and is it chance?"""

import math

import numpy as np
import streamlit as st

from lowlight_core import metrics
from lowlight_core.figures import scores
from lowlight_core.metrics.statistics import PairedDifference, paired_difference
from lowlight_core.records import Run
from lowlight_core.wording import count, moved_knobs
from pages.parts import evaluate_visitor as visitor
from pages.parts.evaluate_results import chart, table
from pages.parts.evaluate_runs import key_of, titles_of
from pages.shared.text import escape

_LEAST_FOR_WILCOXON = 6  # differences that all point one way: five of them have p = 2 / 2**5, above 0.05


def section(run: Run, found, metric: str, order: list[str]) -> None:
    """Choose A and B, then the scatter, the differences, and what may be concluded.

    Args:
        run: A's run, and B's unless another is chosen.
        found: its table.
        order: methods, the best first.
    """
    other, first, second = _choose(run, order)
    labels = _labels(run, other, first, second)
    if metric not in other.metrics:
        about = f"The other run did not measure {metrics.get(metric).label}: choose another metric, or another run."
        st.info(about, icon=":material/join:")
        return
    joined = _joined(found, found if other.id == run.id else _table(other), first, second, metric)
    finite = joined[np.isfinite(joined).all(axis=1)]
    if len(finite):
        _compare(run, other, finite, labels, (first, second), metric)
    else:
        said = "could be measured on" if joined.empty else f"have a finite {metrics.get(metric).label} on"
        st.info(f"The two have no image in common that both {said}.", icon=":material/join:")
    for more in (infinite(joined.to_numpy(), labels, metric), differing(run, other, first, second)):
        if more:
            st.caption(more)


def _table(run: Run):
    return table(run.id, run.images * len(run.methods))


def _joined(found, others, first: str, second: str, metric: str):
    """The images that both could be measured on, A's figure and B's, infinite ones too."""
    left, right = (scores.pivot(rows, metric, infinite=True) for rows in (found, others))
    return left[[first]].join(right[[second]], how="inner", lsuffix=" A", rsuffix=" B").dropna()


def infinite(values: np.ndarray, labels: tuple[str, str], metric: str) -> str:
    """What was left out since it is infinite, of figures (N, 2) of A and B; nothing where all are finite."""
    equal = np.isinf(values)
    if not equal.any():
        return ""
    which = [f"{label} on {n}" for label, n in zip(labels, equal.sum(axis=0), strict=True) if n]
    return (
        f"Of the {count(len(values), 'image')} in common {equal.any(axis=1).sum()} can take no part in a mean, as an "
        f"output equals its reference and {metrics.get(metric).label} is infinite: {', '.join(which)}."
    )


def differing(run: Run, other: Run, first: str, second: str) -> str:
    """What else differs between a method of a run and one of another, beside their names; nothing in one run."""
    if other.id == run.id:
        return ""
    made = [
        next((moved_knobs(name, one["settings"]), one["weights"] or "") for one in each.methods if one["name"] == name)
        for each, name in ((run, first), (other, second))
    ]
    said = [f"This run: {escape(made[0][0])}. Other run: {escape(made[1][0])}."]
    if first == second and made[0][1] != made[1][1]:
        said.append("Their weights differ.")
    versions = [
        f"{name} {run.versions.get(name, 'none')} and {other.versions.get(name, 'none')}"
        for name in run.versions | other.versions if run.versions.get(name) != other.versions.get(name)
    ]  # fmt: skip
    if versions:
        said.append(f"They were measured with other versions, which may move figures: {', '.join(versions)}.")
    return " ".join(said)


def _compare(run: Run, other: Run, joined, labels: tuple[str, str], methods: tuple[str, str], metric: str) -> None:
    """What may be concluded from finite figures of both, and the two charts."""
    values = joined.iloc[:, 0].to_numpy(), joined.iloc[:, 1].to_numpy()
    direction = metrics.get(metric).higher_is_better is not False
    difference = paired_difference(*values, higher_is_better=direction)
    st.markdown(sentence(difference, labels, metric))
    if proves(difference):
        st.caption(evidence(difference, metric))
    images, key = list(joined.index), f"{run.id}_{other.id}_{'_'.join(methods)}_{metric}"
    opens = methods[0] if other.id != run.id else None  # the pictures below are of this run
    places = st.columns(2, gap="medium")
    with places[0]:
        chart(scores.against(images, *values, labels, methods, metric, 360), f"against_{key}", opens)
    with places[1]:
        chart(scores.differences(images, *values, difference, labels, methods, metric, 360), f"by_{key}", opens)


def _choose(run: Run, order: list[str]) -> tuple[Run, str, str]:
    """(B's run, method A, method B)."""
    same = visitor.runs_over_the_same(run)
    others, titles = [run, *(other for other in same if other.id != run.id)], titles_of(same) | {run.id: "this one"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox("A", order, format_func=scores.label_of, key=f"first_{run.id}", width=230)
        other = run
        if len(others) > 1:
            other = st.selectbox(
                "B's run", others, format_func=lambda one: titles[one.id], width=260,
                key=f"other_{run.id}_{key_of(titles)}",
                help="Another saved run over the same pictures, to compare two states of a method",
            )  # fmt: skip
        start = 1 if other.id == run.id and len(other.names) > 1 else 0
        choices = order if other.id == run.id else other.names
        second = st.selectbox(
            "B", choices, start, format_func=scores.label_of, key=f"second_{run.id}_{other.id}", width=230
        )
    return other, first, second


def _labels(run: Run, other: Run, first: str, second: str) -> tuple[str, str]:
    """How the two are called; methods of the same name are told apart."""
    names = scores.label_of(first), scores.label_of(second)
    if other.id != run.id:
        return f"{names[0]} (this run)", f"{names[1]} (other run)"
    return names


def sentence(found: PairedDifference, labels: tuple[str, str], metric: str) -> str:
    """What the comparison says, in plain words."""
    about = metrics.get(metric)
    unit = f" {about.unit}" if about.unit else ""
    if not proves(found):
        return f"{labels[0]} against {labels[1]}: one image in common, which proves nothing."
    words = "higher" if found.mean > 0 else "lower"
    if not found.mean and found.ties == found.count:
        return f"**{labels[0]}** and **{labels[1]}** are equal on all {found.count} images."
    size = f"is **{abs(found.mean):.{about.decimals}f}{unit} {words}** than **{labels[1]}** on average"
    if not found.mean:
        size = f"has the same mean as **{labels[1]}**"
    verdict = "which is unlikely to be chance" if found.significant else "which may be chance"
    better = "is higher on" if about.higher_is_better is None else "wins"
    equal = f", {found.ties} equal" if found.ties else ""
    return f"**{labels[0]}** {size}, {verdict}. {labels[0]} {better} {found.wins} of {found.count} images{equal}."


def proves(found: PairedDifference) -> bool:
    """Whether there are images enough for a test."""
    return found.count >= 2 and not math.isnan(found.t_p)


def evidence(found: PairedDifference, metric: str) -> str:
    """The figures behind the sentence, and by which of them it decides."""
    places = metrics.get(metric).decimals

    def span(interval: tuple[float, float]) -> str:
        return " to ".join(f"{end:+.{places}f}".replace("-", "−") for end in interval)

    few = found.wins + found.losses < _LEAST_FOR_WILCOXON
    never = ", which Wilcoxon's never does of fewer than six images that differ" if few else ""
    return (
        f"95 % confidence interval of the mean difference {span(found.interval)} (Student's t), "
        f"{span(found.bootstrap)} (bootstrap). It is called unlikely to be chance where the paired t test and "
        f"Wilcoxon's test both give p < 0.05{never}; here p {_p(found.t_p)} and p {_p(found.wilcoxon_p)}."
    )


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
