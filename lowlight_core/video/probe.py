"""What a video file holds: size, length, pace, rotation, sound; one frame of it; and the limits for uploads."""

import contextlib
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from lowlight_core.errors import VideoError
from lowlight_core.settings import settings
from lowlight_core.video.container import open_container, sound_stream, video_stream

EXTENSIONS = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".ts", ".mpg", ".mpeg", ".wmv", ".3gp")
_BT601, _BT709 = 5, 1
_HDR = {16: "PQ", 18: "HLG"}  # transfer characteristics of ITU-T H.273, table 3
_UPRIGHT = (65536, 0, 0, 0, 65536)  # how the display matrix begins that turns nothing
_FAST = 120  # frames a second; of a variable rate, as browsers record, Matroska tells that of its clock, 1000


@dataclass(frozen=True)
class VideoInfo:
    """A video that can be decoded. ``width`` and ``height`` are those of the stored frames, before any rotation."""

    name: str
    width: int
    height: int
    seconds: float
    fps: Fraction
    rotation: int  # degrees counterclockwise, in which a player turns the frames: 0, 90, 180 or 270
    matrix: tuple[int, ...] | None  # the display matrix that says so, nine integers
    audio: str | None  # codec of the sound track that players play, where it can be decoded
    playable: bool = True  # whether browsers play the file as it is
    tracks: int = 1  # of sound; one is kept
    subtitles: int = 0  # tracks of them; none is kept
    hdr: str | None = None  # "PQ" or "HLG" where the levels are those of high dynamic range

    @property
    def frames(self) -> int:
        """About how many frames there are; exact only for constant frame rates."""
        return max(1, round(self.seconds * self.fps))

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as a player shows them."""
        return (self.height, self.width) if self.rotation in (90, 270) else (self.width, self.height)

    @property
    def hdr_warning(self) -> str | None:
        """What to expect of a video of high dynamic range, whose levels are not converted, in one sentence."""
        if self.hdr is None:
            return None
        return (
            f"{self.name} is HDR ({self.hdr}) and its levels are taken for SDR ones, so colours and contrast are "
            "fainter than in a player: convert it to SDR first"
        )


def probe(path: str | Path) -> VideoInfo:
    """Open a file, decode its first frame and say what it holds.

    Raises:
        VideoError: there is no video in it, or not one frame can be decoded.
    """
    name = Path(path).name
    with open_container(path) as container:
        stream = video_stream(container, name)
        frame = first_frame(container, stream, name)
        seconds, fps = _pace(container, stream, path)
        matrix = display_matrix(frame)
        sound = sound_stream(container)
        return VideoInfo(
            name=name,
            width=frame.width,
            height=frame.height,
            seconds=seconds,
            fps=fps,
            rotation=int(round(frame.rotation / 90) * 90) % 360 if matrix else 0,
            matrix=matrix,
            audio=sound.codec_context.codec.canonical_name if sound and sound.codec_context else None,
            tracks=len(container.streams.audio),
            subtitles=len(container.streams.subtitles),
            playable=_plays_in_browsers(container, stream),
            hdr=_HDR.get(frame.color_trc),
        )


def _plays_in_browsers(container, stream) -> bool:
    if not container.duration:  # as browsers record: they play it, but cannot go to a place that they have not seen
        return False
    kinds = set(container.format.name.split(","))
    codec, pixels = stream.codec_context.name, stream.codec_context.pix_fmt
    if "mp4" in kinds:
        return codec == "h264" and pixels in ("yuv420p", "yuvj420p")
    return "webm" in kinds and container.name.endswith(".webm") and codec in ("vp8", "vp9", "av1", "libdav1d")


def first_frame(container, stream, name: str):
    """The next frame that can be decoded; damaged packets before it are skipped.

    Raises:
        VideoError: there is not one.
    """
    for frame in _decoded(container, stream):
        return frame
    raise VideoError(f"{name} has a video track without a single frame that can be decoded: it may be cut short")


def display_matrix(frame) -> tuple[int, ...] | None:
    """The nine integers by which players turn or flip the stored frames; ``None`` where they do not."""
    try:
        blocks = [block for block in frame.side_data if block.type.name == "DISPLAYMATRIX"]
    except ValueError:  # PyAV gives none at all where it does not know one of them, such as EXIF
        return _turned(frame.rotation)
    numbers = tuple(int(n) for n in np.frombuffer(bytes(blocks[0]), np.int32)) if blocks else _UPRIGHT
    return numbers if numbers[:5] != _UPRIGHT else None


def _turned(rotation: int) -> tuple[int, ...] | None:
    """The display matrix of a turn by so many degrees counterclockwise, a multiple of 90; ``None`` for no turn."""
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[round(rotation / 90) % 4]
    return tuple(n << 16 for n in (cosine, -sine, 0, sine, cosine, 0, 0, 0, 1 << 14)) if cosine != 1 else None


def _pace(container, stream, path: str | Path) -> tuple[float, Fraction]:
    """How long the picture lasts, in seconds, and its frames a second; the file is read through where it does not tell
    the one, or tells more of the other than cameras make.
    """
    seconds, fps = _seconds(container, stream), Fraction(stream.average_rate or stream.guessed_rate or 25)
    if seconds and fps <= _FAST:
        return seconds, fps
    read, frames = _read_through(path)
    seconds = seconds or read
    if fps > _FAST and frames and seconds:
        fps = (frames / Fraction(seconds)).limit_denominator(1001) or fps
    return seconds, fps


def _seconds(container, stream) -> float:
    if stream.duration:
        return float(stream.duration * stream.time_base)
    # Matroska tells the end of its longest track, counted from time 0, wherever the first picture is.
    return max(0, (container.duration or 0) - (container.start_time or 0)) / av.time_base


def _read_through(path: str | Path) -> tuple[float, int]:
    """How long the picture of a file lasts, in seconds, and its packets, by reading without decoding."""
    first, end, count = math.inf, 0.0, 0
    with open_container(path) as container, contextlib.suppress(av.FFmpegError):
        for packet in container.demux(video_stream(container, Path(path).name)):
            if packet.pts is not None:
                count += 1
                first = min(first, float(packet.pts * packet.time_base))
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return max(0.0, end - first), count


def to_rgb(frame, width: int, height: int, reformatter: VideoReformatter | None = None) -> np.ndarray:
    """A decoded frame as RGB uint8 (H, W, 3), stored orientation.

    Whoever converts many frames keeps one ``reformatter``: setting it up takes longer than converting a small frame.

    Where the file does not say which YUV it holds, high definition is BT.709 and the rest BT.601, as in browsers.
    """
    named = frame.colorspace in (1, 4, 5, 6, 7, 9)
    source = None if named else (_BT709 if frame.height >= 720 else _BT601)
    convert = (reformatter or VideoReformatter()).reformat
    rgb = convert(frame, width, height, "rgb24", src_colorspace=source, threads=1)
    return rgb.to_ndarray()


def upright(pixels: np.ndarray, matrix: tuple[int, ...] | None) -> np.ndarray:
    """RGB uint8 (H, W, 3) turned and flipped as a player shows it, by quarters: by the display matrix that takes stored
    (x, y) to (a x + c y, b x + d y), or ``None`` (ISO/IEC 14496-12, 6.2.2).
    """
    if matrix is None:
        return pixels
    a, b, _, c, d = matrix[:5]
    if abs(b) > abs(a):  # a quarter: what was x goes down
        pixels, a, d = pixels.transpose(1, 0, 2), c, b
    return np.ascontiguousarray(pixels[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1])


def frame_at(path: str | Path, seconds: float) -> np.ndarray:
    """The frame that is on screen at a moment, RGB uint8 (H, W, 3), upright; the last one after the end.

    Raises:
        VideoError: nothing can be decoded there.
    """
    info = probe(path)
    for seek in (True, False):  # some files let nobody seek, or nothing be decoded afterwards
        with open_container(path) as container:
            frame = _frame_at(container, video_stream(container, info.name), seconds, seek)
            if frame is not None:
                return upright(to_rgb(frame, info.width, info.height), info.matrix)
    raise VideoError(f"{info.name} has no frame that can be decoded at {seconds:g} s: it may be cut short")


def _frame_at(container, stream, seconds: float, seek: bool):
    """The last frame until a moment, else the first after it, else ``None``; from the key frame before it or, without
    ``seek``, from the beginning.
    """
    target = (stream.start_time or 0) + int(max(0.0, seconds) / stream.time_base)
    found = None
    with contextlib.suppress(av.FFmpegError):
        if seek:
            container.seek(target, stream=stream, backward=True)
        for frame in _decoded(container, stream):
            if found is not None and frame.pts is not None and frame.pts > target:
                break
            found = frame
    return found


def _decoded(container, stream):
    """The frames that follow, damaged packets skipped, as far as the file can be read."""
    with contextlib.suppress(av.FFmpegError):
        for packet in container.demux(stream):
            with contextlib.suppress(av.FFmpegError):
                yield from packet.decode()


def check_limits(info: VideoInfo, size_bytes: int) -> None:
    """Compare with the settings for uploads.

    Raises:
        VideoError: too many bytes, too long or frames too large; the message names the limit.
    """
    limit = settings()
    if size_bytes > limit.max_video_megabytes * 1_000_000:
        raise VideoError(
            f"{info.name} has {size_bytes / 1e6:.0f} MB, the limit is {limit.max_video_megabytes} MB: "
            "use a shorter clip"
        )
    if info.seconds > limit.max_video_seconds:
        raise VideoError(
            f"{info.name} lasts {info.seconds:.0f} s, the limit is {limit.max_video_seconds:g} s: use a shorter clip"
        )
    if info.width * info.height > limit.max_video_megapixels * 1e6:
        raise VideoError(
            f"{info.name} has frames of {info.width} x {info.height}, the limit is {limit.max_video_megapixels:g} "
            "megapixels (1920 x 1080 has 2.1): use a smaller version"
        )
