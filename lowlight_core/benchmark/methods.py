"""Every method at 600 x 400: pictures a second in a pool, against a plain loop."""

from lowlight_core import batch, enhancers
from lowlight_core.benchmark import photos
from lowlight_core.benchmark.measure import Figure, seconds

SIZE = 600, 400
SECONDS = 2.0  # of one loop, about


def run(quick: bool) -> list[Figure]:
    """As many pictures for each method as a loop manages in about two seconds."""
    pictures = [photos.photo(*SIZE, seed) for seed in range(4)]
    return [figure for method in enhancers.METHODS.values() for figure in _figures(method, pictures, quick)]


def _figures(method, pictures, quick: bool) -> list[Figure]:
    method(pictures[0])  # loads what must be loaded
    once = seconds({"once": lambda: method(pictures[0])}, 3)["once"]
    count = max(4, int((0.2 if quick else SECONDS) / once))
    work = [pictures[index % len(pictures)] for index in range(count)]

    def loop() -> None:
        for picture in work:
            method(picture)

    took = seconds({"pool": lambda: list(batch.run(_quiet(method), work)), "loop": loop}, 1 if quick else 3)
    return [
        Figure(f"{method.name} in a pool", count / took["pool"], "images/s"),
        Figure(f"{method.name}, pool against loop", took["loop"] / took["pool"], "times"),
    ]


def _quiet(method):
    """The method, its output dropped: the pool is measured, not the memory."""
    return lambda picture: method(picture).shape
