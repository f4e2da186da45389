"""The wanted level of a method with a ``brightness`` knob, held steady over time.

Left on automatic (0), such a method would judge every frame anew. Here the gain that its automatic asks for is averaged
over time, and each frame is given the level to which that gain and the lift of its shadows bring it: what stands still
keeps its lightness when a lamp comes into view, and the exposure follows slowly, as a camera's does. The automatic
looks at the picture with a network of its own (a tenth of the time of enhancing it); it is asked once a second, and at
every cut.
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
        self._wanted = self._log_gain = 0.0
        self._last = self._asked = 0.0

    def __call__(self, pixels: np.ndarray, seconds: float) -> dict[str, Any]:
        """Settings for RGB uint8 (H, W, 3) at that time of the clip: the level filled in."""
        stride = max(1, math.ceil(math.sqrt(pixels.shape[0] * pixels.shape[1] / _MOST_PIXELS)))
        sample = np.ascontiguousarray(pixels[::stride, ::stride])
        cut = self._cuts(cv2.cvtColor(sample, cv2.COLOR_RGB2GRAY))
        cut = cut or seconds < self._last  # another clip, or a camera that starts again
        if cut or seconds - self._asked >= ASK_SECONDS:
            self._wanted, self._asked = _log_gain(pixels), seconds
        step = 1.0 if cut else share(seconds - self._last, GAIN_SECONDS)
        self._log_gain += step * (self._wanted - self._log_gain)
        self._last = seconds
        level = 255 * shadows.level(sample, math.exp(self._log_gain), self._settings.get("shadows", 0))
        level = min(max(level, 1.0), 255.0)
        return {**self._settings, KNOB: round(level) if self._whole else level}


def _log_gain(pixels: np.ndarray) -> float:
    """Logarithm of the gain that the automatic wants for RGB uint8 (H, W, 3)."""
    from lowlight_core.inference import estimate_level

    return math.log(exposure.gain_for(exposure.histogram(pixels), estimate_level(pixels) / 255))
