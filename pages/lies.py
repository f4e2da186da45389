"""How a metric lies: six mistakes of published code, live on one's own picture, wrong beside right."""

import streamlit as st

from lowlight_core.camera import darken
from lowlight_core.figures import lies as figures
from lowlight_core.teaching import wrong_metrics
from lowlight_core.teaching.wrong_metrics import MISTAKES, Case
from pages.parts import lies_trick, wrong_right
from pages.shared import chrome, inputs, knobs, results, viewer
from pages.shared.text import escape, said


def main() -> None:
    about = "Six mistakes of published code, made again on your picture, beside the truth."
    with chrome.page("How a metric lies", about):
        photo = inputs.pick_image(allow_pair=True)
        chrome.link()
    mistake = _choose()
    picture, side = st.columns([3, 2], gap="medium")
    with side:
        method = knobs.choose_method("Enhanced with", default="retinex")
        curve, pixels = _sliders(mistake.name)
    dark, truth, about = _pair(photo)
    with picture:
        result = results.enhance(dark, method, {}, photo.name)
    if result.error:
        st.error(said(result.error), icon=":material/error:")
        st.stop()
    case = Case(dark, result.image, truth, curve, pixels)
    with picture:
        _show(mistake, case)
        st.caption(about)
    with side:
        _explain(mistake, case)
    _scoreboard(case)
    st.divider()
    lies_trick.section(photo)


def _choose() -> wrong_metrics.Mistake:
    """The mistake to look at; the address knows it (``?lie=peak``)."""
    titles = {mistake.name: mistake.title for mistake in MISTAKES}
    knobs.names_to_labels("lie", list(titles), titles.get)
    name = st.pills(
        "Mistake", list(titles), format_func=titles.get, default=MISTAKES[0].name, key="lie", required=True,
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    return wrong_metrics.get(name or MISTAKES[0].name)  # an address may say ``?lie=``


def _sliders(name: str) -> tuple[float, int]:
    """(strength of the curve, side to shrink to): the knob of a mistake is its own, the others' are as they begin."""
    curve, side = 0.3, 256
    if name == "iterate":
        help = (
            "The curve is x + strength · x · (1 − x), for levels x from 0 to 1, eight times in a row (Zero-DCE's, with "
            "one strength for all pixels). At 0 nothing happens, and the wrong figure is infinite; near 1 nearly all "
            "is white by step 7, and it rises again. The method above plays no part in it."
        )
        curve = st.slider("Strength of the curve", 0.0, 1.0, curve, 0.01, key="curve", bind="query-params", help=help)
    if name == "shrinking":
        help = "Both pictures are squashed to a square of this many pixels before they are compared."
        sides = [64, 128, 256, 384, 512]
        side = st.select_slider("Shrunk to, pixels", sides, side, key="side", bind="query-params", help=help)
    return curve, side


def _pair(photo: inputs.Chosen):
    """(dark, truth, caption); a photo without a reference is its own truth and taken again in the dark."""
    if photo.reference is not None:
        return photo.pixels, photo.reference, f"{escape(photo.caption)}. Scored against its reference at full size."
    key = (photo.sha, "four stops")

    def make():
        with results.turn(photo.pixels):
            return results.freeze(darken(photo.pixels, stops=4, seed=1))

    dark = results.pictures().get(key, make)
    about = "No reference was given, so your photo is the truth and was made dark by four stops."
    return dark, photo.pixels, f"{escape(photo.caption)}. {about}"


def _figures(mistake: wrong_metrics.Mistake, case: Case) -> tuple[dict, dict]:
    """(wrong, right) by metric name; kept, since SSIM of a large picture takes a second."""
    prints = tuple(results.fingerprint(pixels) for pixels in (case.dark, case.output, case.truth))
    knob = {"iterate": case.curve, "shrinking": case.side}.get(mistake.name)

    def measure() -> tuple:
        with results.turn(case.output):
            return tuple(mistake.wrong(case).items()), tuple(mistake.right(case).items())

    return tuple(map(dict, results.pictures().get(("lie", *prints, mistake.name, knob), measure)))


def _show(mistake: wrong_metrics.Mistake, case: Case) -> None:
    """The pictures that tell the story: two under a divider, or four side by side."""
    pictures = mistake.evidence(case)
    if len(pictures) > 2:
        viewer.grid([(label, pixels, None) for label, pixels in pictures], key=f"lie_{mistake.name}", height=520)
        return
    (label, looked_at), (other, instead) = pictures
    viewer.compare(looked_at, instead, labels=(label, other), key=f"lie_{mistake.name}", height=520)


def _explain(mistake: wrong_metrics.Mistake, case: Case) -> None:
    """Both figures, the wrong line and the right one, why, and where it was seen."""
    wrong, right = _figures(mistake, case)
    wrong_right.show(wrong, right)
    for title, code in (("The line that does it", mistake.code_for(case)), ("What it should be", mistake.right_code)):
        st.markdown(f"**{title}**")
        st.code(code, language="python", wrap_lines=True)
    st.markdown(mistake.why)
    st.caption(f"Seen in the wild: {mistake.seen}")


def _scoreboard(case: Case) -> None:
    """All six at a glance."""
    st.header("What does this one output score?", anchor=False)
    rows = []
    for mistake in MISTAKES:
        wrong, right = _figures(mistake, case)
        rows.append((mistake.title, wrong["psnr"], right["psnr"]))
    st.plotly_chart(figures.scoreboard(rows), key="scoreboard", config={"displayModeBar": False})
    st.caption(
        "Each row is one way to score; the blue dot is the right figure. “Compared with itself” has its own output, "
        "the eighth curve. Figures of one picture are a lesson, not a benchmark."
    )


main()
