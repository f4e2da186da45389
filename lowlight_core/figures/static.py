"""A Plotly figure as a still picture, drawn by Matplotlib: for places that run no script, such as a printed notebook.

Lines, markers, bars, heat maps, boxes and histograms are drawn, with titles, axes, error bars and reference lines; no
browser is needed. What only makes sense with a pointer (hover texts, buttons) is left out.
"""

import io
import re

import numpy as np

_DASHES = {"dash": "--", "dot": ":", "dashdot": "-."}
_MARKERS = {
    "square": "s", "diamond": "D", "star": "*", "hexagon": "h", "triangle-up": "^", "triangle-down": "v",
    "x": "x", "cross": "+",
}  # fmt: skip
_TAG = re.compile(r"<[^>]+>")


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
        _draw(axes[_name(trace.yaxis, "y")], trace, _color(figure, trace, index), _slot(figure, trace))
    _finish(canvas, figure, axes)
    buffer = io.BytesIO()
    FigureCanvasAgg(canvas)
    canvas.savefig(buffer, format="png", bbox_inches="tight", pad_inches=0.08)  # long names keep their room
    return buffer.getvalue()


def _name(axis: str | None, kind: str) -> str:
    """``y2`` as Plotly's layout calls it: ``yaxis2``."""
    return f"{kind}axis{(axis or kind)[1:]}"


def _color(figure, trace, index: int) -> str:
    """The colour of a trace, or the next of the figure's colour cycle."""
    for part in ("line", "marker"):
        color = getattr(getattr(trace, part, None), "color", None)
        if isinstance(color, str):
            return _rgb(color)
    cycle = figure.layout.colorway or ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
    return cycle[index % len(cycle)]


def _rgb(color: str):
    """A CSS colour as Matplotlib takes it."""
    if color.startswith("rgb"):
        parts = [float(part) for part in re.findall(r"[\d.]+", color)]
        return tuple(part / 255 for part in parts[:3]) + tuple(parts[3:4])
    return color


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
        getattr(axes, f"set_{kind}label")(_plain(axis.title.text), fontsize=9)
    axes.tick_params(labelsize=8)
    if axis.visible is False:
        getattr(axes, f"{kind}axis").set_visible(False)


def _slot(figure, trace) -> tuple[int, int]:
    """Which of how many bars side by side a bar trace is: (0, 1) where bars do not share their places."""
    bars = [other for other in figure.data if other.type == "bar" and other.yaxis == trace.yaxis]
    grouped = figure.layout.barmode in (None, "group") and len(bars) > 1 and trace.type == "bar"
    return (next(i for i, other in enumerate(bars) if other is trace), len(bars)) if grouped else (0, 1)


def _draw(axes, trace, color, slot) -> None:
    """One trace."""
    label = _plain(trace.name) if trace.name and trace.showlegend is not False else None
    if trace.type in ("scatter", "scattergl"):
        _scatter(axes, trace, color, label)
    elif trace.type == "bar":
        _bars(axes, trace, color, label, slot)
    elif trace.type == "heatmap":
        drawn = axes.imshow(np.asarray(trace.z, float), aspect="auto", cmap="cividis", vmin=trace.zmin, vmax=trace.zmax)
        axes.figure.colorbar(drawn, ax=axes, fraction=0.04)
    elif trace.type == "histogram":
        axes.hist(
            np.asarray(trace.x, float), bins=trace.nbinsx or 30, color=color, alpha=trace.opacity or 1, label=label
        )
    elif trace.type == "box":
        _box(axes, trace, color)


def _scatter(axes, trace, color, label) -> None:
    y = np.asarray(trace.y)
    x = np.asarray(trace.x) if trace.x is not None else np.arange(len(y))
    mode = trace.mode or ("lines" if len(y) > 20 else "lines+markers")
    style = _DASHES.get(trace.line.dash or "", "-") if "lines" in mode else ""
    colors = trace.marker.color
    if not style and colors is not None and not isinstance(colors, str) and len(colors) == len(x):
        for place, value, own in zip(x, y, colors, strict=True):
            axes.plot([place], [value], marker=_marker(trace), linestyle="", color=_rgb(str(own)), markersize=7)
    else:
        steps = {"hvh": "steps-mid", "hv": "steps-post", "vh": "steps-pre"}.get(trace.line.shape or "", "default")
        axes.plot(x, y, color=color, linestyle=style, drawstyle=steps, linewidth=trace.line.width or 1.6, label=label,
                  marker=_marker(trace) if "markers" in mode else "", markersize=5)  # fmt: skip
    if trace.fill in ("tozeroy", "tonexty"):
        axes.fill_between(x, y, step="mid" if trace.line.shape == "hvh" else None, color=color, alpha=0.25, linewidth=0)
    if trace.error_y.array is not None:
        axes.errorbar(x, y, yerr=trace.error_y.array, fmt="none", ecolor=color, capsize=3)
    if "text" in mode and trace.text is not None:
        for place, value, text in zip(x, y, trace.text, strict=False):
            axes.annotate(_plain(text), (place, value), fontsize=8, xytext=(4, 4), textcoords="offset points")


def _marker(trace) -> str:
    symbol = trace.marker.symbol if isinstance(trace.marker.symbol, str) else "circle"
    return _MARKERS.get(symbol.removesuffix("-open"), "o")


def _bars(axes, trace, color, label, slot) -> None:
    across = trace.orientation == "h"
    names, values = (trace.y, trace.x) if across else (trace.x, trace.y)
    if names is None:
        names = np.arange(len(values))
    colors = trace.marker.color
    if colors is not None and not isinstance(colors, str):
        color = [_rgb(str(own)) for own in colors]
    width = (1.0 if len(values) > 60 else 0.8) / slot[1]
    if slot[1] > 1:
        ticks = axes.set_yticks if across else axes.set_xticks
        ticks(np.arange(len(names)), [_plain(name) for name in names], **({} if across else {"rotation": 20}))
        names = np.arange(len(names)) + width * (slot[0] - (slot[1] - 1) / 2)
    errors = trace.error_x.array if across else trace.error_y.array
    drawn = (axes.barh if across else axes.bar)(
        names,
        values,
        width,
        color=color,
        label=label,
        alpha=trace.opacity or 1,
        **{"xerr" if across else "yerr": errors},
    )
    if trace.text is not None and not isinstance(trace.text, str):
        axes.bar_label(drawn, [_plain(text) for text in trace.text], fontsize=8, padding=2)


def _box(axes, trace, color) -> None:
    across = trace.orientation == "h" or (trace.y is None and trace.x is not None)
    values = np.asarray(trace.x if across else trace.y, float)
    place = len(axes.patches) + 1
    axes.boxplot(values[np.isfinite(values)], positions=[place], widths=0.6, patch_artist=True,
                 orientation="horizontal" if across else "vertical", tick_labels=[_plain(trace.name or "")],
                 boxprops=dict(facecolor=color, alpha=0.6), medianprops=dict(color="black"))  # fmt: skip


def _finish(canvas, figure, axes) -> None:
    """Titles, subplot titles and other notes, reference lines, legends."""
    layout = figure.layout
    if layout.title.text:
        canvas.suptitle(_plain(layout.title.text), fontsize=11, x=0.02, ha="left")
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
        canvas.text(0.085 + 0.89 * note.x, 0.145 + 0.74 * note.y, _plain(note.text), fontsize=9, ha=side)
    elif (note.xref or "x").startswith("x") and (note.yref or "y").startswith("y"):
        axes[_name((note.yref or "y").split()[0], "y")].annotate(
            _plain(note.text), (note.x, note.y), fontsize=8, ha=side, va="center",
            xytext=(0.6 * (note.xshift or 0), 0.6 * (note.yshift or 0)), textcoords="offset points",
        )  # fmt: skip


def _line(axes, shape) -> None:
    """A straight reference line."""
    if shape.type != "line":
        return
    style = dict(
        color=_rgb(shape.line.color or "#666666"), linestyle=_DASHES.get(shape.line.dash or "", "-"), linewidth=1
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


def _plain(text) -> str:
    """Text without Plotly's small HTML."""
    return _TAG.sub(" ", str(text).replace("<br>", "\n")).strip()
