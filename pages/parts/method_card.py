"""What is known of one method beyond its idea: its diagram, and for a learned one the card of its weights."""

import streamlit as st

from lowlight_core.enhancer import Enhancer
from lowlight_core.explanations import Diagram
from lowlight_core.figures.diagrams import svg


def diagram(steps: Diagram) -> None:
    """Draw a block diagram, no wider than it is meant to be."""
    st.image(svg(steps))


def card(method: Enhancer) -> None:
    """The card of a learned method: size, training, honest score, curve."""
