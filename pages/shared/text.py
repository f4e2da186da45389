"""Texts from outside, such as file names, made harmless for places that understand Markdown."""

import re

from lowlight_core.errors import sentence
from lowlight_core.settings import settings

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$:<>-])")


def escape(text: str) -> str:
    """``text`` so that Markdown shows it letter by letter: no emphasis, link, formula, icon or HTML."""
    return _SPECIAL.sub(r"\\\1", text)


def said(problem: BaseException | str) -> str:
    """What went wrong, in one sentence for Markdown that does not name this server's folders."""
    return escape(without_places(problem if isinstance(problem, str) else sentence(problem)))


def without_places(text: str) -> str:
    """``text`` without the paths of the server's own folders: what stands below them stays."""
    chosen = settings()
    for root in filter(None, (chosen.home, chosen.output_root, chosen.dataset_root)):
        text = re.sub(rf"{re.escape(str(root))}/?((jobs|uploads)/[\w-]+/?(enhanced/)?)?", "", text)
    return text


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 photo``, ``24 photos``: a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def rate(value: float) -> str:
    """``45``, ``4.5``, ``0.45``, ``0.04``: with the digits that tell something."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def seconds(value: float) -> str:
    """``8 s``, ``2 min 5 s``: a duration as people say it."""
    whole = max(0, round(value))
    return f"{whole} s" if whole < 90 else f"{whole // 60} min {whole % 60} s"
