"""What names say: which folder or file is dark and which bright, which belong together, and which comes first."""

import re
from pathlib import Path

from lowlight_core.errors import DatasetError

LOW_WORDS = ("low", "lows", "lq", "input", "inputs", "dark", "short", "underexposed", "lowlight")
HIGH_WORDS = (
    "high", "highs", "normal", "normallight", "gt", "hq", "target", "targets", "bright", "long", "reference",
    "groundtruth",
)  # fmt: skip
COUPLES = (  # of several dark and bright folders side by side, those that go together
    ("low", "high"), ("low", "normal"), ("input", "target"), ("inputs", "targets"), ("lq", "gt"), ("lq", "hq"),
    ("input", "gt"), ("low", "gt"), ("dark", "bright"), ("short", "long"), ("lows", "highs"),
)  # fmt: skip
_WORD = "|".join(sorted((*LOW_WORDS, *HIGH_WORDS), key=len, reverse=True))
_ROLE = re.compile(rf"(?:^({_WORD})[-_ .]?(?=\d)|(?:^|[-_ .])({_WORD})(?=$|[-_ .]))", re.IGNORECASE)


def natural_key(text: str) -> tuple:
    """Sort key by which ``2`` comes before ``10``."""
    parts = (part for part in re.split(r"([0-9]+)", text) if part)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part.lower()) for part in parts)


def role(name: str) -> str | None:
    """``low`` or ``high`` if that is what a folder's or file's name says with exactly one voice."""
    words = {(match[1] or match[2]).lower() for match in _ROLE.finditer(name)}
    roles = {"low" if word in LOW_WORDS else "high" for word in words}
    return roles.pop() if len(roles) == 1 else None


def without_role(name: str) -> str:
    """A stem without the word that says dark or bright, for pairing: ``12_low`` and ``12_high`` become ``12``."""
    return _ROLE.sub("", name).strip("-_ .") or name


def couples(folders: list[Path]) -> list[tuple[Path, Path, str]]:
    """(dark folder, bright folder, what else their names say) of the folders side by side that belong together.

    Where one is called by just such a word, ``low`` or ``ground_truth``, only those are looked at, and there is one
    couple; else those that say the same around the word: ``train_low`` and ``train_high``, ``test_low`` and
    ``test_high``.

    Raises:
        DatasetError: several are called by just such a word, and nobody knows which go together.
    """
    lows = [path for path in folders if _plain(path.name) in LOW_WORDS]
    highs = [path for path in folders if _plain(path.name) in HIGH_WORDS]
    if not lows or not highs:
        return _alike(folders)
    if len(lows) == len(highs) == 1:
        return [(lows[0], highs[0], "")]
    for low, high in COUPLES:
        chosen = [[path for path in side if _plain(path.name) == word] for side, word in ((lows, low), (highs, high))]
        if len(chosen[0]) == len(chosen[1]) == 1:
            return [(chosen[0][0], chosen[1][0], "")]
    names = ", ".join(path.name for path in (*lows, *highs))
    raise DatasetError(f"{names} lie side by side: expected one dark and one bright folder, such as low/ and high/")


def says_side(folder: str) -> bool:
    """Whether a folder's name says dark or bright and no more: ``low``, ``Ground-Truth``."""
    return _plain(folder) in (*LOW_WORDS, *HIGH_WORDS)


def _plain(name: str) -> str:
    """A folder's name as the lists of words have it: ``Ground-Truth`` becomes ``groundtruth``."""
    return re.sub("[-_ .]", "", name.lower())


def _alike(folders: list[Path]) -> list[tuple[Path, Path, str]]:
    """The couples among folders with a word for dark or bright in their names and one remainder."""
    sides: dict[str, dict[str, list[Path]]] = {}
    for path in folders:
        if said := role(path.name):
            sides.setdefault(without_role(path.name), {"low": [], "high": []})[said].append(path)
    return [
        (*side["low"], *side["high"], rest)
        for rest, side in sides.items()
        if len(side["low"]) == len(side["high"]) == 1
    ]
