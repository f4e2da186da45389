"""Where the picture of a page comes from: a sample at once, an upload, a reference; a broken file is one sentence."""

import numpy as np
import pytest
from conftest import page_of
from pictures import photo

from lowlight_core import samples
from lowlight_core.image import encode


def input_page():
    import streamlit as st

    from pages.shared import inputs

    st.session_state["chosen"] = inputs.pick_image(allow_pair=True)


def upload(page, name, data, mime="image/png"):
    return page.file_uploader[0].set_value((name, data, mime)).run()


def test_a_sample_is_there_at_once_and_the_first_upload_replaces_it():
    page = page_of(input_page).run()
    chosen = page.session_state["chosen"]
    assert chosen.source == "sample" and chosen.name == samples.SAMPLES[0] and chosen.reference is not None
    own = photo(48, 64)
    upload(page, "Nacht ö 夜.png", encode(own))
    chosen = page.session_state["chosen"]
    assert chosen.source == "upload" and chosen.name == "Nacht ö 夜.png" and np.array_equal(chosen.pixels, own)


def test_a_broken_upload_is_one_sentence_and_the_sample_stays():
    page = page_of(input_page).run()
    upload(page, "text.png", b"no picture at all")
    assert [error.value.replace("\\", "") for error in page.error] == [
        "text.png is not a picture that can be read: expected JPEG, PNG, WebP, TIFF or BMP"
    ]
    assert page.session_state["chosen"].source == "sample"


@pytest.mark.parametrize("opened", [False, True])
def test_what_is_wrong_is_not_covered_by_what_the_button_opened(opened):
    page = page_of(input_page).run()
    page.session_state["photo_upload_open"] = opened
    upload(page, "text.png", b"no picture at all")
    assert len(page.error) == 1 and len(page.get("popover")[0].get("error")) == opened


def test_a_broken_upload_keeps_the_photo_before_it():
    page = page_of(input_page).run()
    upload(page, "own.png", encode(photo(48, 64)))
    upload(page, "text.png", b"no picture at all")
    assert page.session_state["chosen"].name == "own.png" and "text.png" in page.error[0].value
    page.file_uploader[0].set_value(None).run()
    assert page.session_state["chosen"].name == "own.png" and not page.error, "taken away is what was refused"


def test_a_photo_takes_the_place_of_another_without_a_run_on_the_sample():
    """A browser that replaces a file in a drop zone first reports none: so each zone takes one file."""
    page = page_of(input_page).run()
    for name in ("own.png", "other.png"):
        upload(page, name, encode(photo(48, 64)))
        assert page.session_state["chosen"].name == name and page.file_uploader[0].value is None
        assert name in [caption.value.replace("\\", "") for caption in page.caption]


def test_a_photo_that_is_removed_is_gone():
    page = page_of(input_page).run()
    upload(page, "own.png", encode(photo(48, 64)))
    page.file_uploader[1].set_value(("bright.png", encode(photo(48, 64)), "image/png")).run()
    page.button(key="photo_remove").click().run()
    assert page.session_state["chosen"].source == "sample" and not [b.key for b in page.button]
    upload(page, "text.png", b"no picture at all")
    assert page.session_state["chosen"].source == "sample"


def test_a_reference_does_not_outlive_its_photo():
    """The next photo, of any scene, has none yet; but one that did not fit the photo before is meant for the next."""
    page = page_of(input_page).run()
    upload(page, "own.png", encode(photo(48, 64)))
    page.file_uploader[1].set_value(("bright.png", encode(photo(48, 64)), "image/png")).run()
    assert page.session_state["chosen"].reference is not None
    upload(page, "other.png", encode(photo(48, 64)))
    assert page.session_state["chosen"].name == "other.png" and page.session_state["chosen"].reference is None
    page.file_uploader[1].set_value(("bright.png", encode(photo(30, 40)), "image/png")).run()
    assert page.session_state["chosen"].reference is None and "30" in page.error[0].value
    upload(page, "small.png", encode(photo(30, 40)))
    assert page.session_state["chosen"].reference is not None and not page.error
    page.button(key="photo_reference_remove").click().run()
    assert page.session_state["chosen"].name == "small.png" and page.session_state["chosen"].reference is None


def test_a_link_opens_its_sample():
    page = page_of(input_page)
    page.query_params["photo"] = "cat"
    page.run()
    assert page.session_state["chosen"].name == "cat"
