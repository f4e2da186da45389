"""CLAHE tuning: what a moved slider costs when the picture is worked on at the size in which it is shown."""

import itertools

import numpy as np

from lowlight_core import enhancers
from lowlight_core.benchmark import photos
from lowlight_core.benchmark.measure import Figure, seconds
from lowlight_core.enhancers.lightness import lightness
from lowlight_core.figures.histograms import histograms
from lowlight_core.image import encode, fit_within
from lowlight_core.teaching import clahe_anatomy

SHOWN_SIDE = 1600  # longest side of what the page shows
MOST_MILLISECONDS = 200


def run(quick: bool) -> list[Figure]:
    """The page's road at the size that is shown, against the same at full size."""
    whole = photos.photo(4000, 3000, seed=1)
    shown, moves = fit_within(whole, SHOWN_SIDE), itertools.count()

    def moved(picture: np.ndarray) -> None:
        _road(picture, clip_limit=1 + next(moves) % 9)

    moved(shown)
    took = seconds({"shown": lambda: moved(shown), "whole": lambda: moved(whole)}, 3 if quick else 15)
    return [
        Figure("from slider to picture and charts", 1000 * took["shown"], "ms", at_most=MOST_MILLISECONDS),
        Figure("against full size for every move", took["whole"] / took["shown"], "times"),
    ]


def _road(picture: np.ndarray, clip_limit: float) -> None:
    """What a moved slider asks for: the method, the picked tile, the charts, and the picture as the browser gets it."""
    output = enhancers.get("clahe")(picture, clip_limit=clip_limit)
    plane = lightness(picture, "LAB")
    clahe_anatomy.dissect(plane, clip_limit, 8, 3, 3)
    clahe_anatomy.mix_at(plane, clip_limit, 8, 100, 100)
    histograms(picture, output, labels=("Before", "After"), cumulative=True).to_json()
    encode(output, "jpg", 90)
