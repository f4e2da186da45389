"""Frames and sound into an MP4 that browsers play: H.264, yuv420p, BT.709, index at the front.

* Times are those of the source, frame by frame: constant and variable rates alike.
* H.264 in yuv420p needs even sides: an odd width or height gets one more column or row, a copy of the last one.
* Rotation is kept as the file had it, in the display matrix; pixels that are not square stay so.
* Sound is copied bit for bit where an MP4 takes it and browsers play it, else it becomes AAC.
"""

from contextlib import contextmanager
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from lowlight_core.atomic import writing
from lowlight_core.errors import VideoError
from lowlight_core.video.reader import Frame, Reader

COPIED_AUDIO = ("aac", "mp3", "opus", "flac", "ac3", "eac3", "alac")
_BT709, _LIMITED = 1, 1
_KEYFRAME_SECONDS = 2
X264 = {"preset": "veryfast", "crf": "20"}


class Writer:
    """An open MP4; give it frames in order and packets of sound as they come, then `finish`."""

    def __init__(self, path: Path, reader: Reader):
        info = reader.info
        self._reader = reader
        self._size = info.width + info.width % 2, info.height + info.height % 2
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._video = self._video_stream(reader)
        self._sound = _sound(self._container, reader)
        self._durations: dict[int, int] = {}
        self._reformatter = VideoReformatter()  # one for all frames: setting it up costs more than a frame does

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
        """Pass on one packet of the source's sound."""
        if self._sound:
            self._sound.add(packet)

    def finish(self) -> None:
        """Write what is still in the encoders, and the index."""
        self._mux(self._video.encode(None))
        if self._sound:
            self._sound.flush()
        self._container.close()

    def abandon(self) -> None:
        """Let go of the file without finishing it."""
        self._container.close()


@contextmanager
def writer(path: str | Path, reader: Reader, *, overwrite: bool = False):
    """A `Writer` under a temporary name, which becomes ``path`` if the block ends well, and nothing if it does not.

    Raises:
        OutputError: ``path`` exists and ``overwrite`` is false, or cannot be written.
        VideoError: the encoder does not take this video.
    """
    with writing(path, overwrite=overwrite) as temporary:
        try:
            output = Writer(temporary, reader)
        except av.FFmpegError as error:
            raise VideoError(f"{reader.info.name} cannot be written as H.264: {error.strerror}") from None
        try:
            yield output
            output.finish()
        except BaseException:
            output.abandon()
            raise


def even(pixels: np.ndarray) -> np.ndarray:
    """RGB uint8 with even sides: the last column or row is repeated where one is missing."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        return cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    return pixels


def _sound(container, reader: Reader):
    if reader.audio is None:
        return None
    copied = reader.audio.codec_context.name in COPIED_AUDIO
    return (CopiedSound if copied else TranscodedSound)(container, reader)


class CopiedSound:
    """The source's packets of sound, unchanged but for their times."""

    def __init__(self, container, reader: Reader):
        self._container = container
        self._stream = container.add_stream_from_template(reader.audio)
        self._shift = int(reader.start / reader.audio.time_base)

    def add(self, packet: av.Packet) -> None:
        """Pass one packet on."""
        packet.stream = self._stream
        packet.dts -= self._shift
        if packet.pts is not None:
            packet.pts -= self._shift
        self._container.mux(packet)

    def flush(self) -> None:
        """Nothing is held back."""


class TranscodedSound:
    """Sound that an MP4 or a browser does not take, as AAC: one or two channels, at most 48 kHz."""

    def __init__(self, container, reader: Reader):
        source = reader.audio.codec_context
        rate = min(source.sample_rate, 48000)
        layout = "mono" if source.layout.nb_channels == 1 else "stereo"
        self._container = container
        self._stream = container.add_stream("aac", rate=rate, layout=layout)
        self._resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
        self._shift = reader.start

    def add(self, packet: av.Packet) -> None:
        """Decode, resample and encode one packet; a damaged one is left out."""
        try:
            frames = packet.decode()
        except av.FFmpegError:
            return
        for frame in frames:
            if frame.pts is not None:
                frame.pts -= int(self._shift / frame.time_base)
            self._encode(self._resampler.resample(frame))

    def _encode(self, frames) -> None:
        for frame in frames:
            self._container.mux(self._stream.encode(frame))

    def flush(self) -> None:
        """Write what the resampler and the encoder still hold."""
        self._encode(self._resampler.resample(None))
        self._container.mux(self._stream.encode(None))
