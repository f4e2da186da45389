"""Pictures of any size and shape: what was found in a reduced one is enlarged to them, band by band."""

import numpy as np
import pytest

from lowlight_core.networks import large


def bilinear(part: np.ndarray, height: int, width: int) -> np.ndarray:
    """The same by NumPy's interpolation, along one axis after the other, in float64."""
    for axis, size in enumerate((height, width)):
        places = (np.arange(size) + 0.5) * part.shape[axis] / size - 0.5
        known = np.arange(part.shape[axis])
        part = np.apply_along_axis(lambda line, known=known, places=places: np.interp(places, known, line), axis, part)
    return part


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (1, 1, 3), (200, 30)])
def test_bands_are_the_bilinear_enlargement(shape):
    part = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    height, width = 150, 90
    enlarged = np.concatenate([band for _, band in large.bands((height, width, 3), part)])
    assert enlarged.dtype == np.float32
    assert enlarged == pytest.approx(bilinear(part, height, width), abs=2e-5)


@pytest.mark.parametrize("height, width", [(3, 33_000), (33_000, 3), (2, 1_100_000)])
def test_no_side_is_too_long(height, width):
    part = np.linspace(0, 1, 500, dtype=np.float32)
    part = part[None] if width > height else part[:, None]
    enlarged = np.concatenate([band for _, band in large.bands((height, width, 3), part)])
    assert np.abs(enlarged - bilinear(part, height, width)).max() < 1e-4


@pytest.mark.parametrize("shape", [(1, 1_100_000, 3), (1_100_000, 1, 3), (40, 60, 3)])
def test_a_reduced_picture_has_a_pixel_at_least_on_each_side(shape):
    image = np.random.default_rng(0).integers(20, 40, shape, np.uint8)
    curve = np.linspace(0, 1, 256, dtype=np.float32)
    output = large.by_reduced(image, lambda reduced: reduced * 3, curve, 600)
    assert output.shape == shape and output.mean() == pytest.approx(3 * image.mean(), rel=0.05)


@pytest.mark.parametrize("shape", [(1, 1_100_000, 3), (1_100_000, 1, 3), (400, 600, 3)])
def test_a_reduced_picture_is_no_larger_when_it_is_padded(shape):
    """A line of 300,000 pixels became 2.4 millions, and 2.8 GB in MIRNet."""
    seen = []

    def forward(reduced):
        seen.append((reduced.shape[0] + -reduced.shape[0] % 8) * (reduced.shape[1] + -reduced.shape[1] % 8))
        return reduced

    large.by_reduced(np.zeros(shape, np.uint8), forward, np.linspace(0, 1, 256, dtype=np.float32), 6000, multiple=8)
    assert max(seen) <= 1.25 * 6000
