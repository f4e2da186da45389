"""The Video page: a sample at once, a job that its address brings back, a result in step with the original."""

import threading
from io import BytesIO

import pytest

from lowlight_core import jobs
from lowlight_core.settings import Settings
from lowlight_core.video import job as video_job
from lowlight_core.video import synthetic
from pages.shared import text
from tests.conftest import page_at, settled, upload, wait_until
from tests.video.clips import damage, write


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The server's folder in a temporary place, and a short sample."""
    chosen = Settings(home=tmp_path / "home", max_video_megabytes=1, max_video_seconds=2)
    monkeypatch.setattr("lowlight_core.jobs.settings", lambda: chosen)
    monkeypatch.setattr("lowlight_core.video.probe.settings", lambda: chosen)
    monkeypatch.setattr("pages.parts.video_clip.server", lambda: chosen)
    monkeypatch.setattr(synthetic, "SAMPLE_SECONDS", 1)
    monkeypatch.setattr(synthetic, "SAMPLE_SIZE", (160, 96))
    from pages.parts import video_clip

    video_clip._sample.clear()
    yield chosen.home
    video_clip._sample.clear()


def page(**query):
    return page_at("video", **{"method": "CLAHE", **query})


def finished(app):
    job = jobs.manager().get(app.session_state["video_job"])
    wait_until(lambda: job.over)
    return job


def test_opens_on_the_sample(home):
    app = page()
    assert not app.exception
    assert any("frames a second" in caption.value for caption in app.caption)
    app.slider(key=f"moment_{next((home / 'videos').glob('*.mp4')).name}").set_value(0.5).run()
    assert not app.exception


def test_a_job_its_result_and_the_way_back(home):
    app = page()
    app.button(key="start").click().run()
    job = finished(app)
    assert job.state == "done", job.error
    assert job.result.summary.frames == 24
    app.run()
    assert not app.exception
    assert any("frames per second" in caption.value for caption in app.caption)
    again = page(video_job=job.token)
    assert not again.exception
    assert any(button.label == "Download" for button in again.get("download_button"))
    again.button(key="back").click().run()
    assert "video_job" not in again.query_params


def test_a_new_start_removes_the_result_before_it(home):
    """Results are large: without this each stayed on the disk for a day."""
    app = page()
    app.button(key="start").click().run()
    first = finished(app)
    app.run().button(key="start").click().run()
    second = finished(app)
    assert second is not first and second.state == "done"
    assert {path.name for path in (home / "jobs").iterdir()} == {second.token}
    left = page(video_job=first.token)  # another tab that showed it
    assert not left.exception and "no longer kept" in left.info[0].value and not left.get("download_button")
    left.button(key="start").click().run()
    assert finished(left).state == "done"
    assert (home / "jobs" / second.token).exists(), "what another tab began and may show"


def test_a_new_start_from_the_preview_removes_the_result_before_it(home):
    app = page()
    app.button(key="start").click().run()
    first = finished(app)
    app.run().button(key="back").click().run()
    assert (home / "jobs" / first.token).exists(), "the browser's way back leads to it"
    app.button(key="start").click().run()
    assert finished(app).state == "done" and not (home / "jobs" / first.token).exists()


def test_an_upload_takes_the_place_of_a_result(home, tmp_path):
    clip = synthetic.write_clip(tmp_path / "mine.mp4", synthetic.static(synthetic.dark_scene()[:96, :160], 6), 24)
    app = page()
    app.button(key="start").click().run()
    assert finished(app).state == "done"
    app.run().file_uploader(key="clip_upload").upload("mine.mp4", clip.read_bytes(), "video/mp4").run()
    assert not app.exception and "video_job" not in app.query_params
    assert any("mine.mp4: 160 × 96" in caption.value.replace("\\", "") for caption in app.caption)
    assert app.button(key="start").label == "Enhance the clip"


def test_memory_is_given_back_as_soon_as_a_clip_is_on_disk(home, tmp_path, monkeypatch):
    clip = synthetic.write_clip(tmp_path / "mine.mp4", synthetic.static(synthetic.dark_scene()[:96, :160], 6), 24)
    released = []
    monkeypatch.setattr("pages.shared.upload_memory.release", released.extend)
    app = page()
    app.file_uploader(key="clip_upload").upload("mine.mp4", b"no video", "video/mp4").run()
    assert app.error and not released, "a refused file stays beside the sentence that says why"
    app.file_uploader(key="clip_upload").upload("mine.mp4", clip.read_bytes(), "video/mp4").run()
    assert not app.exception and not app.error and len(released) == 1
    app.file_uploader(key="clip_upload.1").upload("other.mp4", clip.read_bytes(), "video/mp4").run()
    assert len(released) == 2 and any("other.mp4: 160" in caption.value.replace("\\", "") for caption in app.caption)


def test_cancelling_is_said_until_it_is_over(home, monkeypatch):
    held, work = threading.Event(), video_job._work

    def slow(*inputs):
        held.wait(60)
        return work(*inputs)

    monkeypatch.setattr(video_job, "_work", slow)
    try:
        app = page()
        app.button(key="start").click().run()
        assert app.button(key="cancel").label == "Cancel"
        assert any((slider.key or "").startswith("moment_") for slider in app.slider), "no empty page while one waits"
        app.button(key="cancel").click().run()
        assert app.button(key="cancel").label == "Cancelling…" and app.button(key="cancel").disabled
    finally:
        held.set()
    assert finished(app).state == "cancelled"
    app.run()
    assert any("Cancelled" in info.value for info in app.info)
    assert any((slider.key or "").startswith("moment_") for slider in app.slider), "settings can be tried again at once"
    assert app.button(key="back").label == "Dismiss"
    app.button(key="back").click().run()
    assert not app.exception and not app.info


def test_cancel_leaves_no_result(home):
    app = page()
    app.button(key="start").click().run()
    job = jobs.manager().get(app.session_state["video_job"])
    jobs.manager().cancel(job)
    finished(app)
    if job.state == "cancelled":
        assert not list(job.folder.glob("after*"))
        app.run()
        assert any("Cancelled" in info.value for info in app.info)


@pytest.mark.parametrize("content, words", [(b"no video at all", "no video that can be read"), (None, "lasts")])
def test_a_bad_upload_is_one_sentence_and_the_sample_stays(home, tmp_path, content, words):
    if content is None:
        frames = synthetic.static(synthetic.dark_scene()[:96, :160], 72)
        content = synthetic.write_clip(tmp_path / "long.mp4", frames, 24).read_bytes()
    app = page()
    app.session_state["clip_upload_open"] = True
    app.file_uploader(key="clip_upload").upload("mine.mp4", content, "video/mp4").run()
    assert not app.exception and len(app.get("popover")[0].get("error")) == 1, "beside the file, not below its panel"
    assert any(words in error.value and "mine" in error.value for error in app.error)
    assert not list((home / "videos" / "uploads").iterdir())


def test_of_a_clip_with_high_dynamic_range_it_is_said_what_to_expect(home, tmp_path):
    frames = synthetic.static(synthetic.dark_scene()[:96, :160], 6)
    clip = write(tmp_path / "phone.mp4", frames, transfer=18)
    app = page()
    assert not app.warning
    app.session_state["clip_upload_open"] = True
    app.file_uploader(key="clip_upload").upload("phone.mp4", clip.read_bytes(), "video/mp4").run()
    assert [warning.value.replace("\\", "")[:26] for warning in app.warning] == ["phone.mp4 is HDR (HLG) and"]
    assert not app.session_state["clip_upload_open"], "nothing covers the clip"


def test_frames_that_a_damaged_clip_lost_are_counted(home, tmp_path):
    clip = damage(write(tmp_path / "torn.mp4", synthetic.static(synthetic.dark_scene()[:96, :160], 40)), [20, 21])
    app = page(method="gamma")
    app.file_uploader(key="clip_upload").upload("torn.mp4", clip.read_bytes(), "video/mp4").run()
    app.button(key="start").click().run()
    finished(app)
    app.run()
    assert not app.exception
    assert [warning.value[:21] for warning in app.warning] == ["2 frames are missing,"]


def test_an_unknown_job_leaves_the_address(home):
    app = page(video_job="nobody")
    assert not app.exception
    assert "video_job" not in app.query_params
    assert "not kept here any more" in app.info[0].value
    assert app.button(key="start").label == "Enhance the sample"


@pytest.mark.browser
@pytest.mark.slow
def test_result_plays_in_step(app_url, browser_page, tmp_path):
    """In real Chromium: upload, enhance, play; both clips show the same moment, one divider over both."""
    clip = synthetic.write_clip(tmp_path / "mine.mp4", synthetic.pan(synthetic.dark_scene(), 24, (320, 180)))
    browser_page.goto(f"{app_url}/video?method=CLAHE")
    settled(browser_page, 120)
    upload(browser_page, str(clip), button="Your video")
    browser_page.get_by_text("mine.mp4: 320 × 180").wait_for(timeout=60000)  # before that, the page has the sample
    browser_page.keyboard.press("Escape")
    browser_page.get_by_role("button", name="Enhance the clip").click()
    browser_page.get_by_role("button", name="Download").wait_for(timeout=240000)
    player = browser_page.locator('.player[data-state="ready"]')
    player.wait_for(timeout=60000)
    player.get_by_role("button", name="Play").click()
    in_step = """player => {
      const [before, after] = player.querySelectorAll('video');
      return after.currentTime > 0 && Math.abs(before.currentTime - after.currentTime) < 0.15;
    }"""
    wait_until(lambda: player.evaluate(in_step))  # the two clips are at the same moment
    assert not browser_page.outside


def test_bytes_of_an_upload_are_kept_exactly(home):
    """What is probed is what was uploaded."""
    frames = synthetic.static(synthetic.dark_scene()[:96, :160], 12)
    clip = synthetic.write_clip(home.parent / "short.mp4", frames, 24)
    app = page()
    app.file_uploader(key="clip_upload").upload("short.mp4", BytesIO(clip.read_bytes()).getvalue(), "video/mp4").run()
    assert not app.exception
    kept = next((home / "videos" / "uploads").iterdir())
    assert kept.read_bytes() == clip.read_bytes()


@pytest.mark.parametrize(
    ("count", "words"), [(0, "1 kB"), (2482, "2 kB"), (915_000, "0.9 MB"), (45_160_000, "45.2 MB")]
)
def test_no_file_has_a_size_of_nothing(count, words):
    assert text.size(count) == words
