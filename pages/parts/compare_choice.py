"""What the Compare page shows: which methods with which knobs, which two under the divider, split or grid."""

from dataclasses import dataclass

import streamlit as st

from lowlight_core import enhancers
from pages.parts.compare_run import BEFORE, TRUTH, Entry
from pages.shared import knobs

SPLIT, GRID, ERRORS = "Split", "Grid", "Error map"
_METHODS, _A, _B = "methods", "a", "b"
_FIRST = ("clahe", "retinex", "lime")  # beside the default method, on opening
_CSS = """
<style>
.st-key-methods_row :is(p, [data-testid="stMarkdownContainer"]) { margin: 0; }
.st-key-methods_row button { min-height: 1.75rem; padding-block: 0; }
/* A small screen, too, has A on the left and B on the right, as the picture has. */
@media (max-width: 900px) { .st-key-a, .st-key-b { flex: 1 1 9rem !important; width: auto; min-width: 0; } }
@media (min-width: 641px) {  /* many methods are no taller than the picture beside them */
  .st-key-compare_settings:has(> :nth-child(9)) { gap: 2px; }
  .st-key-compare_settings:has(> :nth-child(9)) summary { min-height: 24px; padding-block: 0; }
}
</style>
"""


@dataclass(frozen=True)
class View:
    """The chosen form (`SPLIT`, `GRID` or `ERRORS`) and the names of the two sides."""

    form: str
    a: str
    b: str


def methods() -> dict[str, dict]:
    """The chosen methods in their fixed order, each with its settings; all of it stands in the address."""
    names = knobs.offered()
    _names_to_labels(names)
    first = list(dict.fromkeys((enhancers.default().name, *_FIRST)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="methods_row"):
        st.markdown(":small[Methods]")
        st.button("All", key="all_methods", type="tertiary", on_click=_choose, args=(names,))
        st.button("Start again", key="first_methods", type="tertiary", on_click=_choose, args=(first,))
    chosen = st.pills("Methods", names, selection_mode="multi", default=first, format_func=knobs.label_of,
                      key=_METHODS, bind="query-params", wrap=True, label_visibility="collapsed")  # fmt: skip
    ordered = [name for name in names if name in chosen]
    knobs.link_own(ordered)
    with st.container(gap="xxsmall", key="compare_settings"):  # close together: fourteen of them stand above the scores
        return {name: _settings(name) for name in ordered}


def _names_to_labels(names: list[str]) -> None:
    """Let an address say ``?methods=clahe&methods=gamma&a=gamma``, all of it turned into labels in one go."""
    labels = {BEFORE: "Before", TRUTH: "Reference", **{name: knobs.label_of(name) for name in names}}
    asked = {key: st.query_params.get_all(key) for key in (_METHODS, _A, _B) if key not in st.session_state}
    turned = {key: [labels.get(value, value) for value in values] for key, values in asked.items()}
    if turned != asked:
        for key, values in turned.items():
            st.query_params[key] = values
        st.rerun()


def _choose(names: list[str]) -> None:
    st.session_state[_METHODS] = names


def _settings(name: str) -> dict:
    method = enhancers.get(name)
    with st.expander(method.label, icon=":material/tune:"):
        return knobs.knobs(method)


def view(entries: dict[str, Entry], elsewhere) -> View:
    """The row of controls below the picture; a grid has no sides, so their lists are drawn ``elsewhere`` then."""
    shown = [name for name, entry in entries.items() if entry.image is not None]
    of_methods = [name for name in shown if name not in (BEFORE, TRUTH)]
    start = enhancers.default().name if enhancers.default().name in of_methods else (of_methods or shown)[-1]
    other = next((name for name in of_methods if name != start), BEFORE)
    with st.container(horizontal=True, vertical_alignment="top", key="compare_controls"):
        below = st.container(horizontal=True, width="content")
        forms = [SPLIT, GRID, *([ERRORS] if TRUTH in entries else [])]
        form = st.segmented_control("View", forms, default=SPLIT, required=True, key="view", bind="query-params")
        form = form if form in forms else SPLIT
    with below if form == SPLIT else elsewhere.container(horizontal=True):
        st.html(_CSS)
        a = _side("A", _A, shown, entries, other)
        b = _side("B", _B, shown, entries, start)
    return View(form, a, b)


def _side(label: str, key: str, shown: list[str], entries: dict[str, Entry], start: str) -> str:
    if st.session_state.get(key) not in shown:
        st.session_state.pop(key, None)
    return st.selectbox(label, shown, index=shown.index(start), format_func=lambda name: entries[name].label, key=key,
                        bind="query-params", width=220)  # fmt: skip


def show_on_b(name: str) -> None:
    """Put an entry under the right side of the divider; for callbacks."""
    st.session_state[_B] = name
