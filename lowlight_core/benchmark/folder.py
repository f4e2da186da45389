"""A folder of large photographs: the pool against loops, and against nothing but decoding and encoding.

As PNG, the default of ``enhance``, encoding weighs most. As JPEG the way to LAB and back weighs most: it takes three
times as long as CLAHE itself, which the same run in YCrCb shows.
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2

from lowlight_core import batch
from lowlight_core.benchmark import photos
from lowlight_core.benchmark.measure import Figure, Skipped, seconds
from lowlight_core.enhance_files import Task, enhance_files
from lowlight_core.files import collect
from lowlight_core.image import decode, encode

FASTER_THAN_LOOP = 1.9
SHARE_OF_CODING = 1.7


def run(quick: bool) -> list[Figure]:
    """24 photographs of 12 megapixels, or a few small ones if ``quick``."""
    count, width, height, repeats = (4, 2000, 1500, 1) if quick else (24, 4000, 3000, 3)
    with tempfile.TemporaryDirectory() as place:
        photos.jpegs(Path(place, "in"), count, width, height)
        return [figure for format in ("png", "jpg") for figure in _figures(Path(place), format, repeats)]


def _figures(place: Path, format: str, repeats: int) -> list[Figure]:
    sources = collect([place / "in"]).sources
    out = place / "out"

    def pool(space: str = "LAB") -> None:
        knobs = {"color_space": space}
        for result in enhance_files(sources, out, method="clahe", settings=knobs, format=format, overwrite=True):
            if result.error:
                raise Skipped(f"a photograph could not be enhanced: {result.error}")

    def sequential() -> None:
        task = Task("clahe", {}, out, format, overwrite=True)
        with batch.single_threaded_libraries():
            for source in sources:
                task((source, f"{source.name}.{format}"))

    def coding() -> None:
        for outcome in batch.run(lambda source: _recode(source, out, format), sources):
            if outcome.error:
                raise Skipped(f"a photograph could not be encoded again: {outcome.error}")

    def textbook() -> None:
        _textbook(place / "in", out, format)

    ways = {"pool": pool, "sequential": sequential, "textbook": textbook, "coding": coding}
    took = seconds(ways | {"luma": lambda: pool("YCrCb")}, repeats)
    shutil.rmtree(out)
    loop, share = took["sequential"] / took["pool"], took["pool"] / took["coding"]
    return [
        Figure(f"{format}: pool against the same work in a loop", loop, "times", at_least=FASTER_THAN_LOOP),
        Figure(f"{format}: pool against the textbook's loop", took["textbook"] / took["pool"], "times"),
        Figure(f"{format}: pool over decoding and encoding in it", share, "times", at_most=SHARE_OF_CODING),
        Figure(f"{format}: the same in YCrCb instead of LAB", took["luma"] / took["coding"], "times"),
        Figure(f"{format}: photographs enhanced in the pool", len(sources) / took["pool"], "images/s"),
    ]


def _recode(source, out: Path, format: str) -> None:
    """Decode and encode one file, and nothing between."""
    (out / f"coded-{source.name}.{format}").write_bytes(encode(decode(source.read()).pixels, format))


def _textbook(folder: Path, out: Path, format: str) -> None:
    """CLAHE on a folder as most tutorials write it, with OpenCV's own threads."""
    clahe: Callable = cv2.createCLAHE(2.0, (8, 8)).apply
    for path in sorted(folder.iterdir()):
        image = cv2.imread(str(path))
        light, a, b = cv2.split(cv2.cvtColor(image, cv2.COLOR_BGR2LAB))
        image = cv2.cvtColor(cv2.merge((clahe(light), a, b)), cv2.COLOR_LAB2BGR)
        cv2.imwrite(str(out / f"textbook-{path.stem}.{format}"), image)
