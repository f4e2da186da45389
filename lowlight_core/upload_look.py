"""What an uploaded data set holds, told from names and headers before anything is written or measured.

The pairs are those that `datasets.find_pairs` finds once the files lie in a folder: same rules, same order.
"""

import io
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from lowlight_core import datasets, metadata
from lowlight_core.archives import NAMED
from lowlight_core.datasets import HIGH_WORDS, LOW_WORDS, Dataset
from lowlight_core.errors import DatasetError
from lowlight_core.files import Source, distinct


@dataclass(frozen=True)
class Look:
    """The pairs, by relative path, and every (width, height) that a dark picture has as it will be seen."""

    dataset: Dataset
    sizes: frozenset[tuple[int, int]]


def look(sources: Sequence[Source]) -> Look:
    """Find the pairs of an upload, and the sizes of its dark pictures; a damaged header has none.

    Raises:
        DatasetError: no pictures, or pictures of which none finds its partner.
    """
    names = distinct(source.name for source in sources)
    found, by_name = pairs_of_names(names), dict(zip(names, sources, strict=True))
    sizes = {_size(by_name[pair.low.as_posix()].data or b"") for pair in found.pairs}
    return Look(found, frozenset(sizes - {None}))


def pairs_of_names(names: Iterable[str]) -> Dataset:
    """The pairs among relative POSIX paths, by the rules of `datasets`; nothing is opened.

    Raises:
        DatasetError: no pictures, or pictures of which none finds its partner.
    """
    paths = [Path(name) for name in sorted(names) if name.lower().endswith(NAMED)]
    paths = [path for path in paths if not any(part.startswith(".") for part in path.parts)]
    if not paths:
        raise DatasetError("there are no pictures: expected folders such as low/ and high/, or pictures")
    sides = _side_folders(paths)
    return _pair_folders(paths, sides) if sides else datasets._pair_flat(Path(), paths)


def _side_folders(paths: list[Path]) -> list[tuple[Path, Path]]:
    """(dark folder, bright folder) of every place that has exactly one of each; `datasets` looks as deep."""
    inner = defaultdict(set)
    for path in paths:
        for folder in path.parents[:-1]:  # the last is the upload itself
            inner[folder.parent].add(folder)
    found, level = [], [Path()]
    for _ in range(datasets._DEEPEST + 1):
        below = []
        for place in level:
            folders = sorted(inner[place], key=lambda path: (datasets.natural_key(path.name), path.name))
            lows = [path for path in folders if path.name.lower() in LOW_WORDS]
            highs = [path for path in folders if path.name.lower() in HIGH_WORDS]
            if len(lows) == 1 and len(highs) == 1:
                found.append((lows[0], highs[0]))
            else:
                below += folders
        level = below
    return found


def _pair_folders(paths: list[Path], sides: list[tuple[Path, Path]]) -> Dataset:
    """Pair what lies in dark folders with what lies in the bright folders beside them."""
    pairs, unpaired, ambiguous, layouts = [], [], [], []
    for low, high in sides:
        names = [_by_name(paths, low), _by_name(paths, high)]
        if not set(names[0]) & set(names[1]):  # low00012.png beside normal00012.png
            names = [datasets._grouped_without_role(side) for side in names]
        matched, left, unclear = datasets._match(*names)
        pairs += matched
        unpaired += left
        ambiguous += unclear
        layouts.append((low.parent / f"{low.name} + {high.name}").as_posix())
    if not pairs:
        raise DatasetError(
            f"no picture finds its partner in {layouts[0]}: give both the same name, low/1.png and high/1.png"
        )
    return Dataset(Path(), datasets._sorted(pairs), sorted(unpaired), ", ".join(layouts), frozenset(ambiguous))


def _by_name(paths: list[Path], side: Path) -> dict[str, list[Path]]:
    """The files below a side's folder by the name that their partners have, too."""
    found = defaultdict(list)
    for path in paths:
        if path.is_relative_to(side):
            found[(side.parent / path.relative_to(side).with_suffix("")).as_posix()].append(path)
    return found


def _size(data: bytes) -> tuple[int, int] | None:
    """(width, height) of a picture upright, from its header; ``None`` where that cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header = Image.open(io.BytesIO(data))
            turned = metadata.exif_and_orientation(header)[1] >= 5
    except Exception:  # the evaluation says what is wrong with it
        return None
    return header.size[::-1] if turned else header.size
