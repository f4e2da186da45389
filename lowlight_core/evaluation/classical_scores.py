"""What the classical methods score on the pairs that the learned ones are validated on, as the README states it."""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("classical_scores.json")


@cache
def load() -> dict:
    """``command`` that measures the figures, ``data``, number of ``pairs``, and ``psnr`` in dB by method: at its
    ``default`` settings, and at the ``best`` ones that were found on these very pairs.
    """
    return json.loads(FILE.read_text("utf-8"))
