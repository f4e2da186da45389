"""Tables whose figures read as everywhere else, ``∞`` for identical pictures too, and sort as numbers."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from pandas.io.formats.style import Styler

from lowlight_core.metrics import Metric

NONE = "–"  # what stands for a figure that there is not
_LETTER, _EDGES = 6.4, 30  # CSS pixels: of a letter in a table, and of the edges of its cell, with room for capitals


def with_figures(rows: Sequence[Mapping] | pd.DataFrame, metrics: Mapping[str, Metric]) -> Styler:
    """Rows for ``st.dataframe``, the columns of ``metrics`` as those write their values.

    A ``format`` of the column's own would go first, and cannot write ``∞``.
    """
    frame = pd.DataFrame(rows).reset_index(drop=True).astype(dict.fromkeys(metrics, "float64"))
    return frame.style.format({column: metric.format for column, metric in metrics.items()})


def wide_enough(names: Iterable[str]) -> int:
    """Width in CSS pixels of a column that cuts none of ``names``.

    Of its own the table takes that of the first ten rows which it is drawn with, and keeps it when others come.
    """
    return round(_EDGES + _LETTER * max(map(len, names), default=0))
