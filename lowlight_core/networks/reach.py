"""How far an output pixel of a network depends on the picture, and what its sides must be multiples of: both follow
from the settings, and are told here without building anything.

Zeros that a convolution sees beyond the edge spread inwards by a cell with each 3x3 convolution. Where the resolution
halves, so do the cells they have reached, rounded up, and where it doubles they do too; that is exact as long as
edges lie at multiples of the coarsest cell.
"""


def multiple(name: str, settings: dict) -> int:
    """What both sides of a picture must be multiples of; ``settings`` are all of the builder's."""
    if name in ("unet", "gan"):
        return 2 ** max(1, len(settings["widths"]))
    if name == "lumen":
        return 2 ** max(1, len(settings["down"]))
    if name == "transformer":
        return 2 ** max(1, len(settings["depths"]))
    if name == "mirnet":
        return settings["block"] * 2 ** (settings["streams"] - 1)
    return 1


def pixels(name: str, settings: dict) -> int:
    """How many pixels into a tile the zeros beyond its edge reach, in a network that sees no whole picture.

    The edge lies at a multiple of the coarsest cell; elsewhere a pixel may look further, by less than such a cell.
    """
    if name == "denoising_cnn":
        return len(settings["widths"]) + 1
    if name in ("unet", "gan"):
        levels = len(settings["widths"])
        return _u_shaped([2] * levels, [2] * (levels - 1))
    if name == "lumen":
        down, up = ([2 * blocks for blocks in settings[way]] for way in ("down", "up"))
        return _u_shaped([1 + down[0], *down[1:]], up)
    return 7  # the convolutions of skip_cnn and zero_dce


def _u_shaped(down: list[int], up: list[int]) -> int:
    """The same for a network on pixels unshuffled by 2, with so many 3x3 convolutions at each resolution, the finest
    first, on the way to the coarsest and back, and one at the end.
    """
    cells = 0
    for level, convolutions in enumerate(down):
        cells = (-(-cells // 2) if level else cells) + convolutions
    for convolutions in reversed(up):
        cells = 2 * cells + convolutions
    return 2 * (cells + 1)
