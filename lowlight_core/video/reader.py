"""A video file as one stream of events in the order of the file: decoded frames and packets of sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from lowlight_core.errors import VideoError
from lowlight_core.video.container import open_container, sound_stream, video_stream
from lowlight_core.video.joins import Joins
from lowlight_core.video.probe import VideoInfo, probe, to_rgb

_SHORT = 0.5  # seconds that may be missing at the end before a file counts as cut short


@dataclass(frozen=True)
class Frame:
    """One frame: RGB uint8 (H, W, 3), its time and, where the file says so, its duration, in units of the time base."""

    index: int
    pixels: np.ndarray
    pts: int
    duration: int | None
    seconds: float


@dataclass(frozen=True)
class Sound:
    """One packet of the sound track, as it stands in the file."""

    packet: av.Packet


class Reader:
    """Decode a file from its beginning; iterate once over `Frame` and `Sound`, then `close`.

    Times start at the beginning of the file (`start`), so that picture and sound keep their distance. Frames whose time
    does not follow the one before are left out, as players do: ``left_out`` counts them, ``damaged`` those that could
    not be decoded.

    Raises:
        VideoError: no video, not one frame, or (at the end of the iteration) a file that was cut short.
    """

    def __init__(self, path: str | Path):
        self.info: VideoInfo = probe(path)
        self.damaged = self.left_out = 0
        self._container = open_container(path)
        self.video = video_stream(self._container, self.info.name)
        self.audio = sound_stream(self._container)
        self.time_base: Fraction = self.video.time_base
        self._joins = Joins(self._container)
        self._reformatter = VideoReformatter()
        self._lag: int | None = None  # of the decoder, for AVI
        starts = [s.start_time * s.time_base for s in (self.video, self.audio) if s is not None and s.start_time]
        no_start = self.video.start_time in (None, 0) or (self.audio is not None and self.audio.start_time in (None, 0))
        self.start = Fraction(0) if no_start or not starts else min(starts)

    def __iter__(self) -> Iterator[Frame | Sound]:
        count, last, heard = 0, None, Fraction(0)
        shift = int(self.start / self.time_base)
        step = max(1, round(1 / (self.info.fps * self.time_base)))
        for packet in self._packets():
            if packet.stream is self.audio:
                if packet.dts is not None:
                    heard = max(heard, (packet.dts + (packet.duration or 0)) * packet.time_base - self.start)
                    yield Sound(packet)
                continue
            for frame in self._frames(packet):
                time = self._time(frame)
                pts = time - shift if time is not None else (0 if last is None else last + step)
                if last is not None and pts <= last:
                    self.left_out += 1
                    continue
                last = pts
                pixels = to_rgb(frame, self.info.width, self.info.height, self._reformatter)
                yield Frame(count, pixels, pts, frame.duration or None, float(pts * self.time_base))
                count += 1
        seen = ((last or 0) + step) * self.time_base
        self._check_end(count, float(seen if self.video.duration else max(seen, heard)))

    def _frames(self, packet) -> list:
        """Frames of one packet; a damaged packet costs its own frames only, and is counted."""
        try:
            return packet.decode()
        except av.FFmpegError:
            self.damaged += 1
            return []

    def _time(self, frame) -> int | None:
        """When a frame is shown, in units of the time base; None where nothing says so.

        AVI stores no such times, and those that FFmpeg makes up go to and fro where H.264 stores frames out of order:
        there the time of the packet counts that brought the frame out of the decoder, less the decoder's lag.
        """
        if self._container.format.name != "avi":
            return frame.pts
        if self._lag is None and None not in (frame.pts, frame.dts):
            self._lag = frame.dts - frame.pts
        return None if frame.dts is None else frame.dts - (self._lag or 0)

    def _packets(self):
        streams = [stream for stream in (self.video, self.audio) if stream is not None]
        try:
            for packet in self._container.demux(streams):
                self._joins.go_on(packet)
                yield packet
        except av.FFmpegError as error:
            raise VideoError(f"{self.info.name} is damaged and cannot be read to its end: {error.strerror}") from None

    def _check_end(self, count: int, end: float) -> None:
        """Compare what came with what was told: of the picture, or where only that is known of the longest track."""
        if count == 0:
            raise VideoError(f"{self.info.name} has a video track without a single frame that can be decoded")
        if self.info.seconds - end > max(_SHORT, 0.02 * self.info.seconds):
            raise VideoError(
                f"{self.info.name} was cut short: {end:.1f} of {self.info.seconds:.1f} s can be decoded; "
                "get the whole file"
            )

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()
