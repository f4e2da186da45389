"""A method decides frame by frame; here its decisions are held steady over time, without mixing scenes.

Three parts, each made for one kind of flicker:

* **Tone.** What the method does to lightness, seen as one curve (mean output for each input level), is averaged over
  half a second, and every frame gets the difference between that average and its own curve. Nothing of an older
  frame's pixels is used, so nothing can ghost.
* **Static regions.** Where the *input* stands still, the output moves only a little towards each new frame, which also
  averages the noise that brightening made visible. Standing still is judged against the equally averaged input, in
  units of its noise, over 5 x 5 pixels: what moves is taken from the new frame alone. A pan of the whole picture is
  undone first.
* **Mean.** The mean lightness follows the mean that the method chose over the last half second or so, by a gain
  of at most 12 % on what moves anyway (everything, when the camera does).

At a scene cut everything starts anew: the first frame of a scene is exactly what the method made of it.

Recursive temporal filtering with a motion switch: Dubois, Sabri, *Noise Reduction in Image Sequences Using
Motion-Compensated Temporal Filtering*, IEEE Trans. Communications, 1984 (here only a pan of the camera is compensated).
"""

import math

import cv2
import numpy as np

from lowlight_core.video.cuts import CutDetector
from lowlight_core.video.motion import CameraMotion, shifted

TONE_SECONDS = 0.5
STATIC_SECONDS, MOVED_SECONDS = 0.5, 0.3  # the second while the camera moves: every move resamples what is kept
MEAN_SECONDS = 0.6
MEAN_LIMIT = 0.12
_LITTLE = 0.05  # share of a picture's light below which what moves gets less than the whole gain
TOLERANCE, MOVED_TOLERANCE = 0.5, 1.5  # the second allows for the resampling of a moved frame
_LEVELS = 256
_FEW = 8.0  # pixels at a level below which its place in the curve is uncertain


def share(seconds: float, constant: float) -> float:
    """The share of a new value in an exponential average after ``seconds``, for a time ``constant`` in seconds."""
    return 1 - math.exp(-max(seconds, 1e-6) / constant)


class ToneCurve:
    """The method's tone curve, averaged over time."""

    def __init__(self):
        self._counts = np.zeros(_LEVELS)
        self._sums = np.zeros(_LEVELS)
        self._frames = 0

    def correction(self, before: np.ndarray, after: np.ndarray, seconds: float) -> np.ndarray:
        """What to add to each pixel of ``after`` by its level in ``before``, float32 (256,).

        ``before`` and ``after`` are uint8 (H, W): lightness of the input and of the method's output.
        """
        joint = cv2.calcHist([before, after], [0, 1], None, [_LEVELS] * 2, [0, _LEVELS] * 2)
        counts, sums = joint.sum(1, dtype=np.float64), joint @ np.arange(_LEVELS, dtype=np.float64)
        self._frames += 1
        step = max(share(seconds, TONE_SECONDS), 1 / self._frames)
        self._counts += step * (counts - self._counts)
        self._sums += step * (sums - self._sums)
        usual = self._sums / np.maximum(self._counts, 1e-9)
        now = sums / np.maximum(counts, 1e-9)
        return ((usual - now) * counts / (counts + _FEW)).astype(np.float32)


class StaticRegions:
    """A recursive average of the output wherever the input stands still."""

    def __init__(self):
        self._input: np.ndarray | None = None
        self._output: np.ndarray | None = None
        self._motion = CameraMotion()

    def average(self, before: np.ndarray, after: np.ndarray, seconds: float) -> tuple[np.ndarray, np.ndarray | None]:
        """``after``, float32 (H, W, 3), averaged in place over time by what ``before``, uint8 (H, W), did.

        Returns:
            The average, from which the next one is made, so that what is changed in it stays changed. And how surely
            each pixel moves, float32 (H, W) in [0, 1), or None where all does: in the first frame and while the camera
            moves.
        """
        level = before.astype(np.float32)
        x, y = self._motion(before)
        if self._output is None:
            self._input, self._output = level, after
            return after, None
        if x or y:
            self._input, self._output = shifted(self._input, x, y), shifted(self._output, x, y)
        tolerance, constant = (MOVED_TOLERANCE, MOVED_SECONDS) if x or y else (TOLERANCE, STATIC_SECONDS)
        still = stillness(cv2.subtract(level, self._input), tolerance)
        old = still * np.float32(1 - share(seconds, constant))
        new = np.float32(1) - old
        self._input = cv2.blendLinear(self._input, level, old, new, dst=level)
        self._output = cv2.blendLinear(self._output, after, old, new, dst=after)
        return after, None if x or y else np.float32(1) - still


def _mean(picture: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Mean gray of float32 (H, W, 3), each pixel times its ``weight``, float32 (H, W)."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return cv2.mean(gray)[0] if weight is None else float(np.vdot(gray, weight)) / gray.size


def noise_of(change: np.ndarray) -> float:
    """Standard deviation of the noise, in gray levels, from the quieter pixels of a difference, float32 (H, W)."""
    quiet = float(np.quantile(np.abs(change[::4, ::4]), 0.3)) / 0.385  # the 30 % quantile of a normal distribution
    return min(max(quiet, 0.6), 4.0)


def stillness(change: np.ndarray, tolerance: float) -> np.ndarray:
    """How surely each pixel stands still, float32 (H, W) in (0, 1], from its change in gray levels, float32 (H, W).

    ``tolerance`` is the mean change that makes it doubtful, in standard deviations of the noise.

    Noise has a small mean over 5 x 5 pixels and the variance it has everywhere; movement has more of one or the other.
    """
    noise = noise_of(change)
    mean = cv2.blur(change, (5, 5))
    energy = cv2.blur(cv2.multiply(change, change), (5, 5))
    excess = np.maximum(energy - np.float32(2.5 * noise**2), 0)  # cv2.max makes (4, 1) of (1, 1)
    return cv2.exp((cv2.multiply(mean, mean) + excess) * np.float32(-1 / (tolerance * noise) ** 2))


class MeanLevel:
    """The mean lightness that a method chose over the last moments, and a gain that keeps to it."""

    def __init__(self):
        self._usual: float | None = None

    def follow(self, mean: float, seconds: float) -> None:
        """Take the next mean that the method chose into account."""
        self._usual = mean if self._usual is None else self._usual
        self._usual += share(seconds, MEAN_SECONDS) * (mean - self._usual)

    def even(self, picture: np.ndarray, moving: np.ndarray | None) -> None:
        """Give float32 (H, W, 3) the usual mean, in place, by a gain on what is ``moving``; None is everything."""
        mean = _mean(picture)
        weighed = mean if moving is None else _mean(picture, moving)
        little = 0.0 if moving is None else _LITTLE * mean  # a small thing that moves cannot make up for everything
        gain = (self._usual - mean) * weighed / max(weighed**2 + little**2, 1e-6)
        gain = min(max(gain, -MEAN_LIMIT), MEAN_LIMIT)
        if moving is None:
            cv2.multiply(picture, (1 + gain,) * 4, dst=picture)
        else:
            cv2.multiply(picture, cv2.cvtColor(1 + moving * np.float32(gain), cv2.COLOR_GRAY2RGB), dst=picture)


class Smoother:
    """Holds one method steady over the frames of one clip; give it every frame in order."""

    def __init__(self):
        self._cuts = CutDetector()
        self._last: float | None = None
        self._shape: tuple[int, ...] = ()
        self.restart()

    def restart(self) -> None:
        """Forget the frames so far, as at a scene cut: for instance when a knob was turned."""
        self._tone, self._static, self._mean = ToneCurve(), StaticRegions(), MeanLevel()

    def __call__(self, before: np.ndarray, after: np.ndarray, seconds: float) -> np.ndarray:
        """The method's output for one frame, held steady.

        Args:
            before: the frame as the method got it, RGB uint8 (H, W, 3).
            after: what the method made of it, same shape.
            seconds: time of the frame in the clip.
        """
        light = cv2.cvtColor(before, cv2.COLOR_RGB2GRAY)
        passed = seconds - self._last if self._last is not None else 0.0
        self._last = seconds
        cut = self._cuts(light)
        if cut or light.shape != self._shape:  # a live camera may change its size
            self._shape = light.shape
            self.restart()
        chosen = cv2.cvtColor(after, cv2.COLOR_RGB2GRAY)
        self._mean.follow(cv2.mean(chosen)[0], passed)
        shift = self._tone.correction(light, chosen, passed)
        toned = cv2.add(after, cv2.cvtColor(cv2.LUT(light, shift), cv2.COLOR_GRAY2RGB), dtype=cv2.CV_32F)
        steady, moving = self._static.average(light, toned, passed)
        self._mean.even(steady, moving)
        return cv2.add(steady, 0, dtype=cv2.CV_8U)
