"""Where a method is taken apart further: the notebook that builds it, and for CLAHE a page of its own."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from lowlight_core.enhancer import Enhancer

NOTEBOOKS = {
    "clahe": "01_clahe_and_parallel_processing",
    "denoising_cnn": "02_preprocessing_augmentation_denoising_cnn",
    "skip_cnn": "03_skip_connections_and_what_the_psnr_measured",
    "unet": "04_unet_perceptual_loss_video",
    "mirnet": "05_mirnet_block_by_block",
    "lumen": "07_ours_fast_and_good",
}


def reading(method: Enhancer) -> None:
    """One quiet line or two below a method's source, of other methods nothing; photo and knobs go with the visitor."""
    if method.name in NOTEBOOKS:
        st.caption(f"Step by step: `notebooks/{NOTEBOOKS[method.name]}.ipynb`, in this project's source.")
    if method.name == "clahe":
        with suppress(StreamlitPageNotFoundError):  # a page that is run by itself has none beside it
            st.page_link("pages/clahe.py", label="See it tile by tile in CLAHE tuning", icon=":material/tune:")
