"""Exposure fusion: its exposures by formula, its result between them."""

import cv2
import numpy as np
import pytest
from pictures import dark, plain

from lowlight_core import get
from lowlight_core.enhancers import fusion, mertens, strips
from lowlight_core.teaching.explanations import explain


@pytest.mark.parametrize("stops", [0.5, 1, 3])
def test_an_exposure_doubles_the_light_for_every_stop(stops):
    levels = np.arange(0, 40, dtype=np.uint8).reshape(1, 40, 1).repeat(3, axis=2)
    exact = 255 * np.minimum(1, (levels / 255.0) ** 2.2 * 2**stops) ** (1 / 2.2)
    assert np.abs(fusion._exposed(levels, stops) - exact).max() <= 0.51


def test_the_shoulder_never_clips_and_never_turns_back():
    ramp = np.arange(256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, axis=2)
    curve = fusion._exposed(ramp, 4)[0, :, 0].astype(int)
    assert (np.diff(curve) >= 0).all() and curve[-1] <= 255 and curve[0] == 0


@pytest.mark.parametrize("stops", [0, 0.5, 1, 2, 8])
def test_an_exposure_is_nowhere_darker_than_the_picture(stops):
    assert "no level becomes darker" in explain("exposure_fusion").symbols
    ramp = np.arange(256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, axis=2)
    assert (fusion._exposed(ramp, stops) >= ramp).all()
    assert stops or (fusion._exposed(ramp, stops) == ramp).all()
    assert (get("exposure_fusion")(plain(255), stops=stops) == 255).all()


def test_fusion_is_mertens_over_the_exposures():
    image = dark(90, 120)
    shots = [image, *(fusion._exposed(image, 4 * (index + 1) / 3) for index in range(3))]
    expected = np.clip(cv2.createMergeMertens(1, 1, 1).process(shots) * 255 + 0.5, 0, 255).astype(np.uint8)
    difference = cv2.absdiff(get("exposure_fusion")(image, stops=4, denoise=0), expected)
    assert difference.max() <= 1 and (difference > 0).sum() <= 3  # OpenCV's own last digits vary from run to run


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (33, 47), (64, 65), (131, 90)])
@pytest.mark.parametrize("pixels", [1, 2000])
def test_strips_leave_no_trace(monkeypatch, size, pixels):
    shots = [fusion._exposed(dark(*size), stops) for stops in (0, 1, 3)]
    whole = in_all(shots)
    assert np.abs(whole - cv2.createMergeMertens(1, 1, 1).process(shots)).max() < 1e-6  # whose last digits vary
    monkeypatch.setattr(strips, "PIXELS", pixels)
    assert np.array_equal(in_all(shots), whole)


def in_all(shots):
    return np.concatenate([made for _, made in mertens.fused_rows(shots)])


@pytest.mark.parametrize("color", [(118, 32, 61), (7, 200, 90), 30, 255])
@pytest.mark.parametrize("size", [(3, 63), (20, 30), (64, 65)])
def test_a_plain_picture_stays_plain(color, size):
    """Rounding of the gray conversion is no contrast: it drew stripes of 76 levels."""
    for exposures in (2, 3, 5):
        output = get("exposure_fusion")(plain(color, *size), exposures=exposures)
        assert (output == output[0, 0]).all()


def test_automatic_stops_grow_with_darkness():
    stops = [fusion.automatic_stops(plain(level)) for level in (2, 20, 60, 200)]
    assert stops == sorted(stops, reverse=True) and stops[-1] == 0.5 and stops[0] <= 8
