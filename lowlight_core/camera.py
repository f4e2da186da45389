"""A simple camera model: what a good photograph would have looked like, taken with far too little light.

Foi, Trimeche, Katkovnik, Egiazarian, *Practical Poissonian-Gaussian Noise Modeling*, IEEE TIP 2008.
"""

import numpy as np

from lowlight_core.enhancers.strips import strips
from lowlight_core.errors import ParameterError
from lowlight_core.image import check_image

_GAMMA = 2.2


def darken(
    image: np.ndarray,
    *,
    stops: float = 4.0,
    falloff: float = 0.3,
    noise: float = 1.0,
    warmth: float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """Photograph RGB uint8 (H, W, 3) again with less light.

    Args:
        stops: exposure lost, in stops (halvings of the light).
        falloff: share of the light that is missing at the far side, since lamps stand somewhere; 0 to 1.
        noise: multiple of a small sensor's shot and read noise; 0 for none.
        warmth: tint of the light, in stops between red and blue; positive is warmer.
        seed: of the noise and of the side on which the light stands.

    Returns:
        RGB uint8 (H, W, 3), quantised like a JPEG straight from the camera.

    Raises:
        ParameterError: a number that is not finite, a ``falloff`` outside [0, 1], or ``noise`` below 0.
    """
    if not (0 <= falloff <= 1 and noise >= 0 and np.isfinite([stops, noise, warmth]).all()):
        given = f"{stops=}, {falloff=}, {noise=}, {warmth=}"
        raise ParameterError(f"expected finite numbers, falloff in [0, 1] and noise of 0 or more, got {given}")
    random = np.random.default_rng(seed)
    height, width = check_image(image).shape[:2]
    tint = 2 ** np.array([warmth / 2, 0, -warmth / 2], np.float32)
    angle = random.uniform(0, 2 * np.pi)
    down, across = np.linspace(-0.5, 0.5, height)[:, None] * np.sin(angle), np.linspace(-0.5, 0.5, width)
    dark = np.empty(image.shape, np.uint8)
    for rows, _, _ in strips(image.shape):  # at once, 64 megapixels would take 4 GB
        light = (image[rows].astype(np.float32) / 255) ** _GAMMA * np.float32(2.0**-stops)
        light *= tint
        position = np.clip(0.5 + down[rows] + across * np.cos(angle), 0, 1).astype(np.float32)
        light *= (1 - falloff * position)[..., None]
        variance = noise**2 * (2e-5 * light + 4e-8)  # photons counted, plus the amplifier
        noisy = light + np.sqrt(variance) * random.standard_normal(light.shape, np.float32)
        dark[rows] = np.rint(255 * np.clip(noisy, 0, 1) ** (1 / _GAMMA))
    return dark
