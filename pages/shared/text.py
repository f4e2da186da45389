"""Texts from outside made harmless for places that understand Markdown; numbers and durations in words."""

import re
import unicodedata
from collections.abc import Sequence

from lowlight_core.errors import sentence
from lowlight_core.settings import settings

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$:<>-])")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks that turn the text behind them around
_LEFTWARD = {"R", "AL", "AN"}  # directions of Hebrew and Arabic letters and figures


def escape(text: str) -> str:
    """``text`` so that Markdown shows it letter by letter: no emphasis, link, formula, icon or HTML."""
    return _SPECIAL.sub(r"\\\1", text)


def isolated(text: str) -> str:
    """``text`` so that what stands behind it in a line keeps its order: without marks that turn text around, and
    between marks that keep its own direction inside where it has letters that are read to the left.
    """
    text = _TURNING.sub("", text)
    leftward = any(unicodedata.bidirectional(letter) in _LEFTWARD for letter in text)
    return f"\u2068{text}\u2069" if leftward else text


def said(problem: BaseException | str) -> str:
    """What went wrong, in one sentence for Markdown that does not name this server's folders."""
    return escape(without_places(problem if isinstance(problem, str) else sentence(problem)))


def without_places(text: str) -> str:
    """``text`` without the paths of the server's own folders: what stands below them stays."""
    chosen = settings()
    for root in filter(None, (chosen.home, chosen.output_root, chosen.dataset_root)):
        text = re.sub(rf"{re.escape(str(root))}/?((jobs|uploads)/[\w-]+/?(enhanced/)?)?", "", text)
    return text


def rate(value: float) -> str:
    """``45``, ``4.5``, ``0.45``, ``0.04``: with the digits that tell something."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def size(count: float) -> str:
    """Bytes as people say them: ``3 kB``, ``0.9 MB``, ``45.2 MB``, and never none at all."""
    return f"{count / 1e6:.1f} MB" if count >= 50_000 else f"{max(1, round(count / 1e3))} kB"


def percent(share: float) -> str:
    """``82 %``: a share of 1 as this program writes it everywhere."""
    return f"{100 * share:.0f} %"


def percents(shares: Sequence[float]) -> list[str]:
    """Shares of 1 that make up a whole, as percents that add to 100: the largest remainders are rounded up."""
    whole = [int(100 * share) for share in shares]
    order = sorted(range(len(shares)), key=lambda place: whole[place] - 100 * shares[place])
    for place in order[: max(0, 100 - sum(whole))]:
        whole[place] += 1
    return [f"{number} %" for number in whole]


def duration(seconds: float) -> str:
    """A duration as people say it: ``40 s``, ``50 min``, ``2 h 10 min``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
