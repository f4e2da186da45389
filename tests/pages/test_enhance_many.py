"""Many photos on the Enhance page: what made the results, the way back and forth, originals, files left out."""

import threading
from dataclasses import replace
from functools import partial

import pytest
from pictures import dark, saved

from lowlight_core import batch, enhance_files, enhancers, jobs
from lowlight_core.settings import Settings
from pages.parts import gallery
from pages.shared import text
from tests.conftest import page_at, wait_until

page = partial(page_at, "enhance", mode="Many photos", method="gamma")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The jobs' folder in a temporary place."""
    monkeypatch.setattr("lowlight_core.jobs.settings", lambda: Settings(home=tmp_path / "home"))


def photos(*names):
    return [(name, saved(dark(seed=len(name))), "image/png") for name in names]


def drop(app, files):
    return app.file_uploader(key="photos_files").set_value(files).run()


def finished(app):
    app.button(key="start").click().run()
    job = jobs.manager().get(app.session_state["job"])
    wait_until(lambda: job.over)
    return app.run(), job


def held_at(name, monkeypatch) -> tuple[threading.Event, threading.Event]:
    """One photo at a time is worked on, and that of this name until the first event is set; the second one is set once
    a wish to stop was heard."""
    held, heard, work, give_back = threading.Event(), threading.Event(), enhance_files.decode, batch._give_back
    monkeypatch.setattr(batch, "default_workers", lambda: 1)
    monkeypatch.setattr(batch, "_give_back", lambda waiting: give_back(waiting) or heard.set())
    monkeypatch.setattr(
        enhance_files, "decode", lambda data, of, *limit: (of != name or held.wait(60)) and work(data, of, *limit)
    )
    return held, heard


def said(app) -> str:
    kinds = (app.success, app.warning, app.error, app.info, app.caption)
    return "\n".join(element.value for elements in kinds for element in elements).replace("\\", "")


def keys(app) -> set[str]:
    return {button.key for button in app.button}


def test_the_summary_names_method_and_knobs():
    app, _ = finished(drop(page(), photos("a.png", "bb.png")))
    assert "2 photos enhanced in" in said(app) and "by Gamma, default settings." in said(app)
    app, _ = finished(drop(page(**{"gamma.gamma": "2.5", "gamma.strength": "0.5"}), photos("a.png")))
    assert "by Gamma, gamma 2.5, strength 0.5." in said(app)


def test_thumbnails_of_one_name_show_their_folders():
    assert gallery.short_names(["a/low/1.png", "a/high/1.png", "b/2.png"]) == ["low/1.png", "high/1.png", "2.png"]


def test_names_of_downloads_do_not_tell_the_name_of_own_weights(monkeypatch):
    """Whoever knows that name finds the network: a picture that is handed on would give it away."""
    name = "own-" + "s" * 22 + "-300"
    files = {}  # of every run of the page: a quick job's zip is there in the run that started it, and in the next
    own = replace(enhancers.get("gamma"), name=name, label="U-Net, own weights (300 steps)")
    monkeypatch.setitem(enhancers.METHODS, name, own)
    monkeypatch.setattr("streamlit.download_button", lambda label, data, file, *_, **__: files.setdefault(file))
    page_at("enhance", method=name, photo="cat")
    finished(drop(page(method=name), photos("a.png")))
    assert list(files) == ["cat-u_net_own_weights_300_steps.jpg", "enhanced-u_net_own_weights_300_steps.zip"]


def test_results_of_own_weights_outlive_the_weights(monkeypatch):
    """A tab left open for a day: the network was removed, its results are still there."""
    name = "own-" + "s" * 22 + "-300"
    own = replace(enhancers.get("gamma"), name=name, label="U-Net, own weights (300 steps)")
    monkeypatch.setitem(enhancers.METHODS, name, own)
    app, job = finished(drop(page(method=name), photos("a.png")))
    monkeypatch.delitem(enhancers.METHODS, name)
    again = page(job=job.token)
    assert not again.exception and "by U-Net, own weights (300 steps)" in said(again)
    assert "drop it again to compare" in said(again) and again.get("download_button")


def test_back_to_the_preview_and_to_the_results():
    app, job = finished(drop(page(), photos("a.png", "bb.png")))
    app.button(key="back").click().run()
    assert not app.exception and "job" not in app.query_params and "enhanced in" not in said(app)
    assert "back" not in keys(app) and app.selectbox(key="method")
    app.button(key="results").click().run()
    assert "2 photos enhanced" in said(app) and job.token in app.query_params["job"]
    app.button(key="back").click().run()
    again, newer = finished(app)
    assert newer is not job and job.result is None, "results that were left go where others come"
    assert "2 photos enhanced" in said(again)


def test_who_was_shown_results_by_their_address_does_not_throw_them_away():
    app, job = finished(drop(page(), photos("a.png", "bb.png")))
    guest = page(job=job.token)
    assert "2 photos enhanced" in said(guest)
    guest, own = finished(drop(guest, photos("ccc.png")))
    assert own is not job and "1 photo enhanced" in said(guest)
    assert job.result and job.result.done[0].enhanced.output.exists() and "2 photos enhanced" in said(app.run())


def test_originals_are_found_again_whatever_is_added_or_removed(monkeypatch):
    shown = []
    monkeypatch.setattr("pages.parts.gallery.viewer.compare", lambda *_, **more: shown.append(more["key"]))
    monkeypatch.setattr("pages.parts.gallery.viewer.grid", lambda pictures, **_: shown.append(pictures[0][0]))
    app, job = finished(drop(page(), photos("b.png", "cc.png")))
    assert shown[-1] == "gallery_view"
    drop(app, photos("a0.png", "b.png", "cc.png"))
    assert shown[-1] == "gallery_view", "another position, the same file"
    drop(app, [("b.png", saved(dark(seed=99)), "image/png"), *photos("cc.png")])
    assert shown[-1] == "Gamma: b.png" and "not here any more" in said(app), "another photo of that name"
    drop(app, photos("cc.png"))
    assert shown[-1] == "Gamma: b.png" and "drop it again to compare" in said(app)
    app.button(key="open_1").click().run()
    assert shown[-1] == "gallery_view" and not app.exception


def test_what_is_no_picture_is_left_out_at_once():
    files = [("notes.jpg", b"no picture", "image/jpeg"), ("a.jpg", b"\0\0\0\x18ftypheic" + bytes(30), "image/jpeg")]
    app = drop(page(), [*photos("b.png"), *files])
    assert "1 photo ready, 2 left out" in said(app) and app.button(key="start").label == "Enhance 1 photo"
    (listed,) = (line.value.splitlines() for line in app.markdown if line.value.startswith("- "))
    assert len(listed) == 2 and "HEIC photo" in listed[0] and "not a picture" in listed[1]
    assert listed[1].startswith("- notes.jpg ") and listed[0].count("a.jpg") == 1, "each name once"
    drop(app, files)
    assert "0 photos ready, 2 left out" in said(app) and app.button(key="start").disabled and not app.exception


def test_while_a_job_runs_nothing_offers_to_start_another(monkeypatch):
    shown, (held, heard) = [], held_at("bb.png", monkeypatch)
    monkeypatch.setattr("streamlit.image", lambda images, captions, *_, **__: shown.append(tuple(captions)))
    try:
        app = drop(page(), photos("a.png", "bb.png", "ccc.png"))
        app.button(key="start").click().run()
        job = jobs.manager().get(app.session_state["job"])
        wait_until(lambda: job.done == 1)
        again = page(job=job.token)  # a refresh: the uploads are gone
        assert again.button(key="start").label == "Enhancing…" and again.button(key="start").disabled
        assert set(shown) == {("a.png",)}, "one element, each thumbnail with its name"
        again.button(key="cancel").click().run()
        assert again.button(key="cancel").label == "Cancelling…" and again.button(key="cancel").disabled
        assert heard.wait(60)
    finally:
        held.set()
    wait_until(lambda: job.over)
    assert job.state == "cancelled" and "2 photos enhanced" in said(again.run())
    assert "stopped before the other 1." in said(again)


def stopped_late(monkeypatch):
    """The page of three photos, of which the last was not reached before the job's time was up, and the job."""
    held, heard = held_at("bb.png", monkeypatch)
    try:
        app = drop(page(), photos("a.png", "bb.png", "ccc.png"))
        app.button(key="start").click().run()
        job = jobs.manager().get(app.session_state["job"])
        wait_until(lambda: job.done == 1)
        job.stop_late()
        assert "time is up" in app.run().button(key="cancel").label and heard.wait(60)
    finally:
        held.set()
    wait_until(lambda: job.over)
    return app.run(), job


def test_when_its_time_is_up_the_page_says_how_many_were_reached_and_why_no_more(monkeypatch):
    app, job = stopped_late(monkeypatch)
    assert "2 photos enhanced in" in said(app) and "1 not reached, since the 60 min that one job may take" in said(app)
    assert len(job.result.done) == 2 and "stopped before" not in said(app) and not app.exception


def test_the_others_are_enhanced_as_long_as_the_photos_are_at_hand(monkeypatch):
    app, job = stopped_late(monkeypatch)
    assert app.button(key="rest").label == "Enhance the other 1 photo"
    again = page(job=job.token)
    assert "Drop the same photos again" in said(again) and "rest" not in keys(again)
    assert "rest" not in keys(drop(again, photos("a.png", "bb.png"))), "others than those of the job"
    drop(again, photos("a.png", "bb.png", "ccc.png")).button(key="rest").click().run()
    wait_until(lambda: job.over)
    again.run()
    assert job.state == "done" and "3 photos enhanced" in said(again) and "not reached" not in said(again)
    assert "rest" not in keys(again) and not again.exception and app.run().session_state["job"] == job.token


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (89, "89 s"), (91, "2 min"), (3010, "50 min"), (7200, "2 h"), (7810, "2 h 10 min")],
)
def test_long_durations_have_no_seconds(seconds, words):
    assert text.duration(seconds) == words


def test_the_pages_of_thumbnails_stand_below_the_opened_photo(monkeypatch):
    drawn, choose = [], gallery.st.selectbox
    monkeypatch.setattr(gallery, "_PER_PAGE", 1)
    monkeypatch.setattr("pages.parts.gallery.viewer.compare", lambda *_, **__: drawn.append("viewer"))
    monkeypatch.setattr("streamlit.selectbox", lambda label, *a, **k: drawn.append(label) or choose(label, *a, **k))
    app, _ = finished(drop(page(), photos("a.png", "bb.png")))
    assert drawn[-2:] == ["viewer", "Page"] and not app.exception


def test_next_and_previous_step_through_the_opened_photos():
    app, _ = finished(drop(page(), photos("a.png", "bb.png", "ccc.png")))
    assert app.button(key="previous").disabled
    captions = [caption.value for caption in app.caption]
    assert captions.index("1 of 3") < captions.index("a.png"), "above the photo, below which they would move"
    app.button(key="next").click().run()
    app.button(key="next").click().run()
    assert app.button(key="next").disabled and "3 of 3" in said(app) and "ccc.png" in said(app)
    app.button(key="previous").click().run()
    assert "2 of 3" in said(app) and "bb.png" in said(app) and not app.exception


def test_the_thumbnails_follow_to_their_next_page(monkeypatch):
    monkeypatch.setattr(gallery, "_PER_PAGE", 2)
    app, _ = finished(drop(page(), photos("a.png", "bb.png", "ccc.png")))
    app.button(key="next").click().run()
    app.button(key="next").click().run()
    assert app.selectbox(key="gallery_page").value == 2 and "open_2" in keys(app) and "open_0" not in keys(app)
