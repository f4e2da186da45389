"""What the automatic level is guessed from: what is shown, how it was lit, and how its grain and detail look.

The grain matters because a picture does not say how it was taken: two of the same mean and the same scene, one a short
exposure and one the light of a lamp far away, differ in their noise and in what is lost in it.
"""

import cv2
import numpy as np

from lowlight_core import alexnet
from lowlight_core.networks import exposure

OVERVIEW, LIT = 128, 0.45
GRAIN_SIDE = 600  # pixels: noise is compared at the size of the pairs that teach
SHADES = ((0, 3), (4, 11), (12, 31), (32, 255))  # gray levels around a pixel, among which noise is told apart
FEWEST = 50  # pixels of a shade that say something about its noise
BANDS = (0.6, 1.2, 2.5, 5.0, 10.0, 20.0)  # pixels of the overview
_SECOND = np.array([1, -2, 1], np.float32)

TEXTURES, LIGHTS = len(SHADES) * 3 + len(BANDS) * 2, 3
SCENE = np.s_[..., : -TEXTURES - LIGHTS]  # of the features: what AlexNet recognises
TEXTURE = np.s_[..., -TEXTURES - LIGHTS : -LIGHTS]
LIGHT = np.s_[..., -LIGHTS:]


def lit(shares: np.ndarray, image: np.ndarray) -> tuple[np.ndarray, float]:
    """An overview of RGB uint8 (H, W, 3) in light enough to see, and the gain of the curve that lit it.

    At most 128 pixels long, at least 31 short, its shape kept roughly: float32 (h, w, 3) in [0, 1].
    """
    height, width = image.shape[:2]
    scale = OVERVIEW / max(height, width)
    size = [max(alexnet.SMALLEST, round(side * scale)) for side in (width, height)]
    overview = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    gain = exposure.gain_for(shares, LIT)
    return exposure.lift(overview, gain), gain


def features(image: np.ndarray, lit: np.ndarray, gain: float) -> np.ndarray:
    """Describe RGB uint8 (H, W, 3) and its overview ``lit`` by ``gain``, logarithms all: (1307,)."""
    return joined(recognised(lit), texture(image, lit), light(lit, gain))


def joined(recognised: np.ndarray, texture: np.ndarray, light: np.ndarray) -> np.ndarray:
    """The features from their three parts, in the order in which `SCENE`, `TEXTURE` and `LIGHT` find them."""
    return np.concatenate([recognised, texture, light])


def recognised(lit: np.ndarray) -> np.ndarray:
    """What AlexNet sees in float32 (H, W, 3) in [0, 1]: log of the mean of each feature map in the layers 2 to 5, and
    of the maximum in the second, (1280,).
    """
    maps = alexnet.activations(lit)[1:]
    means = [layer.mean((0, 1)) for layer in maps]
    return np.log(np.concatenate([*means, maps[0].max((0, 1))]).astype(np.float64) + 0.01)


def light(lit: np.ndarray, gain: float) -> np.ndarray:
    """Log of the gain that lit the overview, and of red and blue over green in it: (3,)."""
    red, green, blue = lit.mean((0, 1)).astype(np.float64) + 0.01
    return np.log([gain, red / green, blue / green])


def texture(image: np.ndarray, lit: np.ndarray) -> np.ndarray:
    """The `grain` of RGB uint8 (H, W, 3) and the `detail` of its overview: (24,)."""
    return np.concatenate([grain(image), detail(lit)])


def grain(image: np.ndarray) -> np.ndarray:
    """Log of the noise in RGB uint8 (H, W, 3), in gray levels: red, green, blue, each in four shades, (12,).

    Measured as the mean absolute second difference in both directions (Immerkaer, Fast Noise Variance Estimation, CVIU
    1996), at no more than 600 pixels; a shade that hardly occurs is given the noise of the whole channel.
    """
    scale = min(1.0, GRAIN_SIDE / max(image.shape[:2]))
    if scale < 1:
        size = [max(1, round(side * scale)) for side in image.shape[1::-1]]
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    differences = cv2.convertScaleAbs(cv2.sepFilter2D(image, cv2.CV_16S, _SECOND, _SECOND))
    around, found = cv2.blur(image, (5, 5)), []
    for channel in range(3):
        noise, shade = (np.ascontiguousarray(each[::2, ::2, channel]) for each in (differences, around))
        for darkest, brightest in SHADES:
            here = cv2.inRange(shade, darkest, brightest)
            found.append(cv2.mean(noise, here if cv2.countNonZero(here) > FEWEST else None)[0])
    return np.log(np.array(found) / 6 + 0.05)


def detail(lit: np.ndarray) -> np.ndarray:
    """Log of the contrast in six bands of frequencies of float32 (H, W, 3) in [0, 1], the finest first: the standard
    deviation and the mean magnitude of each, (12,).
    """
    finer, found = cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), []
    for width in BANDS:
        coarser = cv2.GaussianBlur(finer, (0, 0), width)
        band = finer - coarser
        found += [band.std(), np.abs(band).mean()]
        finer = coarser
    return np.log(np.array(found, np.float64) + 0.001)
