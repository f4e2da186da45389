"""What notebooks show: pictures side by side, figures that also print, tables, diagrams. For IPython only.

Every output carries a still picture, so that it is seen on pages that run no script, in print and on GitHub.
"""

import os
import time
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lowlight_core import samples
from lowlight_core.datasets import find_pairs
from lowlight_core.errors import DatasetError
from lowlight_core.image import check_image, encode, fit_within, read
from lowlight_core.samples import Sample

CAPTION = 26  # height of the line of text above a picture, in pixels


def fast() -> bool:
    """Whether the notebooks shall shrink their work: the environment variable ``LOWLIGHT_NOTEBOOK_FAST`` is set."""
    return os.environ.get("LOWLIGHT_NOTEBOOK_FAST", "") not in ("", "0")


def pairs(folder: str | None = None, most: int = 8) -> list[Sample]:
    """The built-in pairs, or the first ``most`` pairs of a data set on disk that have a reference.

    Raises:
        DatasetError: the folder holds no pairs; the message says what is expected.
    """
    if folder is None:
        return samples.pairs()[:most]
    found = [pair for pair in find_pairs(folder).pairs if pair.high][:most]
    if not found:
        raise DatasetError(f"{folder} holds no pairs: expected folders such as low/ and high/, paired by name")
    return [Sample(p.stem, p.stem, p.stem, read(p.low).pixels, read(p.high).pixels) for p in found]


def strip(pictures: Mapping[str, np.ndarray], width: int = 900) -> np.ndarray:
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


def show(pictures: Mapping[str, np.ndarray], width: int = 900) -> None:
    """Display pictures side by side; see `strip`."""
    from IPython.display import Image as Shown
    from IPython.display import display

    display(Shown(encode(strip(pictures, width), "jpg", 80), format="jpeg", alt=", ".join(pictures)))


def seconds(function: Callable[[], object], repeats: int = 1) -> float:
    """The shortest of ``repeats`` times that a call of ``function`` takes, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def crop(pixels: np.ndarray, left: int, top: int, side: int = 120) -> np.ndarray:
    """A square part of RGB uint8 (H, W, 3), to look at single pixels; as much of it as lies inside the picture."""
    return np.ascontiguousarray(pixels[top : top + side, left : left + side])


def small(pixels: np.ndarray, longest: int = 600) -> np.ndarray:
    """RGB uint8 shrunk so that quick examples stay quick; half of ``longest`` when `fast` is set."""
    return fit_within(pixels, longest // 2 if fast() else longest)


def figure(chart) -> None:
    """Display a Plotly figure: interactive where the notebook can, and a still picture everywhere else."""
    import base64
    import json

    from IPython.display import display

    from lowlight_core.figures.static import png

    still = base64.b64encode(png(chart)).decode()
    described = json.loads(chart.to_json(), parse_float=lambda text: float(f"{float(text):.5g}"))
    described["layout"].pop("template", None)  # every notebook has the default one
    display({"application/vnd.plotly.v1+json": described, "image/png": still}, raw=True)


def diagram(method: str) -> None:
    """Display the block diagram of a method: as SVG, and as a still picture where that is not trusted."""
    import base64

    from IPython.display import display

    from lowlight_core.figures.diagram_pictures import png
    from lowlight_core.figures.diagrams import in_words, svg
    from lowlight_core.teaching.explanations import explain

    drawing = explain(method).diagram
    still = base64.b64encode(png(drawing)).decode()
    display({"image/svg+xml": svg(drawing), "image/png": still, "text/plain": in_words(drawing)}, raw=True)


def formula(method: str) -> None:
    """Display the formula of a method and what stands in it."""
    from IPython.display import Latex, Markdown, display

    from lowlight_core.teaching.explanations import explain

    what = explain(method)
    for line in what.formula:
        display(Latex(f"$$\n{line}\n$$"))
    display(Markdown(what.symbols))
