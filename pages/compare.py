"""Compare methods: two to all on one photo, two under one divider or all in a grid, with their scores."""

import streamlit as st

from pages.parts import compare_choice, compare_download, compare_run, compare_scores, compare_views
from pages.shared import chrome, inputs

with chrome.page("Compare methods", "Run methods side by side on one photo, see their scores, take all of it away."):
    photo = inputs.pick_image(allow_pair=True)
    link = st.container(width="content")

picture, side = chrome.columns()
with side:
    methods = compare_choice.methods()
    full_size = compare_run.choose_size(photo)
chrome.link(link)

with picture:
    if not methods:
        st.info("Choose two methods or more from the list.", icon=":material/compare:")
        st.stop()
    entries = compare_run.entries(photo, methods, full_size)  # while it waits it says so over the picture below
    stage = st.container()

table, tones = st.columns([5, 3], gap="medium")
tones.header("How do their tones differ?", anchor=False)
with picture:
    view = compare_choice.view(entries, elsewhere=tones)
with stage:
    compare_views.show(photo, methods, entries, view)
with table:
    compare_scores.table(photo, entries, full_size)
    compare_download.button(photo, methods)
with tones:
    compare_views.tones(entries, view)
