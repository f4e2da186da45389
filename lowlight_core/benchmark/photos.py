"""Photographs to measure with: made from those that come with scikit-image, of any size, in the dark."""

from pathlib import Path

import cv2
import numpy as np

from lowlight_core.benchmark.measure import Skipped
from lowlight_core.camera import darken
from lowlight_core.image import encode, read

_FILES = ("astronaut.png", "coffee.png", "chelsea.png", "motorcycle_left.png", "rocket.jpg", "ihc.png")


def photo(width: int, height: int, seed: int) -> np.ndarray:
    """A dark picture, RGB uint8 (H, W, 3), whose detail reaches down to single pixels as a camera's does.

    It is patched together from several photographs at about their own size; an enlarged one would be blurred, and
    JPEG would decode it faster than any real photograph.
    """
    originals = [read(path).pixels for path in _paths()]
    random = np.random.default_rng(seed)
    canvas = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, 500):
        for left in range(0, width, 750):
            room = canvas[top : top + 500, left : left + 750]
            patch = originals[random.integers(len(originals))][:, :: random.choice([-1, 1])]
            room[:] = cv2.resize(np.ascontiguousarray(patch), room.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return darken(canvas, stops=2 + seed % 3, seed=seed)


def jpegs(folder: Path, count: int, width: int, height: int, distinct: int = 8) -> list[Path]:
    """``count`` JPEG files of which ``distinct`` differ."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [encode(photo(width, height, seed), "jpg") for seed in range(min(count, distinct))]
    paths = [folder / f"{index:04}.jpg" for index in range(count)]
    for index, path in enumerate(paths):
        path.write_bytes(files[index % len(files)])
    return paths


def _paths() -> list[Path]:
    try:
        import skimage.data
    except ImportError:
        raise Skipped("scikit-image is not installed: its photographs are what is measured with") from None
    folder = Path(skimage.data.__file__).parent
    return [folder / name for name in _FILES if (folder / name).is_file()]
