"""Large pictures strip by strip: temporary arrays stay in the processor's cache, and memory stays small.

Of 48 megapixels one float32 (H, W, 3) takes 576 MB, and a formula of ten steps makes ten of them, whose fresh pages
cost more time than the arithmetic.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from lowlight_core.watching import may_stop

PIXELS = 2**17  # of a strip
WHOLE = 2**21  # pixels up to which a picture of which rows are wanted twice is cheaper made at once


def strips(shape: tuple[int, ...], halo: int = 0) -> Iterator[tuple[slice, slice, slice]]:
    """Cut a picture (H, W, ...) into strips of about `PIXELS`, each an even number of rows but for the last.

    Yields the strip's rows, the same with up to ``halo`` neighbours on either side, and where in these it is: a filter
    that looks no further than the halo makes of ``picture[around]``, cut to ``inner``, what it makes of the whole.
    Before each strip whoever waits for the picture may stop the work (`lowlight_core.watching`).
    """
    step = max(16, PIXELS // shape[1] // 2 * 2)
    for top in range(0, shape[0], step):
        may_stop()
        bottom = min(top + step, shape[0])
        first = max(0, top - halo)
        yield slice(top, bottom), slice(first, min(bottom + halo, shape[0])), slice(top - first, bottom - first)


class RowByRow:
    """A picture of ``height`` x ``width`` pixels that a function makes row by row: at once where it is small."""

    def __init__(self, rows_of: Callable[[slice | np.ndarray], np.ndarray], height: int, width: int):
        self._rows_of = rows_of(slice(0, height)).__getitem__ if height * width <= WHOLE else rows_of

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Some rows: a slice with both ends, or their numbers."""
        return self._rows_of(rows)


class Enlarged:
    """A float32 picture (h, w, ...) enlarged to ``height`` x ``width``, bilinear as `cv2.resize` has it, row by row."""

    def __init__(self, small: np.ndarray, height: int, width: int):
        rows = height if height * width <= WHOLE else small.shape[0]
        self._wide = cv2.resize(small, (width, rows), interpolation=cv2.INTER_LINEAR)
        self._scale = rows / height

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Some rows of the enlarged picture: a slice with both ends, or their numbers."""
        if self._scale == 1:
            return self._wide[rows]
        rows = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
        last = len(self._wide) - 1
        place = np.clip((rows + 0.5) * self._scale - 0.5, 0, last)
        above = place.astype(np.intp)
        below = np.minimum(above + 1, last)
        part = (place - above).astype(np.float32).reshape(-1, *[1] * (self._wide.ndim - 1))
        return self._wide[above] * (1 - part) + self._wide[below] * part
