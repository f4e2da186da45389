"""Charts for the page on wrong metrics: wrong beside right for one output, and what wrapped squares look like."""

import math
from collections.abc import Sequence

import numpy as np

RIGHT, WRONG = "#0072B2", "#D55E00"
_CEILING = 70.0  # dB; an infinite figure is drawn here and called by its name


def scoreboard(rows: Sequence[tuple[str, float, float]], height: int = 330):
    """A Plotly figure: for each mistake the wrong PSNR and the right one, joined by a line.

    Args:
        rows: (title, wrong, right) in dB, the first on top.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    titles = [title for title, _, _ in rows]
    for title, wrong, right in rows:
        figure.add_scatter(x=[_drawn(wrong), _drawn(right)], y=[title, title], mode="lines", showlegend=False,
                           line=dict(color="#9A9A9A", width=3), hoverinfo="skip")  # fmt: skip
    for name, values, color, symbol, places in (
        ("as it should be", [right for _, _, right in rows], RIGHT, "circle", _sides(rows, for_right=True)),
        ("as published", [wrong for _, wrong, _ in rows], WRONG, "diamond", _sides(rows, for_right=False)),
    ):
        texts = [_text(value) for value in values]
        figure.add_scatter(
            x=[_drawn(value) for value in values], y=titles, name=name, mode="markers+text", text=texts,
            textposition=places, marker=dict(color=color, symbol=symbol, size=13), cliponaxis=False,
            hovertemplate="%{y}<br>%{text} dB<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.update_xaxes(title_text="PSNR, dB", range=[0, _CEILING + 4], dtick=10)
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure.update_layout(
        height=height, margin=dict(l=8, r=16, t=56, b=8), legend=dict(orientation="h", y=1.02, yanchor="bottom", x=0),
        title=dict(text="What does this one output score?", y=0.98, yanchor="top"), font_size=14,
    )  # fmt: skip


def _drawn(value: float) -> float:
    return min(value, _CEILING)


def _text(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.2f}"


def _sides(rows, for_right: bool) -> list[str]:
    """Each figure is written on the outer side of its pair, so that two that lie close do not cover each other."""
    sides = []
    for _, wrong, right in rows:
        outer_left = (right <= wrong) == for_right
        sides.append("middle left" if outer_left else "middle right")
    return sides


def wrapped_squares(height: int = 260):
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
    figure.add_hline(kept.mean(), line=dict(color="#8C8C8C", dash="dash"), annotation_text=f"mean {kept.mean():.1f}")
    figure.update_xaxes(title_text="difference of two pixels, levels", dtick=32)
    figure.update_yaxes(title_text="its square", range=[0, 262], dtick=64)
    return figure.update_layout(
        height=height, margin=dict(l=8, r=8, t=56, b=8), legend=dict(orientation="h", y=1.02, yanchor="bottom", x=0),
        title=dict(text="What becomes of a square in 8 bits?", y=0.98, yanchor="top"), font_size=14,
    )  # fmt: skip
