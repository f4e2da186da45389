"""A comparison to take away: one .zip in memory with a contact sheet, every result in full size, and the scores.

    contact_sheet.png   the photo, every result and the reference, each under its name and scores
    METHOD.png          what a method made of the photo, in full size, with the photo's colour profile
    scores.csv          a row for each method: settings, scores, time; for one that failed the reason

Methods are made one after the other, and of each only its PNG and a small picture are kept; `most_methods` says how
many results of a size an archive may hold.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping

import cv2
import numpy as np

from lowlight_core.comparison import Row, names_of_scores
from lowlight_core.enhancers.own import public_name
from lowlight_core.image import encode, fit_within
from lowlight_core.metrics import METRICS
from lowlight_core.notebook import strip

SHEET, SCORES = "contact_sheet.png", "scores.csv"
BEFORE = "before"  # the row of the untouched photo
MEGAPIXELS = 100  # of results in one archive: as PNG at most 300 MB
_CELL, _GRAY, _MOST_COLUMNS = 480, 96, 4  # of the sheet: pixels of a picture's longer side, surround, pictures abreast


def most_methods(image: np.ndarray) -> int:
    """How many results of the size of RGB uint8 (H, W, 3) fit into one archive."""
    return int(MEGAPIXELS * 1e6 // (image.shape[0] * image.shape[1]))


def pack(
    image: np.ndarray,
    rows: Iterable[Row],
    labels: Mapping[str, str],
    reference: np.ndarray | None = None,
    *,
    scores: Mapping[str, float] | None = None,
    icc: bytes | None = None,
) -> bytes:
    """The archive as bytes.

    Args:
        image: the photo, RGB uint8 (H, W, 3).
        rows: what methods made of it in full size, in order; they may be made one by one, while this asks for them.
        labels: method -> how people call it.
        reference: the ground truth, RGB uint8 (H, W, 3), or ``None``.
        scores: of the untouched photo, by metric.
        icc: the photo's colour profile, for the results.
    """
    names, size = names_of_scores(reference is not None), image.shape[1::-1]
    lines = [_line(BEFORE, "Before", size, names, scores or {})]
    pictures = {_caption("Before", scores or {}): _thumbnail(image)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # stored: PNG is compressed already
        for row in rows:
            result, label = row.result, labels[row.result.method]
            name = public_name(result.method, label)
            while f"{name}.png" in archive.namelist():  # own networks of two runs may share a label
                name, label = f"{name}_2", f"{label} 2"
            lines.append(_line(name, label, size, names, row.scores, result))
            if result.image is not None:
                archive.writestr(f"{name}.png", encode(result.image, icc=icc))
                pictures[_caption(label, row.scores)] = _thumbnail(result.image)
        if reference is not None:
            pictures["Reference"] = _thumbnail(reference)
        archive.writestr(SHEET, encode(sheet(pictures), icc=icc))
        archive.writestr(SCORES, _table(names, lines))
    return file.getvalue()


def sheet(pictures: Mapping[str, np.ndarray]) -> np.ndarray:
    """Pictures in rows of at most four, each under its caption, on neutral gray; RGB uint8 (H, W, 3).

    Args:
        pictures: caption -> RGB uint8 of at most `_CELL` pixels a side.
    """
    columns = min(_MOST_COLUMNS, len(pictures))
    empty = {" " * (n + 1): np.full((1, _CELL, 3), _GRAY, np.uint8) for n in range(-len(pictures) % columns)}
    listed = list({**{caption: _on_gray(pixels) for caption, pixels in pictures.items()}, **empty}.items())
    width = columns * _CELL + (columns + 1) * 8  # 8: the gap of `strip`, so that no picture is scaled
    return np.vstack([strip(dict(listed[at : at + columns]), width) for at in range(0, len(listed), columns)])


def _on_gray(pixels: np.ndarray) -> np.ndarray:
    return cv2.copyMakeBorder(
        pixels, 0, 0, 0, _CELL - pixels.shape[1], cv2.BORDER_CONSTANT, value=(_GRAY, _GRAY, _GRAY)
    )


def _thumbnail(pixels: np.ndarray) -> np.ndarray:
    return fit_within(pixels, _CELL)


def _caption(label: str, scores: Mapping[str, float]) -> str:
    """``CLAHE: PSNR 11.20 dB, SSIM 0.410``; without a reference the name alone."""
    chosen = [METRICS[name] for name in ("psnr", "ssim") if name in scores]
    figures = [f"{metric.label} {metric.format(scores[metric.name])} {metric.unit}".strip() for metric in chosen]
    text = f"{label}: {', '.join(figures)}" if figures else label
    return text.replace("∞", "inf")  # a sign that the font of `strip` does not have


def _line(method: str, label: str, size, names, scores, result=None) -> list:
    """One row of the table; figures with all their digits, empty where there are none."""
    settings = json.dumps(result.settings) if result else ""
    milliseconds = f"{1000 * result.seconds:.1f}" if result and not result.error else ""
    figures = [repr(float(scores[name])) if name in scores else "" for name in names]
    return [method, label, *size, settings, *figures, milliseconds, (result.error or "") if result else ""]


def _table(names: tuple[str, ...], lines: list[list]) -> str:
    """The rows as CSV by the rules of RFC 4180."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["method", "label", "width", "height", "settings", *names, "milliseconds", "error"])
    writer.writerows(lines)
    return text.getvalue()
