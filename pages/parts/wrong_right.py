"""A wrong figure and the right one side by side, in large type; words and colour say which is which."""

from html import escape

import streamlit as st

from lowlight_core.metrics import METRICS

_CSS = """
<style>
.wrong-right { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; margin-bottom: .4rem; }
.wrong-right div { padding: .4rem .7rem; border-left: 6px solid; background: rgba(128, 128, 128, .14); }
.wrong-right .wrong { border-color: #D55E00; }
.wrong-right .right { border-color: #0072B2; }
.wrong-right small { font-size: .9rem; opacity: .85; }
.wrong-right p { margin: 0; font-size: clamp(1.25rem, 2.1vw, 1.9rem); font-weight: 650; line-height: 1.25; }
</style>
"""


def show(wrong: dict[str, float], right: dict[str, float]) -> None:
    """One row for each metric of the two mappings (name -> value), with its protocol as a tooltip."""
    st.html(_CSS + "".join(_row(name, wrong[name], right[name]) for name in wrong))


def _row(name: str, wrong: float, right: float) -> str:
    metric = METRICS[name]
    unit = f" {metric.unit}" if metric.unit else ""
    cells = "".join(
        f'<div class="{label.lower()}" title="{escape(metric.help)}"><small>{title} {escape(metric.label)}</small>'
        f"<p>{escape(metric.format(value) + unit)}</p></div>"
        for label, title, value in (("wrong", "Wrong", wrong), ("right", "True", right))
    )
    return f'<div class="wrong-right">{cells}</div>'
