"""Video: a dark clip in, a bright one out that plays, without flicker and with its sound."""

import streamlit as st

from pages.parts import video_clip, video_run
from pages.shared import chrome, knobs

controls = chrome.page("Video", "A dark clip in, a bright one out: no flicker, sound and timing kept.")
picture, side = chrome.columns()

with side:
    taken = st.container()  # before the knobs: on a phone a screen of them would stand between the clip and its file
    method = knobs.choose_method()
    settings = knobs.knobs(method)

with controls:
    clip = video_clip.pick()
    chrome.link(without=(video_run.TOKEN,))

video_run.show(clip, method, settings, picture, side, taken)
