"""Knobs of a method, made from its declaration, kept in the address."""

import pytest
from conftest import page_of

from lowlight_core import enhancers


def knobs_page():
    import streamlit as st

    from pages.shared import knobs

    method = knobs.choose_method(default="clahe")
    st.session_state["settings"] = knobs.knobs(method)


def test_knobs_have_the_ranges_names_and_defaults_of_the_declaration():
    page = page_of(knobs_page).run()
    declared = enhancers.get("clahe")
    assert page.session_state["settings"] == declared.defaults()
    limit = next(param for param in declared.params if param.name == "clip_limit")
    slider = next(slider for slider in page.slider if slider.label == "Clip limit")
    assert (slider.min, slider.max, slider.step) == (limit.minimum, limit.maximum, limit.step)
    assert limit.help.lower() in slider.help.lower()


@pytest.mark.parametrize("name", enhancers.names())
def test_every_method_gets_its_knobs(name):
    page = page_of(knobs_page)
    page.query_params["method"] = name
    page.run()
    assert not page.exception and page.session_state["settings"] == enhancers.get(name).defaults()


def test_knobs_come_from_the_address_and_go_back_to_defaults():
    page = page_of(knobs_page)
    page.query_params["clahe.clip_limit"] = "4.5"
    page.run()
    assert page.session_state["settings"]["clip_limit"] == 4.5
    page.button[0].click().run()
    assert page.session_state["settings"] == enhancers.get("clahe").defaults()


def test_a_knob_that_decides_by_itself_says_so_until_it_is_moved():
    page = page_of(knobs_page)
    page.query_params["method"] = "gamma"
    page.run()
    assert page.slider[0].label == "Gamma: automatic"
    page.slider[0].set_value(2.0).run()
    assert page.slider[0].label == "Gamma" and page.session_state["settings"]["gamma"] == 2
    page = page_of(knobs_page)
    page.query_params["method"] = "gamma"
    page.query_params["gamma.gamma"] = "1.5"
    page.run()
    assert page.slider[0].label == "Gamma" and page.session_state["settings"]["gamma"] == 1.5
