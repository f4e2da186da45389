"""Folders -> pairs of paths. Pictures are paired by name, sorted, and never by the order in which a folder lists them.

Layouts that are recognised, at the folder itself and up to three levels below it (``our485/low``, ``Test/Low``):

* two folders side by side, one dark, one bright: ``low/high``, ``Low/Normal``, ``input/target``, ``lq/gt`` and alike
  (of more than two, the first of `pair_names.COUPLES` that is there), or with such a word in otherwise equal names:
  ``train_low/train_high``;
* one folder with a word in each name: ``12_low.png`` beside ``12_high.png``, ``low00012`` beside ``normal00012``;
* a folder of single pictures, where nothing says dark or bright: no references.

Names that find no partner as they are lose such a word, ``low/12_low.png``, and then their case, ``low/IMG_1.JPG``.

A picture whose partner is missing, or has two candidates, is listed in ``unpaired`` and never guessed at; in the latter
case all candidates are in ``ambiguous`` too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from lowlight_core.datasets.pair_names import couples, natural_key, role, without_role
from lowlight_core.errors import DatasetError
from lowlight_core.files import walk
from lowlight_core.files.archives import NAMED
from lowlight_core.image import EXTENSIONS

_DEEPEST = 3


@dataclass(frozen=True)
class Pair:
    """A dark picture and its reference (``None`` in unpaired data), called by a name that is unique in the data set.

    ``stem`` is the relative path without the role and the extension: ``our485/12``.
    """

    stem: str
    low: Path
    high: Path | None = None


@dataclass(frozen=True)
class Dataset:
    """Pairs in natural order of their names, what could not be paired, and the layout in words."""

    root: Path
    pairs: list[Pair]
    unpaired: list[Path] = field(default_factory=list)
    layout: str = ""
    ambiguous: frozenset[Path] = frozenset()

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def has_references(self) -> bool:
        """Whether there is a ground truth to measure against."""
        return any(pair.high is not None for pair in self.pairs)


def find_pairs(folder: str | Path) -> Dataset:
    """Find the pairs below a folder, by the rules at the top of this module.

    Raises:
        DatasetError: no such folder, no pictures in it, a folder in it that may not be read, pictures of which none
            finds its partner, or several dark and bright folders of which nobody knows which go together.
    """
    root = Path(folder)
    if not root.is_dir():
        raise DatasetError(f"{root} is not a folder: expected one that holds low/ and high/, or pictures")
    return _found(root, _folders, lambda place: walk(place, unreadable=_refuse), str(root))


def paired_folders(root: Path) -> list[Path]:
    """The folders at most three levels below ``root``, itself included, in which a dark and a bright one lie side by
    side: each is a data set of pairs. What is unclear or may not be read is passed over.
    """

    def clear(folders: list[Path]) -> list[tuple[Path, Path, str]]:
        try:
            return couples(folders)
        except DatasetError:
            return []

    return sorted({low.parent for low, _, _ in _side_folders(root, _folders, clear)})


def _refuse(error: OSError) -> None:
    """A data set of which a part is missing gives other figures: refuse it whole."""
    raise DatasetError(f"{error.filename} cannot be read: {error.strerror}; pictures of the data set would be missing")


def pairs_of_names(names: Iterable[str], known: Iterable[str] = ()) -> Dataset:
    """The pairs among relative POSIX paths, as `find_pairs` finds them once the files, and the folders that are
    ``known`` beside them, lie in a folder; none is opened.

    Raises:
        DatasetError: no pictures, or pictures of which none finds its partner.
    """
    folders, below = defaultdict(set), defaultdict(list)
    for path in map(Path, sorted([*names, *(f"{folder}/.nothing" for folder in known)])):
        shown = [folder for folder in path.parents if not any(part[0] == "." for part in folder.parts)]
        for folder in shown[:-1]:  # the last is the upload itself
            folders[folder.parent].add(folder)
        if path.parent in shown[:1] and path.name[0] != "." and path.name.lower().endswith(NAMED):
            for folder in shown:
                below[folder].append(path)
    return _found(Path(), folders.__getitem__, below.__getitem__, "the upload")


def _found(root: Path, folders: Callable, files: Callable, called: str) -> Dataset:
    """The pairs below ``root``, given what tells the folders in a folder and the picture files below one."""
    if sides := _side_folders(root, folders):
        return _pair_folders(root, sides, files, called)
    pictures = list(files(root))
    if not pictures:
        kinds = ", ".join(EXTENSIONS)
        raise DatasetError(f"{called} holds no pictures: expected {kinds}, or folders such as low/ and high/")
    return _pair_flat(root, pictures)


def _side_folders(root: Path, folders_in: Callable, coupled: Callable = couples) -> list[tuple[Path, Path, Path]]:
    """(dark folder, bright folder, what their pairs' names begin with) of every place that has such, in natural order.

    ``train_low`` and ``train_high`` begin with ``train``, and ``our485/low`` and ``our485/high`` with ``our485``.
    """
    found, level = [], [root]
    for _ in range(_DEEPEST + 1):
        below = []
        for place in level:
            folders = sorted(folders_in(place), key=lambda path: (natural_key(path.name), path.name))
            sides = coupled(folders)
            found += [(low, high, place.relative_to(root) / rest) for low, high, rest in sides]
            taken = folders if any(not rest for *_, rest in sides) else [path for side in sides for path in side[:2]]
            below += [path for path in folders if path not in taken and not path.is_symlink()]
        level = below
    return found


def _folders(place: Path) -> list[Path]:
    """The folders in a folder; none where it may not be read."""
    try:
        return [path for path in place.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []


def _pair_folders(root: Path, sides: Iterable[tuple[Path, Path]], files: Callable, called: str) -> Dataset:
    """Pair what lies in dark folders with what lies in the bright folders beside them."""
    pairs, unpaired, ambiguous, layouts, empty = [], [], [], [], []
    for low_folder, high_folder, prefix in sides:
        names = [_named(files(place), place, prefix) for place in (low_folder, high_folder)]
        empty += [place for place, found in zip((low_folder, high_folder), names, strict=True) if not found]
        names = _alike(_alike(names, _without_role), str.casefold)
        matched, left, unclear = _match(*names)
        pairs += matched
        unpaired += left
        ambiguous += unclear
        layouts.append((low_folder.relative_to(root).parent / f"{low_folder.name} + {high_folder.name}").as_posix())
    if not pairs:
        first = min(ambiguous, default=None)
        todo = f"{first.stem!r} is there more than once, keep one" if first else "give both the same name"
        todo = (
            f"{empty[0].relative_to(root).as_posix()} holds none"
            if empty
            else f"{todo}, as in low/1.png and high/1.png"
        )
        raise DatasetError(f"no picture in {called} finds its partner in {layouts[0]}: {todo}")
    return Dataset(root, _sorted(pairs), sorted(unpaired), ", ".join(layouts), frozenset(ambiguous))


def _named(paths: Iterable[Path], place: Path, prefix: Path) -> dict[str, list[Path]]:
    """Files below ``place`` by the names that are compared: relative, without extension, letters composed (NFC).

    A file that cannot be read, such as a raw one, is no candidate beside a picture of its name.
    """
    found = defaultdict(list)
    for path in paths:
        relative = path.relative_to(place)
        found[normalize("NFC", (prefix / relative.parent / relative.stem).as_posix())].append(path)
    readable = {name: [one for one in same if one.suffix.lower() in EXTENSIONS] for name, same in found.items()}
    return {name: readable[name] or same for name, same in found.items()}


def _alike(sides: list[dict[str, list[Path]]], change: Callable[[str], str]) -> list[dict[str, list[Path]]]:
    """Both sides; names that the other side has not are changed, unless they would become one that both have."""
    common, renamed = set(sides[0]) & set(sides[1]), []
    for side in sides:
        names = defaultdict(list, {name: side[name] for name in common})
        for name, paths in side.items():
            changed = change(name)
            if name not in common:
                names[name if changed in common else changed] += paths
        renamed.append(names)
    return renamed


def _without_role(name: str) -> str:
    """A relative name whose last part has lost its word for dark or bright: ``12_low``, ``normal7``."""
    return (Path(name).parent / without_role(Path(name).name)).as_posix()


def _match(lows: dict[str, list[Path]], highs: dict[str, list[Path]]) -> tuple[list[Pair], list[Path], list[Path]]:
    """Pairs of names that occur exactly once on each side; all other files; and those of them on both sides."""
    pairs, left, ambiguous = [], [], []
    for name in lows.keys() | highs.keys():
        low, high = lows.get(name, []), highs.get(name, [])
        if len(low) == 1 and len(high) == 1:
            pairs.append(Pair(name, low[0], high[0]))
        else:
            left += low + high
            ambiguous += low + high if low and high else []
    return pairs, left, ambiguous


def _pair_flat(root: Path, pictures: list[Path]) -> Dataset:
    """Pair pictures of one folder by the words in their names; without such words they are single pictures."""
    sides = {"low": defaultdict(list), "high": defaultdict(list), None: defaultdict(list)}
    for path in pictures:
        relative = path.relative_to(root)
        said = role(relative.stem)
        stem = relative.stem if said is None else without_role(relative.stem)
        sides[said][normalize("NFC", (relative.parent / stem).as_posix())].append(path)
    if sides["low"] and sides["high"]:
        matched, left, ambiguous = _match(sides["low"], sides["high"])
        if matched:
            left += [path for paths in sides[None].values() for path in paths]
            layout = "names with a word for dark or bright"
            return Dataset(root, _sorted(matched), sorted(left), layout, frozenset(ambiguous))
    return Dataset(root, _sorted(_single(root, pictures)), [], "single pictures without references")


def _single(root: Path, pictures: list[Path]) -> list[Pair]:
    """Every picture by itself; where stems repeat (``1.png``, ``1.jpg``) the extension stays in the name."""
    stems = [path.relative_to(root).with_suffix("").as_posix() for path in pictures]
    counts = defaultdict(int)
    for stem in stems:
        counts[stem] += 1
    return [
        Pair(stem if counts[stem] == 1 else path.relative_to(root).as_posix(), path)
        for stem, path in zip(stems, pictures, strict=True)
    ]


def _sorted(pairs: list[Pair]) -> list[Pair]:
    """In natural order of the names; ``1`` and ``01``, ``a`` and ``A`` have one, too."""
    return sorted(pairs, key=lambda pair: (natural_key(pair.stem), pair.stem))
