"""Built-in pairs for demos, lessons and tests: photographs that come with scikit-image, taken again in the dark.

The dark one is made by `camera.darken`, the bright one is its reference. They show how methods work and differ; figures
from eight synthetic pictures are no benchmark, and pages say so.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lowlight_core.camera import darken
from lowlight_core.errors import ImageError
from lowlight_core.image import read

_SHOTS = {  # name: (file, title, what one is looking at, camera settings)
    "garage": ("motorcycle_left.png", "Garage", "a garage at night", dict(stops=5, falloff=0.6, seed=5)),
    "coffee": ("coffee.png", "Coffee", "a cup by warm light", dict(stops=5, warmth=0.8, seed=3)),
    "cat": ("chelsea.png", "Cat", "a cat, five stops too dark", dict(stops=5, falloff=0.5, seed=2)),
    "portrait": ("astronaut.png", "Portrait", "a portrait, four stops too dark", dict(stops=4, seed=1)),
    "launch_pad": ("rocket.jpg", "Launch pad", "lamps at dusk, bright and dark at once", dict(stops=3, seed=4)),
    "garage_darker": ("motorcycle_right.png", "Garage, darker", "a garage, seven stops too dark",
                      dict(stops=7, seed=6)),
    "coffee_uneven": ("coffee.png", "Coffee, lit from one side", "a cup in uneven light",
                      dict(stops=4, falloff=0.95, seed=9)),
    "portrait_noisy": ("astronaut.png", "Portrait, noisy", "a portrait with much sensor noise",
                       dict(stops=5, noise=4, seed=8)),
}  # fmt: skip
SAMPLES = tuple(_SHOTS)


@dataclass(frozen=True)
class Sample:
    """A dark picture and its reference, both RGB uint8 (H, W, 3) of one size and read-only."""

    name: str
    title: str
    caption: str
    low: np.ndarray
    high: np.ndarray


@lru_cache(maxsize=len(_SHOTS))
def load(name: str) -> Sample:
    """The built-in pair of that name.

    Raises:
        ImageError: there is none; the message lists those that exist.
    """
    if name not in _SHOTS:
        raise ImageError(f"there is no sample {name!r}: choose one of {', '.join(SAMPLES)}")
    import skimage.data

    file, title, caption, camera = _SHOTS[name]
    high = read(Path(skimage.data.__file__).parent / file).pixels
    low = darken(high, **camera)
    for pixels in (low, high):
        pixels.setflags(write=False)
    return Sample(name, title, caption, low, high)


def pairs() -> list[Sample]:
    """All built-in pairs, for an evaluation without any data set."""
    return [load(name) for name in SAMPLES]
