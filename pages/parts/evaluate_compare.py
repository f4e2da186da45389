"""Two methods, of one run or of two saved ones, image by image: who wins where, by how much, and is it chance?"""

import math

import streamlit as st

from lowlight_core import metrics
from lowlight_core.figures import scores
from lowlight_core.metrics.statistics import PairedDifference, paired_difference
from lowlight_core.records import Run
from pages.parts import evaluate_visitor as visitor
from pages.parts.evaluate_results import chart, table
from pages.parts.evaluate_runs import key_of, titles_of


def section(run: Run, found, metric: str, order: list[str]) -> None:
    """Choose A and B, then the scatter, the differences, and what may be concluded.

    Args:
        run: A's run, and B's unless another is chosen.
        found: its table.
        order: methods, the best first.
    """
    other, first, second = _choose(run, order)
    left = scores.pivot(found, metric)
    right = left if other.id == run.id else scores.pivot(table(other.id, other.images * len(other.methods)), metric)
    joined = left[[first]].join(right[[second]], how="inner", lsuffix=" A", rsuffix=" B").dropna()
    values = joined.iloc[:, 0].to_numpy(), joined.iloc[:, 1].to_numpy()
    labels = _labels(run, other, first, second)
    if not len(joined):
        st.info("The two have no image in common that both could be measured on.", icon=":material/join:")
        return
    direction = metrics.get(metric).higher_is_better is not False
    difference = paired_difference(*values, higher_is_better=direction)
    st.markdown(sentence(difference, labels, metric))
    if proves(difference):
        st.caption(evidence(difference, metric))
    images, key = list(joined.index), f"{run.id}_{other.id}_{first}_{second}_{metric}"
    places = st.columns(2, gap="medium")
    with places[0]:
        chart(scores.against(images, *values, labels, (first, second), metric, 360), f"against_{key}")
    with places[1]:
        chart(scores.differences(images, *values, difference, labels, (first, second), metric, 360), f"by_{key}")


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
    verdict = "which is unlikely to be chance" if found.significant else "which may be chance"
    better = "is higher on" if about.higher_is_better is None else "wins"
    equal = f", {found.ties} equal" if found.ties else ""
    return (
        f"**{labels[0]}** is **{abs(found.mean):.{about.decimals}f}{unit} {words}** than **{labels[1]}** on average, "
        f"{verdict}. {labels[0]} {better} {found.wins} of {found.count} images{equal}."
    )


def proves(found: PairedDifference) -> bool:
    """Whether there are images enough for a test."""
    return found.count >= 2 and not math.isnan(found.t_p)


def evidence(found: PairedDifference, metric: str) -> str:
    """The figures behind the sentence, and by which of them it decides."""
    places = metrics.get(metric).decimals

    def span(interval: tuple[float, float]) -> str:
        return " to ".join(f"{end:+.{places}f}".replace("-", "−") for end in interval)

    return (
        f"95 % confidence interval of the mean difference {span(found.interval)} (Student's t), "
        f"{span(found.bootstrap)} (bootstrap). It is called unlikely to be chance where the paired t test and "
        f"Wilcoxon's test both give p < 0.05; here p {_p(found.t_p)} and p {_p(found.wilcoxon_p)}."
    )


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
