"""What is known of one method beyond its idea: its diagram, and for a learned one the card of its weights."""

from pathlib import Path, PurePosixPath

import pandas as pd
import streamlit as st

from lowlight_core import metrics
from lowlight_core.enhancer import Enhancer
from lowlight_core.figures.diagrams import in_words, svg
from lowlight_core.figures.training import curve as training_curve
from lowlight_core.teaching.explanations import Diagram
from lowlight_core.training.recipes import OWN_LOSSES

_SHOWN = ("psnr", "ssim", "lpips")
_CURVE = "PSNR on validation pairs during training"
_LOSSES = {
    "l1": "absolute difference (L1)",
    "mse": "squared difference (MSE)",
    "charbonnier": "Charbonnier",
    "dssim": "(1 − SSIM)",
    "edges": "difference of edges",
    "lpips": "LPIPS",
    "vgg": "difference of VGG16 features",
    "adversarial": "what the discriminator holds against it",
    "spatial": "spatial consistency",
    "exposure": "exposure",
    "color": "colour constancy",
    "smoothness": "illumination smoothness",
}
_WORDS = {"light": "#565656", "dark": "#B4B4B4"}  # by theme, of lines and words between boxes: 5.8 to 1 and more
_TOLD = (
    ", the network told the level of each truth. This scores what the network itself returns; the table scores the "
    "app's whole way, which also corrects what the network misses of that level and rounds off highlights. No user "
    "knows that level: the honest score is the table's first row"
)


def diagram(steps: Diagram) -> None:
    """Draw a block diagram, no wider than it is meant to be; its small words stand out on this page's ground."""
    words = f"light-dark({_WORDS['light']}, {_WORDS['dark']})"  # a theme is changed without a run of the page
    st.image(svg(steps, words), alt=f"Block diagram: {in_words(steps)}")


def card(method: Enhancer) -> None:
    """The card of a learned method: size, training, honest score, curve."""
    found, training = method.card, method.card["training"]
    st.header(f"Model card of {method.label}", anchor=False)
    figures, curve = st.columns([1, 1], gap="large")
    with figures:
        _scores(found)
        st.markdown("\n".join(f"- {line}" for line in _facts(method)))
    with curve:
        if training["curve"]:
            st.plotly_chart(training_curve(training["curve"]), key="card_curve", config={"displayModeBar": False})
            told = "given_level" in found.get("validation", {})
            st.caption(f"{_CURVE}{_TOLD if told else ''}.")


def _scores(found: dict) -> None:
    """Validation PSNR and SSIM with their standard errors, own guess first."""
    validation = found.get("validation")
    if not validation:
        st.caption("Not scored yet: `python -m lowlight_core.training.score` does it for anybody who has the data.")
        return
    given = validation.get("given_level")
    rows = [("Own guess of the level", validation), *([("Told the level of the truth", given)] if given else [])]
    others = [(PurePosixPath(other["data"]).name, other) for other in found.get("other_validation", [])]
    rows += [(f"Own guess, {name}", other) for name, other in others]
    heading = {name: metrics.get(name).heading for name in _SHOWN}
    cells = [{"": label, **{heading[name]: _with_error(row, name) for name in _SHOWN}} for label, row in rows]
    st.table(pd.DataFrame(cells).set_index(""))
    source = f"{validation['pairs']} validation pairs of {validation['data']}"
    more = "".join(f", {other['pairs']} of {name} in the row that says so" for name, other in others)
    st.caption(f"{source} whose scenes were not trained on{more}; ± standard error.")


def _with_error(row: dict, name: str) -> str:
    metric = metrics.get(name)
    return f"{metric.format(row[name])} ± {metric.format(row[f'{name}_error'])}" if name in row else ""


def _facts(method: Enhancer) -> list[str]:
    """Size, cost, training and precision, each in one line."""
    found, training = method.card, method.card["training"]
    config, megabytes = training["config"], Path(method.weights).stat().st_size / 1e6
    facts = [f"**{found['parameters']:,}** parameters, {megabytes:.1f} MB on disk"]
    if work := found.get("multiply_adds_600x400"):
        facts.append(f"{work / 1e9:.1f} billion multiply-adds for a picture of 600 × 400")
    facts.append(f"{training['steps']:,} steps in {training['hours']:.2f} hours, seed {training['seed']}")
    weights = {**OWN_LOSSES.get(found["network"], {}), **config["losses"]}
    if any(weights.values()):
        losses = (f"{weight:g} × {_LOSSES.get(name, name)}" for name, weight in weights.items() if weight)
        facts.append(f"loss: {' + '.join(losses)}")
    facts.append("trained on " + ", ".join(_pictures(training)))
    precision = found.get("bfloat16")
    if precision and precision.get("chosen"):
        fact = f"runs in bfloat16 where the processor has it: at most {precision['largest_difference']}/255 off"
        if part := precision.get("emulated"):
            fact += f", emulated on {part} of {precision['pictures']} validation pictures"
        facts.append(fact)
    return facts


def _pictures(training: dict) -> list[str]:
    """``438 pairs of lol/our485``, ``835 photographs``: what it was trained on."""
    photos = PurePosixPath(training["config"].get("photos") or "").name
    counts = {PurePosixPath(name): part["train"] for name, part in training["pictures"].items()}
    return [f"{n} photographs" if name.name == photos else f"{n} pairs of {name}" for name, n in counts.items()]
