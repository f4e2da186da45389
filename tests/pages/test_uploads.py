"""What the caption of a visitor's photo says of it: its size, and what of the file could not be kept."""

import numpy as np
import pytest
from pictures import photo, saved
from PIL import Image

from pages.shared import uploads


@pytest.mark.parametrize(
    ("data", "caption"),
    [
        (saved(photo(20, 30)), "a.png, 30 × 20"),
        (saved(Image.fromarray(np.full((20, 30), 9000, np.uint16))), "a.png, 30 × 20, 8 of its 16 bits per channel"),
        (saved(Image.new("RGBA", (30, 20), (9, 9, 9, 100))), "a.png, 30 × 20, transparency filled with white"),
        (saved(Image.new("RGBA", (30, 20), (9, 9, 9, 255))), "a.png, 30 × 20"),
    ],
)
def test_nothing_is_dropped_without_a_word(data, caption):
    assert uploads.opened("a.png", data).caption == caption
