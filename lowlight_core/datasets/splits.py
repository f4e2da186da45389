"""Split files: JSON with lists of names under train, validation and test, and which picture each of them means.

A name is a pair's in the data set, ``our485/12``, or an end of it that no other pair shares, ``12``; folders above the
data set may stand before it, and the extension of a picture behind.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

from lowlight_core import image
from lowlight_core.errors import DatasetError
from lowlight_core.wording import count

SIDES = ("train", "validation", "test")
_MOST_BYTES = 2**26  # a million names have half of it


def read_split(path: str | Path, needed: Collection[str] = ()) -> dict[str, list[str]]:
    """The names under each of `SIDES` that the file has.

    Args:
        needed: sides that must be there, and not empty.

    Raises:
        DatasetError: it cannot be read, or is no object with lists of names, or lacks a side that is needed, or lists a
            name on two sides.
    """
    wanted = f"expected JSON with lists of names under {', '.join(needed or SIDES)}"
    try:
        with open(path, "rb") as file:
            text = file.read(_MOST_BYTES)  # a device would give for ever, and what is cut short is no JSON
        content = json.loads(text.decode("utf-8-sig"))  # an editor of Windows may have begun it with a BOM
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not any(side in content for side in SIDES):
        raise DatasetError(f"{path} is no split: {wanted}")
    split = {side: content[side] for side in SIDES if side in content}
    for side, names in split.items():
        if not isinstance(names, list) or not all(isinstance(name, str | int) for name in names):
            raise DatasetError(f"{path} has no list of names under {side}: {wanted}")
    if lacking := [side for side in needed if not split.get(side)]:
        raise DatasetError(f"{path} lists nothing under {lacking[0]}: {wanted}")
    side_of: dict[str, str] = {}
    for side, names in split.items():
        split[side] = [str(name) for name in names]
        for name in split[side]:
            if side_of.setdefault(name, side) != side:
                raise DatasetError(f"{path} lists {name!r} under {side_of[name]} and under {side}: a name has one side")
    return split


def stems_of(names: Iterable[str], stems: Collection[str], place: str | Path) -> list[str]:
    """The stem in a data set that each name means.

    Args:
        names: from a split.
        stems: all of the data set, ``our485/12``.
        place: the data set, for messages.

    Raises:
        DatasetError: a name fits no stem, or several.
    """
    by_end = defaultdict(list)
    for stem in stems:
        for end in _ends(stem):
            by_end[end].append(stem)
    known = set(stems)

    def fitting(name: str) -> list[str]:
        return [name] if name in known else by_end[name] or [end for end in _ends(name) if end in known][:1]

    names = list(names)
    found = [fitting(name) or fitting(_without_extension(name)) for name in names]  # a stem may end as a file does
    missing = [name for name, fits in zip(names, found, strict=True) if not fits]
    if missing:
        raise DatasetError(f"{place} lacks {count(len(missing), 'pair')} of the split, the first is {missing[0]!r}")
    unclear = [(name, *fits) for name, fits in zip(names, found, strict=True) if len(fits) > 1]
    if unclear:
        name, first, second, *_ = unclear[0]
        raise DatasetError(
            f"{name!r} of the split fits {first!r} and {second!r} in {place}: name the pair with its folder"
        )
    return [stem for stem, *_ in found]


def _ends(name: str) -> list[str]:
    """``a/b/c`` -> ``a/b/c``, ``b/c``, ``c``."""
    parts = name.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


def _without_extension(name: str) -> str:
    """``12.png`` -> ``12``, but ``scene.1`` as it is."""
    path = PurePosixPath(name)
    return str(path.with_suffix("") if path.suffix.lower() in image.EXTENSIONS else path)
