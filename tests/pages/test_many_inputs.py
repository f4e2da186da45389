"""The drop zone for many photos: an upload stays for the session, until another comes or its owner drops it."""

from conftest import page_of
from pictures import dark, saved


def many_page():
    import streamlit as st

    from pages.shared import inputs

    if st.toggle("here", True, key="here"):
        st.session_state["many"] = inputs.pick_many()


def test_many_photos_are_kept_while_their_page_is_away_and_go_when_asked():
    page = page_of(many_page).run()
    page.file_uploader(key="photos_files").set_value([("a.png", saved(dark()), "image/png")]).run()
    page.toggle(key="here").set_value(False).run()
    page.toggle(key="here").set_value(True).run()
    many = page.session_state["many"]
    assert [source.name for source in many.sources] == ["a.png"] and many.source == "upload"
    assert "still here: 1 file" in page.caption[0].value
    page.button(key="photos_clear").click().run()
    assert page.session_state["many"].source == "sample" and not page.caption


def test_many_photos_that_are_taken_out_are_gone_and_others_replace_them():
    page = page_of(many_page).run()
    for name in ("a.png", "b.png"):
        page.file_uploader(key="photos_files").set_value([(name, saved(dark()), "image/png")]).run()
    assert page.session_state["last_files"][1][0][0] == "b.png"
    page.file_uploader(key="photos_files").set_value([]).run()
    assert page.session_state["many"].source == "sample" and "last_files" not in page.session_state
