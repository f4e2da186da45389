"""CLAHE taken apart: one tile's histogram, what the clip limit cuts off it, where that goes, and the curve it gives.

Everything here is what OpenCV's CLAHE does with 8-bit planes, step by step and bit for bit, so that a drawing of a tile
explains the very picture beside it:

1. The plane is laid out in tiles; where a side does not divide, it is continued by mirroring until it does.
2. Each tile's histogram is cut at ``clip_limit`` times its mean height.
3. What was cut is given back evenly: a whole number to every level, the rest one each to levels spread over the scale.
4. The running sum of the result, scaled to 255, is the tile's tone curve.
5. A pixel mixes the curves of the four tiles whose centres surround it, by its distance from them.

Source: Zuiderveld, Contrast Limited Adaptive Histogram Equalization, Graphics Gems IV, 1994. OpenCV departs from it in
step 3: it gives back once, where Zuiderveld repeats until nothing stands above the limit, so that levels may end a
little above the line.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from lowlight_core.errors import ImageError, ParameterError

LEVELS = 256


@dataclass(frozen=True)
class Layout:
    """How a plane of ``plane_width`` x ``plane_height`` pixels is cut into ``columns`` x ``rows`` tiles.

    ``width`` and ``height`` are one tile's, in pixels; the last tiles may reach into the mirrored continuation.
    """

    plane_width: int
    plane_height: int
    columns: int
    rows: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """Pixels of one tile, mirrored ones included."""
        return self.width * self.height

    def tile_at(self, x: float, y: float) -> tuple[int, int]:
        """(column, row) of the tile in which the pixel lies; positions outside the plane belong to the nearest tile."""
        column, row = int(x) // self.width, int(y) // self.height
        return min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1)

    def box(self, column: int, row: int) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) of a tile's visible part, right and bottom excluded; empty if all is mirrored."""
        left, top = min(column * self.width, self.plane_width), min(row * self.height, self.plane_height)
        return left, top, min(left + self.width, self.plane_width), min(top + self.height, self.plane_height)


@dataclass(frozen=True)
class Tile:
    """One tile, step by step. Histograms are int64 (256,) pixel counts, curves map a level to a level.

    ``histogram`` as counted; ``clipped`` cut at ``limit``; ``final`` with the ``excess`` given back. ``plain_curve`` is
    equalisation without a limit, ``clipped_curve`` what the cut histogram alone would give (it ends below 255), both
    float64 (256,); ``curve`` is what OpenCV uses, uint8 (256,).
    """

    column: int
    row: int
    area: int
    limit: int
    histogram: np.ndarray
    clipped: np.ndarray
    final: np.ndarray
    plain_curve: np.ndarray
    clipped_curve: np.ndarray
    curve: np.ndarray

    @property
    def cut(self) -> np.ndarray:
        """Pixels cut off each level, int64 (256,)."""
        return self.histogram - self.clipped

    @property
    def given(self) -> np.ndarray:
        """Pixels given back to each level, int64 (256,); their sum is `excess`."""
        return self.final - self.clipped

    @property
    def excess(self) -> int:
        """Pixels above the clip limit, all levels together."""
        return int(self.cut.sum())

    @property
    def excess_share(self) -> float:
        """Share of the tile's pixels that was cut and given back, 0 to 1."""
        return self.excess / self.area

    @property
    def steepest(self) -> float:
        """Greatest slope of the curve: output levels per input level; 1 leaves the contrast as it is."""
        return float(self.final.max()) * (LEVELS - 1) / self.area


@dataclass(frozen=True)
class Mix:
    """How one pixel gets its new level: up to four tiles ``(column, row, weight)``, ``before`` and ``after``."""

    tiles: tuple[tuple[int, int, float], ...]
    before: int
    after: int


def layout(shape: tuple[int, ...], tiles: int) -> Layout:
    """Tiles of a plane (H, W) when ``tiles`` per side are asked for: never more than there are pixels.

    Raises:
        ImageError: the plane is empty.
        ParameterError: less than one tile.
    """
    height, width = shape[:2]
    if height < 1 or width < 1:
        raise ImageError(f"expected a plane with at least one pixel, got {width} x {height}")
    if tiles < 1:
        raise ParameterError(f"tiles must be at least 1, got {tiles}")
    columns, rows = min(tiles, width), min(tiles, height)
    right, below = _continuation(width, height, columns, rows)
    return Layout(width, height, columns, rows, (width + right) // columns, (height + below) // rows)


def _continuation(width: int, height: int, columns: int, rows: int) -> tuple[int, int]:
    """Pixels to add at the right and below. If one side needs some, a side that divides gets a pixel per tile too."""
    if width % columns == 0 and height % rows == 0:
        return 0, 0
    return columns - width % columns, rows - height % rows


def dissect(plane: np.ndarray, clip_limit: float, tiles: int, column: int, row: int) -> Tile:
    """Take one tile of a plane uint8 (H, W) apart.

    Args:
        plane: what CLAHE equalises, e.g. `lightness` of a picture.
        clip_limit: as multiple of the mean height of a tile's histogram; 0 and below cut nothing.
        tiles: tiles per side.
        column, row: which tile, from 0 at the top left.

    Raises:
        ParameterError: there is no such tile.
    """
    where = layout(plane.shape, tiles)
    if not (0 <= column < where.columns and 0 <= row < where.rows):
        raise ParameterError(f"there is no tile {column}, {row}: the picture has {where.columns} x {where.rows}")
    histogram = _histogram(_extended(plane, where, column, row))
    limit = count_limit(clip_limit, where.area)
    clipped = np.minimum(histogram, limit)
    final = clipped + _given_back(int((histogram - clipped).sum()))
    plain, cut = (np.cumsum(counts) * ((LEVELS - 1) / where.area) for counts in (histogram, clipped))
    return Tile(column, row, where.area, limit, histogram, clipped, final, plain, cut, _curve(final, where.area))


def count_limit(clip_limit: float, area: int) -> int:
    """The clip line in pixels per level for tiles of ``area`` pixels: at least 1; ``area`` where nothing is cut."""
    return max(int(clip_limit * area / LEVELS), 1) if clip_limit > 0 else area


def _extended(plane: np.ndarray, where: Layout, column: int, row: int) -> np.ndarray:
    """The pixels of one tile, with the mirrored continuation where it reaches beyond the plane."""
    right = where.width * where.columns - where.plane_width
    below = where.height * where.rows - where.plane_height
    if right or below:
        plane = cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REFLECT_101)
    top, left = row * where.height, column * where.width
    return plane[top : top + where.height, left : left + where.width]


def _histogram(plane: np.ndarray) -> np.ndarray:
    return np.bincount(plane.ravel(), minlength=LEVELS)


def _given_back(excess: int) -> np.ndarray:
    """Pixels that each level gets back: all the same number, and one more for levels at even distances."""
    each, rest = divmod(excess, LEVELS)
    given = np.full(LEVELS, each)
    if rest:
        given[:: max(LEVELS // rest, 1)][:rest] += 1
    return given


def _curve(histogram: np.ndarray, area: int) -> np.ndarray:
    """Running sum scaled to 255 in float32 and rounded half to even, as OpenCV does it; uint8 (256,)."""
    scaled = np.cumsum(histogram).astype(np.float32) * (np.float32(LEVELS - 1) / np.float32(area))
    return np.clip(np.rint(scaled), 0, LEVELS - 1).astype(np.uint8)


def mix_at(plane: np.ndarray, clip_limit: float, tiles: int, x: int, y: int) -> Mix:
    """How the pixel at column ``x``, row ``y`` of a plane uint8 (H, W) gets its level: tiles, weights, result.

    Raises:
        ParameterError: the pixel lies outside the plane.
    """
    height, width = plane.shape
    if not (0 <= x < width and 0 <= y < height):
        raise ParameterError(f"there is no pixel {x}, {y}: the picture is {width} x {height}")
    where = layout(plane.shape, tiles)
    columns, rows = _neighbours(x, where.width, where.columns), _neighbours(y, where.height, where.rows)
    before, after, shares = int(plane[y, x]), np.float32(0), {}
    for row, down in rows:
        line = np.float32(0)
        for column, across in columns:
            line += np.float32(dissect(plane, clip_limit, tiles, column, row).curve[before]) * across
            shares[column, row] = shares.get((column, row), 0.0) + float(across * down)
        after += line * down
    parts = tuple((*tile, share) for tile, share in shares.items() if share > 0)
    return Mix(parts, before, int(np.clip(np.rint(after), 0, LEVELS - 1)))


def _neighbours(position: int, size: int, count: int) -> list[tuple[int, np.float32]]:
    """The two tiles along one axis whose centres surround a pixel, with float32 weights; at the rim one tile twice."""
    distance = np.float32(position) * (np.float32(1) / np.float32(size)) - np.float32(0.5)
    first = int(np.floor(distance))
    weight = distance - np.float32(first)
    return [(max(first, 0), np.float32(1) - weight), (min(first + 1, count - 1), weight)]


def curves(plane: np.ndarray, clip_limit: float, tiles: int) -> np.ndarray:
    """The tone curves of all tiles, uint8 (rows, columns, 256)."""
    where = layout(plane.shape, tiles)
    every = [dissect(plane, clip_limit, tiles, c, r).curve for r in range(where.rows) for c in range(where.columns)]
    return np.array(every).reshape(where.rows, where.columns, LEVELS)
