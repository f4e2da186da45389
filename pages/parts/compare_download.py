"""The comparison as one .zip to send to somebody: contact sheet, results in full size, scores."""

import threading

import streamlit as st

from lowlight_core import comparison, enhancers
from lowlight_core.comparison import archive as comparison_archive
from lowlight_core.wording import count
from pages.parts import compare_run
from pages.shared import working
from pages.shared.inputs import UPLOAD, Chosen

_packing = threading.Lock()  # one archive is made at a time: it and one result in full size are all that is in memory


def button(photo: Chosen, methods: dict[str, dict]) -> None:
    """The button, and what the archive and the link hold; the archive is made when somebody presses it."""
    most = comparison_archive.most_methods(photo.pixels)
    width, height = working.size(photo.pixels)
    st.download_button("Download", lambda: archive(photo, methods), "comparison.zip", "application/zip", key="download",
                       type="primary", icon=":material/folder_zip:", on_click="ignore",
                       disabled=len(methods) > most)  # fmt: skip
    if len(methods) > most:
        st.caption(f"A download holds {count(most, 'result')} of {width} × {height} at most: choose fewer methods.")
    else:
        st.caption(f"One .zip: a labelled sheet of all pictures, {count(len(methods), 'result')} of {width} × {height} "
                   "as PNG, settings and scores at that size as CSV.")  # fmt: skip
    st.caption("The link keeps methods and settings, not your photo: to show others this view, send the download."
               if photo.source == UPLOAD else "The link opens this very view again.")  # fmt: skip


def archive(photo: Chosen, methods: dict[str, dict]) -> bytes:
    """The .zip; methods run again in full size where the page shows a reduced copy."""
    with _packing:
        return comparison_archive.pack(
            photo.pixels,
            compare_run.in_full(photo, methods),
            {name: enhancers.get(name).label for name in methods},
            photo.reference,
            scores=comparison.score(photo.pixels, photo.reference),
            icc=photo.icc,
        )
