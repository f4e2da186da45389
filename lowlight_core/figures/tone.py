"""What CLAHE does to one tile: its histogram with the clip line, and its tone curve before and after giving back."""

import numpy as np

from lowlight_core.teaching.clahe_anatomy import LEVELS, Tile

KEPT, CUT, GIVEN = "#8C8C8C", "#D55E00", "#0072B2"  # what stays, what the limit takes away, what comes back
CURVE, GUIDE = "#2A8FD8", "#9A9A9A"
_HEADROOM = 3.0  # the axis ends at most at so many clip limits, so that the line is not lost under a tall peak
_BELOW_NOTE = 0.6  # of the axis: a clip line above it would strike through the note


def tile_histogram(tile: Tile, height: int = 230):
    """A Plotly figure: how often each level occurs in a tile, what the clip line cuts off, and where it went.

    Peaks that would flatten the rest leave the top of the chart; a note says how high the tallest is.
    """
    import plotly.graph_objects as go

    top = axis_top(tile)
    figure = go.Figure()
    _area(figure, np.full(LEVELS, tile.limit), None, None)
    _area(figure, np.maximum(tile.histogram, tile.limit), CUT, "cut off", "tonexty", _hover(tile))
    _area(figure, tile.clipped, KEPT, "kept", "tozeroy")
    _area(figure, tile.final, GIVEN, "given back", "tonexty")
    figure.add_hline(tile.limit, line=dict(color=CUT, width=2, dash="dash"))
    figure.add_annotation(text=_note(tile, top), xref="paper", yref="paper", x=1, y=1, xanchor="right", yanchor="top",
                          showarrow=False, align="right", font_size=13)  # fmt: skip
    _key(figure, (("kept", KEPT), ("cut off", CUT), ("given back", GIVEN)))
    figure.update_layout(**_layout(height))
    figure.update_xaxes(title_text="level before", range=[0, LEVELS - 1], dtick=64)
    return figure.update_yaxes(title_text="pixels", range=[0, top])


def axis_top(tile: Tile) -> float:
    """Upper end of the pixel axis: room for the tallest level, but never so much that the clip line is lost.

    A clip line on the chart has the note above it; one that the tallest level does not reach is off the chart.
    """
    tallest = max(int(tile.histogram.max()), int(tile.final.max()))
    top = 1.08 * min(tallest, max(_HEADROOM * tile.limit, 1.2 * tile.final.max()))
    return max(top, tile.limit / _BELOW_NOTE) if tile.limit < top else top


def _area(figure, heights: np.ndarray, color: str | None, name: str | None, fill: str | None = None, hover=None):
    """Add one stepped area; without a colour it is an invisible base for the next."""
    figure.add_scatter(
        y=heights, name=name, mode="lines", line=dict(width=0, shape="hvh"), fill=fill, fillcolor=color,
        showlegend=bool(name), text=hover, hovertemplate="%{text}<extra></extra>" if hover else None,
        hoverinfo=None if hover else "skip",
    )  # fmt: skip


def _hover(tile: Tile) -> list[str]:
    """What the pointer says of each level."""
    rows = zip(tile.histogram, tile.cut, tile.given, strict=True)
    return [f"level {level}: {count:,} pixels, {cut:,} cut, {back:,} given back"
            for level, (count, cut, back) in enumerate(rows)]  # fmt: skip


def _note(tile: Tile, top: float) -> str:
    """What the chart says in words: the limit, the cut, and the peak that does not fit."""
    lines = [f"clip line: {tile.limit:,} pixels", f"{100 * tile.excess_share:.0f} % cut and given back"]
    if tile.histogram.max() > top:
        lines.append(f"peak: {int(tile.histogram.max()):,} pixels ↑")
    return "<br>".join(lines)


def _key(figure, entries) -> None:
    """What the colours mean, in one line above the chart that never wraps, however narrow the chart."""
    text = " ".join(f'<span style="color:{color}">■</span>&nbsp;{name}' for name, color in entries)
    figure.add_annotation(text=text, xref="paper", yref="paper", x=0, y=1.02, xanchor="left", yanchor="bottom",
                          showarrow=False, font_size=13, name="key")  # fmt: skip


def tone_curves(tile: Tile, height: int = 230, pixel: int | None = None):
    """A Plotly figure: the level that each level of a tile becomes, without a limit, after the cut, and in the end.

    ``pixel`` is a level to mark on the final curve.
    """
    import plotly.graph_objects as go

    levels = np.arange(LEVELS)
    lines = (
        ("unchanged", levels, dict(color=GUIDE, width=1, dash="dot")),
        ("no limit", tile.plain_curve, dict(color=KEPT, width=2)),
        ("cut", tile.clipped_curve, dict(color=CUT, width=2, dash="dash")),
        ("in use", tile.curve, dict(color=CURVE, width=4)),
    )
    figure = go.Figure()
    for name, values, line in lines:
        figure.add_scatter(x=levels, y=values, name=name, mode="lines", line=line, hovertemplate="%{x} → %{y:.0f}")
    if pixel is not None:
        figure.add_scatter(
            x=[pixel], y=[int(tile.curve[pixel])], mode="markers", name="the picked pixel", showlegend=False,
            marker=dict(size=12, color=CURVE, line=dict(color="white", width=2)), hovertemplate="%{x} → %{y}",
        )  # fmt: skip
    _key(figure, [(name, line["color"]) for name, _, line in lines[:0:-1]])
    figure.update_layout(**_layout(height))
    figure.update_xaxes(title_text="level before", range=[0, LEVELS - 1], dtick=64)
    return figure.update_yaxes(title_text="level after", range=[0, LEVELS], dtick=64)


def _layout(height: int) -> dict:
    return dict(height=height, margin=dict(l=8, r=8, t=26, b=8), hovermode="x unified", showlegend=False)
