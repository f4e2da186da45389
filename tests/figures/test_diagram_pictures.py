"""The still pictures of block diagrams show what the SVG shows."""

import io

import numpy as np
import pytest
from PIL import Image

from lowlight_core.figures.diagram_pictures import SCALE, png
from lowlight_core.figures.diagrams import BOX_WIDTH, CELL_HEIGHT, CELL_WIDTH, FILLS, LINE
from lowlight_core.teaching.explanations import EXPLANATIONS, explain


def pixels(name: str) -> np.ndarray:
    """The still picture of a method's diagram, RGB uint8 (H, W, 3)."""
    return np.asarray(Image.open(io.BytesIO(png(explain(name).diagram))).convert("RGB"))


def code(color: str) -> list[int]:
    """Red, green and blue of ``#RRGGBB``."""
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_block_stands_in_its_cell_in_its_colour(name):
    drawn, diagram = pixels(name), explain(name).diagram
    for row, blocks in enumerate(diagram.rows):
        for column, block in enumerate(blocks):
            left = (column + 0.5) * CELL_WIDTH - BOX_WIDTH / 2 + 5
            found = drawn[round((row + 0.5) * CELL_HEIGHT * SCALE), round(left * SCALE)]
            if block:
                assert np.abs(found.astype(int) - code(FILLS[block.kind])).max() < 8, block
    assert len(png(diagram)) < 16_000


def test_arrows_and_words_are_drawn():
    drawn = pixels("gamma")
    middle = round(CELL_HEIGHT / 2 * SCALE)
    between = drawn[middle - 2 : middle + 3, round((CELL_WIDTH - 8) * SCALE)]
    assert np.abs(between.astype(int) - code(LINE)).max(1).min() < 12, "the line from the first block to the second"
    first = drawn[: round(CELL_HEIGHT * SCALE), : round(CELL_WIDTH * SCALE)].astype(int)
    assert (first[middle - 20 : middle + 20, 60:200] > 240).all(2).sum() > 100, "white words on the block"
