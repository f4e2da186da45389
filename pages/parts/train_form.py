"""What to train, on which pairs, for how long; start, stop, resume."""

import streamlit as st

from lowlight_core.enhancers import learned
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.networks import NETWORKS
from lowlight_core.settings import settings
from lowlight_core.teaching.explanations import EXPLANATIONS
from lowlight_core.training import background
from lowlight_core.training.background import TrainingRun
from pages.parts import method_card
from pages.shared import chrome, data_root, knobs
from pages.shared.text import said

POLL = 2.0  # seconds from one look at a run to the next
TOKEN = "run"  # name in the address: whoever holds it sees the run
PROBLEM = "train_problem"  # in the session: why the last button could not do what it says
_LAST = "train_run"  # in the session, for when one comes back from another page
_FIRST = "unet"
_PAIRS = (
    "The eight built-in pairs, two of them to validate on; half of the samples are bright pictures of the others, made "
    "dark anew each time. Or the data sets of pairs below the data root of this server."
)
_BUDGET = (
    "Time for training. The number of steps and the fall of the learning rate are made to fit, after the speed of this "
    "machine has been measured."
)


def label(network: str) -> str:
    """How people see a network, whether or not weights of it come with the program."""
    return learned.METHODS[network][0]


def present_run() -> TrainingRun | None:
    """The run of the address, or else the last one of this session."""
    named = st.query_params.get(TOKEN)
    run = background.find(named or st.session_state.get(_LAST))
    if named and not run:
        del st.query_params[TOKEN]
        chrome.messages().warning(
            "That training run is not on this server: it was deleted, or the address is incomplete.",
            icon=":material/search_off:",
        )
    if run:
        st.query_params[TOKEN] = st.session_state[_LAST] = run.token
    return run


def form(run: TrainingRun | None) -> None:
    """The choices, the buttons that fit the present state, and the network's diagram."""
    names, most = list(NETWORKS), float(settings().train_minutes)
    least = min(0.5, most / 2)  # a slider needs two ends
    knobs.names_to_labels("network", names, label)
    st.selectbox(
        "Network", names, index=names.index(_FIRST), format_func=label, key="network", bind="query-params",
        help="Every network starts from random weights.",
    )  # fmt: skip
    pairs = data_root.trainable(settings().dataset_root)
    st.selectbox("Pairs", pairs, key="pairs", help=_PAIRS, bind="query-params")
    st.slider("Budget", least, most, min(3.0, most), least, format="%.3g min", key="minutes", help=_BUDGET,
              bind="query-params")  # fmt: skip
    with st.container(horizontal=True):
        _buttons(run)
    if problem := st.session_state.pop(PROBLEM, None):
        st.error(said(problem), icon=":material/error:")
    _what_is_known(run)


def _buttons(run: TrainingRun | None) -> None:
    """Start; while a run is at work stop instead; resume one that has ended."""
    if run and run.running:
        asked = (run.folder / "stop").exists()  # it ends after its present step, when everything is loaded
        st.button("Stopping…" if asked else "Stop", key="stop", icon=":material/stop:", on_click=background.stop,
                  args=(run,), type="primary", disabled=asked)  # fmt: skip
        return
    taken = background.busy()
    st.button("Start", icon=":material/play_arrow:", on_click=_start, type="primary", disabled=taken)
    if run and (run.folder / "checkpoint.npz").is_file():
        st.button(f"Resume {label(run.order['network'])}", icon=":material/resume:", on_click=_resume, args=(run,),
                  disabled=taken, help="Goes on from its last checkpoint for as many more minutes as the budget says.",
                  )  # fmt: skip
    if taken:
        _wait()


@st.fragment(run_every=POLL)
def _wait() -> None:
    """Say why nothing can be started, until the run of somebody else has ended."""
    if not background.busy():
        st.rerun(scope="app")
    st.caption("Somebody else's run is at work; this server trains one network at a time.")


def _start() -> None:
    state = st.session_state
    try:
        run = background.start(state["network"], state["pairs"], state["minutes"])
        st.query_params[TOKEN] = run.token
    except LowlightError as error:
        state[PROBLEM] = sentence(error)


def _resume(run: TrainingRun) -> None:
    try:
        background.resume(run, st.session_state["minutes"])
    except LowlightError as error:
        st.session_state[PROBLEM] = sentence(error)


def _what_is_known(run: TrainingRun | None) -> None:
    """The diagram of the network that runs, or that Start would train."""
    network = run.order["network"] if run and run.running else st.session_state["network"]
    st.markdown(f"**{label(network)}**")
    method_card.diagram(EXPLANATIONS[network].diagram)
    st.caption(EXPLANATIONS[network].idea[0])
