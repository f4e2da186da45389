"""One line on a terminal that says how far, how fast and how long; silent where nobody looks."""

import sys
import time
from typing import TextIO

from lowlight_core.console import printable, tell


class Progress:
    """A progress line on ``stream``, rewritten in place at most ten times a second and wiped at the end.

    >>> with Progress(24, "pictures") as progress:
    ...     progress(12)
    """

    def __init__(self, total: int, unit: str, stream: TextIO | None = None):
        self._total, self._unit = total, unit
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._start, self._last = time.monotonic(), 0.0
        self._before: int | None = None  # done before the start, by a run that is resumed: tells nothing of the pace

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show that ``done`` of the total are finished; ``total`` is a new one, where more is known by now."""
        self._total = total or self._total
        now = time.monotonic()
        if done and self._before is None:
            self._before = done - 1
        if self._shown and (now - self._last > 0.1 or done == self._total):
            self._last = now
            self._write(self.text(done, now - self._start))

    def text(self, done: int, seconds: float) -> str:
        """``12 of 24 pictures (50 %), 6.1 a second, 2 s left``."""
        pace = (done - (self._before or 0)) / max(seconds, 1e-6)
        left = (self._total - done) / pace if pace else 0
        share = 100 * done // max(1, self._total)
        return f"{done} of {self._total} {self._unit} ({share} %), {pace:.1f} a second, {left:.0f} s left"

    def say(self, message: str) -> None:
        """Print a line of its own above the progress line; control characters, as of a file's name, are escaped."""
        self._wipe()
        tell(printable(message), self._stream)

    def _write(self, text: str) -> None:
        tell(f"\r{text}\x1b[K", self._stream, end="")

    def _wipe(self) -> None:
        if self._shown:
            self._write("")

    def __enter__(self) -> "Progress":
        self(0)
        return self

    def __exit__(self, *error) -> None:
        self._wipe()
