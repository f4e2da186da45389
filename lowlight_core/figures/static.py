"""A Plotly figure as a still picture, drawn by Matplotlib: for places that run no script, such as a printed notebook.

Lines, markers, bars, heat maps, boxes and histograms are drawn, with titles, axes, error bars and reference lines; no
browser is needed. What only makes sense with a pointer (hover texts, buttons) is left out.
"""

import io

from lowlight_core.figures.static_traces import DASHES, draw, plain, rgb


def png(figure, width: float = 9.0, dots_per_inch: int = 90) -> bytes:
    """Draw a Plotly figure as PNG bytes, about ``width`` inches wide and as high as its own layout says.

    Args:
        figure: a ``plotly.graph_objects.Figure`` of scatter, bar, heatmap, box or histogram traces.
        width: inches.
        dots_per_inch: of the PNG.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = width * (figure.layout.height or 400) / 900
    canvas = Figure(figsize=(width, max(height, 2.2)), dpi=dots_per_inch, facecolor="white")
    axes = _axes(canvas, figure)
    for index, trace in enumerate(figure.data):
        draw(axes[_name(trace.yaxis, "y")], figure, trace, index)
    _finish(canvas, figure, axes)
    buffer = io.BytesIO()
    FigureCanvasAgg(canvas)
    canvas.savefig(buffer, format="png", bbox_inches="tight", pad_inches=0.08)  # long names keep their room
    return buffer.getvalue()


def _name(axis: str | None, kind: str) -> str:
    """``y2`` as Plotly's layout calls it: ``yaxis2``."""
    return f"{kind}axis{(axis or kind)[1:]}"


def _axes(canvas, figure) -> dict:
    """Matplotlib axes for every y axis of the layout, where the layout puts them."""
    axes = {}
    layout = figure.layout
    for key in sorted(k for k in layout.to_plotly_json() if k.startswith("yaxis")) or ["yaxis"]:
        y = layout[key]
        if y.overlaying:
            axes[key] = axes[_name(y.overlaying, "y")].twinx()
            axes[key].grid(False)
            _scale(axes[key], y, "y")
            continue
        x = layout[_name(y.anchor if y.anchor and y.anchor != "free" else key[1:].replace("axis", "x"), "x")]
        left, right = x.domain or (0, 1)
        low, high = y.domain or (0, 1)
        axes[key] = canvas.add_axes(
            (0.085 + 0.89 * left, 0.14 + 0.74 * low, 0.89 * (right - left), 0.74 * (high - low))
        )
        axes[key].grid(color="#dddddd", linewidth=0.7)
        axes[key].set_axisbelow(True)
        axes[key].spines[["top", "right"]].set_visible(False)
        _scale(axes[key], layout[_name(x.matches, "x")] if x.matches and not x.range else x, "x")
        _scale(axes[key], y, "y")
        if x.showticklabels is False:
            axes[key].tick_params(labelbottom=False)
            axes[key].set_xlabel("")
    return axes


def _scale(axes, axis, kind: str) -> None:
    """Title, range, direction and scale of one axis."""
    if axis.type == "log":
        getattr(axes, f"set_{kind}scale")("log")
    if axis.range:
        limits = [10.0**v for v in axis.range] if axis.type == "log" else axis.range
        if all(isinstance(limit, int | float) for limit in limits):
            getattr(axes, f"set_{kind}lim")(*limits)
    elif axis.autorange == "reversed":
        getattr(axes, f"invert_{kind}axis")()
    if axis.title.text:
        getattr(axes, f"set_{kind}label")(plain(axis.title.text), fontsize=9)
    axes.tick_params(labelsize=8)
    if axis.visible is False:
        getattr(axes, f"{kind}axis").set_visible(False)


def _finish(canvas, figure, axes) -> None:
    """Titles, subplot titles and other notes, reference lines, legends."""
    layout = figure.layout
    if layout.title.text:
        canvas.suptitle(plain(layout.title.text), fontsize=11, x=0.02, ha="left")
    for note in layout.annotations:
        _note(canvas, axes, note)
    for shape in layout.shapes:
        _line(axes, shape)
    first = True
    for one in axes.values():
        if layout.showlegend is not False and one.get_legend_handles_labels()[1] and (first or len(axes) < 3):
            one.legend(fontsize=8, frameon=True, framealpha=0.8, edgecolor="none")
            first = False


def _note(canvas, axes, note) -> None:
    """Text at a place of the whole figure or of the data."""
    side = note.xanchor if note.xanchor in ("left", "right") else "center"
    if note.xref == "paper" and note.yref == "paper":
        canvas.text(0.085 + 0.89 * note.x, 0.145 + 0.74 * note.y, plain(note.text), fontsize=9, ha=side)
    elif (note.xref or "x").startswith("x") and (note.yref or "y").startswith("y"):
        axes[_name((note.yref or "y").split()[0], "y")].annotate(
            plain(note.text), (note.x, note.y), fontsize=8, ha=side, va="center",
            xytext=(0.6 * (note.xshift or 0), 0.6 * (note.yshift or 0)), textcoords="offset points",
        )  # fmt: skip


def _line(axes, shape) -> None:
    """A straight reference line."""
    if shape.type != "line":
        return
    style = dict(
        color=rgb(shape.line.color or "#666666"), linestyle=DASHES.get(shape.line.dash or "", "-"), linewidth=1
    )
    where = (
        axes[_name((shape.yref or "y").split()[0], "y")]
        if not (shape.yref or "").startswith("paper")
        else axes["yaxis"]
    )
    if shape.x0 == shape.x1:
        where.axvline(shape.x0, **style)
    elif shape.y0 == shape.y1:
        where.axhline(shape.y0, **style)
    else:
        where.plot([shape.x0, shape.x1], [shape.y0, shape.y1], **style)
