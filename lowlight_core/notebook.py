"""What notebooks show: pictures side by side, figures that also print, tables, diagrams. For IPython only.

Every output carries a still picture, so that it is seen on pages that run no script, in print and on GitHub.
"""

import os
from collections.abc import Mapping

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lowlight_core.image import check_image, encode, fit_within

CAPTION = 26  # height of the line of text above a picture, in pixels


def fast() -> bool:
    """Whether the notebooks shall shrink their work: the environment variable ``LOWLIGHT_NOTEBOOK_FAST`` is set."""
    return os.environ.get("LOWLIGHT_NOTEBOOK_FAST", "") not in ("", "0")


def strip(pictures: Mapping[str, np.ndarray], width: int = 960) -> np.ndarray:
    """Pictures side by side on neutral gray, each under its caption; RGB uint8 (H, ``width``, 3).

    Args:
        pictures: caption -> RGB uint8 (H, W, 3), any sizes; each is scaled to its share of ``width``.
        width: of the whole strip, in pixels.
    """
    gap = 8
    share = (width - gap * (len(pictures) + 1)) // len(pictures)
    scaled = [_scaled(check_image(pixels), share) for pixels in pictures.values()]
    height = max(map(len, scaled)) + CAPTION + gap
    whole = np.full((height, width, 3), 96, np.uint8)
    for index, pixels in enumerate(scaled):
        left = gap + index * (share + gap)
        whole[CAPTION : CAPTION + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return _captioned(whole, list(pictures), share, gap)


def _scaled(pixels: np.ndarray, width: int) -> np.ndarray:
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    smaller = width < pixels.shape[1]
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_NEAREST)


def _captioned(whole: np.ndarray, captions: list[str], share: int, gap: int) -> np.ndarray:
    image = Image.fromarray(whole)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(15)
    for index, caption in enumerate(captions):
        draw.text((gap + index * (share + gap), 4), caption, fill="white", font=font)
    return np.asarray(image)


def show(pictures: Mapping[str, np.ndarray], width: int = 960) -> None:
    """Display pictures side by side; see `strip`."""
    from IPython.display import Image as Shown
    from IPython.display import display

    display(Shown(encode(strip(pictures, width), "jpg", 85), format="jpeg", alt=", ".join(pictures)))


def crop(pixels: np.ndarray, left: int, top: int, side: int = 120) -> np.ndarray:
    """A square part of RGB uint8 (H, W, 3), to look at single pixels; as much of it as lies inside the picture."""
    return np.ascontiguousarray(pixels[top : top + side, left : left + side])


def small(pixels: np.ndarray, longest: int = 600) -> np.ndarray:
    """RGB uint8 shrunk so that quick examples stay quick; half of ``longest`` when `fast` is set."""
    return fit_within(pixels, longest // 2 if fast() else longest)


def figure(chart) -> None:
    """Display a Plotly figure: interactive where the notebook can, and a still picture everywhere else."""
    from IPython.display import display

    from lowlight_core.figures.static import png

    interactive = {"application/vnd.plotly.v1+json": chart.to_plotly_json()}
    display({**_jsonable(interactive), "image/png": _base64(png(chart))}, raw=True)


def _jsonable(bundle: dict) -> dict:
    """Arrays become lists of plain numbers."""
    import json

    from plotly.utils import PlotlyJSONEncoder

    return json.loads(json.dumps(bundle, cls=PlotlyJSONEncoder))


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()


def diagram(method: str) -> None:
    """Display the block diagram of a method."""
    from IPython.display import SVG, display

    from lowlight_core.explanations import explain
    from lowlight_core.figures.diagrams import svg

    display(SVG(svg(explain(method).diagram)))


def formula(method: str) -> None:
    """Display the formula of a method and what stands in it."""
    from IPython.display import Latex, Markdown, display

    from lowlight_core.explanations import explain

    what = explain(method)
    for line in what.formula:
        display(Latex(f"$$\n{line}\n$$"))
    display(Markdown(what.symbols))
