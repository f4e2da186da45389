"""Timing two or more ways in turn, so that what disturbs one disturbs the others too."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from lowlight_core.errors import LowlightError


class Skipped(LowlightError):
    """A section cannot be measured here; the message says why."""


@dataclass(frozen=True)
class Figure:
    """One number with its unit, and the bound that it should keep, if there is one."""

    name: str
    value: float
    unit: str  # "times", "ms", "MB" or "images/s"
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the bound is kept; ``None`` without one."""
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def as_json(self) -> dict:
        """The figure as plain values, ``holds`` included."""
        return {
            "name": self.name, "value": round(self.value, 3), "unit": self.unit,
            "at_least": self.at_least, "at_most": self.at_most, "holds": self.holds,
        }  # fmt: skip

    def __str__(self) -> str:
        value = f"{self.value:.2f}" if self.value < 20 else f"{self.value:.0f}"
        if self.holds is None:
            return f"{self.name}: {value} {self.unit}"
        bound = f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most:g}"
        return f"{self.name}: {value} {self.unit} ({bound}: {'holds' if self.holds else 'DOES NOT HOLD'})"


def seconds(ways: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """The median seconds of every way, each called ``repeats`` times, in turn."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - start)
    return {name: median(values) for name, values in times.items()}
