"""Strips: what a filter makes of them is what it makes of the whole picture, and enlarging by rows is `cv2.resize`."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from pictures import dark

from lowlight_core import get
from lowlight_core.enhancers import strips
from lowlight_core.enhancers.strips import Enlarged, RowByRow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("size", [(1, 1), (16, 5), (17, 90), (200, 31)])
@pytest.mark.parametrize("halo", [0, 3])
def test_strips_cover_every_row_once_and_have_neighbours(monkeypatch, size, halo):
    monkeypatch.setattr(strips, "PIXELS", 1)
    picture = np.arange(size[0] * size[1]).reshape(size)
    cut = list(strips.strips(size, halo))
    assert np.array_equal(np.concatenate([picture[rows] for rows, _, _ in cut]), picture)
    for rows, around, inner in cut:
        assert rows.start % 2 == 0 and np.array_equal(picture[around][inner], picture[rows])
        assert around.start == max(0, rows.start - halo) and around.stop == min(rows.stop + halo, size[0])


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (40, 60), (61, 43)])
@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("whole", [0, 2**21])
def test_enlarging_by_rows_is_resizing(monkeypatch, size, channels, whole):
    monkeypatch.setattr(strips, "WHOLE", whole)
    small = np.random.default_rng(0).random((*size, *channels), np.float32)
    height, width = 2 * size[0] + 1, 3 * size[1]
    expected = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    found = Enlarged(small, height, width)
    assert np.abs(found[0:height] - expected).max() < 1e-5
    some = np.arange(0, height, 3)
    assert np.abs(found[some] - expected[some]).max() < 1e-5


def test_what_is_small_is_made_once_and_what_is_large_by_rows(monkeypatch):
    asked, picture = [], dark(30, 40)

    def rows_of(rows):
        asked.append(rows)
        return picture[rows]

    for whole, times in ((2**21, 1), (0, 2)):
        monkeypatch.setattr(strips, "WHOLE", whole)
        asked.clear()
        made = RowByRow(rows_of, 30, 40)
        assert np.array_equal(made[3:9], picture[3:9]) and np.array_equal(made[np.array([4, 29])], picture[[4, 29]])
        assert len(asked) == times


@pytest.mark.parametrize("size", [(1, 1), (33, 47), (150, 220)])
@pytest.mark.parametrize("name", ["retinex", "lime", "exposure_fusion"])
def test_methods_do_not_depend_on_strips(monkeypatch, name, size):
    image = dark(*size)
    expected = get(name)(image)
    monkeypatch.setattr(strips, "PIXELS", 1)
    assert np.array_equal(get(name)(image), expected)
    monkeypatch.setattr(strips, "WHOLE", 0)  # last digits differ, which may round a level up or down
    difference = np.abs(get(name)(image).astype(int) - expected)
    assert difference.max() <= 3 and (difference > 0).mean() < 0.01


PEAK = """
import resource, sys, numpy as np
from lowlight_core import get
image = np.random.default_rng(0).integers(0, 60, (3000, 4000, 3), np.uint8)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
get(sys.argv[1])(image)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 12e6)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
@pytest.mark.parametrize(("name", "most"), [("retinex", 60), ("lime", 50), ("exposure_fusion", 50)])
def test_memory_of_a_large_picture(name, most):
    """Bytes for each pixel beside the picture; whole arrays of floats took 108, 54 and 63."""
    ran = subprocess.run([sys.executable, "-c", PEAK, name], capture_output=True, text=True, check=True, cwd=ROOT)
    assert float(ran.stdout) < most
