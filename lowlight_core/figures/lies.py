"""Charts for the page on wrong metrics: wrong beside right for one output, and what wrapped squares look like."""

import math
from collections.abc import Sequence

import numpy as np

RIGHT, WRONG = "#0072B2", "#D55E00"
_LEAST_END = 76.0  # dB of the axis; it goes on as far as a figure does, and an infinite one stands near its end
_TEXT, _SIGN = 6.0, 3.0  # dB: room for the text beside a figure, and for the sign of infinity
_LEGEND = dict(orientation="h", y=1.0, yanchor="bottom", x=0, font_size=14)


def scoreboard(rows: Sequence[tuple[str, float, float]]):
    """A Plotly figure: for each mistake the wrong PSNR and the right one, joined by a line.

    Args:
        rows: (title, wrong, right) in dB, the first on top.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    places = list(range(len(rows)))
    end = _end(rows)
    for place, (title, wrong, right) in enumerate(rows):
        figure.add_scatter(x=[_drawn(wrong, end), _drawn(right, end)], y=[place, place], mode="lines", showlegend=False,
                           line=dict(color="#9A9A9A", width=3), hoverinfo="skip")  # fmt: skip
        figure.add_annotation(text=title, x=0, y=place, yshift=19, xanchor="left", showarrow=False, font_size=14)
    for name, values, color, symbol, sides in (
        ("true", [right for _, _, right in rows], RIGHT, "circle", _sides(rows, for_right=True)),
        ("wrong", [wrong for _, wrong, _ in rows], WRONG, "diamond", _sides(rows, for_right=False)),
    ):
        figure.add_scatter(
            x=[_drawn(value, end) for value in values], y=places, name=name, mode="markers+text",
            text=[_text(value) for value in values], textposition=sides, textfont_size=14, cliponaxis=False,
            marker=dict(color=color, symbol=symbol, size=14), customdata=[title for title, _, _ in rows],
            hovertemplate="%{customdata}<br>%{text} dB<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.update_xaxes(title_text="PSNR, dB", range=[0, end], dtick=10)
    figure.update_yaxes(range=[len(rows) - 0.6, -0.7], visible=False)
    return figure.update_layout(height=90 + 46 * len(rows), margin=dict(l=8, r=8, t=8, b=8), legend=_LEGEND)


def _end(rows) -> float:
    """Where the axis ends, in dB: beyond the greatest finite figure, with room for its text."""
    figures = [value for _, *both in rows for value in both if math.isfinite(value)]
    return max([_LEAST_END, *(value + _TEXT for value in figures)])


def _drawn(value: float, end: float) -> float:
    return value if math.isfinite(value) else end - _SIGN


def _text(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.2f}"


def _sides(rows, for_right: bool) -> list[str]:
    """Each figure is written on the outer side of its pair, so that two that lie close do not cover each other."""
    sides = []
    for _, wrong, right in rows:
        outer_left = (right <= wrong) == for_right
        sides.append("middle left" if outer_left else "middle right")
    return sides


def wrapped_squares():
    """A Plotly figure: the square of every difference 0 to 255 as 8 bits keep it, and the mean of them all."""
    import plotly.graph_objects as go

    difference = np.arange(256)
    kept = difference**2 % 256
    figure = go.Figure()
    figure.add_scatter(x=difference, y=kept, mode="markers", name="kept in 8 bits", marker=dict(color=WRONG, size=5),
                       hovertemplate="difference %{x}: %{y} instead of %{customdata:,}<extra></extra>",
                       customdata=difference**2)  # fmt: skip
    figure.add_scatter(x=difference[:17], y=difference[:17] ** 2, mode="lines", name="true square",
                       line=dict(color=RIGHT, width=3), hoverinfo="skip")  # fmt: skip
    figure.add_scatter(x=[0, 255], y=[kept.mean()] * 2, mode="lines", name=f"mean: {kept.mean():.1f}", hoverinfo="skip",
                       line=dict(color="#8C8C8C", width=3, dash="dash"))  # fmt: skip
    figure.update_xaxes(title_text="difference of two pixels, levels", dtick=32)
    figure.update_yaxes(title_text="its square", range=[0, 262], dtick=64)
    return figure.update_layout(height=250, margin=dict(l=8, r=8, t=8, b=8), legend=_LEGEND)
