"""Every method at 600 x 400: pictures a second in a pool, against a plain loop and against a pool of one worker.

OpenCV's own threads help the loop where a method leaves most to one of its functions; the pool has none of them.
"""

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
    count = max(4, int((SECONDS / 4 if quick else SECONDS) / once))
    work = [pictures[index % len(pictures)] for index in range(count)]

    def loop() -> None:
        for picture in work:
            method(picture)

    def pool(workers: int | None = None) -> None:
        for _ in batch.run(_quiet(method), work, workers=workers):
            pass

    ways = {"pool": pool, "loop": loop}
    if method.family == "classical":  # networks take turns
        ways["one"] = lambda: pool(1)
    took = seconds(ways, 1 if quick else 3)
    figures = [
        Figure(f"{method.name} in a pool", count / took["pool"], "images/s"),
        Figure(f"{method.name}, pool against loop", took["loop"] / took["pool"], "times"),
    ]
    if "one" in took:
        workers = batch.default_workers()
        gain = took["one"] / took["pool"]
        figures.append(Figure(f"{method.name}, {workers} workers against one", gain, "times", at_least=0.9 * workers))
    return figures


def _quiet(method):
    """The method, its output dropped: the pool is measured, not the memory."""
    return lambda picture: method(picture).shape
