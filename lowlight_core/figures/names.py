"""Names of pictures, which are somebody's claim, as charts show them: letter by letter, and no longer than fits.

Plotly takes ``<b>``, ``<a href=...>`` and the like in any text for markup; a name of two hundred letters would leave no
room for the figures.
"""

from collections.abc import Iterable
from html import escape

TICK, HOVER = 28, 100  # letters of a name below a bar, and in the box at the pointer


def shown(name: str, most: int = HOVER) -> str:
    """The last ``most`` letters of a name, in which those of one data set differ, for Plotly to show as they are."""
    return escape(name if len(name) <= most else f"…{name[1 - most :]}", quote=False)


def ticks(names: Iterable[str]) -> list[str]:
    """The same for an axis with a place for each name: of those that would be called alike the others get a number."""
    found: dict[str, None] = {}
    for name in names:
        text, number = shown(name, TICK), 1
        while text in found:
            number += 1
            text = f"{shown(name, TICK)} ({number})"
        found[text] = None
    return list(found)
