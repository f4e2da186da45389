"""The traces of a Plotly figure, drawn on Matplotlib's axes."""

import re

import numpy as np

DASHES = {"dash": "--", "dot": ":", "dashdot": "-."}
_MARKERS = {
    "square": "s", "diamond": "D", "star": "*", "hexagon": "h", "triangle-up": "^", "triangle-down": "v",
    "x": "x", "cross": "+",
}  # fmt: skip
_ASIDE = {"left": -5, "right": 5, "bottom": -5, "top": 5}  # points between a marker and its label
_FREE = 0.1  # of the range of the data, beyond it on each side, where points have names: the axis would cross them
_TAG = re.compile(r"<[^>]+>")


def draw(axes, figure, trace, index: int) -> None:
    """Draw a figure's trace number ``index`` on its axes."""
    color = _color(figure, trace, index)
    label = plain(trace.name) if trace.name and trace.showlegend is not False else None
    if trace.type in ("scatter", "scattergl"):
        _scatter(axes, trace, color, label)
    elif trace.type == "bar":
        _bars(axes, trace, color, label, _slot(figure, trace))
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
    style = DASHES.get(trace.line.dash or "", "-") if "lines" in mode else ""
    colors = trace.marker.color
    if not style and colors is not None and not isinstance(colors, str) and len(colors) == len(x):
        for place, value, own in zip(x, y, colors, strict=True):
            axes.plot([place], [value], marker=_marker(trace), linestyle="", color=rgb(str(own)), markersize=7)
    else:
        steps = {"hvh": "steps-mid", "hv": "steps-post", "vh": "steps-pre"}.get(trace.line.shape or "", "default")
        axes.plot(x, y, color=color, linestyle=style, drawstyle=steps, linewidth=trace.line.width or 1.6, label=label,
                  marker=_marker(trace) if "markers" in mode else "", markersize=5)  # fmt: skip
    if trace.fill in ("tozeroy", "tonexty"):
        axes.fill_between(x, y, step="mid" if trace.line.shape == "hvh" else None, color=color, alpha=0.25, linewidth=0)
    if trace.error_y.array is not None:
        axes.errorbar(x, y, yerr=trace.error_y.array, fmt="none", ecolor=color, capsize=3)
    if "text" in mode and trace.text is not None:
        axes.margins(_FREE)
        one = isinstance(trace.textposition, str) or trace.textposition is None
        sides = [trace.textposition or "top right"] * len(x) if one else trace.textposition
        for place, value, text, side in zip(x, y, trace.text, sides, strict=False):
            axes.annotate(plain(text), (place, value), fontsize=8, textcoords="offset points", **_beside(side))


def _beside(side: str) -> dict:
    """Plotly's ``textposition`` as Matplotlib's alignment and offset in points."""
    up, across = side.split()
    return {
        "va": {"top": "bottom", "middle": "center", "bottom": "top"}[up],
        "ha": {"left": "right", "center": "center", "right": "left"}[across],
        "xytext": (_ASIDE.get(across, 0), _ASIDE.get(up, 0)),
    }


def _marker(trace) -> str:
    symbol = trace.marker.symbol if isinstance(trace.marker.symbol, str) else "circle"
    return _MARKERS.get(symbol.removesuffix("-open"), "o")


def _slot(figure, trace) -> tuple[int, int]:
    """Which of how many bars side by side a bar trace is: (0, 1) where bars do not share their places."""
    bars = [other for other in figure.data if other.type == "bar" and other.yaxis == trace.yaxis]
    grouped = figure.layout.barmode in (None, "group") and len(bars) > 1 and trace.type == "bar"
    return (next(i for i, other in enumerate(bars) if other is trace), len(bars)) if grouped else (0, 1)


def _bars(axes, trace, color, label, slot) -> None:
    across = trace.orientation == "h"
    names, values = (trace.y, trace.x) if across else (trace.x, trace.y)
    if names is None:
        names = np.arange(len(values))
    colors = trace.marker.color
    if colors is not None and not isinstance(colors, str):
        color = [rgb(str(own)) for own in colors]
    width = (1.0 if len(values) > 60 else 0.8) / slot[1]
    if slot[1] > 1:
        ticks = axes.set_yticks if across else axes.set_xticks
        ticks(np.arange(len(names)), [plain(name) for name in names], **({} if across else {"rotation": 20}))
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
        axes.bar_label(drawn, [plain(text) for text in trace.text], fontsize=8, padding=2)


def _box(axes, trace, color) -> None:
    across = trace.orientation == "h" or (trace.y is None and trace.x is not None)
    values = np.asarray(trace.x if across else trace.y, float)
    place = len(axes.patches) + 1
    axes.boxplot(values[np.isfinite(values)], positions=[place], widths=0.6, patch_artist=True,
                 orientation="horizontal" if across else "vertical", tick_labels=[plain(trace.name or "")],
                 boxprops=dict(facecolor=color, alpha=0.6), medianprops=dict(color="black"))  # fmt: skip


def _color(figure, trace, index: int) -> str:
    """The colour of a trace, or the next of the figure's colour cycle."""
    for part in ("line", "marker"):
        color = getattr(getattr(trace, part, None), "color", None)
        if isinstance(color, str):
            return rgb(color)
    cycle = figure.layout.colorway or ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
    return cycle[index % len(cycle)]


def rgb(color: str):
    """A CSS colour as Matplotlib takes it."""
    if color.startswith("rgb"):
        parts = [float(part) for part in re.findall(r"[\d.]+", color)]
        return tuple(part / 255 for part in parts[:3]) + tuple(parts[3:4])
    return color


def plain(text) -> str:
    """Text without Plotly's small HTML."""
    return _TAG.sub(" ", str(text).replace("<br>", "\n")).strip()
