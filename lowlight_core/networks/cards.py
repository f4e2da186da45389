"""A model card, the JSON file beside its weights: where it is, what it says, and in what precision it lets them run.

Files of other kinds, which could hold somebody's code, are not opened.
"""

import json
import math
from functools import lru_cache
from pathlib import Path

from lowlight_core import networks
from lowlight_core.errors import UnknownMethodError, WeightsError

WEIGHTS = Path(__file__).parents[1] / "weights"
# Cards hold all settings now; those written before hold none that were left at what was the default then.
EARLIER_DEFAULTS = {"lumen": {"down": [3, 2, 1, 1], "up": [3, 1, 0]}}


def path_of(path: str | Path) -> Path:
    """The card's file: of a shipped network by its name (a string), of an output folder of ``train``, of a
    ``.weights.h5``, or the JSON file itself.

    Raises WeightsError for files that this program does not open, and for what is not there.
    """
    if isinstance(path, str) and path in networks.NETWORKS:  # a Path of that name is somebody's folder
        return WEIGHTS / f"{path}.json"
    path = Path(path)
    if path.is_dir():
        found = [p for p in sorted(path.glob("*.json")) if weights_of(p).is_file()]
        if not found:
            raise WeightsError(
                f"{path} holds no trained network: expected NAME.json beside NAME.weights.h5, as 'train' writes them"
            )
        return found[0]
    if path.name.endswith(".weights.h5"):
        return path.with_name(path.name.removesuffix(".weights.h5") + ".json")
    if path.suffix != ".json" and not path.exists():
        raise WeightsError(
            f"there is no network or folder {path}: expected an output folder of 'train', or one of "
            f"{', '.join(networks.NETWORKS)}"
        )
    if path.suffix != ".json":
        raise WeightsError(
            f"{path.name} is not opened, since files of this kind can hold code: give an output folder of 'train'"
        )
    return path


def weights_of(path: str | Path) -> Path:
    """The weights beside the card that :func:`path_of` finds, whether or not they are there."""
    path = path_of(path)
    return path.with_name(f"{path.stem}.weights.h5")


def read(path: str | Path) -> dict:
    """The card that :func:`path_of` finds. Raises WeightsError if there is none, or if it names no network of this
    program, or if something in it that this program reads is of another kind than 'train' writes.
    """
    path = path_of(path)
    try:
        card = json.loads(path.read_text())
        networks.get(card["network"])
        card["settings"] = EARLIER_DEFAULTS.get(card["network"], {}) | card.get("settings", {})
        _check(card)
    except (OSError, ValueError, ArithmeticError, LookupError, TypeError, RecursionError, UnknownMethodError) as error:
        raise WeightsError(
            f"{path} is no model card ({type(error).__name__}): expected the JSON file that 'train' writes"
        ) from None
    return card


def _check(card: dict) -> None:
    """Raise TypeError, ValueError or OverflowError where a person wrote something else than ``train`` does.

    Settings are left to `networks.checked`, which knows what each network takes.
    """
    training = card.get("training", {})
    kinds = [(card.get("bfloat16", {}), dict), (training, dict)]
    kinds += [(training[name], kind) for name, kind in _HISTORY.items() if name in training]
    for value, kind in kinds:
        if not isinstance(value, kind):
            raise TypeError(value)
    if not math.isfinite(training.get("hours", 0)):
        raise ValueError(training["hours"])


_HISTORY = {"steps": int, "hours": (int, float), "curve": list, "stages": list}  # weights that go on from these add up


def precision(card: dict) -> str:
    """The Keras policy for a card's network here: bfloat16 if the processor has it and the card allows it."""
    safe = card.get("bfloat16", {}).get("chosen", False)
    return "mixed_bfloat16" if safe and processor_has_bfloat16() else "float32"


@lru_cache(maxsize=1)
def processor_has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
