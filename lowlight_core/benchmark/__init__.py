"""``benchmark``: the fast ways against the naive ones, paired in one run, as ratios of medians.

Ratios carry over to other machines, milliseconds do not. Each section makes its own inputs in a temporary folder, from
photographs that come with scikit-image, and skips with a sentence if a part of the project is not there.
"""

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lowlight_core.benchmark.measure import Figure
from lowlight_core.errors import ParameterError, sentence

SECTIONS = {  # name: what it measures; each is a module of this package with run(quick) -> figures
    "folder": "a folder of 12-megapixel photographs by CLAHE",
    "tuning": "CLAHE tuning on a 12-megapixel photograph, from slider to picture",
    "memory": "memory over one long enhance run",
    "network": "the default network at 600 x 400",
    "large": "memory of the default network and of MIRNet on large photographs",
    "methods": "every method at 600 x 400 in a pool",
    "video": "a video from file to file",
}


@dataclass(frozen=True)
class Section:
    """What one section found, or the sentence that says why it was skipped."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    seconds: float = 0.0
    skipped: str | None = None

    def as_json(self) -> dict:
        """The section as plain values."""
        figures = [figure.as_json() for figure in self.figures]
        return {
            "name": self.name, "title": self.title, "seconds": round(self.seconds, 1), "skipped": self.skipped,
            "figures": figures,
        }  # fmt: skip


def run(
    names: Sequence[str] = tuple(SECTIONS), quick: bool = False, say: Callable[[str], None] = lambda text: None
) -> Iterator[Section]:
    """Run sections one after the other and yield each as it is done.

    Args:
        names: which ones.
        quick: fewer and smaller inputs: minutes become seconds, and the ratios rougher.
        say: told what is being measured.

    Raises:
        ParameterError: there is no such section, or none was named.
    """
    if not names:
        raise ParameterError(f"no section was named: choose from {', '.join(SECTIONS)}")
    for name in names:
        if name not in SECTIONS:
            raise ParameterError(f"there is no section {name!r}: choose from {', '.join(SECTIONS)}")
    for name in names:
        say(f"measuring {SECTIONS[name]} ...")
        yield _section(name, quick)


def _section(name: str, quick: bool) -> Section:
    start = time.perf_counter()
    try:
        figures = tuple(importlib.import_module(f"lowlight_core.benchmark.{name}").run(quick))
    except ModuleNotFoundError as missing:
        return Section(name, SECTIONS[name], skipped=f"{missing.name} is not installed")
    except Exception as reason:  # the other sections are still worth measuring
        return Section(name, SECTIONS[name], skipped=sentence(reason))
    return Section(name, SECTIONS[name], figures, time.perf_counter() - start)
