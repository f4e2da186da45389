"""Opening a video file that somebody else made: containers only, and no frame larger than a picture may be."""

from pathlib import Path

import av
from av.stream import Disposition

from lowlight_core.errors import VideoError
from lowlight_core.settings import settings

# No play lists (concat, HLS, DASH...), which FFmpeg knows whatever a file is called: they name other files to be read.
_CONTAINERS = (
    "mov", "matroska", "avi", "mpegts", "mpeg", "mpegvideo", "m4v", "asf", "flv", "ogg", "mxf", "nut", "dv", "gif",
    "h264", "hevc", "ivf", "mjpeg", "rm", "yuv4mpegpipe",
)  # fmt: skip
_LATE = ("mpeg", "flv")  # their streams show only while they are read, so that no options can be given beforehand
_MOST_STREAMS = 100


def open_container(path: str | Path):
    """Open a file for reading, as a context manager.

    Raises:
        VideoError: it does not exist, or is no video file, or its index was cut off.
    """
    path = Path(path)
    if not path.is_file():
        raise VideoError(f"{path.name or path} does not exist or is no file: expected a video")
    if path.stat().st_size == 0:
        raise VideoError(f"{path.name} is empty: expected a video")
    try:
        try:
            return _opened(path, _CONTAINERS, stream_options=[_largest()] * _MOST_STREAMS)
        except ValueError:
            return _opened(path, _LATE)
    except (av.FFmpegError, ValueError):
        raise VideoError(
            f"{path.name} is no video that can be read, or it was cut short: expected MP4, MOV, MKV, WebM or AVI"
        ) from None


def _opened(path: Path, containers: tuple[str, ...], **more):
    options = {"format_whitelist": ",".join(containers), "max_streams": str(_MOST_STREAMS)}
    return av.open(str(path), metadata_errors="replace", options=options, **more)


def _largest() -> dict[str, str]:
    """Options of a decoder that refuses frames larger than any picture may be, whatever the file's header says."""
    return {"max_pixels": str(int(settings().max_megapixels * 1e6))}


def video_stream(container, name: str):
    """The first moving picture of an open container (cover art does not count).

    Its decoder may use threads within a frame, but none for frames to come: those let the error of the last packet
    take whole frames with it. Decoding is a twentieth of the work that is done on a frame.

    Raises:
        VideoError: there is none, or its codec is unknown.
    """
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            if stream.codec_context is None:
                break
            stream.thread_type = "SLICE"
            stream.codec_context.options = _largest()
            return stream
    raise VideoError(f"{name} holds no video that can be decoded: expected a file with moving pictures")


def sound_stream(container):
    """The sound track of an open container that players play: of those that can be decoded the one that is marked as
    the default, else the first; None without sound.
    """

    def rank(stream) -> tuple[bool, bool]:
        return stream.codec_context is None, not stream.disposition & Disposition.default

    return min(container.streams.audio, key=rank, default=None)
