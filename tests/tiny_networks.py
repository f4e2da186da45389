"""Networks small enough to build, train and save in a second or two, and pictures for them."""

from pathlib import Path

import cv2
import numpy as np

SETTINGS = {
    "denoising_cnn": {"widths": (4, 4)},
    "skip_cnn": {"width": 4},
    "unet": {"widths": (4, 8)},
    "mirnet": {"features": 8, "groups": 1, "blocks": 1},
    "zero_dce": {"width": 4, "iterations": 2},
    "gan": {"widths": (4, 8)},
    "transformer": {"width": 8, "depths": (1, 1)},
    "lumen": {"width": 8, "down": (1, 1), "up": (1,)},
}


def scene(height: int = 64, width: int = 80, seed: int = 0) -> np.ndarray:
    """A smooth coloured picture with an edge, RGB uint8."""
    random = np.random.default_rng(seed)
    small = random.integers(40, 230, (4, 5, 3)).astype(np.uint8)
    image = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    image[:, width // 2 :] = image[:, width // 2 :] // 2 + 20
    return image


def dark(image: np.ndarray, seed: int = 0) -> np.ndarray:
    """The same in an eighth of the light, with noise."""
    noise = np.random.default_rng(seed).normal(0, 1.5, image.shape)
    return np.clip(image / 8 + noise, 0, 255).astype(np.uint8)


def write_pairs(folder: Path, count: int = 4, height: int = 64, width: int = 80) -> Path:
    """A data set of ``count`` pairs in ``low`` and ``high``."""
    for part in ("low", "high"):
        (folder / part).mkdir(parents=True)
    for number in range(count):
        high = scene(height, width, number)
        cv2.imwrite(str(folder / "high" / f"{number}.png"), high[..., ::-1])
        cv2.imwrite(str(folder / "low" / f"{number}.png"), dark(high, number)[..., ::-1])
    return folder


def save_network(folder: Path, name: str, noise: float = 0.02) -> Path:
    """A tiny network with random weights, saved as ``train`` saves one; returns the folder."""
    import json

    import keras

    from lowlight_core import networks
    from lowlight_core.networks import weights

    keras.utils.set_random_seed(1)
    model = networks.get(name).build(**SETTINGS[name])
    random = np.random.default_rng(1)
    arrays = [array + noise * random.standard_normal(array.shape) for array in model.get_weights()]
    folder.mkdir(parents=True, exist_ok=True)
    weights.save(folder / f"{name}.weights.h5", arrays)
    card = {
        "network": name,
        "settings": SETTINGS[name],
        "parameters": model.count_params(),
        "bfloat16": {"chosen": False},
    }
    (folder / f"{name}.json").write_text(json.dumps(card))
    return folder
