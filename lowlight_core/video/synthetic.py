"""Clips made from stills, for the page's sample, for tests and for benchmarks: they need no file but a photograph.

The scene is darkened once; noise is fresh in every frame, as a sensor's is. Compared with drawing new noise for every
pixel, cutting it from one large field costs a tenth and looks the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from lowlight_core import samples
from lowlight_core.atomic import writing
from lowlight_core.camera import darken
from lowlight_core.image import check_image

_MARGIN = 64
KEEPS_NOISE = {"preset": "veryfast", "crf": "16"}
SAMPLE_SIZE, SAMPLE_FPS, SAMPLE_SECONDS = (640, 360), 24, 4


class Noise:
    """Gaussian noise of ``sigma`` gray levels, different in every frame."""

    def __init__(self, width: int, height: int, sigma: float, seed: int = 0):
        self._random = np.random.default_rng(seed)
        self._size = width, height
        field = self._random.standard_normal((height + _MARGIN, width + _MARGIN, 3), np.float32) * np.float32(sigma)
        self._field = np.rint(field).astype(np.int16)

    def __call__(self, frame: np.ndarray) -> np.ndarray:
        """RGB uint8 (H, W, 3) with noise on it."""
        (width, height), (x, y) = self._size, self._random.integers(0, _MARGIN, 2)
        return cv2.add(frame, self._field[y : y + height, x : x + width], dtype=cv2.CV_8U)


def static(scene: np.ndarray, frames: int, *, sigma: float = 1.2, seed: int = 0) -> Iterator[np.ndarray]:
    """A camera on a tripod: RGB uint8 (H, W, 3) again and again, only the noise moves."""
    noise = Noise(scene.shape[1], scene.shape[0], sigma, seed)
    for _ in range(frames):
        yield noise(scene)


def pan(
    scene: np.ndarray, frames: int, size: tuple[int, int], *, speed: float = 1.0, sigma: float = 1.2, seed: int = 0
) -> Iterator[np.ndarray]:
    """A slow pan: a window of ``size`` (width, height) moves to and fro over the scene, ``speed`` pixels a frame."""
    width, height = size
    noise = Noise(width, height, sigma, seed)
    across, down = scene.shape[1] - width, scene.shape[0] - height
    for index in range(frames):
        x, y = _there_and_back(index * speed, across), _there_and_back(index * speed / 3, down)
        view = cv2.warpAffine(scene, np.float32([[1, 0, -x], [0, 1, -y]]), size, flags=cv2.INTER_LINEAR)
        yield noise(view)


def _there_and_back(distance: float, room: float) -> float:
    """A position in [0, room] after walking ``distance``, turning at both ends."""
    return room - abs(room - distance % (2 * room)) if room > 0 else 0.0


def cut(first: np.ndarray, second: np.ndarray, frames: int, *, sigma: float = 1.2) -> Iterator[np.ndarray]:
    """A hard cut in the middle between two scenes of one size."""
    yield from static(first, frames // 2, sigma=sigma, seed=1)
    yield from static(second, frames - frames // 2, sigma=sigma, seed=2)


def dark_scene(name: str = "garage", stops: float = 4.5) -> np.ndarray:
    """A built-in photograph in the dark without noise, RGB uint8 (H, W, 3)."""
    return darken(samples.load(name).high, stops=stops, falloff=0.5, noise=0, seed=5)


def write_clip(
    path: str | Path,
    frames: Iterable[np.ndarray],
    fps: int = 24,
    *,
    overwrite: bool = False,
    options: Mapping[str, str] = KEEPS_NOISE,
) -> Path:
    """Write frames of one even size, RGB uint8 (H, W, 3), as an H.264 MP4; ``options`` are x264's.

    Raises:
        OutputError: the file exists and ``overwrite`` is false, or cannot be written.
    """
    with writing(path, overwrite=overwrite) as temporary, av.open(str(temporary), "w", format="mp4") as container:
        stream = None
        for pixels in frames:
            height, width = check_image(pixels).shape[:2]
            if stream is None:
                stream = container.add_stream("libx264", rate=Fraction(fps), options=dict(options))
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None) if stream else [])
    return Path(path)


def sample_clip(folder: str | Path) -> Path:
    """The app's own sample, a slow pan over a garage at night; made on first use (about a second), then kept."""
    path = Path(folder) / f"sample-{SAMPLE_SIZE[0]}x{SAMPLE_SIZE[1]}-{SAMPLE_SECONDS}s.mp4"
    if not path.exists():
        frames = pan(dark_scene(), SAMPLE_FPS * SAMPLE_SECONDS, SAMPLE_SIZE)
        write_clip(path, frames, SAMPLE_FPS, overwrite=True)
    return path
