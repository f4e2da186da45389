"""A sweep of CLAHE as two charts: a contact sheet of the pictures, and a heat map of one score.

Both carry an invisible mark on every cell whose ``customdata`` is (clip limit, tiles), so that a page can take a
setting by a click.
"""

import base64

import numpy as np

from lowlight_core.image import encode
from lowlight_core.teaching.clahe_sweep import SCORES, Sweep
from lowlight_core.wording import count

_MARK = "#E69F00"
_LIGHT = 0.47  # of Cividis: above it black stands out more than white, and the better one by 4.5 to 1
_FILL = 0.96  # share of a cell that its thumbnail fills


def heat_map(result: Sweep, score: str, chosen: tuple[float, int] | None = None, height: int = 360):
    """A Plotly heat map of one score over clip limit (across) and tiles per side (down).

    ``chosen`` is the setting (clip limit, tiles) to frame. Darker is never better or worse by itself: the colour bar
    carries the numbers and every cell says its own.
    """
    import plotly.graph_objects as go

    metric, values = SCORES[score], result.scores[score]
    reverse = metric.higher_is_better is False
    text = np.array([[metric.format(value) for value in row] for row in values])
    known = values[np.isfinite(values)]
    low, high = (known.min(), known.max()) if known.size else (0.0, 0.0)
    place = (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)
    light = (1 - place if reverse else place) > _LIGHT
    figure = go.Figure()
    for ink, here in (("#FFFFFF", ~light), ("#000000", light)):
        figure.add_heatmap(
            z=np.where(here, values, np.nan), x=_columns(result), y=_rows(result), text=np.where(here, text, ""),
            texttemplate="%{text}", textfont=dict(size=15, color=ink), zmin=low, zmax=high, colorscale="Cividis",
            reversescale=reverse, hoverinfo="skip", xgap=2, ygap=2, showscale=not figure.data,
            colorbar=dict(title=dict(text=metric.unit or metric.label, side="top"), thickness=12),
        )  # fmt: skip
    return _finish(figure, result, chosen, height)


def contact_sheet(result: Sweep, chosen: tuple[float, int] | None = None, height: int = 560):
    """A Plotly contact sheet: the picture at every setting, clip limit across and tiles per side down.

    Hovering shows a picture's scores; ``chosen`` is framed.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for row, line in enumerate(result.thumbnails):
        for column, picture in enumerate(line):
            figure.add_layout_image(source=_data_url(picture), xref="x", yref="y", x=column, y=row, sizex=_FILL,
                                    sizey=_FILL, xanchor="center", yanchor="middle", sizing="contain",
                                    layer="below")  # fmt: skip
    _finish(figure, result, chosen, height)
    return figure.update_yaxes(scaleanchor="x", scaleratio=result.size[1] / result.size[0], constrain="domain",
                               constraintoward="top")  # fmt: skip


def _data_url(picture: np.ndarray) -> str:
    """RGB uint8 (H, W, 3) as a JPEG that stands in the figure itself."""
    return "data:image/jpeg;base64," + base64.b64encode(encode(picture, "jpg", 85)).decode()


def _columns(result: Sweep) -> list[int]:
    return list(range(len(result.clip_limits)))


def _rows(result: Sweep) -> list[int]:
    return list(range(len(result.tiles)))


def _finish(figure, result: Sweep, chosen, height: int):
    """Marks to click, the frame of the chosen cell, axes that name the settings."""
    _add_marks(figure, result)
    if chosen and chosen[0] in result.clip_limits and chosen[1] in result.tiles:
        column, row = result.clip_limits.index(chosen[0]), result.tiles.index(chosen[1])
        figure.add_shape(type="rect", x0=column - 0.49, x1=column + 0.49, y0=row - 0.49, y1=row + 0.49,
                         line=dict(color=_MARK, width=4))  # fmt: skip
    figure.update_layout(height=height, margin=dict(l=8, r=8, t=8, b=8), showlegend=False, hovermode="closest",
                         plot_bgcolor="rgba(0,0,0,0)", dragmode=False)  # fmt: skip
    for axis, name, values in (("xaxis", "clip limit", result.clip_limits), ("yaxis", "tiles per side", result.tiles)):
        limits = [-0.5, len(values) - 0.5]
        figure.update_layout({axis: dict(
            title_text=name, tickvals=list(range(len(values))), ticktext=[f"{value:g}" for value in values],
            constrain="domain",
            range=limits if axis == "xaxis" else limits[::-1], showgrid=False, zeroline=False, fixedrange=True,
        )})  # fmt: skip
    return figure


def _add_marks(figure, result: Sweep) -> None:
    """One almost invisible square per cell that can be hovered and clicked."""
    cells = [(c, r) for r in _rows(result) for c in _columns(result)]
    figure.add_scatter(
        x=[c for c, _ in cells], y=[r for _, r in cells], mode="markers", name="",
        marker=dict(symbol="square", size=44, color="rgba(127,127,127,0.01)"),
        customdata=[(result.clip_limits[c], result.tiles[r]) for c, r in cells],
        text=[_describe(result, c, r) for c, r in cells], hovertemplate="%{text}<extra></extra>",
        selected=dict(marker=dict(opacity=0.01)), unselected=dict(marker=dict(opacity=0.01)),
    )  # fmt: skip


def _describe(result: Sweep, column: int, row: int) -> str:
    """What the pointer says of one cell: the setting and all its scores."""
    lines = [f"clip limit {result.clip_limits[column]:g}, {count(result.tiles[row], 'tile')} per side"]
    for name, values in result.scores.items():
        lines.append(f"{SCORES[name].label} {SCORES[name].format(values[row, column])} {SCORES[name].unit}".rstrip())
    return "<br>".join(lines)
