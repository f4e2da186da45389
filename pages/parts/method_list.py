"""All methods: as a row of buttons to choose from, and as a table to compare at a glance."""

import re

import pandas as pd
import streamlit as st

from lowlight_core import enhancers
from lowlight_core.enhancer import Enhancer
from lowlight_core.evaluation import classical_scores
from pages.shared import knobs
from pages.shared.tables import NONE

KEY = "method"


def choose() -> Enhancer:
    """One button for each method, bound to the address (``?method=clahe``); returns the chosen one."""
    names = enhancers.names()
    start = enhancers.default().name
    knobs.names_to_labels(KEY, names, knobs.label_of)
    knobs.leave_default(KEY, start)
    chosen = st.pills(
        "Method", names, default=start, format_func=knobs.label_of, key=KEY, bind="query-params",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    return enhancers.get(chosen or start)


def table() -> None:
    """One row for each method: kind, size, honest score where there is one, number of knobs, paper."""
    st.header("All methods at a glance", anchor=False)
    rows = [_row(method) for method in enhancers.METHODS.values()]
    st.dataframe(pd.DataFrame(rows).convert_dtypes(), hide_index=True, column_config=_COLUMNS, height="content",
                 placeholder=NONE)  # fmt: skip
    classical = classical_scores.load()
    st.caption(
        f"All on the same {classical['pairs']} pairs of {classical['data']}, full size, each method at its default "
        "settings; no scene of them was trained on. Measured by `python -m lowlight_core.training.score` (learned) and "
        f"`{classical['command']}` (classical). Score all methods alike on the page *Evaluate a data set*."
    )


_COLUMNS = {  # numbers all, so that a click on a heading sorts them as such
    "Parameters": st.column_config.NumberColumn(format="localized", help="Trained numbers in the network"),
    "Validation PSNR": st.column_config.NumberColumn(format="%.2f dB", help="Exposure as the method itself chooses it"),
    "At its best settings": st.column_config.NumberColumn(
        format="%.2f dB",
        help="Validation PSNR of a classical method at the settings that suit these very pairs best, which favours it",
    ),
    "Source": st.column_config.TextColumn(help="First author and year; whole beside the method's picture"),
}


def _row(method: Enhancer) -> dict:
    card = method.card or {}
    psnr = (card.get("validation") or {}).get("psnr") or _classical(method.name).get("default")
    return {
        "Method": method.label + (" (default)" if method.default else ""),
        "Kind": method.family,
        "Parameters": card.get("parameters"),
        "Validation PSNR": psnr,
        "At its best settings": _classical(method.name).get("best"),
        "Knobs": len(method.params),
        "Source": _short(method.reference),
    }


def _short(reference: str) -> str:
    """``Zhang et al., 2017`` of a whole reference, which no cell has room for; one without a year as it is."""
    years = re.findall(r"\b(?:19|20)\d\d\b", reference.split(";")[0])
    return f"{reference.split(',')[0]}, {years[-1]}" if years else reference


def _classical(name: str) -> dict:
    """``default`` and ``best`` validation PSNR of a classical method; of others nothing."""
    return classical_scores.load()["psnr"].get(name, {})
