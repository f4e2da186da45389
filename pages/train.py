"""Train: a network learns beside the app; loss, validation PSNR and one picture show how it gets on."""

import streamlit as st

from pages.parts import train_form, train_view
from pages.shared import chrome

with chrome.page("Train", "Watch a network learn from pairs of dark and bright photos, then use its weights."):
    chrome.link(without=(train_form.TOKEN,))

run = train_form.present_run()
picture, side = st.columns([2, 1], gap="medium")
with side:
    train_form.form(run)
with picture:
    if run:
        train_view.live(run)
    else:
        train_view.example()
