"""The Enhance page: a sample at once, full-size downloads, many photos as a job that its owner can watch and stop."""

import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pictures import dark, declaring_png, saved
from PIL import Image

from lowlight_core import decode, enhancers, jobs, samples
from lowlight_core.errors import BusyError, ImageError
from lowlight_core.settings import Settings
from pages.parts import enhance_one
from pages.shared.inputs import Chosen
from tests.conftest import page_at, settled, wait_until

MANY = "Many photos"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """The server's folders, in a temporary place."""
    chosen = Settings(home=tmp_path / "home", output_root=tmp_path / "out")
    chosen.output_root.mkdir()
    for module in ("lowlight_core.jobs", "pages.parts.enhance_one", "pages.parts.enhance_many"):
        name = "settings" if module.startswith("lowlight") else "server"
        monkeypatch.setattr(f"{module}.{name}", lambda: chosen)
    return chosen


page = partial(page_at, "enhance")


def started(app):
    """Press the button and wait until the job is over."""
    app.button(key="start").click().run()
    job = jobs.manager().get(app.session_state["job"])
    wait_until(lambda: job.over)
    return app.run(), job


def said(app) -> str:
    kinds = (app.success, app.warning, app.error, app.info, app.caption, app.markdown)
    return "\n".join(element.value for elements in kinds for element in elements)


def test_opens_on_a_sample_enhanced_by_the_default_method():
    app = page()
    assert not app.exception and not app.error
    assert app.selectbox(key="method").value == enhancers.default().name
    assert "Sample" in said(app) and ("Enhanced in" in said(app) or "Computed beforehand" in said(app))


def test_a_light_that_lost_its_colour_is_mentioned_where_a_knob_brings_it_back(monkeypatch):
    assert "lamp light" not in said(page())
    monkeypatch.setattr(enhance_one.cast, "removed", lambda *_: 1.0)
    assert "raise **Warmth**" in said(page())
    assert "lamp light" not in said(page(method="gamma"))


def test_method_and_knobs_come_from_the_address():
    app = page(method="gamma", **{"gamma.gamma": "2.5"})
    assert app.selectbox(key="method").value == "gamma" and app.slider(key="gamma.gamma").value == 2.5


@pytest.mark.parametrize("mode", ["One photo", MANY])
def test_the_format_comes_from_the_address_too(mode):
    assert [
        one.value for one in page(method="gamma", mode=mode, format="PNG").segmented_control if one.key == "format"
    ] == ["PNG"]


@pytest.mark.parametrize(("format", "exact"), [("png", True), ("jpg", False), ("webp", False)])
def test_downloads_are_full_size_and_keep_metadata(format, exact):
    pixels, block = dark(900, 1700), Image.Exif()
    block[0x010E] = "a night"  # ImageDescription
    exif = block.tobytes().removeprefix(b"Exif\x00\x00")
    photo = Chosen("a.jpg", pixels, None, "", "", "upload", exif=exif)
    method = enhancers.get("clahe")
    picture = decode(enhance_one.full_size(photo, method, {"clip_limit": 3.0}, format))
    expected = method(pixels, clip_limit=3.0)
    assert picture.pixels.shape == expected.shape
    assert np.array_equal(picture.pixels, expected) == exact
    assert b"a night" in picture.exif


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("empty.jpg", b"", "empty.jpg is empty"),
        ("text.jpg", b"hello", "not a picture"),
        ("cut.png", saved(dark())[:200], "damaged"),
        ("moving.png", saved(dark(), "GIF"), "GIF"),
        ("huge.png", declaring_png(60_000, 60_000), "3600 megapixels"),
    ],
)
def test_a_bad_upload_is_one_sentence_and_the_sample_stays(name, data, what):
    app = page()
    app.file_uploader(key="photo_upload").upload(name, data, "image/png").run()
    assert what in said(app) and not app.exception and "Sample" in said(app)


def test_a_single_pixel_is_enhanced():
    app = page()
    app.file_uploader(key="photo_upload").upload("one.png", saved(dark(1, 1)), "image/png").run()
    assert not app.exception and not app.error and "one.png" in said(app).replace("\\", "")


def test_saving_one_photo_makes_a_new_folder(places):
    app = page(method="gamma")
    app.button(key="save").click().run()
    (file,) = places.output_root.rglob("*.jpg")
    assert "Saved as" in said(app) and decode(file.read_bytes()).pixels.shape == samples.load("garage").low.shape


def test_a_full_output_folder_is_said(places):
    places.output_root.rmdir()
    app = page()
    app.button(key="save").click().run()
    assert "takes no results" in said(app) and not app.exception


def test_many_photos_become_a_gallery_with_each_failure_named(places):
    app = page(mode=MANY, method="gamma")
    files = [("夜 1.png", saved(dark(seed=1)), "image/png"), ("broken.jpg", saved(dark(), "JPEG")[:500], "image/jpeg")]
    app.file_uploader(key="photos_files").set_value(files).run()
    assert "2 photos ready" in said(app)
    app, job = started(app)
    assert "1 photo enhanced" in said(app) and "1 failed" in said(app)
    assert [line.value for line in app.markdown if line.value.startswith("- broken.jpg ")]
    assert [item.name for item in job.result.done] == ["夜 1.png"]


def test_a_zip_with_unsafe_names_gives_the_rest(places):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../evil.png", saved(dark()))
        archive.writestr("good/a.png", saved(dark()))
    app = page(mode=MANY)
    app.file_uploader(key="photos_files").set_value([("x.zip", file.getvalue(), "application/zip")]).run()
    assert "1 photo ready, 1 left out" in said(app) and not app.exception


def test_a_job_is_saved_on_the_server_when_asked(places):
    app = page(mode=MANY, method="gamma")
    app.toggle(key="save_all").set_value(True).run()
    app, job = started(app)
    assert len(list(job.result.saved.rglob("*.jpg"))) == len(samples.SAMPLES)
    assert "Saved in the server's folder" in said(app)


def test_the_address_brings_a_new_session_back_to_its_job(places):
    app, job = started(page(mode=MANY, method="gamma"))
    again = page(mode=MANY, job=job.token)
    assert f"{len(samples.SAMPLES)} photos enhanced" in said(again)
    stranger = page(mode=MANY, job="guessed")
    assert "photos enhanced" not in said(stranger) and not stranger.exception
    assert "not kept here any more" in said(stranger) and "job" not in stranger.query_params
    assert again.button(key="start").label == f"Enhance {len(samples.SAMPLES)} samples", "not the photos of the job"


def test_what_cannot_be_saved_leaves_no_folder_and_is_not_said_to_be_saved(places, monkeypatch):
    app = page(method="gamma", photo="cat", format="WebP")
    monkeypatch.setattr(enhance_one, "encode", lambda *_, **__: (_ for _ in ()).throw(ImageError("WebP is too small")))
    app.button(key="save").click().run()
    assert "WebP is too small" in said(app) and not list(places.output_root.iterdir())
    app = page(mode=MANY, method="gamma")
    app.file_uploader(key="photos_files").set_value([("a.png", saved(dark())[:200], "image/png")]).run()
    app.toggle(key="save_all").set_value(True).run()
    app, _ = started(app)
    assert "0 photos enhanced" in said(app) and "Saved" not in said(app) and not list(places.output_root.iterdir())


def test_results_stay_where_the_next_job_cannot_start(places, monkeypatch):
    app, job = started(page(mode=MANY, method="gamma"))

    def busy(*_, **__):
        raise BusyError("jobs are waiting already")

    monkeypatch.setattr("lowlight_core.jobs.many_photos.submit", busy)
    app.button(key="start").click().run()
    assert "waiting already" in said(app) and job.result.done and job.result.done[0].enhanced.output.exists()


@pytest.mark.browser
def test_a_visitor_drops_photos_and_takes_a_zip(browser_page, app_url, tmp_path):
    for index in range(3):
        (tmp_path / f"photo {index}.png").write_bytes(saved(dark(120, 160, index)))
    browser_page.goto(f"{app_url}/?mode=Many+photos&method=gamma")
    settled(browser_page, 120)
    browser_page.locator("input[type=file]").first.set_input_files(sorted(tmp_path.glob("*.png")))
    browser_page.get_by_text("3 photos ready").wait_for(timeout=60_000)
    browser_page.get_by_role("button", name="Enhance 3 photos").click()
    browser_page.get_by_text("3 photos enhanced").wait_for(timeout=120_000)
    with browser_page.expect_download(timeout=120_000) as waiting:
        browser_page.get_by_role("button", name="as .zip").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert archive.namelist() == [f"photo {index}.jpg" for index in range(3)]
    assert not browser_page.outside


@pytest.mark.browser
def test_the_default_page_downloads_the_enhanced_sample(browser_page, app_url):
    browser_page.goto(app_url)
    settled(browser_page, 120)
    browser_page.get_by_text("PNG", exact=True).click()
    browser_page.wait_for_timeout(1000)  # a busy machine begins the page's new run a little later
    settled(browser_page, 120)
    with browser_page.expect_download(timeout=120_000) as waiting:
        browser_page.get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename.endswith(".png")
    pixels = decode(Path(waiting.value.path()).read_bytes()).pixels
    assert np.array_equal(pixels, enhancers.default()(samples.load("garage").low))
