"""A live picture: the newest frame is enhanced, older ones are dropped, and method and knobs may change at any time.

No queue grows anywhere: whoever delivers frames calls `LiveEnhancer.newest` with the newest one and says how many were
left out. While a network is being loaded, frames pass through untouched, so that the picture never freezes. A frame
that takes long, because the method is slow or others compute on the same machine, never holds the stream up.
"""

import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from lowlight_core.enhancer import Enhancer
from lowlight_core.errors import sentence
from lowlight_core.video import level
from lowlight_core.video.smoothing import Smoother

SPLIT, ENHANCED, BEFORE = "split", "enhanced", "before"
VIEWS = (SPLIT, ENHANCED, BEFORE)
_WINDOW = 2.0  # seconds over which speed is measured, or longer where that is less than two frames
_PATIENCE = 3.0  # seconds that a stream waits for a frame: WebRTC tracks end for good when one takes more than ten
_LINE = 2  # width of the divider in pixels


@dataclass(frozen=True)
class Pace:
    """How a live picture runs. ``latency_ms`` is what enhancing adds to a frame's age, ``silent_seconds`` how long ago
    the last frame came (0 before the first).
    """

    fps: float
    latency_ms: float
    dropped: int
    frames: int
    loading: bool
    error: str | None
    silent_seconds: float = 0.0


@dataclass(frozen=True)
class _Plan:
    """A method, its settings and what holds them steady: replaced as a whole, never changed."""

    method: Enhancer
    settings: dict[str, Any]
    smoother: Smoother
    level: level.SteadyLevel | None

    @classmethod
    def fresh(cls, method: Enhancer, settings: dict[str, Any]) -> "_Plan":
        """Nothing is steadied yet."""
        steady = level.SteadyLevel(method, settings) if level.is_automatic(method, settings) else None
        return cls(method, settings, Smoother(), steady)


class LiveEnhancer:
    """Enhances one live picture; `configure` from one thread, `newest` (or `process`) from another."""

    def __init__(self):
        self._plan: _Plan | None = None
        self._view, self._split = SPLIT, 0.5
        self._ready: set[str] = set()
        self._finished: deque[tuple[float, float]] = deque(maxlen=240)  # (when, seconds it took)
        self._dropped = self._frames = 0
        self._error: str | None = None
        self._came: float | None = None
        self._warming: set[str] = set()
        self._worker = ThreadPoolExecutor(1, "live")
        self._turn: Future | None = None  # the frame that is being enhanced
        self._last: np.ndarray | None = None  # what the stream was given last

    def configure(self, method: Enhancer, settings: dict[str, Any], view: str = SPLIT, split: float = 0.5) -> None:
        """Choose what the next frames get; what holds the picture steady starts anew when the method or a knob changed.

        Args:
            view: "split" (before on the left of ``split``, after on its right), "enhanced" or "before".
            split: place of the divider, 0 to 1.

        Raises:
            ParameterError: a knob does not fit.
        """
        self._view, self._split = view, split
        settings = method.check(settings)
        plan = self._plan
        if plan and plan.method.name == method.name and plan.settings == settings:
            return
        self._error = None
        self._plan = _Plan.fresh(method, settings)
        if method.family == "learned" and method.name not in self._ready | self._warming:
            self._warming.add(method.name)
            threading.Thread(target=self._warm_up, args=(method,), daemon=True).start()
        elif method.name not in self._warming:
            self._ready.add(method.name)

    def _warm_up(self, method: Enhancer) -> None:
        """Load a network before the first frame needs it."""
        result = method.run(np.zeros((64, 64, 3), np.uint8))
        if result.error is None:
            self._ready.add(method.name)
        elif self._plan and self._plan.method.name == method.name:
            self._error = result.error
        self._warming.discard(method.name)

    def rest(self) -> None:
        """The camera was stopped: no frame is waited for, and what comes next is no neighbour of the last one, nor
        counted with it.
        """
        self._came = self._last = self._turn = None
        self._dropped = self._frames = 0
        self._finished.clear()
        if plan := self._plan:
            self._plan = _Plan.fresh(plan.method, plan.settings)

    def newest(self, pixels: np.ndarray, seconds: float, dropped: int = 0, patience: float = _PATIENCE) -> np.ndarray:
        """As `process`, but after ``patience`` seconds the picture before comes once more: a frame that takes longer is
        shown when it is done, and those that arrive meanwhile are dropped.
        """
        self._came = time.perf_counter()
        turn, last = self._turn, self._last  # once: `rest` may forget them meanwhile
        if turn:
            self._dropped += dropped + 1
        else:
            turn = self._turn = self._worker.submit(self.process, pixels, seconds, dropped)
        if wait([turn], patience).done:
            self._turn, last = None, turn.result()
            self._last = last
        return pixels if last is None else last

    def process(self, pixels: np.ndarray, seconds: float, dropped: int = 0) -> np.ndarray:
        """Enhance the newest frame, RGB uint8 (H, W, 3); a method that fails lets it pass and says why in `pace`.

        Args:
            seconds: time of the frame.
            dropped: older frames that were left out since the last call.
        """
        self._came = start = time.perf_counter()
        plan = self._plan
        self._dropped += dropped
        self._frames += 1
        output = pixels
        if plan and plan.method.name in self._ready and self._view != BEFORE:
            output = shown(pixels, self._enhanced(plan, pixels, seconds), self._view, self._split)
        end = time.perf_counter()
        self._finished.append((end, end - start))
        return output

    def _enhanced(self, plan: _Plan, pixels: np.ndarray, seconds: float) -> np.ndarray:
        try:
            settings = plan.level(pixels, seconds) if plan.level else plan.settings
            steady = plan.smoother(pixels, plan.method(pixels, **settings), seconds)
        except Exception as problem:
            self._error = sentence(problem)
            return pixels
        self._error = None
        return steady

    def pace(self) -> Pace:
        """Frames a second and latency over the last two seconds, or the last two frames where they took longer; frames
        dropped, and what is wrong, if anything.
        """
        now = time.perf_counter()
        finished = list(self._finished)
        recent = [(when, took) for when, took in finished if now - when < _WINDOW]
        recent = recent if len(recent) > 1 else finished[-2:]
        span = now - recent[0][0] if len(recent) > 1 else _WINDOW
        latency = 1000 * float(np.median([took for _, took in recent])) if recent else 0.0
        plan = self._plan
        loading = bool(plan) and plan.method.name not in self._ready and self._error is None
        fps = max(0, len(recent) - 1) / max(span, 1e-6)
        silent = now - self._came if self._came else 0.0
        return Pace(fps, latency, self._dropped, self._frames, loading, self._error, silent)


def shown(before: np.ndarray, after: np.ndarray, view: str, split: float) -> np.ndarray:
    """What a ``view`` shows of two pictures of one size, RGB uint8 (H, W, 3)."""
    if view == SPLIT:
        return split_view(before, after, split)
    return after if view == ENHANCED else before


def split_view(before: np.ndarray, after: np.ndarray, split: float) -> np.ndarray:
    """``before`` left of the divider at ``split`` (0 to 1) and ``after`` right of it, RGB uint8 (H, W, 3)."""
    width = before.shape[1]
    column = round(min(max(split, 0.0), 1.0) * width)
    shown = np.concatenate([before[:, :column], after[:, column:]], axis=1)
    shown[:, max(0, column - _LINE // 2) : column + _LINE // 2] = 255
    return shown
