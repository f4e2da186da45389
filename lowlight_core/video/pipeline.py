"""A video enhanced from file to file: decoding, enhancing, smoothing and encoding run at the same time.

    decoding thread -> pool of workers (the method, frame by frame) -> smoothing, in order -> encoding thread

Every arrow is a short queue, so that memory does not grow with the clip. Sound travels along in its place.
"""

import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lowlight_core import batch
from lowlight_core.atomic import identity
from lowlight_core.enhancer import Enhancer
from lowlight_core.errors import Cancelled, OutputError, VideoError
from lowlight_core.video import level
from lowlight_core.video.flicker import Flicker, FlickerMeter
from lowlight_core.video.probe import VideoInfo
from lowlight_core.video.reader import Frame, Reader, Sound
from lowlight_core.video.smoothing import Smoother
from lowlight_core.video.writer import Writer, writer
from lowlight_core.wording import count

_AHEAD = 4  # frames that wait between two stages
_PAIRS, _PAIR_EVERY = 30, 8  # flicker is measured on so many pairs of neighbours, or of so many frames on two at least
_PAIRS_ALONE, _ALONE_EVERY = 4, 120  # the same where the method alone is a second run of a network: 3 % of a long clip


@dataclass(frozen=True)
class Summary:
    """What became of a video.

    ``seconds`` is the time it took; ``flicker`` is of "input", "alone" and "smooth"; ``lost_sound`` says in a sentence
    that sound was left out, where it was; ``damaged`` is how many frames could not be decoded, ``left_out`` how many
    had times that do not follow those before.
    """

    path: Path
    info: VideoInfo
    frames: int
    seconds: float
    flicker: dict[str, Flicker]
    lost_sound: str | None = None
    damaged: int = 0
    left_out: int = 0

    @property
    def lost_frames(self) -> str | None:
        """What damage cost, in one sentence, where it did."""
        lost = [
            f"{count(number, 'frame')} {'is' if number == 1 else 'are'} missing, {why}"
            for number, why in ((self.damaged, "which could not be decoded"),
                                (self.left_out, "whose times do not follow those before"))
            if number
        ]  # fmt: skip
        return f"{' and '.join(lost)}: the file is damaged, get a whole copy of it if there is one" if lost else None

    @property
    def fps(self) -> float:
        """Frames enhanced per second."""
        return self.frames / max(self.seconds, 1e-9)


@dataclass(frozen=True)
class _Enhanced:
    """What a worker made of one frame; ``alone`` is what the method makes without a steady level, where measured."""

    pixels: np.ndarray
    alone: np.ndarray | None


def enhance_video(
    source: str | Path,
    target: str | Path,
    method: Enhancer,
    knobs: Mapping[str, Any] | None = None,
    *,
    smooth: bool = True,
    workers: int | None = None,
    overwrite: bool = False,
    most_seconds: float = math.inf,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Summary:
    """Enhance every frame of ``source`` into the MP4 ``target``: same size, times and rotation, with its sound.

    Args:
        smooth: hold the method's decisions steady over time (`smoothing`, `level`).
        workers: frames enhanced at once; default one per processor.
        overwrite: replace ``target`` if it exists and is not ``source``.
        most_seconds: how long the video may last; what its header says of it need not be so.
        progress: called with frames done and the expected total; what it raises stops the work.
        cancel: once set, the work stops.

    Raises:
        VideoError: the source cannot be decoded to its end, or lasts too long.
        OutputError: the target exists or cannot be written.
        ParameterError: a knob does not fit.
        Cancelled: it was asked to stop. However it ends, there is a whole file or none.
    """
    settings = method.check(knobs or {})
    if identity(source) == identity(target) is not None:
        raise OutputError(f"{target} is the video to be enhanced, which its result would replace: choose another name")
    start = time.perf_counter()
    with closing(Reader(source)) as reader, writer(target, reader, overwrite=overwrite) as output:
        work = _Work(method, settings, smooth, most_seconds, reader, output)
        with batch.pool(workers) as executor, ThreadPoolExecutor(1, "encode") as encoder:
            frames = work.run(executor, encoder, workers or batch.default_workers(), progress, cancel)
    seconds = time.perf_counter() - start
    figures, lost = work.meter.figures(), (output.lost_sound, reader.damaged, reader.left_out)
    return Summary(Path(target), reader.info, frames, seconds, figures, *lost)


class _Work:
    """One video on its way through the stages."""

    def __init__(self, method: Enhancer, settings: dict, smooth: bool, most: float, reader: Reader, output: Writer):
        self._method, self._settings, self._reader, self._output = method, settings, reader, output
        self._most_seconds = most
        self._smoother = Smoother() if smooth else None
        steady = smooth and level.is_automatic(method, settings)
        self._level = level.SteadyLevel(method, settings) if steady else None
        pairs, most = (_PAIRS_ALONE, _ALONE_EVERY) if steady else (_PAIRS, _PAIR_EVERY)
        self._pair_every = min(max(2, reader.info.frames // pairs), most)
        self.meter = FlickerMeter()

    def run(self, executor: Executor, encoder: Executor, workers: int, progress, cancel) -> int:
        """Push every event through; returns the number of frames."""
        waiting: deque[Sound | tuple[Frame, Future]] = deque()
        encoding: deque[Future] = deque()
        done = 0
        try:
            for event in _staged(ahead(self._steered(), _AHEAD), waiting, 2 * workers, self._submit, executor):
                if cancel and cancel.is_set():
                    raise Cancelled("stopped as asked: no file was written")
                encoding.append(self._encode(event, encoder))
                if isinstance(event, tuple):
                    done += 1
                    if progress:
                        progress(done, max(done, self._reader.info.frames))
                while len(encoding) > _AHEAD:
                    encoding.popleft().result()
            for future in encoding:
                future.result()
        finally:
            for item in waiting:
                if isinstance(item, tuple):
                    item[1].cancel()
        return done

    def _steered(self) -> Iterator[Sound | tuple[Frame, dict[str, Any]]]:
        """The file's events, every frame with the settings it is to be enhanced with; runs in the decoding thread."""
        for event in self._reader:
            if isinstance(event, Frame):
                if event.seconds > self._most_seconds:
                    raise VideoError(f"it lasts longer than {self._most_seconds:g} s, the limit: use a shorter clip")
                yield event, self._level(event.pixels, event.seconds) if self._level else self._settings
            else:
                yield event

    def _submit(self, executor: Executor, event: tuple[Frame, dict[str, Any]]) -> tuple[Frame, Future]:
        return event[0], executor.submit(self._enhance, *event)

    def _enhance(self, frame: Frame, settings: dict[str, Any]) -> _Enhanced:
        """The method on one frame; runs in a worker."""
        pixels = self._method(frame.pixels, **settings)
        if frame.index % self._pair_every >= 2:
            return _Enhanced(pixels, None)
        return _Enhanced(pixels, self._method(frame.pixels, **self._settings) if self._level else pixels)

    def _encode(self, event: Sound | tuple[Frame, Future], encoder: Executor) -> Future:
        """Smooth and measure a finished frame, here since order matters, and hand it to the encoding thread."""
        if isinstance(event, Sound):
            return encoder.submit(self._output.sound, event.packet)
        frame, future = event
        made = future.result()
        steady = self._smoother(frame.pixels, made.pixels, frame.seconds) if self._smoother else made.pixels
        if made.alone is not None:
            second = frame.index % self._pair_every == 1
            self.meter(frame.pixels, joined=second, alone=made.alone, smooth=steady)
        return encoder.submit(self._output.frame, frame, steady)


def _staged(events: Iterable, waiting: deque, most: int, submit: Callable, executor: Executor) -> Iterator:
    """Submit frames as they come and yield everything in the order of the file, at most ``most`` frames later."""
    with closing(events):
        for event in events:
            waiting.append(event if isinstance(event, Sound) else submit(executor, event))
            while waiting and (isinstance(waiting[0], Sound) or len(waiting) > most):
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()


def ahead(source: Iterable, size: int) -> Iterator:
    """Iterate over ``source`` in a thread of its own, at most ``size`` items ahead; its errors come out here.

    Once this is closed, or an exception came out of it, nobody is at work on ``source``: who opened it may close it.
    """
    items: queue.Queue = queue.Queue(size)
    at_work = threading.Lock()
    stop = threading.Event()
    end = object()

    def put(item) -> bool:
        while not stop.is_set():
            try:
                items.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        with at_work:
            try:
                for item in () if stop.is_set() else source:
                    if not put((item, None)):
                        return
                put((end, None))
            except BaseException as error:
                put((end, error))

    try:
        threading.Thread(target=work, name="decode", daemon=True).start()
        while True:
            item, error = items.get()
            if error is not None:
                raise error
            if item is end:
                return
            yield item
    finally:
        stop.set()
        with at_work:  # not join(): an interrupt may have come before the thread was known to have started
            pass
