"""Knobs and numbers as people read them: the same words on every page, in every report and on the command line."""

from collections.abc import Mapping
from typing import Any

from lowlight_core import enhancers
from lowlight_core.errors import LowlightError


def count(number: int, one: str) -> str:
    """``1 photo``, ``24 photos``: a number with its noun."""
    return f"{number:,} {one if number == 1 else one + 's'}"


def moved_knobs(method: str, settings: Mapping[str, Any]) -> str:
    """``clip limit 3, tiles 4``: the knobs that are not at their defaults; ``default settings`` where all are.

    Of a method that is no method any more, all knobs.
    """
    try:
        defaults = enhancers.get(method).defaults()
    except LowlightError:
        defaults = {}
    moved = {name: value for name, value in settings.items() if value != defaults.get(name)}
    return all_knobs(moved) or "default settings"


def all_knobs(settings: Mapping[str, Any]) -> str:
    """``clip limit 2, tiles 8``: every knob with its value."""
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in settings.items())


def _value(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
