"""A large photo on the Enhance page: made when asked for, watched, stopped, forgotten when something else is wanted."""

import threading

import pytest
from pictures import dark, saved
from test_enhance import places, said  # noqa: F401 - a fixture

from lowlight_core import decode, jobs
from lowlight_core.watching import step
from pages.parts import enhance_large, enhance_one
from tests.conftest import page_at, settled, upload, wait_until

SIZE = 3000, 4200  # 12.6 megapixels: a row more than one waits for


@pytest.fixture(scope="module")
def large():
    return saved(dark(*SIZE), "JPEG")


@pytest.fixture
def opened(places, large):  # noqa: F811
    app = page_at("enhance", method="gamma")
    return app.file_uploader(key="photo_upload").upload("large.jpg", large, "image/jpeg").run()


def job_of(app):
    return jobs.manager().get(app.session_state["full_size"][1])


def test_a_large_photo_is_made_when_asked_for_and_then_downloaded(opened, places):  # noqa: F811
    assert "Full size, 4200 × 3000" in said(opened) and not opened.get("download_button")
    assert opened.button(key="make_full").label == "Enhance all 13 megapixels"
    app = opened.button(key="make_full").click().run()
    wait_until(lambda: job_of(app).over)
    app.run()
    assert not app.exception and not app.error and app.get("download_button")
    app.button(key="save").click().run()
    (file,) = places.output_root.rglob("*.jpg")
    assert decode(file.read_bytes()).pixels.shape == (*SIZE, 3) and "Saved as" in said(app)


@pytest.mark.parametrize(
    ("done", "total", "told"),
    [(0, 0, "Enhancing… 9 s"), (0, 24, "0 of 24 parts, 9 s so far"), (6, 24, "6 of 24 parts, about 27 s left")],
)
def test_progress_says_how_long_it_still_takes(done, total, told):
    job = jobs.Job("full_size", "large.jpg", state="running", done=done, total=total, started=1.0, ended=10.0)
    assert enhance_large._pace(job) == told
    job.cancel.set()
    assert " left" not in enhance_large._pace(job), "what is being stopped will not take as long"


def test_it_can_be_stopped_and_another_setting_forgets_it(opened, monkeypatch):
    goes_on = threading.Event()

    def slow(*_):
        for done in range(9):
            step(done, 9)
            goes_on.wait(5)
        return b"all of it"

    monkeypatch.setattr(enhance_one, "full_size", slow)
    app = opened.slider(key="gamma.gamma").set_value(1.5).run().button(key="make_full").click().run()
    job = job_of(app)
    app.button(key="cancel").click().run()
    goes_on.set()
    wait_until(lambda: job.over)
    assert job.state == "cancelled" and app.run().button(key="make_full").label.startswith("Enhance all")
    goes_on.clear()
    app.button(key="make_full").click().run()
    job = job_of(app)
    app.slider(key="gamma.gamma").set_value(2.5).run()
    goes_on.set()
    wait_until(lambda: job.over)
    assert job.state == "cancelled" and "full_size" not in app.session_state and app.button(key="make_full")


def test_one_whose_time_is_up_says_so(opened, monkeypatch):
    goes_on = threading.Event()
    monkeypatch.setattr(enhance_one, "full_size", lambda *_: goes_on.wait(60) and step(1, 9))
    app = opened.slider(key="gamma.gamma").set_value(1.7).run().button(key="make_full").click().run()
    job = job_of(app)
    assert job.minutes == 60
    job.stop_late()
    goes_on.set()
    wait_until(lambda: job.over)
    assert "60 min that one job may take here" in said(app.run()) and app.button(key="make_full")


def test_what_fails_is_said_and_can_be_tried_again(opened, monkeypatch):
    monkeypatch.setattr(enhance_one, "full_size", lambda *_: 1 / 0)
    app = opened.button(key="make_full").click().run()
    wait_until(lambda: job_of(app).over)
    app.run()
    assert "division by zero" in said(app) and not app.exception and app.button(key="make_full")


@pytest.mark.browser
def test_a_visitor_waits_for_a_large_photo(browser_page, app_url, tmp_path, large):
    (tmp_path / "large.jpg").write_bytes(large)
    browser_page.goto(f"{app_url}/?method=gamma")
    settled(browser_page, 120)
    upload(browser_page, tmp_path / "large.jpg")
    browser_page.get_by_role("button", name="Enhance all 13 megapixels").click(timeout=120_000)
    with browser_page.expect_download(timeout=120_000) as waiting:
        browser_page.get_by_role("button", name="Download").click(timeout=120_000)
    assert decode(waiting.value.path().read_bytes()).pixels.shape == (*SIZE, 3)
    assert not browser_page.errors and not browser_page.outside
