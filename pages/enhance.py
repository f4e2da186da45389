"""Enhance: one photo or many, before and after, and away with the results."""

import streamlit as st

from pages.parts import enhance_many, enhance_one
from pages.shared import chrome, inputs, knobs

ONE, MANY = "One photo", "Many photos"

controls = chrome.page("Enhance", "Bring dark photos to light: pick a method, compare, download.")
picture, side = chrome.columns()

with side:
    mode = st.segmented_control("Photos", [ONE, MANY], default=ONE, required=True, key="mode", bind="query-params",
                                label_visibility="collapsed", width="stretch")  # fmt: skip
    method = knobs.choose_method()
    settings = knobs.knobs(method)

with controls:
    photo = inputs.pick_image() if mode == ONE else None
    chrome.link(without=(enhance_many.TOKEN,))

if mode == ONE:
    enhance_one.show(photo, method, settings, picture, side)
else:
    enhance_many.show(method, settings, picture, side)
