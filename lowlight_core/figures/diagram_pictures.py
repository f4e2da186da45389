"""Block diagrams as PNG, for whoever may not see SVG: a notebook that is not trusted yet shows none.

The SVG of `lowlight_core.figures.diagrams` is drawn again, shape by shape, so that both are the same drawing.
"""

import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont

from lowlight_core.figures.diagrams import ARROW, svg
from lowlight_core.teaching.explanations import Diagram

SCALE = 1.5  # pixels per SVG unit: sharp on a page as wide as a notebook's
FINER = 2  # drawn so much larger and averaged, as Pillow draws lines with steps
COLORS = 24


def png(diagram: Diagram) -> bytes:
    """Draw a diagram on white; returns a PNG file of some kilobytes."""
    root = ElementTree.fromstring(svg(diagram))
    zoom = SCALE * FINER
    size = tuple(round(float(root.get(side)) * zoom) for side in ("width", "height"))
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for kind, shape in _shapes(root, {}):
        _DRAWN[kind](draw, shape, zoom)
    small = image.resize(tuple(side // FINER for side in size), Image.Resampling.BOX)
    out = io.BytesIO()
    small.quantize(COLORS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _shapes(element, inherited: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The kind and the attributes of everything drawn, those of the groups around it included; text as ``text``."""
    for child in element:
        kind = child.tag.rsplit("}", 1)[-1]
        shape = {**inherited, **child.attrib}
        if kind == "g":
            yield from _shapes(child, shape)
        elif kind in _DRAWN:
            yield kind, {**shape, "text": child.text or ""}


def _rect(draw: ImageDraw.ImageDraw, shape: dict[str, str], zoom: float) -> None:
    x, y, width, height, radius = (float(shape[name]) * zoom for name in ("x", "y", "width", "height", "rx"))
    draw.rounded_rectangle((x, y, x + width, y + height), radius, fill=shape["fill"])


def _text(draw: ImageDraw.ImageDraw, shape: dict[str, str], zoom: float) -> None:
    place = float(shape["x"]) * zoom, float(shape["y"]) * zoom
    anchor = "ms" if shape.get("text-anchor") == "middle" else "ls"
    font = ImageFont.load_default(float(shape["font-size"]) * zoom)
    bold = zoom / 5 if "font-weight" in shape else 0
    draw.text(place, shape["text"], fill=shape["fill"], font=font, anchor=anchor, stroke_width=bold)


def _path(draw: ImageDraw.ImageDraw, shape: dict[str, str], zoom: float) -> None:
    """A line of horizontal and vertical parts with an arrow's head at its end."""
    points = [tuple(float(part) * zoom for part in point.split()) for point in shape["d"][1:].split(" L")]
    (x0, y0), (x, y) = points[-2:]
    across, down = (x > x0) - (x < x0), (y > y0) - (y < y0)
    width = float(shape["stroke-width"]) * zoom
    back, half = ARROW * width * 7 / 8, ARROW * width / 2
    tail = x - across * back, y - down * back
    draw.line([*points[:-1], tail], fill=shape["stroke"], width=round(width))
    sides = [(tail[0] + sign * down * half, tail[1] + sign * across * half) for sign in (-1, 1)]
    draw.polygon([(x, y), *sides], fill=shape["stroke"])


_DRAWN = {"rect": _rect, "text": _text, "path": _path}
