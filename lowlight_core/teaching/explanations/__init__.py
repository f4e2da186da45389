"""Every method explained: the idea in three sentences, its formula, its block diagram.

>>> explain("clahe").idea[0]
"""

from lowlight_core.errors import UnknownMethodError
from lowlight_core.teaching.explanations import classical, local_networks, whole_picture_networks
from lowlight_core.teaching.explanations.explanation import Block, Diagram, Explanation

__all__ = ["EXPLANATIONS", "Block", "Diagram", "Explanation", "explain"]

EXPLANATIONS: dict[str, Explanation] = {
    "clahe": classical.CLAHE,
    "gamma": classical.GAMMA,
    "histogram_equalization": classical.HISTOGRAM_EQUALIZATION,
    "retinex": classical.RETINEX,
    "lime": classical.LIME,
    "exposure_fusion": classical.EXPOSURE_FUSION,
    "denoising_cnn": local_networks.DENOISING_CNN,
    "skip_cnn": local_networks.SKIP_CNN,
    "unet": local_networks.UNET,
    "mirnet": whole_picture_networks.MIRNET,
    "zero_dce": local_networks.ZERO_DCE,
    "gan": local_networks.GAN,
    "transformer": whole_picture_networks.TRANSFORMER,
    "lumen": whole_picture_networks.LUMEN,
}


def explain(method: str) -> Explanation:
    """The explanation of a method by its name.

    Raises:
        UnknownMethodError: there is none; the message lists those that exist.
    """
    if method not in EXPLANATIONS:
        raise UnknownMethodError(f"there is no explanation of {method!r}: choose one of {', '.join(EXPLANATIONS)}")
    return EXPLANATIONS[method]
