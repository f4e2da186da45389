"""The learned methods: one Enhancer for every network whose weights and card are in ``lowlight_core/weights``.

Only the JSON cards are read here. TensorFlow is imported when a method is first used.
"""

from pathlib import Path
from typing import Annotated

import numpy as np

from lowlight_core.enhancer import STRENGTH, Enhancer, Range, params_of
from lowlight_core.networks import cards

Brightness = Annotated[
    float,
    Range(0, 255, step=1, help="wanted mean gray level (BT.601) of the result; 0 decides by itself", automatic=True),
]
Warmth = Annotated[
    float,
    Range(
        0,
        1,
        step=0.05,
        help="share of the light's own colour that is kept: 0 decides by itself, 1 keeps all",
        automatic=True,
    ),
]
Shadows = Annotated[
    float,
    Range(
        0, 1, step=0.05, help="how far the dark regions of a picture that is bright elsewhere are lifted; 0 leaves them"
    ),
]

METHODS = {
    "denoising_cnn": (
        "Denoising CNN",
        "Zhang et al., Beyond a Gaussian Denoiser, IEEE TIP 2017",
        "Four plain convolutions that clean and correct the picture after an exposure curve.",
    ),
    "skip_cnn": (
        "Skip CNN",
        "Mao et al., Very Deep Encoder-Decoder Networks with Symmetric Skip Connections, NIPS 2016",
        "Seven convolutions whose late layers are added to the early ones, with a sigmoid at the end.",
    ),
    "unet": (
        "U-Net",
        "Ronneberger et al., U-Net, MICCAI 2015",
        "Four resolutions down and up again, each joined to its counterpart, trained with a perceptual loss.",
    ),
    "mirnet": (
        "MIRNet",
        "Zamir et al., Learning Enriched Features for Real Image Restoration and Enhancement, ECCV 2020",
        "Streams at three resolutions exchange what they find, through attention over channels, places and streams.",
    ),
    "zero_dce": (
        "Zero-DCE",
        "Guo et al., Zero-Reference Deep Curve Estimation, CVPR 2020",
        "Learns curves for every pixel from dark pictures alone, with no bright picture to copy.",
    ),
    "gan": (
        "Conditional GAN",
        "Isola et al., Image-to-Image Translation with Conditional Adversarial Networks, CVPR 2017",
        "A U-Net that must also convince a second network that its pictures are photographs.",
    ),
    "transformer": (
        "Transformer",
        "Cai et al., Retinexformer, ICCV 2023",
        "Attention between channels, guided by the illumination: its cost grows only with the pixels.",
    ),
    "lumen": (
        "Lumen",
        "This project's own network",
        "A residual U-Net that is told the wanted brightness: clean, natural pictures in little time.",
    ),
}


def enhancers() -> tuple[Enhancer, ...]:
    """Every learned method whose card and weights are here, the default one marked."""
    return tuple(
        _declare(name, *described, cards.read(name), cards.path_of(name))
        for name, described in METHODS.items()
        if cards.path_of(name).is_file() and cards.weights_of(name).is_file()
    )


def from_weights(path: str | Path) -> Enhancer:
    """A method from a user's own weights: the output folder of ``train``, or a card or weights file in it.

    Raises:
        WeightsError: nothing there that this program wrote; files that could hold code are not opened.
    """
    file = cards.path_of(Path(path))
    card = cards.read(file)
    label, reference, summary = METHODS[card["network"]]
    return _declare(card["network"], f"{label}, own weights", reference, summary, card, file)


def _declare(name: str, label: str, reference: str, summary: str, card: dict, file: Path) -> Enhancer:
    function = _with_knobs(file) if name == "lumen" else _plain(file)
    return Enhancer(
        name,
        label,
        "learned",
        reference,
        summary,
        function,
        (*params_of(function), STRENGTH),
        default=name == "lumen",
        weights=str(cards.weights_of(file)),
        card=card,
        prepare=lambda: _loaded(file),
    )


def _loaded(file: Path):
    from lowlight_core import inference

    return inference.load(file)


def _plain(file: Path):
    def function(image: np.ndarray) -> np.ndarray:
        from lowlight_core import inference

        return inference.enhance(image, file)

    return function


def _with_knobs(file: Path):
    def function(
        image: np.ndarray, *, brightness: Brightness = 0.0, shadows: Shadows = 0.5, warmth: Warmth = 0.0
    ) -> np.ndarray:
        from lowlight_core import inference

        return inference.enhance(image, file, brightness or None, shadows=shadows, warmth=warmth)

    return function
