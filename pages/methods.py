"""Methods: how every one works, in words, as a formula, as a diagram, and live on a photo."""

import streamlit as st

from lowlight_core.figures.colors import color
from lowlight_core.teaching.explanations import explain
from pages.parts import further, method_card, method_list
from pages.shared import chrome, inputs, knobs, results, viewer, working
from pages.shared.text import escape, said

with chrome.page("Methods", "How each method works: the idea, the formula, the steps, and the result on a photo."):
    photo = inputs.pick_image()
    chrome.link()

method = method_list.choose()
what = explain(method.name)
work = working.copy(photo.pixels)
picture, side = st.columns([2, 1], gap="medium")

with side:
    st.header(method.label, anchor=False)
    for lead, sentence in zip(("Idea.", "How.", "Limits."), what.idea, strict=True):
        st.markdown(f"**{lead}** {sentence}")
    source = f"[{method.reference}]({what.url})" if what.url else method.reference
    st.caption(f"Source: {source}")
    further.reading(method)
    settings = knobs.knobs(method, columns=2)

with picture:
    result = results.enhance(work, method, settings, photo.name)
    if result.error:
        st.error(said(result.error), icon=":material/error:")
    else:
        viewer.compare(
            work, result.image, labels=("Before", method.label), colors=(None, color(method.name)),
            key="methods_view", size=working.size(photo.pixels), full=working.full(photo, (method.name, settings)),
        )  # fmt: skip
        st.caption(escape(f"{photo.caption}. {working.pace(result.seconds, work, photo)}"))

steps, formula = st.columns(2, gap="large")
with steps:
    st.header("Steps", anchor=False)
    method_card.diagram(what.diagram)
with formula:
    st.header("Formula", anchor=False)
    for line in what.formula:
        st.latex(line)
    st.markdown(what.symbols)
    if what.beyond:
        st.markdown(what.beyond)

if method.family == "learned":
    method_card.card(method)
method_list.table()
