"""Scores of many images as charts that answer a question; every mark carries (image, method) for a click to open it.

All functions take the table that `exports.frame` makes: one row for each image and method, one column for each metric.
Values that are not finite (identical images, undefined metrics) are left out of a chart and stay in the table.
"""

from collections.abc import Sequence

import numpy as np

from lowlight_core import enhancers
from lowlight_core.figures import names
from lowlight_core.figures.colors import color, symbol
from lowlight_core.metrics import get as get_metric
from lowlight_core.metrics.statistics import PairedDifference

MOST_BARS = 40  # images; more become points, which stay readable
_GUIDE = "#8C8C8C"
_MARGIN = dict(l=8, r=8, t=8, b=8)


def label_of(method: str) -> str:
    """How people see a method; a name that is no method any more stays as it is."""
    return enhancers.METHODS[method].label if method in enhancers.METHODS else method


def pivot(frame, metric: str, infinite: bool = False):
    """Images as rows in the order of the data set, methods as columns, values of one metric: finite ones, or all."""
    values = frame.assign(value=frame[metric] if infinite else frame[metric].replace([np.inf, -np.inf], np.nan))
    images = frame.drop_duplicates("position").sort_values("position")["image"]
    methods = frame["method"].drop_duplicates()
    return values.pivot_table("value", "image", "method", dropna=False, observed=True).reindex(images, columns=methods)


def in_order(table, metric: str, by: str = "value"):
    """The rows of a `pivot` sorted: ``value`` puts the worst image (by its mean) first, ``name`` keeps them."""
    if by == "name" or not len(table):
        return table
    worst_is_low = get_metric(metric).higher_is_better is not False
    return table.loc[table.mean(axis=1).sort_values(ascending=worst_is_low, kind="stable").index]


def question(metric: str) -> str:
    """What `per_image` answers, as its title."""
    found = get_metric(metric)
    describes = found.higher_is_better is None
    asked = "How do the images come out?" if describes else "Which images does each method fail on?"
    return f"{asked} {found.label} of every image"


def per_image(frame, metric: str, by: str = "value", height: int = 400):
    """The figure of every image (`question`). Bars for few images, points for many.

    Args:
        frame: table of `exports.frame`.
        metric: name of the figure on the vertical axis.
        by: ``value`` for the worst image first, ``name`` for the order of the data set.
    """
    import plotly.graph_objects as go

    measured = pivot(frame, metric, infinite=True).dropna(how="all")  # an image that failed has no place
    whole, figure = in_order(measured, metric, by), go.Figure()
    table = whole.replace([np.inf, -np.inf], np.nan)  # in order of all, as an infinite figure is no bad one
    few = len(table) <= MOST_BARS
    places = names.ticks(table.index) if few else list(range(1, len(table) + 1))
    for method in table.columns:
        marks = dict(x=places, y=table[method], name=label_of(method), customdata=_named(table.index, method))
        hover = f"%{{customdata[2]}}<br>{label_of(method)}: %{{y:.{get_metric(metric).decimals}f}}<extra></extra>"
        if few:
            figure.add_bar(**marks, marker_color=color(method), hovertemplate=hover)
        else:
            figure.add_scattergl(**marks, mode="markers", marker=_marker(method, 6), hovertemplate=hover)
    figure.update_layout(
        height=height, margin=_MARGIN, barmode="group", legend=_legend(), bargap=0.25, clickmode="event+select"
    )
    order = f"{get_metric(metric).ends[1]} first" if by == "value" else "in the order of the data set"
    figure.update_xaxes(title_text=f"images, {order}{_not_drawn(whole)}", type="category" if few else "linear",
                        showgrid=False)  # fmt: skip
    return figure.update_yaxes(title_text=_axis(metric))


def distribution(frame, metric: str, height: int = 400):
    """How much do the figures of a method scatter? A box for each method (quartiles), a point for each image."""
    import plotly.graph_objects as go

    whole, figure = pivot(frame, metric, infinite=True), go.Figure()
    table = whole.replace([np.inf, -np.inf], np.nan)
    for method in table.columns:
        figure.add_box(
            y=table[method], name=label_of(method), marker=dict(color=color(method), size=6), boxmean=True, pointpos=0,
            boxpoints="all" if len(table) <= 500 else "outliers", jitter=0.5, customdata=_named(table.index, method),
            hovertemplate=f"%{{customdata[2]}}<br>%{{y:.{get_metric(metric).decimals}f}}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(height=height, margin=_MARGIN, showlegend=False, clickmode="event+select")
    figure.update_xaxes(title_text=f"line: median and quartiles; dashed: mean{_not_drawn(whole)}")
    return figure.update_yaxes(title_text=_axis(metric))


def against(images: Sequence[str], first, second, labels: tuple[str, str], methods: tuple[str, str], metric: str,
            height: int = 400):  # fmt: skip
    """Who wins where? One point for each image, the first method's figure to the right, the second's upwards.

    Args:
        images: names, in the order of ``first`` and ``second`` (one value for each image).
        labels: how the two are called; ``methods`` are their names, for colours and clicks.
    """
    import plotly.graph_objects as go

    first, second = np.asarray(first, float), np.asarray(second, float)
    finite = np.concatenate([first, second])[np.isfinite(np.concatenate([first, second]))]
    ends = [finite.min(), finite.max()] if finite.size else [0, 1]
    figure = go.Figure()
    figure.add_scatter(
        x=ends, y=ends, mode="lines", line=dict(color=_GUIDE, dash="dash"), hoverinfo="skip", showlegend=False
    )
    better = (first - second) * (-1 if get_metric(metric).higher_is_better is False else 1)
    for winner, where in ((0, better > 0), (1, better < 0), (None, better == 0)):
        if where.any():
            _add_winners(figure, images, first, second, where, labels, methods, winner, metric)
    figure.update_layout(height=height, margin=_MARGIN, legend=_legend(), clickmode="event+select")
    figure.update_xaxes(title_text=f"{labels[0]}: {_short(metric)}")
    return figure.update_yaxes(title_text=f"{labels[1]}: {_short(metric)}")


def _add_winners(figure, images, first, second, where, labels, methods, winner, metric: str) -> None:
    """The points of one winner, with their number in the legend."""
    decimals, shown = get_metric(metric).decimals, methods[winner or 0]
    word = "higher" if get_metric(metric).higher_is_better is None else "better"
    name = "equal" if winner is None else f"{labels[winner]} is {word}"
    figure.add_scatter(
        x=first[where], y=second[where], mode="markers", name=f"{name}: {where.sum()}",
        marker=_marker(shown, 9) if winner is not None else dict(color=_GUIDE, size=9),
        customdata=_named(np.asarray(images, object)[where], shown),
        hovertemplate=f"%{{customdata[2]}}<br>{labels[0]}: %{{x:.{decimals}f}}<br>{labels[1]}: %{{y:.{decimals}f}}"
        "<extra></extra>",
    )  # fmt: skip


def differences(images: Sequence[str], first, second, found: PairedDifference, labels: tuple[str, str],
                methods: tuple[str, str], metric: str, height: int = 400):  # fmt: skip
    """By how much is one better than the other? First minus second, sorted; the mean and its interval as a band."""
    import plotly.graph_objects as go

    values = np.asarray(first, float) - np.asarray(second, float)
    order = [index for index in np.argsort(values, kind="stable") if np.isfinite(values[index])]
    sign = -1 if get_metric(metric).higher_is_better is False else 1
    winners = [methods[0] if sign * values[index] >= 0 else methods[1] for index in order]
    marks = dict(
        x=list(range(1, len(order) + 1)), y=values[order], showlegend=False,
        customdata=[[images[index], winner, names.shown(images[index])]
                    for index, winner in zip(order, winners, strict=True)],
        hovertemplate=f"%{{customdata[2]}}: %{{y:+.{get_metric(metric).decimals}f}}<extra></extra>",
    )  # fmt: skip
    colors, figure = [color(winner) for winner in winners], go.Figure()
    if len(order) <= 10 * MOST_BARS:
        figure.add_bar(**marks, marker_color=colors)
    else:
        figure.add_scattergl(**marks, mode="markers", marker=dict(color=colors, size=5))
    _add_mean(figure, found)
    figure.update_layout(height=height, margin=_MARGIN, clickmode="event+select", legend=_legend(), showlegend=True)
    whole = 1 if len(order) <= 10 else None  # few images: Plotly would write 0.6 and 1.4 below a bar
    figure.update_xaxes(title_text="images, sorted by the difference", showgrid=False, dtick=whole)
    title = f"{labels[0]} − {labels[1]}: {_short(metric)}"
    return figure.update_yaxes(title_text=title, range=_room(values[order], found))


def _add_mean(figure, found: PairedDifference) -> None:
    """The mean difference as a line and its confidence interval as a band, both named in the legend."""
    if np.isfinite(found.mean):
        figure.add_hline(found.mean, line=dict(color=_GUIDE, width=2, dash="dash"), name="mean", showlegend=True)
    if np.all(np.isfinite(found.interval)):
        name = f"its {found.confidence:.0%} confidence interval".replace("%", " %")
        figure.add_hrect(*found.interval, fillcolor=_GUIDE, opacity=0.3, line_width=0, layer="below", name=name,
                         showlegend=True)  # fmt: skip


def _room(values, found: PairedDifference) -> list[float] | None:
    """Ends of an axis that hold zero, all bars and the band, which Plotly does not count; None without any."""
    ends = np.array([0.0, *values, *found.interval])
    ends = ends[np.isfinite(ends)]
    margin = 0.06 * np.ptp(ends)
    return [ends.min() - margin, ends.max() + margin] if margin else None


def _not_drawn(table) -> str:
    """How many figures a chart cannot show since they are infinite."""
    infinite = int(np.isinf(table.to_numpy(float)).sum())
    return f"; not drawn: {infinite} × ∞" if infinite else ""


def _named(images, method: str) -> list[list[str]]:
    """What a mark tells a click, name and method, and then the name as it is shown at the pointer."""
    return [[str(image), method, names.shown(str(image))] for image in images]


def _marker(method: str, size: int) -> dict:
    return dict(color=color(method), symbol=symbol(method), size=size)


def _legend() -> dict:
    return dict(orientation="h", yanchor="bottom", y=1.02, x=0)


def _axis(metric: str) -> str:
    """Axis title: label, unit, and which direction is better."""
    better = {True: " (higher is better)", False: " (lower is better)", None: ""}[get_metric(metric).higher_is_better]
    return _short(metric) + better


def _short(metric: str) -> str:
    """Label and unit."""
    found = get_metric(metric)
    return f"{found.label}, {found.unit}" if found.unit else found.label
