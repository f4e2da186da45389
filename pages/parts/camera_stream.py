"""The live picture of the camera page: WebRTC to this server and back, its speed, and what to do without a camera."""

import time
from functools import cache, partial
from pathlib import Path

import av
import numpy as np
import streamlit as st
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from lowlight_core.enhancer import Enhancer
from lowlight_core.settings import settings as server
from lowlight_core.video.live import LiveEnhancer, Pace
from pages.parts import camera_sample
from pages.shared.text import said

_HERE = Path(__file__).parent
_POLL_SECONDS = 1.0
_LOST_SECONDS, _PATIENCE_SECONDS = 5.0, 10.0
_LIVE = "live"  # in the session: what enhances its frames
_ASKED = "camera_asked"  # when the connection was asked for
_CONNECTED = "camera_connected"  # when it came, before its first frame
_WORDS = {
    "none": "This device has no camera that the browser can see. Connect one and this page notices; meanwhile, "
    "upload a photo on the **Enhance** page.",
    "denied": "The browser does not let this page use the camera. Allow it (the camera icon beside the address) and "
    "this page notices, or upload a photo on the **Enhance** page.",
    "insecure": "Browsers open the camera only over HTTPS or on this very machine (localhost). Ask for an https:// "
    "address, or upload a photo on the **Enhance** page.",
}
_CONSTRAINTS = {
    "video": {"width": {"ideal": 640}, "height": {"ideal": 360}, "frameRate": {"ideal": 30}},
    "audio": False,
}


def show(method: Enhancer, settings: dict, view: str, split: float) -> None:
    """Draw the live picture; until there is one a sample, and why there is none."""
    live = _live()
    live.configure(method, settings, view, split)
    state = _camera_state()
    if state in _WORDS:
        st.info(_WORDS[state], icon=":material/videocam_off:")
    context = webrtc_streamer(
        key="camera",
        mode=WebRtcMode.SENDRECV,
        rtc_configuration={"iceServers": ice_servers()},
        media_stream_constraints=_CONSTRAINTS,
        queued_video_frames_callback=partial(_newest, live),
        async_processing=True,
        sendback_audio=False,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": {"width": "100%"}},
        translations={"start": "Start the camera", "stop": "Stop"},
    )
    _pace(live, context.state)
    if not context.state.playing:
        camera_sample.show(method, settings, view, split)


def _live() -> LiveEnhancer:
    """The session's own, made when it first comes."""
    if _LIVE not in st.session_state:
        st.session_state[_LIVE] = LiveEnhancer()
    return st.session_state[_LIVE]


def ice_servers() -> list[dict]:
    """STUN and TURN servers as the operator set them; none means that camera and server are one machine.

    Each is an address, or ``address|user|password`` for TURN.
    """
    found = []
    for entry in filter(None, (part.strip() for part in server().ice_servers.split(","))):
        address, *login = entry.split("|")
        found.append({"urls": [address], **dict(zip(("username", "credential"), login, strict=False))})
    return found


async def _newest(live: LiveEnhancer, frames: list[av.VideoFrame]) -> list[av.VideoFrame]:
    """Enhance the newest of the frames that have arrived; the others are dropped. Runs in a worker: no ``st`` here."""
    newest = frames[-1]
    pixels = live.newest(_pixels(newest), newest.time or 0.0, dropped=len(frames) - 1)
    output = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    output.pts, output.time_base = newest.pts, newest.time_base
    return [output]


def _pixels(frame: av.VideoFrame) -> np.ndarray:
    """RGB uint8 (H, W, 3), shrunk to what a clip's frames may have: the page asks for small ones, a browser may send
    others.
    """
    shrink = min(1.0, (server().max_video_megapixels * 1e6 / (frame.width * frame.height)) ** 0.5)
    width, height = (max(1, int(side * shrink)) for side in (frame.width, frame.height))
    return frame.to_ndarray(format="rgb24", width=width, height=height)


@st.fragment(run_every=_POLL_SECONDS)
def _pace(live: LiveEnhancer, state) -> None:
    """Frames a second, latency and dropped frames, every second; before that, how the connection gets on."""
    if not state.playing:
        live.rest()
        st.session_state.pop(_CONNECTED, None)
        _connecting(state.signalling)
        return
    st.session_state.pop(_ASKED, None)
    pace = live.pace()
    if not pace.frames and not pace.silent_seconds:
        _first_frame()
        return
    st.session_state.pop(_CONNECTED, None)
    if pace.silent_seconds > _LOST_SECONDS:
        st.warning("No picture comes from the camera any more: the connection is lost, or another program took the "
                   "camera. Press Stop, then start again.", icon=":material/signal_disconnected:")  # fmt: skip
    if pace.error:
        st.error(said(pace.error), icon=":material/error:")
    if pace.loading:
        st.info("Loading the network; until then the picture passes as it is.", icon=":material/hourglass_top:")
    with st.container(horizontal=True, gap="medium"):  # a phone has two beside each other
        _figures(pace)


def _figures(pace: Pace) -> None:
    """Three figures, each as wide as it needs."""
    st.metric("Frames per second", f"{pace.fps:.1f}", width="content")
    st.metric("Latency added", f"{pace.latency_ms:.0f} ms", width="content",
              help="Median time from a frame's turn to its result.")  # fmt: skip
    st.metric(
        "Frames dropped", f"{pace.dropped:,} of {pace.frames + pace.dropped:,}", width="content",
        help="Older frames are left out when a method is slower than the camera, so that nothing lags.",
    )  # fmt: skip


def _connecting(asked: bool) -> None:
    """What to do first, or how long the connection has been waited for."""
    if not asked:
        st.session_state.pop(_ASKED, None)
        st.caption("Press start and allow the camera. Frames go to this server only, and none is stored.")
        return
    if _waited(_ASKED) < _PATIENCE_SECONDS:
        st.caption("Connecting to the camera…")
    else:
        st.warning("The camera's picture does not reach this server. Beyond this very machine the operator has to name "
                   "a STUN or TURN server (LOWLIGHT_ICE_SERVERS); **Single photo** works without one.",
                   icon=":material/signal_disconnected:")  # fmt: skip


def _first_frame() -> None:
    """What to do where the camera is connected and nothing comes of it."""
    if _waited(_CONNECTED) < _LOST_SECONDS:
        st.caption("Connected, waiting for the first picture…")
    else:
        st.warning("The camera is connected but delivers no picture: another program may be using it. Close that "
                   "program, press Stop and start again, or choose another camera under Select device.",
                   icon=":material/videocam_off:")  # fmt: skip


def _waited(since: str) -> float:
    """Seconds since this was first asked, remembered in the session under that name."""
    now = time.monotonic()
    return now - st.session_state.setdefault(since, now)


def _camera_state() -> str:
    """What the browser says of its cameras: "ok", "none", "denied", "insecure", or "" before it has said anything."""
    return _probe()(key="camera_probe", on_state_change=lambda: None).state or ""


@cache
def _probe():
    return st.components.v2.component("lowlight_camera_probe", js=(_HERE / "camera_probe.js").read_text("utf-8"))
