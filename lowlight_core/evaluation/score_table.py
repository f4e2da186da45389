"""The summary of a run as an HTML table, the same on the page and in the report: mean ± standard error by method."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from lowlight_core import metrics
from lowlight_core.figures import scores
from lowlight_core.figures.colors import color
from lowlight_core.records import Run

FIRST = ("psnr", "ssim")  # the figures that people quote; the time stands behind them
STYLE = """
.scores { overflow-x: auto; }
.scores table { border-collapse: collapse; width: 100%; font-size: .95rem; font-variant-numeric: tabular-nums; }
.scores th, .scores td { padding: .3rem .55rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid rgba(128, 128, 128, .35); }
.scores th:first-child, .scores td:first-child { text-align: left; position: sticky; left: 0; }
.scores th { font-weight: 600; vertical-align: bottom; cursor: help; white-space: normal; }
.scores small { opacity: .75; }
.scores .best { font-weight: 750; }
.scores i { display: inline-block; width: .75em; height: .75em; margin-right: .45em; border-radius: 2px; }
"""


def order_of(run: Run, summary: dict, metric: str) -> list[str]:
    """Names of the methods, the best mean of a metric first, an infinite one too; those without a mean last."""

    def badness(name: str) -> tuple:
        mean = mean_of(summary[name].get(metric) or {})
        down = metrics.get(metric).higher_is_better is False
        return (mean is None, (mean if down else -mean) if mean is not None else 0)

    return sorted(run.names, key=badness)


def mean_of(figures: Mapping) -> float | None:
    """The mean of a metric by one method; ``inf`` where every output is its reference, ``None`` where there is none."""
    mean = figures.get("mean")
    return math.inf if mean is None and figures.get("infinite") else mean


def images_of(summary: Mapping[str, dict]) -> int:
    """How many images the method that failed least was measured on."""
    return max((figures["images"] - figures["failed"] for figures in summary.values()), default=0)


def note(shown: Sequence[str], summary: Mapping[str, dict]) -> str:
    """What ``of 3`` beside a mean says, in one sentence; nothing where no mean of the metrics ``shown`` is of fewer."""
    fewer = any(_of_fewer(found.get(name) or {}, summary) for found in summary.values() for name in shown)
    return (
        " A mean marked “of” is over that many images only: where an output equals its reference the figure is "
        "infinite, and on others the metric is not defined or the method failed."
    ) * fewer


def seconds_of(found) -> Mapping[str, float]:
    """The median time of each method over the rows of a table (`exports.frame`) that did not fail."""
    return found[found["error"].isna()].groupby("method")["seconds"].median()


def table(
    names: Sequence[str], shown: Sequence[str], summary: Mapping[str, dict], seconds: Mapping[str, float] | None = None
) -> str:
    """One table as HTML, to be shown with `STYLE`: a line for each of the methods ``names``, in that order.

    Args:
        shown: names of the metrics, one column each; their protocol stands in the tooltips.
        summary: of the run: figures by method and metric.
        seconds: median time by method, a column behind PSNR and SSIM.
    """
    head, lines = [_heading(metrics.get(name)) for name in shown], []
    cells = {name: [_cell(name, metrics.get(metric), summary) for metric in shown] for name in names}
    if seconds is not None:
        place = sum(name in FIRST for name in shown)
        head.insert(place, '<th title="Median time of the method alone, without reading and measuring">Time</th>')
        for name in names:
            cells[name].insert(place, f"<td>{_time(seconds[name]) if name in seconds else ''}</td>")
    for name in names:
        label = f'<td><i style="background:{color(name)}"></i>{escape(scores.label_of(name))}</td>'
        lines.append(f"<tr>{label}{''.join(cells[name])}</tr>")
    top = f"<thead><tr><th>Method</th>{''.join(head)}</tr></thead>"
    return f'<div class="scores"><table>{top}<tbody>{"".join(lines)}</tbody></table></div>'


def _heading(metric: metrics.Metric) -> str:
    unit = f"<br><small>{escape(metric.unit)}</small>" if metric.unit else ""
    return f'<th title="{escape(metric.help)}">{escape(metric.label)} {metric.arrow}{unit}</th>'


def _time(seconds: float) -> str:
    """A time with two digits that mean something: ``0.7 ms``, ``28 ms``, ``92 s``."""
    if seconds >= 9.9995:
        return f"{seconds:.0f} s"
    return f"{1000 * seconds:.1f} ms" if seconds < 0.01 else f"{1000 * seconds:.0f} ms"


def _cell(name: str, metric: metrics.Metric, summary: dict) -> str:
    """Mean ± standard error, in bold where no method shows a better figure: equal figures look alike."""
    figures = summary[name].get(metric.name) or {}
    shown = {other: _mean(summary[other].get(metric.name) or {}, metric) for other in summary}
    known = {text: float(text.replace("∞", "inf")) for text in shown.values() if text != "–"}
    best = {True: max, False: min}.get(metric.higher_is_better)
    bold = best and shown[name] in known and known[shown[name]] == best(known.values())
    mark = ' class="best"' if bold and sum(text != "–" for text in shown.values()) > 1 else ""
    error = figures.get("standard_error")
    spread = f" <small>± {metric.format(error)}</small>" if error is not None else ""
    return f"<td{mark}>{shown[name]}{spread}{_of_fewer(figures, summary)}</td>"


def _of_fewer(figures: dict, summary: Mapping[str, dict]) -> str:
    """Over how many images a finite mean is, where that is not all of them."""
    count = figures.get("count") or 0
    return f" <small>of {count}</small>" if 0 < count < images_of(summary) else ""


def _mean(figures: dict, metric: metrics.Metric) -> str:
    """A mean as the table shows it: ``∞`` where all outputs are their references, ``–`` where there is none."""
    mean = mean_of(figures)
    return "–" if mean is None else metric.format(mean)
