"""Widgets made from a method's own declaration, so that a knob has one name, range and help text everywhere.

Every value stands in the address (``?clahe.clip_limit=3``): a copied link opens the same view.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lowlight_core import enhancers
from lowlight_core.enhancer import Enhancer, Param
from lowlight_core.enhancers.own import PREFIX
from lowlight_core.errors import LowlightError, ParameterError
from pages.shared import chrome

_METHOD = "method"  # widget key and name in the address
OWN = "own_methods"  # in the session: names of the visitor's own trained networks
_STARTS = "started_with"  # in the session: what each list of methods began with on the page shown last
_OWN_LINK, _MOST_LINKED = "own", 8  # name in the address, whose names nobody can guess; how many of them are looked at


def choose_method(label: str = "Method", *, default: str | None = None) -> Enhancer:
    """A list of all methods by label, the visitor's own among them, bound to the address; returns the chosen one.

    Args:
        label: of the list.
        default: name to start with; without it the project's default method.
    """
    names = offered()
    start = default or enhancers.default().name
    names_to_labels(_METHOD, names, label_of)
    leave_default(_METHOD, start)
    name = st.selectbox(
        label,
        names,
        index=names.index(start),
        format_func=label_of,
        key=_METHOD,
        bind="query-params",
        help="Classical methods follow a formula; learned ones run a network trained on photos.",
    )
    link_own([name])
    return enhancers.get(name)


def leave_default(key: str, start: str) -> None:
    """What a page begins with stays there: Streamlit carries a list's value to the next page, chosen or not.

    Args:
        key: widget key of a list that several pages have.
        start: what it begins with on this page.
    """
    starts = st.session_state.setdefault(_STARTS, {})
    before, starts[key] = starts.get(key, start), start
    if before != start and st.session_state.get(key) == before:
        del st.session_state[key]


def names_to_labels(key: str, names: Sequence[str], label: Callable[[str], str]) -> None:
    """Let an address say ``?method=clahe``, where Streamlit itself reads and writes the label (``?method=CLAHE``)."""
    asked = st.query_params.get(key)
    if asked in names and asked != label(asked) and key not in st.session_state:
        st.query_params[key] = label(asked)
        st.rerun()


def renamed(old: str, new: str, options: Sequence[str]) -> None:
    """Let an address from before a control got a name of its own still open what it meant."""
    asked = st.query_params.get(old)
    if asked in options and new not in st.query_params and new not in st.session_state:
        del st.query_params[old]
        st.query_params[new] = asked
        st.rerun()


def offered() -> list[str]:
    """All methods, and the visitor's own trained networks: of this session, or named by the address."""
    linked = st.query_params.get_all(_OWN_LINK)[:_MOST_LINKED]
    named = dict.fromkeys([*st.session_state.get(OWN, []), *linked])
    kept = st.session_state[OWN] = [name for name in named if _is_here(name)]
    if not set(linked) <= set(kept):
        chrome.messages().warning("The trained network that this address names is not on this server any more.",
                                  icon=":material/search_off:")  # fmt: skip
    return [*enhancers.names(), *kept]


def _is_here(name: str) -> bool:
    try:
        return name.startswith(PREFIX) and bool(enhancers.get(name))
    except LowlightError:
        return False


def link_own(names: Sequence[str]) -> None:
    """Name the visitor's own networks among the chosen ones in the address: a link and a reload find them by it."""
    own = [name for name in names if name in st.session_state.get(OWN, [])]
    if own:
        st.query_params[_OWN_LINK] = own
    else:
        st.query_params.pop(_OWN_LINK, None)


def label_of(name: str) -> str:
    """How people see a method."""
    return enhancers.get(name).label


def knobs(enhancer: Enhancer, *, columns: int = 1) -> dict[str, Any]:
    """One widget for each knob of a method; returns all settings, ready for `results.enhance`.

    Args:
        columns: how many knobs stand side by side.
    """
    rows = -(-len(enhancer.params) // columns)  # row by row, so that on a phone, too, they come in their order
    spots = [spot for _ in range(rows) for spot in (st.columns(columns, gap="medium") if columns > 1 else [st])]
    keys = {param.name: f"{enhancer.name}.{param.name}" for param in enhancer.params}
    widgets = zip(spots, enhancer.params, strict=False)
    values = {param.name: _widget(spot, param, keys[param.name]) for spot, param in widgets}
    if values != enhancer.defaults():
        st.button("Back to defaults", key=f"{enhancer.name}.defaults", type="tertiary",
                     icon=":material/restart_alt:", on_click=_reset, args=(enhancer, keys))  # fmt: skip
    return values


def _reset(enhancer: Enhancer, keys: dict[str, str]) -> None:
    for param in enhancer.params:
        st.session_state[keys[param.name]] = param.default


def _widget(place, param: Param, key: str) -> Any:
    """The widget that fits one knob."""
    common = {"key": key, "help": _help(param), "bind": "query-params"}
    if param.choices:
        return place.selectbox(param.label, param.choices, index=param.choices.index(param.default), **common)
    kind = int if param.type == "int" else float
    step = kind(param.step) if param.step else (1 if kind is int else (param.maximum - param.minimum) / 100)
    automatic = param.automatic and _current(param, key) == 0
    label = f"{param.label}: automatic" if automatic else param.label
    decimals = min(2, len(f"{step:g}".partition(".")[2]))
    shown = {"format": "%d" if kind is int else f"%.{decimals}f", **common}
    value = place.slider(label, kind(param.minimum), kind(param.maximum), kind(param.default), step, **shown)
    if param.automatic and automatic != (value == 0):  # the browser went back to an address that says otherwise
        st.rerun()
    return value


def _current(param: Param, key: str) -> Any:
    """The value that the widget of a knob is about to show: remembered, from the address, or the default."""
    try:
        return param.check(st.session_state.get(key, st.query_params.get(key, param.default)))
    except ParameterError:
        return param.default


def _help(param: Param) -> str:
    if param.minimum is None:
        return f"{param.help.capitalize()}. Default: {param.default}."
    return f"{param.help.capitalize()}. From {param.minimum:g} to {param.maximum:g}, default {param.default:g}."
