"""A clip that would keep one of the server's few places for hours is refused as soon as its first frames tell the pace.

Frames of one clip take about the same time each, so that a few of them foretell the rest; nobody waits an hour to hear
that it was too long. What was let through and gets slow later is stopped at twice the limit.
"""

import time
from collections.abc import Callable

from lowlight_core import batch
from lowlight_core.errors import VideoError
from lowlight_core.video.probe import VideoInfo

_SECONDS = 10.0  # over which the pace is measured, at least
_LENIENT = 2.0  # times the limit, for what was let through


class TimeLimit:
    """Call it with frames done and their expected total, as `enhance_video` does with its ``progress``.

    Args:
        info: of the clip.
        label: the method, as people call it.
        minutes: the longest that the whole clip may take.
    """

    def __init__(self, info: VideoInfo, label: str, minutes: float, clock: Callable[[], float] = time.perf_counter):
        self._info, self._label, self._minutes, self._clock = info, label, minutes, clock
        self._let_through = False
        self._start = self._warm = clock()
        self._first = batch.default_workers()  # frames that come out together, after the network was loaded

    def __call__(self, done: int, total: int) -> None:
        """Let the work go on, or not.

        Raises:
            VideoError: the whole clip takes too long; the message names the limit and what would fit.
        """
        now = self._clock()
        if done <= self._first:
            self._warm = now
        counted, measured = done - self._first, now - self._warm
        if counted < 2 * self._first or measured < _SECONDS:
            return
        spent = (now - self._start) / 60
        whole = spent + (total - done) * measured / counted / 60
        if spent > _LENIENT * self._minutes or (whole > self._minutes and not self._let_through):
            raise VideoError(self._refusal(whole))
        self._let_through = True

    def _refusal(self, minutes: float) -> str:
        fits = int(self._info.seconds * self._minutes / minutes)
        clip = f"a clip of up to {fits} s" if fits else "a shorter clip"
        return (
            f"{self._info.name} would take about {minutes:.0f} min with {self._label} at this server's present pace, "
            f"the limit is {self._minutes:g} min (LOWLIGHT_MAX_VIDEO_MINUTES): use {clip}, smaller frames or a faster "
            "method"
        )
