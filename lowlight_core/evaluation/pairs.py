"""Which pairs an evaluation is about: the built-in ones, those of a folder, and those of a run on record again."""

from collections.abc import Sequence
from pathlib import Path

from lowlight_core import records, samples
from lowlight_core.errors import DatasetError, storable
from lowlight_core.records import Run
from lowlight_core.scoring import FilePair, Loaded, SamplePair

Pairs = Sequence[FilePair] | Sequence[SamplePair]
SAMPLES = {"kind": "samples"}


def sample_pairs() -> list[SamplePair]:
    """The built-in pairs."""
    return [SamplePair(name) for name in samples.SAMPLES]


def folder_pairs(folder: str | Path) -> tuple[list[FilePair], dict]:
    """The pairs of a data set on disk, and its description for the record.

    Raises:
        DatasetError: there are no pictures.
    """
    from lowlight_core.datasets import find_pairs

    found = find_pairs(folder)
    pairs = [FilePair(storable(p.stem), _absolute(p.low), p.high and _absolute(p.high)) for p in found.pairs]
    left_out = {
        name: [storable(path.relative_to(found.root).as_posix()) for path in sorted(paths)]
        for name, paths in (("unpaired", found.unpaired), ("ambiguous", found.ambiguous))
    }
    return pairs, {"kind": "folder", "path": _absolute(folder), "layout": found.layout, **left_out}


def _absolute(path: str | Path) -> str:
    return str(Path(path).resolve())


def pairs_of(run: Run) -> Pairs:
    """The pairs that a kept run was about, to look at them again.

    Raises:
        DatasetError: they are no longer where they were.
    """
    if run.source["kind"] == "samples":
        return sample_pairs()
    path = Path(run.source["path"])
    if not path.exists():
        raise DatasetError(f"the pictures of {run.title!r} are no longer on this server: their figures are")
    return folder_pairs(path)[0]


def pair_of(pairs: Pairs, run: Run, image: str) -> FilePair | SamplePair:
    """The pair of that name: by name, since a data set to which pictures were added counts them differently.

    Raises:
        DatasetError: it is gone.
    """
    for pair in pairs:
        if pair.name == image:
            return pair
    raise DatasetError(f"{image!r} is no longer among the pictures of {run.title!r}: its figures are")


def load(pairs: Pairs, run: Run, image: str) -> Loaded:
    """The pictures of that name, as they were when they were measured.

    Raises:
        DatasetError: they are gone, or were replaced by others of the same name.
        ImageError: they cannot be read any more.
    """
    pair = pair_of(pairs, run, image)
    loaded = pair.load()
    measured = records.store().digest(run, image)
    if isinstance(pair, FilePair) and measured not in (None, "", loaded.digest):
        raise DatasetError(
            f"{image!r} was replaced after {run.title!r} measured it: its figures are of the old picture"
        )
    return loaded
