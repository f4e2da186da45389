"""The Live camera page: still photo without WebRTC, and in real Chromium a fake camera fed with a dark clip."""

from types import SimpleNamespace

import av
import pytest

from lowlight_core.image import encode
from lowlight_core.settings import Settings
from lowlight_core.video import synthetic
from tests.conftest import CHROMIUM, page_at, page_of, settled, watch

FAKE = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
SHOWN = """() => {
  const video = document.querySelector('video');
  if (!video || !video.videoWidth) return null;
  const canvas = Object.assign(document.createElement('canvas'), {width: video.videoWidth, height: video.videoHeight});
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  const mean = (x) => {
    const data = context.getImageData(x, 0, canvas.width / 4, canvas.height).data;
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
    return sum / (data.length / 4) / 3;
  };
  return {left: mean(canvas.width / 8), right: mean(canvas.width * 5 / 8), time: video.currentTime};
}"""


def test_still_photo_is_the_fallback():
    app = page_at("camera", mode="Single photo")  # an address from before the control was called source
    assert not app.exception and app.query_params["source"] == "Single photo"
    assert any("never stored" in caption.value for caption in app.caption)


def test_a_session_has_one_live_picture(monkeypatch):
    from pages.parts import camera_stream

    def ask():
        from pages.parts import camera_stream

        camera_stream._live()

    made, live = [], camera_stream.LiveEnhancer
    monkeypatch.setattr(camera_stream, "LiveEnhancer", lambda: made.append(1) or live())
    assert not page_of(ask).run().run().exception and len(made) == 1


def taken(monkeypatch, data: bytes):
    """The page after a photo of these bytes was taken."""
    monkeypatch.setattr("streamlit.camera_input", lambda *_, **given: SimpleNamespace(getvalue=lambda: data))
    return page_at("camera", source="Single photo", method="gamma")


def test_a_photo_that_was_taken_can_be_taken_away(monkeypatch):
    app = taken(monkeypatch, encode(synthetic.dark_scene()[:120, :160], "jpg"))
    assert not app.exception and [button.label for button in app.get("download_button")] == ["Download"]
    assert any("Full size, 160 × 120" in caption.value for caption in app.caption)


def test_a_photo_that_cannot_be_opened_is_one_sentence(monkeypatch):
    app = taken(monkeypatch, b"no picture")
    assert not app.exception and "camera.jpg" in app.error[0].value


@pytest.mark.parametrize(
    ("sent", "taken"), [((640, 360), (640, 360)), ((1920, 1080), (1920, 1080)), ((6400, 3600), (1932, 1086))]
)
def test_frames_larger_than_a_clip_may_have_are_shrunk(sent, taken):
    """Whoever sends them chooses their size: one of 64 megapixels took more than a gigabyte, in every session."""
    from pages.parts import camera_stream

    pixels = camera_stream._pixels(av.VideoFrame(*sent, "yuv420p"))
    assert pixels.shape[1::-1] == taken and pixels.dtype == "uint8"


def test_opens_on_a_sample_that_is_called_one(monkeypatch):
    """Before the camera runs the page shows the chosen method on a sample, and follows the method.

    The stream itself wants a running server and has a test of its own in Chromium.
    """
    from pages.parts import camera_stream

    stopped = SimpleNamespace(state=SimpleNamespace(playing=False, signalling=False))
    monkeypatch.setattr(camera_stream, "webrtc_streamer", lambda **given: stopped)
    app = page_at("camera")
    assert not app.exception
    assert len(app.get("image")) == 1
    assert any("Sample photo, not your camera" in caption.value for caption in app.caption)
    app.selectbox(key="method").set_value("clahe").run()
    assert any("CLAHE on the right" in caption.value for caption in app.caption)
    app.segmented_control(key="shown").set_value("Before").run()
    assert any(caption.value.endswith("not your camera: before.") for caption in app.caption)


def test_a_connection_that_does_not_come_or_is_lost_is_said(monkeypatch):
    from pages.parts import camera_stream

    state = SimpleNamespace(playing=False, signalling=True)
    monkeypatch.setattr(camera_stream, "webrtc_streamer", lambda **given: SimpleNamespace(state=state))
    app = page_at("camera")
    assert any("Connecting" in caption.value for caption in app.caption) and not app.warning
    monkeypatch.setattr(camera_stream, "_PATIENCE_SECONDS", -1)
    assert "does not reach this server" in app.run().warning[0].value
    state.playing = True
    app.session_state["live"].newest(synthetic.dark_scene()[:90, :160], 0.0)
    monkeypatch.setattr(camera_stream, "_LOST_SECONDS", -1)
    assert "connection is lost" in app.run().warning[0].value and not app.exception


def test_a_camera_that_never_delivers_a_frame_is_said(monkeypatch):
    from pages.parts import camera_stream

    state = SimpleNamespace(playing=True, signalling=False)
    monkeypatch.setattr(camera_stream, "webrtc_streamer", lambda **given: SimpleNamespace(state=state))
    app = page_at("camera")
    assert not app.warning and not app.exception, "the first frames take a moment"
    monkeypatch.setattr(camera_stream, "_LOST_SECONDS", -1)
    assert "delivers no picture" in app.run().warning[0].value and not app.metric
    app.session_state["live"].newest(synthetic.dark_scene()[:90, :160], 0.0)
    monkeypatch.setattr(camera_stream, "_LOST_SECONDS", 600)
    app.run()
    assert not app.warning and app.metric and not app.exception


def test_the_sample_is_split_as_the_live_picture_is():
    from lowlight_core import enhancers
    from lowlight_core.video.live import SPLIT, shown
    from pages.parts import camera_sample

    dark = camera_sample.picture()
    drawn = shown(dark, enhancers.get("clahe")(dark), SPLIT, 0.5)
    half = dark.shape[1] // 2
    assert (drawn[:, : half - 1] == dark[:, : half - 1]).all()
    assert drawn[:, half + 1 :].mean() > dark[:, half + 1 :].mean() + 20


def test_ice_servers_come_from_the_settings(monkeypatch):
    from pages.parts import camera_stream

    monkeypatch.setattr(camera_stream, "server", lambda: Settings())
    assert camera_stream.ice_servers() == [], "by default no server outside is asked"
    text = "stun:a.example:3478, turn:b.example:3478|user|secret"
    monkeypatch.setattr(camera_stream, "server", lambda: Settings(ice_servers=text))
    assert camera_stream.ice_servers() == [
        {"urls": ["stun:a.example:3478"]},
        {"urls": ["turn:b.example:3478"], "username": "user", "credential": "secret"},
    ]


def fake_clip(path):
    """A dark clip in the format that Chromium's fake camera plays."""
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=15)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuvj420p"
        for pixels in synthetic.pan(synthetic.dark_scene(), 20, (640, 360)):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(picture.reformat(format="yuvj420p")))
        container.mux(stream.encode(None))
    return path


def frame_with_video(page):
    return next(frame for frame in page.frames if "streamlit_webrtc" in frame.url)


@pytest.mark.browser
@pytest.mark.slow
def test_fake_camera_split_view(app_url, browser, tmp_path):
    """The left half is dark as the clip is, the right half brighter; pictures keep coming; no request leaves.

    By a method that is fast on a busy machine too; networks have their turn in test_live.
    """
    clip = fake_clip(tmp_path / "fake.mjpeg")
    chromium = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*FAKE, f"--use-file-for-fake-video-capture={clip}"]
    )
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    watch(page)
    try:
        page.goto(f"{app_url}/camera?method=gamma")
        settled(page, 120)
        page.frame_locator("iframe").get_by_role("button", name="Start the camera").click(timeout=90000)
        frame_with_video(page).wait_for_function(
            "() => document.querySelector('video')?.currentTime > 1", timeout=120000
        )
        page.get_by_text("Frames per second").wait_for(timeout=30000)
        bright = f"() => {{ const now = ({SHOWN})(); return now && now.right > now.left + 10 ? now : null; }}"
        first = frame_with_video(page).wait_for_function(bright, timeout=60000).json_value()
        frame_with_video(page).wait_for_function(
            "then => document.querySelector('video').currentTime > then + 0.5", arg=first["time"], timeout=60000
        )
        assert not page.outside
    finally:
        chromium.close()


@pytest.mark.browser
def test_no_camera_is_said_in_words(app_url, browser_page):
    browser_page.goto(f"{app_url}/camera")
    settled(browser_page, 120)
    browser_page.get_by_text("no camera that the browser can see").wait_for(timeout=60000)
    browser_page.locator('[data-testid="stImage"] img').wait_for(timeout=60000)
    browser_page.get_by_text("Sample photo, not your camera").wait_for(timeout=60000)
    assert not browser_page.outside
