"""Small experiments for the CLAHE page: a button sets the knobs, a sentence says what to look for."""

import streamlit as st

from lowlight_core import enhancers

_PENDING, _BEGUN = "clahe_setting_to_take", "clahe_experiment"
_EXPERIMENTS = (
    ("One curve for all", dict(clip_limit=10.0, tiles=1),
     "One tile is plain histogram equalisation with a limit: dark corners stay as dark as the curve says."),
    ("Local contrast", dict(clip_limit=3.0, tiles=8),
     "Every tile has its own curve: shadows open where they are, bright places stay."),
    ("Without restraint", dict(clip_limit=10.0, tiles=8),
     "At ten times the average one level may become ten: noise in even, dark tiles comes up with the picture."),
    ("Too local", dict(clip_limit=6.0, tiles=32),
     "Tiles smaller than the things they show: large even areas turn gray and blotchy."),
    ("Almost nothing", dict(clip_limit=1.0, tiles=8),
     "At 1 all that stands above the average is cut and given back: the curve is close to a straight line."),
)  # fmt: skip


def take(settings: dict) -> None:
    """Have the knobs take these settings on the next run; for callbacks and chart clicks alike."""
    st.session_state[_PENDING] = settings


def take_over() -> None:
    """Set the knobs to what was asked for; called before they are drawn."""
    for name, value in st.session_state.pop(_PENDING, {}).items():
        st.session_state[f"{enhancers.get('clahe').name}.{name}"] = value


def experiments(settings: dict) -> None:
    """The list of experiments, and what to look for while the knobs hold the ``settings`` of the one begun last."""
    st.header("Try this", anchor=False)
    with st.container(horizontal=True, gap="small"):
        for index, (name, chosen, what) in enumerate(_EXPERIMENTS):
            st.button(name, key=f"try_{index}", help=what, on_click=_begin, args=(index, chosen))
    begun = st.session_state.get(_BEGUN)
    if begun is not None and _EXPERIMENTS[begun][1].items() <= settings.items():
        st.markdown(_EXPERIMENTS[begun][2])
    else:
        st.session_state.pop(_BEGUN, None)
        st.markdown("Each button sets the knobs; then look at the picture, the line and the curve.")


def _begin(index: int, settings: dict) -> None:
    st.session_state[_BEGUN] = index
    take(settings)
