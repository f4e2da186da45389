"""Frames and sound into an MP4 that browsers play: H.264, yuv420p, BT.709, index at the front.

* Times are those of the source, frame by frame: constant and variable rates alike.
* H.264 in yuv420p needs even sides: an odd width or height gets one more column or row, a copy of the last one.
* Rotation is kept as the file had it, in the display matrix; pixels that are not square stay so.
* Sound comes along as `sound` carries it; a track that cannot be carried is left out, and the video made without it.
"""

from contextlib import contextmanager
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from lowlight_core.atomic import writing
from lowlight_core.errors import VideoError
from lowlight_core.video import sound
from lowlight_core.video.reader import Frame, Reader

_BT709, _LIMITED = 1, 1
_KEYFRAME_SECONDS = 2
X264 = {"preset": "veryfast", "crf": "20"}


class Writer:
    """An open MP4; give it frames in order and packets of sound as they come, then `finish`.

    ``carry`` makes the sound track, None for none (`sound.ways`). ``lost_sound`` becomes a sentence where sound of the
    source is left out.

    Raises:
        av.FFmpegError, ValueError: an encoder or the MP4 does not take this video, or this sound carried this way.
    """

    def __init__(self, path: Path, reader: Reader, carry):
        info = reader.info
        self._reader = reader
        self._size = info.width + info.width % 2, info.height + info.height % 2
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._durations: dict[int, int] = {}
        self._reformatter = VideoReformatter()  # one for all frames: setting it up costs more than a frame does
        self.lost_sound: str | None = None
        try:
            self._video = self._video_stream(reader)
            self._sound = carry(self._container, reader) if carry else None
            self._container.start_encoding()
        except BaseException:
            self.abandon()
            raise
        if reader.audio is not None and carry is None:
            self._lose("the sound", "no decoder knows it, or neither MP4 nor AAC takes it")

    def _video_stream(self, reader: Reader):
        stream = self._container.add_stream("libx264", rate=reader.info.fps, options=X264)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = reader.time_base
        context.colorspace, context.color_primaries, context.color_trc = _BT709, _BT709, _BT709
        context.color_range = _LIMITED
        context.gop_size = max(1, round(_KEYFRAME_SECONDS * reader.info.fps))
        aspect = reader.video.sample_aspect_ratio
        if aspect and aspect != 1:
            context.sample_aspect_ratio = aspect
        if reader.info.matrix:
            stream.set_display_matrix(reader.info.matrix)
        return stream

    def frame(self, frame: Frame, pixels: np.ndarray) -> None:
        """Encode RGB uint8 (H, W, 3) at the time of ``frame``."""
        picture = av.VideoFrame.from_ndarray(even(pixels), format="rgb24")
        picture = self._reformatter.reformat(
            picture, format="yuv420p", dst_colorspace=_BT709, dst_color_range=_LIMITED, threads=1
        )
        picture.pts, picture.time_base = frame.pts, self._reader.time_base
        if frame.duration:
            self._durations[frame.pts] = frame.duration
        self._mux(self._video.encode(picture))

    def _mux(self, packets) -> None:
        for packet in packets:
            duration = self._durations.pop(packet.pts, None)
            if duration and packet.time_base == self._reader.time_base:
                packet.duration = duration
            self._container.mux(packet)

    def sound(self, packet: av.Packet) -> None:
        """Pass on one packet of the source's sound; one that cannot be written costs itself only."""
        if self._sound:
            self._written(self._sound.add, packet)

    def _written(self, write, *packet: av.Packet) -> None:
        try:
            write(*packet)
        except OSError:  # the disk's fault, not the sound's
            raise
        except (av.FFmpegError, ValueError) as error:
            self._lose("some sound", f"it cannot be written ({getattr(error, 'strerror', error)})")

    def _lose(self, what: str, why: str) -> None:
        name = self._reader.info.name
        self.lost_sound = f"{what} of {name} was left out, since {why}: convert it to AAC first to keep it"

    def finish(self) -> None:
        """Write what is still in the encoders, and the index."""
        self._mux(self._video.encode(None))
        if self._sound:
            self._written(self._sound.flush)
        self._container.close()

    def abandon(self) -> None:
        """Let go of the file without finishing it."""
        self._container.close()


@contextmanager
def writer(path: str | Path, reader: Reader, *, overwrite: bool = False):
    """A `Writer` under a temporary name, which becomes ``path`` if the block ends well, and nothing if it does not.

    Raises:
        OutputError: ``path`` exists and ``overwrite`` is false, or cannot be written.
        VideoError: the encoder does not take this video, or the MP4 the times of its frames.
    """
    with writing(path, overwrite=overwrite) as temporary:
        output = _opened(temporary, reader)
        try:
            yield output
            output.finish()
        except BaseException as error:
            output.abandon()
            if isinstance(error, av.FFmpegError) and not isinstance(error, OSError):  # that is the disk's fault
                name = reader.info.name
                raise VideoError(
                    f"{name} cannot be written as MP4, its times may be damaged: {error.strerror}"
                ) from None
            raise


def _opened(path: Path, reader: Reader) -> Writer:
    """A `Writer` that carries the sound in the best way it can be carried."""
    for carry in sound.ways(reader):
        try:
            return Writer(path, reader, carry)
        except OSError:  # the disk's fault, not the video's
            raise
        except (av.FFmpegError, ValueError) as error:
            problem = getattr(error, "strerror", error)
    raise VideoError(f"{reader.info.name} cannot be written as H.264: {problem}")


def even(pixels: np.ndarray) -> np.ndarray:
    """RGB uint8 with even sides: the last column or row is repeated where one is missing."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        return cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    return pixels
