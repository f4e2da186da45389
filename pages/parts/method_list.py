"""All methods: as a row of buttons to choose from, and as a table to compare at a glance."""

import streamlit as st

from lowlight_core import enhancers
from lowlight_core.enhancer import Enhancer
from pages.shared import knobs

KEY = "method"


def choose() -> Enhancer:
    """One button for each method, bound to the address (``?method=clahe``); returns the chosen one."""
    names = enhancers.names()
    knobs.names_to_labels(KEY, names, knobs.label_of)
    chosen = st.pills(
        "Method", names, default=enhancers.default().name, format_func=knobs.label_of, key=KEY, bind="query-params",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    return enhancers.get(chosen or enhancers.default().name)


def table(chosen: str) -> None:
    """One row for each method: kind, size, honest score where there is one, number of knobs, paper."""
    st.subheader("All methods at a glance", anchor=False)
    st.dataframe([_row(method) for method in enhancers.METHODS.values()], hide_index=True, column_config=_COLUMNS)
    st.caption(
        "Scores of learned methods are those of their cards: pairs whose scenes were not trained on, full size. "
        "Score all methods alike on the page *Evaluate a data set*."
    )


_COLUMNS = {
    "Parameters": st.column_config.TextColumn(help="Trained numbers in the network"),
    "Validation PSNR": st.column_config.TextColumn(help="Exposure as the method itself chooses it"),
    "Paper": st.column_config.TextColumn(width="large"),
}


def _row(method: Enhancer) -> dict:
    card = method.card or {}
    psnr = (card.get("validation") or {}).get("psnr")
    return {
        "Method": method.label + (" (default)" if method.default else ""),
        "Kind": method.family,
        "Parameters": f"{card['parameters']:,}" if card else "",
        "Validation PSNR": f"{psnr:.2f} dB" if psnr else "",
        "Knobs": len(method.params),
        "Paper": method.reference,
    }
