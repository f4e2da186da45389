"""A run as it goes: one validation picture, loss and PSNR, how far and how long; then the weights."""

from pathlib import Path

import streamlit as st

from lowlight_core import enhancers, samples
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.figures.training import progress
from lowlight_core.image import read
from lowlight_core.jobs import room
from lowlight_core.networks import NETWORKS
from lowlight_core.training import background
from lowlight_core.training.background import TrainingRun
from lowlight_core.training.builtin import VALIDATION
from lowlight_core.wording import count
from pages.parts.train_form import POLL, PROBLEM, label
from pages.shared import knobs, results, viewer
from pages.shared.text import rate, said

_COMPARE = "train_compare"  # in the session: the address of Compare to go to
_PLAIN = {"displayModeBar": False}
_STATES = {"done": "The budget is used up.", "stopped": "Stopped as asked.", "interrupted": "The process ended early."}


def live(run: TrainingRun) -> None:
    """The whole view; while the run is at work it renews itself, and once more the whole page when it ends."""
    running = run.running
    _poll(run) if running else _view(run)


@st.fragment(run_every=POLL)
def _poll(run: TrainingRun) -> None:
    if not run.running:
        st.rerun(scope="app")
    _view(run)


def _view(run: TrainingRun) -> None:
    _how_far(run)
    if run.weights and not run.running:
        _weights(run)
    _picture(run)
    rows = run.rows()
    if rows:
        st.plotly_chart(progress(rows), key="train_chart", config=_PLAIN)
        st.caption(_about_curve(run))


def _about_curve(run: TrainingRun) -> str:
    """Where validation PSNR begins and why, what it is of, and which losses are off."""
    if NETWORKS[run.order["network"]].lifted:
        given, score = "picture already lifted to the level of its truth", "high"
    else:
        given, score = "dark picture as it is", "low"
    return (
        f"This network is given the {given}, so PSNR is {score} before the first step: above its point at step 0 the "
        "network has gained something. Validation pictures are never trained on."
    ) + "".join(
        f" The loss {name.upper()} is off here: its features do not come with the app."
        for name in run.status.get("losses_off", [])
    )


def _how_far(run: TrainingRun) -> None:
    """Progress bar and one sentence."""
    status, order, state = run.status, run.order, run.state
    title = f"{label(order['network'])} on {order['data_label']}"
    if state == "failed":
        st.error(said(run.error), icon=":material/error:")
    elif state == "starting":
        st.progress(0.0, f"{title}: loading TensorFlow, reading the pairs, measuring the speed of this machine…")
    elif state == "running":
        step, steps = status.get("step", 0), status.get("steps", 0)
        st.progress(min(1.0, step / steps) if steps else 0.0, f"{title}: {_gets_on(status)}")
    else:
        taken = f"{count(status.get('step', 0), 'step')} in {status.get('seconds', 0) / 60:.1f} min"
        text = f"{title}: {taken}. {_STATES[state]}{_why(state)}{_score(run)}"
        if state == "interrupted":
            st.warning(text, icon=":material/warning:")
        else:
            st.success(text, icon=":material/flag:")


def _why(state: str) -> str:
    """The likely cause of an early end that could not be written down: there is no room for a word on a full disk."""
    return " This server's disk is nearly full." if state == "interrupted" and room.free() < room.LEFT_FREE else ""


def _gets_on(status: dict) -> str:
    """``step 20 of 50, 2.0 steps a second, 1 min 15 s left``, without what a trainer of an older version left out."""
    told = f"step {status.get('step', 0):,}" + (f" of {status['steps']:,}" if "steps" in status else "")
    if "steps_per_second" in status:
        told += f", {rate(status['steps_per_second'])} steps a second"
    if "remaining_seconds" in status:
        told += ", {} min {:02d} s left".format(*divmod(round(status["remaining_seconds"]), 60))
    return told


def _score(run: TrainingRun) -> str:
    """The best score and whose weights are kept, or why there are none."""
    best = run.status.get("best_validation_psnr")
    if best is not None:
        kept = f"at step {run.best_step:,}, whose weights are kept"
        return f" Best validation PSNR {best:.2f} dB {kept}.{_since(run)}{_beside(run.untrained_psnr, best)}"
    if run.weights:  # made since the status was written
        return ""
    again = ": resume it to go on" if (run.folder / "checkpoint.npz").is_file() else ""
    return f" It ended before its first validation, so there are no weights yet{again}."


def _since(run: TrainingRun) -> str:
    """What the steps after the kept ones came to, if they were validated: nobody need read it off the curve."""
    last = next((row for row in reversed(run.rows()) if "validation_psnr" in row), None)
    if last is None or last["step"] <= run.best_step:
        return ""
    return (
        f" Later steps scored less: {last['validation_psnr']:.2f} dB at step {last['step']:,.0f}, the last one scored."
    )


def _beside(untrained: float | None, best: float) -> str:
    """Whether that is better than no training at all."""
    if untrained is None:
        return ""
    if best > untrained:
        return f" Untrained it was {untrained:.2f} dB."
    return (
        f" Untrained it was {untrained:.2f} dB: so far the training has cost more than it brought, as may happen in "
        "a few minutes on a few pairs."
    )


def _picture(run: TrainingRun) -> None:
    """The validation picture: the first step against the latest, the first beside the truth; once the run has ended,
    any step against the one whose weights are kept.
    """
    previews = run.previews()
    if len(previews) < 2:
        _task(run, *previews.values())
        return
    kept = 0 if run.running else run.best_step
    after = kept if kept and kept in previews else max(previews)
    steps = [step for step in previews if step != after]
    place = st.container()  # the choice of a step stands below, so that it does not push the picture out of sight
    before = steps[0] if len(steps) < 2 or run.running else _step(run, steps, after)
    sides = [results.freeze(read(previews[step]).pixels) for step in (before, after)]
    with place:
        viewer.compare(*sides, labels=(_title(before), _title(after)), key="train_picture", height=420)


def _task(run: TrainingRun, untrained: Path | None = None) -> None:
    """What the network is asked to do, and once it is built what it makes of that untrained."""
    before = untrained or run.folder / "previews" / "dark.png"
    truth = run.folder / "previews" / "truth.png"
    if before.is_file() and truth.is_file():
        sides = [results.freeze(read(path).pixels) for path in (before, truth)]
        labels = (_title(0) if untrained else "A validation picture"), "its truth"
        viewer.compare(*sides, labels=labels, key="train_picture", height=420)


def _title(step: int) -> str:
    return f"Step {step:,}" if step else "Step 0 (untrained)"


def _step(run: TrainingRun, steps: list[int], after: int) -> int:
    kept = ", whose weights are kept," if after == run.best_step else ""
    return st.select_slider(f"Compare step {after:,}{kept} with step", steps, key=f"step.{run.token}", width=400)


def _weights(run: TrainingRun) -> None:
    """Download, or use at once."""
    network = run.order["network"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Weights (.zip)", run.archive, f"{network}.zip", "application/zip", icon=":material/download:",
            on_click="ignore",
            help="Weights, card, configuration and log. The command line takes them unpacked: `enhance --method DIR`",
        )  # fmt: skip
        st.button("Use in Compare", icon=":material/compare:", on_click=_keep, args=(run,), type="primary",
                  help="The network becomes one of your methods; others see it only by a link from you.")  # fmt: skip
    if address := st.session_state.pop(_COMPARE, None):
        st.switch_page("pages/compare.py", query_params=address)


def _keep(run: TrainingRun) -> None:
    """Make the weights a method of this session, and have Compare show it beside the method as shipped, by a link."""
    try:
        name, network = background.keep(run), run.order["network"]
    except LowlightError as error:
        st.session_state[PROBLEM] = sentence(error)
        return
    st.session_state[knobs.OWN] = [*dict.fromkeys([*st.session_state.get(knobs.OWN, []), name])]
    shipped = network if network in enhancers.METHODS else enhancers.default().name
    address = {"own": name, "methods": [shipped, name], "a": shipped, "b": name}
    if run.order["data_label"] == background.BUILT_IN:
        address["photo"] = VALIDATION[0]  # the others were trained on
    for key in ("methods", "a", "b", "photo", "view"):
        st.session_state.pop(key, None)  # the address decides
    st.session_state[_COMPARE] = address


def example() -> None:
    """Before the first run: what there is to learn, on a sample."""
    sample = samples.load("cat")
    viewer.compare(sample.low, sample.high, labels=("The network sees this", "and is told this"), key="train_picture",
                   height=480)  # fmt: skip
    st.caption(f"Sample: {sample.caption}. {len(NETWORKS)} kinds of network can learn from such pairs.")
    st.info("Choose a network and a budget, and press **Start**. The run goes on beside the app, even when this tab is "
            "closed: its address brings you back to it.", icon=":material/model_training:")  # fmt: skip
