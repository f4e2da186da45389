"""Block diagrams as SVG: boxes on a grid and arrows between them, from the explanations.

The colours are chosen to be read on light and dark grounds alike, so that one drawing serves page and notebook.
"""

from html import escape

from lowlight_core.teaching.explanations import Diagram

CELL_WIDTH, CELL_HEIGHT = 176, 92  # of the grid, in SVG units
BOX_WIDTH, BOX_HEIGHT = 140, 54
FILLS = {"picture": "#5C6670", "step": "#1F6FA8", "learned": "#8A4F9E"}  # white text stands out on all
KINDS = {"picture": "a picture", "step": "a fixed step", "learned": "learned weights"}
LINE = "#868686"  # of arrows and of words between boxes: seen on white and on black
ARROW = 7  # length and width of an arrow's head, in widths of its line


def svg(diagram: Diagram, line: str = LINE) -> str:
    """Draw a diagram, arrows and words between boxes in the CSS colour ``line``; returns one SVG element as
    text, without any link to the outside.
    """
    places = _places(diagram)
    columns, rows = max(map(len, diagram.rows)), len(diagram.rows)
    width, height = columns * CELL_WIDTH, rows * CELL_HEIGHT + 26
    drawn = [_arrow(places, *link, line) for link in diagram.links()]
    drawn += [_box(block, places[block.name]) for block in diagram.blocks()]
    legend = _legend({block.kind for block in diagram.blocks()}, rows * CELL_HEIGHT + 14, line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" style="color-scheme: light dark" role="img">'
        f"<title>{escape(in_words(diagram))}</title>{_head(line)}{''.join(drawn)}{legend}</svg>"
    )


def in_words(diagram: Diagram) -> str:
    """The blocks in reading order, ``Dark picture → Lift → Result``, for whoever cannot see the drawing."""
    return " → ".join(block.title for block in diagram.blocks())


def _head(line: str) -> str:
    """The arrow's head, drawn once and referred to by every arrow."""
    return (
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" '
        f'markerWidth="{ARROW}" markerHeight="{ARROW}" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{line}"/></marker></defs>'
    )


def _places(diagram: Diagram) -> dict[str, tuple[int, int]]:
    """(column, row) of every block."""
    cells = ((block, column, row) for row, blocks in enumerate(diagram.rows) for column, block in enumerate(blocks))
    return {block.name: (column, row) for block, column, row in cells if block}


def _centre(place: tuple[int, int]) -> tuple[float, float]:
    return (place[0] + 0.5) * CELL_WIDTH, (place[1] + 0.5) * CELL_HEIGHT


def _box(block, place) -> str:
    x, y = _centre(place)
    left, top = x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2
    lift = 4 if block.note else -5
    note = (
        f'<text x="{x:g}" y="{y + 17:g}" font-size="12.5" opacity=".9">{escape(block.note)}</text>'
        if block.note
        else ""
    )
    return (
        f'<g fill="white" text-anchor="middle"><rect x="{left:g}" y="{top:g}" width="{BOX_WIDTH}" '
        f'height="{BOX_HEIGHT}" rx="6" fill="{FILLS[block.kind]}"/>'
        f'<text x="{x:g}" y="{y - lift:g}" font-size="15.5" font-weight="600">'
        f"{escape(block.title)}</text>{note}</g>"
    )


def _arrow(places, before: str, after: str, label: str, line: str) -> str:
    points = _route(places[before], places[after], set(places.values()))
    path = " L".join(f"{x:g} {y:g}" for x, y in points)
    middle = len(points) // 2
    (x0, y0), (x1, y1) = points[middle - 1], points[middle]
    text = ""
    if label:
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        aside = f'x="{x + 6:g}" y="{y + 4:g}"' if x0 == x1 else f'x="{x:g}" y="{y - 5:g}" text-anchor="middle"'
        text = f'<text {aside} font-size="12.5" fill="{line}">{escape(label)}</text>'
    return f'<path d="M{path}" fill="none" stroke="{line}" stroke-width="1.8" marker-end="url(#head)"/>{text}'


def _route(start: tuple[int, int], end: tuple[int, int], taken: set) -> list[tuple[float, float]]:
    """Corners of an arrow: straight, or with one bend where cells are free, else through the gap between rows."""
    (x0, y0), (x1, y1) = _centre(start), _centre(end)
    if start[1] == end[1]:
        side = BOX_WIDTH / 2 if x1 > x0 else -BOX_WIDTH / 2
        if _free(start, end, taken - {start}):
            return [(x0 + side, y0), (x1 - side, y1)]
        over, top = y0 - CELL_HEIGHT / 2 + 7, BOX_HEIGHT / 2
        return [(x0 + 24, y0 - top), (x0 + 24, over), (x1 - 24, over), (x1 - 24, y1 - top)]
    down = 1 if y1 > y0 else -1
    edge = down * BOX_HEIGHT / 2
    if x0 == x1:
        return [(x0, y0 + edge), (x1, y1 - edge)]
    side = BOX_WIDTH / 2 if x1 > x0 else -BOX_WIDTH / 2
    if down > 0 and _free((start[0], end[1]), end, taken):
        return [(x0, y0 + edge), (x0, y1), (x1 - side, y1)]
    if down < 0 and _free((end[0], start[1]), start, taken):
        return [(x0 + side, y0), (x1, y0), (x1, y1 - edge)]
    gap = y1 - down * CELL_HEIGHT / 2
    return [(x0, y0 + edge), (x0, gap), (x1, gap), (x1, y1 - edge)]


def _free(corner: tuple[int, int], end: tuple[int, int], taken: set) -> bool:
    """Whether no block stands on the corner nor between it and ``end`` of the same row."""
    columns = range(min(corner[0], end[0]), max(corner[0], end[0]) + 1)
    return not any((column, corner[1]) in taken for column in columns if column != end[0])


def _legend(kinds: set[str], y: float, line: str) -> str:
    entries, x = [], 18.0
    for kind in [kind for kind in KINDS if kind in kinds]:
        entries.append(
            f'<rect x="{x:g}" y="{y - 10:g}" width="12" height="12" rx="2" fill="{FILLS[kind]}"/>'
            f'<text x="{x + 17:g}" y="{y:g}" font-size="12.5" fill="{line}">{KINDS[kind]}</text>'
        )
        x += 34 + 7.2 * len(KINDS[kind])
    return "".join(entries)
