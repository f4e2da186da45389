"""The drop zone for many photos: an upload stays for the session, until another comes or its owner drops it."""

from conftest import page_of
from pictures import dark, saved

from lowlight_core.settings import Settings
from pages.shared import inputs


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
    assert page.session_state["last_files"].many.sources[0].name == "b.png"
    page.file_uploader(key="photos_files").set_value([]).run()
    assert page.session_state["many"].source == "sample" and "last_files" not in page.session_state


def test_too_many_are_let_go_of_at_once_and_what_was_there_stays(monkeypatch):
    """Streamlit itself would keep them in memory as long as they stand in the drop zone."""
    released = []
    monkeypatch.setattr("pages.shared.upload_memory.release", released.extend)
    monkeypatch.setattr("lowlight_core.files.settings", lambda: Settings(max_files=2))
    page = page_of(many_page).run()
    drop = [(f"{name}.png", saved(dark()), "image/png") for name in "abc"]
    page.file_uploader(key="photos_files").set_value(drop[:1]).run()
    page.file_uploader(key="photos_files").set_value(drop).run()
    assert "more than the limit of 2" in page.error[0].value and len(released) == 3
    assert page.file_uploader(key="photos_files.1").value == [] and "still here: 1 file" in page.caption[0].value
    assert [source.name for source in page.session_state["many"].sources] == ["a.png"]
    page.file_uploader(key="photos_files.1").set_value(drop[1:]).run()
    assert not page.error and [source.name for source in page.session_state["many"].sources] == ["b.png", "c.png"]


def test_an_upload_is_read_once_and_not_at_every_move_of_a_knob(monkeypatch):
    calls, read = [], inputs.from_uploads
    monkeypatch.setattr(inputs, "from_uploads", lambda files, **more: calls.append(1) or read(files, **more))
    page = page_of(many_page).run()
    page.file_uploader(key="photos_files").set_value([("a.png", saved(dark()), "image/png")]).run()
    first = page.session_state["many"].sources[0]
    assert page.run().session_state["many"].sources[0] is first and len(calls) == 1
    assert inputs.open_source(first) is inputs.open_source(first)


def test_what_the_servers_memory_has_no_room_for_is_let_go_of_at_once(monkeypatch):
    released = []
    monkeypatch.setattr("pages.shared.upload_memory.release", released.extend)
    monkeypatch.setattr("pages.shared.upload_memory.settings", lambda: Settings(max_uploads_gigabytes=1e-9))
    page = page_of(many_page).run()
    page.file_uploader(key="photos_files").set_value([("a.png", saved(dark()), "image/png")]).run()
    assert "memory is full" in page.error[0].value and len(released) == 1
    assert page.session_state["many"].source == "sample"
