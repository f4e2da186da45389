"""All methods by name: an explicit list, in the order in which people see them."""

from pathlib import Path

from lowlight_core.enhancer import Enhancer, describe
from lowlight_core.enhancers import learned
from lowlight_core.enhancers.fusion import exposure_fusion
from lowlight_core.enhancers.histogram import clahe, histogram_equalization
from lowlight_core.enhancers.own import PREFIX, own
from lowlight_core.enhancers.pointwise import gamma
from lowlight_core.enhancers.retinex import lime, retinex
from lowlight_core.errors import UnknownMethodError

CLASSICAL = (clahe, gamma, histogram_equalization, retinex, lime, exposure_fusion)

METHODS: dict[str, Enhancer] = {method.name: method for method in (*map(describe, CLASSICAL), *learned.enhancers())}


def names(family: str | None = None) -> list[str]:
    """Names of all methods, or of one family ("classical" or "learned")."""
    return [name for name, method in METHODS.items() if family in (None, method.family)]


def get(name: str | Path) -> Enhancer:
    """The method of that name; names of a visitor's own weights are not in the list (see `enhancers.own`).

    A ``Path`` is an output folder of ``train``, or a card or weights file in it. A text never is one: texts come from
    visitors too.

    Raises:
        UnknownMethodError: there is none; the message lists those that exist.
        WeightsError: the path leads to no weights that this program wrote.
    """
    if isinstance(name, Path):
        return learned.from_weights(name)
    if name not in METHODS and name.startswith(PREFIX):
        return own(name)
    if name not in METHODS:
        raise UnknownMethodError(f"there is no method {name!r}: choose one of {', '.join(METHODS)}")
    return METHODS[name]


def default() -> Enhancer:
    """The method that pages and commands start with."""
    return next((method for method in METHODS.values() if method.default), METHODS["exposure_fusion"])
