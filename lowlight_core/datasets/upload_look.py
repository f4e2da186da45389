"""What an uploaded data set holds, told from names and headers before anything is written or measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from lowlight_core.datasets import Dataset, pairs_of_names
from lowlight_core.errors import ImageError
from lowlight_core.files import Source, distinct
from lowlight_core.image import metadata, opened


@dataclass(frozen=True)
class Look:
    """The pairs, by relative path, every (width, height) that a dark picture has as it will be seen, and how many
    pictures lie ``outside`` the folders of the pairs.
    """

    dataset: Dataset
    sizes: frozenset[tuple[int, int]]
    outside: int


def look(sources: Sequence[Source], folders: Sequence[str] = ()) -> Look:
    """Find the pairs of an upload, and the sizes of its dark pictures; a damaged header has none.

    Of an archive all ``folders`` are known: an empty ``high/`` is an error, as on disk, and no data set without it.

    Raises:
        DatasetError: no pictures, or pictures of which none finds its partner.
    """
    names = distinct(source.name for source in sources)
    found, by_name = pairs_of_names(names, folders), dict(zip(names, sources, strict=True))
    sizes = {_size(by_name[pair.low.as_posix()].data or b"") for pair in found.pairs}
    looked_at = len(found.unpaired) + sum(1 + (pair.high is not None) for pair in found.pairs)
    return Look(found, frozenset(sizes - {None}), len(names) - looked_at)


def _size(data: bytes) -> tuple[int, int] | None:
    """(width, height) of a picture upright, from its header; ``None`` where that cannot be read."""
    try:
        header = opened(data)
    except ImageError:  # the evaluation says what is wrong with it
        return None
    turned = metadata.exif_and_orientation(header)[1] >= 5
    return header.size[::-1] if turned else header.size
