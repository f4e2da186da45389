"""Plain charts for lessons: lines over a number, bars over names, points of two figures. Titles ask the question."""

from collections.abc import Mapping, Sequence

from lowlight_core.figures.colors import ORDER, color, symbol
from lowlight_core.figures.labels import sides

_CYCLE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C")


def _color_of(name: str, index: int) -> str:
    """A method keeps its own colour; anything else takes the next of the cycle."""
    return color(name) if name in ORDER else _CYCLE[index % len(_CYCLE)]


def lines(series: Mapping[str, Sequence[float]], *, title: str, x: str, y: str, at: Sequence[float] | None = None):
    """A Plotly figure with one line for each entry.

    Args:
        series: name -> values.
        title, x, y: the question and the axes, with units.
        at: positions on the x axis; without it 0, 1, 2, ...
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for index, (name, values) in enumerate(series.items()):
        places = list(at) if at is not None else list(range(len(values)))
        figure.add_scatter(x=places, y=list(values), name=name, mode="lines" if len(values) > 30 else "lines+markers",
                           line=dict(color=_color_of(name, index), width=2))  # fmt: skip
    return _laid_out(figure, title, x, y, legend=len(series) > 1)


def bars(values: Mapping[str, float], *, title: str, unit: str, decimals: int = 2, errors: Mapping | None = None):
    """A Plotly figure with one horizontal bar for each entry, the greatest on top.

    Args:
        values: name -> value; names of methods get their colours.
        title, unit: the question, and what the axis says.
        decimals: of the figure written beside each bar.
        errors: name -> standard error, drawn as whiskers.
    """
    import plotly.graph_objects as go

    ordered = sorted(values, key=lambda name: values[name])
    colors = [_color_of(name, len(values) - 1 - index) for index, name in enumerate(ordered)]
    whiskers = dict(type="data", array=[errors.get(name, 0) for name in ordered]) if errors else None
    figure = go.Figure(
        go.Bar(x=[values[name] for name in ordered], y=ordered, orientation="h", marker_color=colors, error_x=whiskers,
               text=[f"{values[name]:.{decimals}f}" for name in ordered], hovertemplate="%{y}: %{text}<extra></extra>")
    )  # fmt: skip
    _laid_out(figure, title, unit, "", legend=False)
    return figure.update_layout(height=max(220, 110 + 34 * len(values)))


def points(places: Mapping[str, tuple[float, float]], *, title: str, x: str, y: str):
    """A Plotly figure with one labelled point for each entry: name -> (x, y)."""
    import plotly.graph_objects as go

    figure = go.Figure()
    labels = sides(list(places.values()), list(places))
    for index, ((name, (across, up)), side) in enumerate(zip(places.items(), labels, strict=True)):
        marker = dict(color=_color_of(name, index), size=11, symbol=symbol(name) if name in ORDER else "circle")
        figure.add_scatter(x=[across], y=[up], text=[name], name=name, mode="markers+text", textposition=side,
                           cliponaxis=False, marker=marker)  # fmt: skip
    return _laid_out(figure, title, x, y, legend=False)


def _laid_out(figure, title: str, x: str, y: str, legend: bool):
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y)
    return figure.update_layout(title=title, height=380, showlegend=legend, margin=dict(l=8, r=8, t=48, b=8))
