"""The level of a method with a brightness knob, steady over time; the automatic is stood in for by a function."""

import cv2
import numpy as np
import pytest
from clips import scene

from lowlight_core import enhancers, inference
from lowlight_core.video import synthetic
from lowlight_core.video.level import KNOB, SteadyLevel, is_automatic

FRAME = scene(320, 180)


@pytest.fixture
def asked(monkeypatch):
    """Every picture that the automatic was asked about; it wants 140 and 80 by turns."""
    seen = []

    def estimate(pixels):
        seen.append(pixels)
        return 80.0 + 60.0 * (len(seen) % 2)

    monkeypatch.setattr(inference, "estimate_level", estimate)
    return seen


@pytest.fixture
def steady():
    lumen = enhancers.METHODS.get("lumen")
    if lumen is None:
        pytest.skip("the network with a brightness knob has no weights here")
    assert is_automatic(lumen, lumen.check({}))
    return SteadyLevel(lumen, lumen.check({}))


def test_asked_once_a_second(asked, steady):
    for index in range(60):
        steady(FRAME, index / 30)
    assert len(asked) == 2, "at 0 s and at 1 s"


def test_a_clock_that_starts_again_asks_at_once(asked, steady):
    """A camera that was stopped and started counts from 0 again."""
    steady(FRAME, 600.0)
    steady(FRAME, 0.0)
    assert len(asked) == 2


def test_the_level_moves_slowly_though_the_automatic_jumps(asked, steady):
    levels = [steady(FRAME, index / 30)[KNOB] for index in range(60)]
    assert levels[0] == pytest.approx(140, abs=3)
    assert np.abs(np.diff(levels)).max() < 4
    assert min(levels) < 135


@pytest.fixture
def as_bright(monkeypatch):
    """The automatic wants 120 of every picture."""
    monkeypatch.setattr(inference, "estimate_level", lambda pixels: 120.0)


def brightened(steady, exposures):
    """The level that each frame gets, 24 a second, by its exposure."""
    frames = (cv2.convertScaleAbs(FRAME, alpha=exposure) for exposure in exposures)
    return [steady(frame, index / 24)[KNOB] for index, frame in enumerate(frames)]


def test_a_fade_in_from_black_is_not_too_bright(as_bright, steady):
    levels = brightened(steady, np.linspace(0, 1, 25))
    assert max(levels) < 150, "it was 246"


def test_a_light_that_passes_is_not_too_bright_and_leaves_no_darkness(as_bright, steady):
    passing = [1] * 12 + [1.2**step for step in (1, 2, 3, 4, 5, 4, 3, 2, 1)] + [1] * 12
    levels = brightened(steady, passing)
    assert max(levels) < 150, "it was 191"
    assert min(levels[-12:]) > 100


def test_a_cut_asks_at_once_and_starts_anew(asked, steady):
    other = scene(320, 180, name="portrait")
    clip = list(synthetic.cut(FRAME, other, 6))
    levels = [steady(frame, index / 30)[KNOB] for index, frame in enumerate(clip)]
    assert len(asked) == 2
    assert levels[2] == pytest.approx(140, abs=3) and levels[3] == pytest.approx(80, abs=3)
