"""Which clip to work on: the app's own sample at once, the visitor's after an upload; any frame of it."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lowlight_core.atomic import write_bytes
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.jobs import manager, room
from lowlight_core.settings import settings as server
from lowlight_core.video import probe
from lowlight_core.video.probe import VideoInfo
from lowlight_core.video.synthetic import sample_clip
from pages.shared import chrome, ongoing, results, upload_memory
from pages.shared.text import escape, said, without_places

_OWN, _PROBLEM, _UPLOADER, _OPEN = "own_clip", "clip_problem", "clip_upload", "clip_upload_open"
_TAKEN = "clips_taken"  # in the session: how many files the drop zone has given; each time it is a new and empty one
_SAMPLE, _UPLOAD = "sample", "upload"
TOKEN = "video_job"  # name in the session and in the address of the work that is shown


@dataclass(frozen=True)
class Clip:
    """A video on this server's disk; ``key`` names its content in caches."""

    path: Path
    name: str
    key: str
    info: VideoInfo
    sample: bool = False


def pick() -> Clip:
    """A choice between the sample and the visitor's clip, with an upload button; an upload replaces the sample."""
    own: Clip | None = st.session_state.get(_OWN)
    if own and not own.path.exists():
        own = st.session_state[_OWN] = None
    options = [*([_UPLOAD] if own else []), _SAMPLE]
    titles = {_SAMPLE: "Sample: garage at night", _UPLOAD: own.name if own else ""}
    choice = st.selectbox("Clip", options, format_func=titles.__getitem__, key="clip",
                          label_visibility="collapsed", width=240)  # fmt: skip
    with st.popover("Your video", icon=":material/upload:", help="Upload a clip; it is deleted after a day",
                    key=_OPEN, on_change="rerun"):  # fmt: skip
        limit = server()
        types = [extension.lstrip(".") for extension in probe.EXTENSIONS]
        taken = st.session_state.get(_TAKEN, 0)
        key = f"{_UPLOADER}.{taken}" if taken else _UPLOADER
        st.file_uploader("Video", types, key=key, on_change=_take, args=(key,),
                         max_upload_size=limit.max_video_megabytes)  # fmt: skip
        st.caption(
            f"Up to {limit.max_video_megabytes} MB, {limit.max_video_seconds:g} s and {limit.max_video_megapixels:g} "
            "megapixels a frame (1920 × 1080 has 2.1)."
        )
        inside = st.container()
    if problem := st.session_state.get(_PROBLEM):  # said where it is seen: what is open covers what is below the header
        place = inside if st.session_state.get(_OPEN) else chrome.messages()
        place.error(escape(problem), icon=":material/videocam_off:")
    try:
        clip = own if own and choice == _UPLOAD else _sample()
    except LowlightError as error:  # the disk takes no sample, and would take no upload
        chrome.messages().error(said(error), icon=":material/videocam_off:")
        st.stop()
    if warning := clip.info.hdr_warning:
        chrome.messages().warning(escape(warning.replace(clip.info.name, clip.name)), icon=":material/hdr_on:")
    return clip


@st.cache_resource(max_entries=1, show_spinner="Making the sample clip…")
def _sample() -> Clip:
    path = sample_clip(server().home / "videos")
    return Clip(path, "sample.mp4", path.name, probe.probe(path), sample=True)


def _take(key: str) -> None:
    """Put an upload on disk, out of memory, and look into it; what is wrong is said in one sentence, and the clip
    before stays.

    A good one takes the place of a result that is shown; work that still goes on stays in sight.
    """
    st.session_state[_PROBLEM] = None
    file = st.session_state[key]
    if not isinstance(file, UploadedFile):
        return
    folder = server().home / "videos" / "uploads"
    suffix = Path(file.name).suffix.lower()
    path = folder / f"{secrets.token_hex(16)}{suffix if suffix in probe.EXTENSIONS else '.mp4'}"
    try:
        room.check(file.size)
        write_bytes(path, file.getbuffer())
        info = probe.probe(path)
        probe.check_limits(info, file.size)
    except LowlightError as error:
        path.unlink(missing_ok=True)
        st.session_state[_PROBLEM] = without_places(sentence(error)).replace(path.name, file.name)
        return
    if old := st.session_state.get(_OWN):
        old.path.unlink(missing_ok=True)
    st.session_state[_OWN] = Clip(path, file.name, path.name, info)
    st.session_state["clip"], st.session_state[_OPEN] = _UPLOAD, False
    st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1
    upload_memory.release([file.file_id])
    job = manager().get(st.session_state.get(TOKEN))
    if job and job.over:
        ongoing.drop(TOKEN)


def frame(clip: Clip, seconds: float) -> np.ndarray:
    """The frame on screen at a moment, RGB uint8 (H, W, 3), upright, read-only and kept.

    Raises:
        VideoError: it cannot be decoded.
    """
    key = ("frame", clip.key, round(seconds, 3))
    return results.pictures().get(key, lambda: results.freeze(probe.frame_at(clip.path, seconds).copy()))


def described(clip: Clip) -> str:
    """``clip.mp4: 640 × 360, 24 frames a second, 4.0 s, with sound``."""
    width, height = clip.info.shown_size
    sound = "with sound" if clip.info.audio else "without sound"
    sound += f" (one of {clip.info.tracks} tracks is kept)" if clip.info.tracks > 1 else ""
    sound += "; subtitles are left out" if clip.info.subtitles else ""
    pace = f"{float(clip.info.fps):.4g} frames a second"
    return f"{clip.name}: {width} × {height}, {pace}, {clip.info.seconds:.1f} s, {sound}"
