"""The wanted level of a method with a ``brightness`` knob, held steady over time.

Left on automatic (0), such a method would judge every frame anew. Here the gain that its automatic asks for is averaged
over time, and each frame is given the level to which that gain and the lift of its shadows bring it: what stands still
keeps its lightness when a lamp comes into view, and the exposure follows slowly, as a camera's does. The automatic
looks at the picture with a network of its own (a tenth of the time of enhancing it); it is asked once a second, at
every cut, and whenever the light has changed much since it was asked last.

Where the light rises faster than the average follows, as in a fade-in, the gain is bounded by what the automatic wants
for that light, and a quarter more. The average goes on as it was, so that a flash leaves no darkness behind; and an
automatic that changes its mind in the same light does not lower the bound.
"""

import math
from typing import Any

import cv2
import numpy as np

from lowlight_core.enhancer import Enhancer
from lowlight_core.networks import exposure, shadows
from lowlight_core.video.cuts import CutDetector
from lowlight_core.video.smoothing import share

KNOB = "brightness"
GAIN_SECONDS = 1.0
ASK_SECONDS = 1.0
MOST_OVER = 0.25  # logarithm of how much the gain may be above that which the automatic wants for the present light
_MUCH = 0.15  # logarithm of a change of light, in gray levels of which
_FLOOR = 2.0  # are added, so that noise in black is no change
_MOST_PIXELS = 100_000  # enough for the histogram of a frame


def is_automatic(method: Enhancer, settings: dict[str, Any]) -> bool:
    """Whether the method has the knob and it stands on automatic."""
    return any(param.name == KNOB for param in method.params) and settings[KNOB] == 0


class SteadyLevel:
    """Gives every frame of a clip the settings of its method, in order."""

    def __init__(self, method: Enhancer, settings: dict[str, Any]):
        self._settings = settings
        self._whole = next(param.type == "int" for param in method.params if param.name == KNOB)
        self._cuts = CutDetector()
        self._wanted = self._log_gain = self._most = 0.0
        self._last = self._asked = self._light = 0.0

    def __call__(self, pixels: np.ndarray, seconds: float) -> dict[str, Any]:
        """Settings for RGB uint8 (H, W, 3) at that time of the clip: the level filled in."""
        stride = max(1, math.ceil(math.sqrt(pixels.shape[0] * pixels.shape[1] / _MOST_PIXELS)))
        sample = np.ascontiguousarray(pixels[::stride, ::stride])
        gray = cv2.cvtColor(sample, cv2.COLOR_RGB2GRAY)
        cut = self._cuts(gray) or seconds < self._last  # another clip, or a camera that starts again
        self._ask(pixels, seconds, cut, light := math.log(cv2.mean(gray)[0] + _FLOOR))
        step = 1.0 if cut else share(seconds - self._last, GAIN_SECONDS)
        self._log_gain += step * (self._wanted - self._log_gain)
        self._last = seconds
        gain = math.exp(min(self._log_gain, self._most - max(0.0, light - self._light)))
        level = 255 * shadows.level(sample, gain, self._settings.get("shadows", 0))
        level = min(max(level, 1.0), 255.0)
        return {**self._settings, KNOB: round(level) if self._whole else level}

    def _ask(self, pixels: np.ndarray, seconds: float, cut: bool, light: float) -> None:
        """Have the automatic look at the picture if it is time to; ``light`` is its logarithm."""
        changed = cut or abs(light - self._light) > _MUCH
        if changed or seconds - self._asked >= ASK_SECONDS:
            self._wanted, self._asked, self._light = _log_gain(pixels), seconds, light
            most = self._wanted + MOST_OVER
            self._most = most if changed else max(most, self._most)


def _log_gain(pixels: np.ndarray) -> float:
    """Logarithm of the gain that the automatic wants for RGB uint8 (H, W, 3)."""
    from lowlight_core.inference import estimate_level

    return math.log(exposure.gain_for(exposure.histogram(pixels), estimate_level(pixels) / 255))
