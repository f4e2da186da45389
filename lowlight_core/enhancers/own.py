"""Methods from a visitor's own training run: found by a name that nobody can guess, never listed.

``own-TOKEN-STEP`` is the network that the run of that token had after that many steps, as `training.background.keep`
put it aside. The name works wherever a method's name does; whoever does not hold it cannot find it.
"""

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lowlight_core.enhancer import Enhancer
from lowlight_core.errors import UnknownMethodError
from lowlight_core.settings import settings

PREFIX = "own-"
_NAME = re.compile(rf"{PREFIX}([\w-]{{16,64}})-(\d{{1,9}})", re.ASCII)


def folder_of(token: str, step: int) -> Path:
    """Where the weights of a run after ``step`` steps are put aside."""
    return settings().home / "training" / token / "kept" / str(step)


def own(name: str) -> Enhancer:
    """The method of that name.

    Raises:
        UnknownMethodError: there is none, or no longer.
        WeightsError: its files are damaged.
    """
    found = _NAME.fullmatch(name)
    if not found or not folder_of(*found.groups()).is_dir():
        raise UnknownMethodError("these own weights are not on this server any more: train again or choose another")
    return _declared(name, folder_of(*found.groups()), int(found.group(2)))


def public_name(method: str, label: str) -> str:
    """A method's name for files that are handed on; of own weights the label instead: the name is their secret."""
    return re.sub(r"\W+", "_", label.lower()).strip("_") if method.startswith(PREFIX) else method


@lru_cache(maxsize=64)
def _declared(name: str, folder: Path, steps: int) -> Enhancer:
    from lowlight_core.enhancers.learned import from_weights

    method = from_weights(folder)
    return replace(method, name=name, label=f"{method.label} ({steps:,} steps)", default=False)
