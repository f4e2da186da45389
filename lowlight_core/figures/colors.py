"""One colour and one marker for each method, the same in every chart.

The colours of Okabe and Ito (2002) and seven more, chosen so that any two stay apart with deuteranopia and protanopia
(CIELAB distance 9 and above after the simulation of Machado et al., 2009). Fourteen hues are many: each method has its
own marker too, so that colour never carries a meaning alone.
"""

ORDER = (
    "lumen", "clahe", "gamma", "histogram_equalization", "retinex", "lime", "exposure_fusion",
    "denoising_cnn", "skip_cnn", "unet", "mirnet", "zero_dce", "gan", "transformer",
)  # fmt: skip
_COLORS = (
    "#0072B2", "#E69F00", "#56B4E9", "#8C8C8C", "#D55E00", "#F0C300", "#009E73",
    "#A05195", "#E569D4", "#7A3B10", "#2F4B7C", "#66C2A5", "#98C264", "#84AEBC",
)  # fmt: skip
_SYMBOLS = (
    "star", "circle", "square", "diamond", "triangle-up", "triangle-down", "hexagon",
    "circle-open", "square-open", "diamond-open", "triangle-up-open", "triangle-down-open", "hexagon-open", "star-open",
)  # fmt: skip
INPUT, REFERENCE = "#6B6B6B", "#B0B0B0"  # the dark picture and the reference, in neutral gray
CHANNELS = {"Luminance": "#8C8C8C", "R": "#D55E00", "G": "#009E73", "B": "#0072B2"}


def color(method: str) -> str:
    """Hexadecimal colour of a method; a method that is not listed gets one by its name, the same every time."""
    return _COLORS[_index(method)]


def symbol(method: str) -> str:
    """Plotly marker of a method."""
    return _SYMBOLS[_index(method)]


def _index(method: str) -> int:
    return ORDER.index(method) if method in ORDER else sum(method.encode()) % len(ORDER)
