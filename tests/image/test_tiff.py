"""TIFFs whose first directory tells of more than any picture has."""

import io

import numpy as np
import pytest
import tifffile

from lowlight_core import image
from lowlight_core.errors import ImageError
from lowlight_core.image import tiff


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_endless_strips_are_refused_before_the_file_is_opened(order, big, monkeypatch):
    """Three millions of them, in 12 MB, held the server for half a minute and 600 MB."""
    file = io.BytesIO()
    tifffile.imwrite(file, np.zeros((90, 40), np.uint8), rowsperstrip=1, byteorder=order, bigtiff=big)
    assert not tiff.too_many_parts(file.getvalue())
    monkeypatch.setattr(tiff, "_MOST", 89)
    with pytest.raises(ImageError, match="damaged"):
        image.decode(file.getvalue())


@pytest.mark.parametrize("data", [b"II", b"MM\0*", b"II*\0\xff\xff\xff\xff", b"II+\0" + b"\xff" * 20, b""])
def test_of_a_file_that_is_cut_short_nothing_is_said(data):
    assert not tiff.too_many_parts(data)
