"""Flicker taken away, nothing of another scene or place left behind; on exact arrays, before any encoder."""

import cv2
import numpy as np
import pytest
from clips import scene

from lowlight_core import enhancers
from lowlight_core.video import synthetic
from lowlight_core.video.cuts import CutDetector
from lowlight_core.video.flicker import Flicker, FlickerMeter, block_means, removed, summed
from lowlight_core.video.motion import CameraMotion
from lowlight_core.video.smoothing import Smoother, ToneCurve, share, stillness

METHODS = ["clahe", "gamma", "histogram_equalization", "retinex", "lime", "exposure_fusion"]
WIDE = scene(480, 324)
SCENE = np.ascontiguousarray(WIDE[:180, :320])
FPS = 30


def smoothed(frames, method):
    """(outputs of the method alone, the same held steady)."""
    smoother, alone, steady = Smoother(), [], []
    for index, frame in enumerate(frames):
        alone.append(enhancers.get(method)(frame))
        steady.append(smoother(frame, alone[-1], index / FPS))
    return alone, steady


def figures(frames, alone, steady):
    meter = FlickerMeter()
    for triple in zip(frames, alone, steady, strict=True):
        meter(triple[0], alone=triple[1], smooth=triple[2])
    return meter.figures()


@pytest.mark.parametrize("method", METHODS)
def test_static_scene_with_noise(method):
    frames = list(synthetic.static(SCENE, 24, sigma=2))
    found = figures(frames, *smoothed(frames, method))
    assert removed(found, "mean") >= 0.5
    assert removed(found, "static") >= 0.5


@pytest.mark.parametrize("method", METHODS)
def test_slow_pan(method):
    frames = list(synthetic.pan(WIDE, 30, (320, 180)))
    found = figures(frames, *smoothed(frames, method))
    assert removed(found, "mean") >= 0.5
    assert removed(found, "static") >= 0.5


@pytest.mark.parametrize("method", METHODS)
def test_slow_pan_over_another_scene(method):
    """Not what the constants were chosen on: upwards over a cup of coffee, with more noise."""
    tall = scene(320, 260, name="coffee", stops=5)
    frames = list(synthetic.pan(tall[::-1], 30, (320, 180), speed=2.4, sigma=1.6, seed=9))
    found = figures(frames, *smoothed(frames, method))
    assert removed(found, "static") >= 0.5
    assert found["smooth"].mean <= max(found["input"].mean, found["alone"].mean / 2)


@pytest.mark.parametrize("method", METHODS)
def test_no_ghost_in_the_first_frame_after_a_cut(method):
    frames = list(synthetic.cut(SCENE, scene(320, 180, name="portrait"), 16))
    alone, steady = smoothed(frames, method)
    for first in (0, 8):
        assert np.array_equal(steady[first], alone[first])


def test_a_pan_leaves_no_trail():
    """Against the noise-free output the steady one is better than the method alone, edges included."""
    method = enhancers.get("clahe")
    noisy, clean = (list(synthetic.pan(WIDE, 20, (320, 180), speed=2.5, sigma=sigma)) for sigma in (1.5, 0))
    alone, steady = smoothed(noisy, "clahe")
    truth = method(clean[-1]).astype(float)
    assert np.abs(steady[-1] - truth).mean() < np.abs(alone[-1] - truth).mean()


def test_what_moves_before_a_still_camera_leaves_no_trail():
    frames, at = [], []
    for index in range(12):
        frame = cv2.add(SCENE, np.zeros_like(SCENE))
        cv2.circle(frame, (40 + 12 * index, 90), 14, (140, 130, 120), -1)
        frames.append(frame)
        at.append(40 + 12 * index)
    alone, steady = smoothed(frames, "gamma")
    behind = np.s_[80:100, at[-1] - 60 : at[-1] - 20]
    assert np.abs(steady[-1][behind].astype(float) - alone[-1][behind]).mean() < 2
    inside = np.s_[84:96, at[-1] - 6 : at[-1] + 6]
    assert np.abs(steady[-1][inside].astype(float) - alone[-1][inside]).mean() < 12


def test_a_clip_that_does_not_flicker_stays_as_it_is():
    frames = [SCENE] * 5
    alone, steady = smoothed(frames, "clahe")
    assert np.abs(steady[-1].astype(int) - alone[-1]).max() <= 1


def test_inputs_are_not_changed():
    frames = list(synthetic.pan(WIDE, 4, (320, 180)))
    copies = [frame.copy() for frame in frames]
    smoothed(frames, "clahe")
    assert all(np.array_equal(frame, copy) for frame, copy in zip(frames, copies, strict=True))


@pytest.mark.parametrize("height, width", [(1, 1), (1, 2), (2, 1), (4, 1)])
def test_frames_of_a_pixel_or_two(height, width):
    smoother = Smoother()
    for level in (20, 21, 22):
        frame = np.full((height, width, 3), level, np.uint8)
        steady = smoother(frame, 3 * frame, level / 10)
        assert steady.shape == frame.shape and 60 <= steady.min() <= steady.max() <= 66, "between its first and last"


def test_tone_curve_by_hand():
    """Two levels; the method jumps from gain 2 to gain 3: the correction goes a known way back."""
    before = np.repeat(np.uint8([10, 20]), 5000).reshape(100, 100)
    tone = ToneCurve()
    assert np.allclose(tone.correction(before, before * 2, 0), 0)
    correction = tone.correction(before, before * 3, 0.001)  # the second of two frames counts half
    assert correction[10] == pytest.approx(-5, abs=0.02)
    assert correction[20] == pytest.approx(-10, abs=0.04)


def test_share_of_an_exponential_average():
    assert share(1, 1) == pytest.approx(1 - np.exp(-1))
    assert 1 - share(2, 1) == pytest.approx((1 - share(1, 1)) ** 2), "frame rate does not matter"


def test_stillness_of_noise_and_of_movement():
    noise = np.random.default_rng(0).normal(0, 2, (90, 160)).astype(np.float32)
    still = stillness(noise, 0.5)
    assert still[10:-10, 10:-10].mean() > 0.7
    noise[30:60, 60:100] += 12
    assert stillness(noise, 0.5)[35:55, 65:95].max() < 0.01


def test_camera_motion_to_a_tenth_of_a_pixel():
    motion, found = CameraMotion(), []
    for frame in synthetic.pan(WIDE, 6, (320, 180), speed=1.5):
        found.append(motion(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)))
    assert found[0] == (0, 0)
    assert np.allclose(found[1:], (-1.5, -0.5), atol=0.1)
    still = CameraMotion()
    for frame in synthetic.static(SCENE, 3):
        assert still(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)) == (0, 0)


def test_cuts_are_found_and_pans_are_none():
    def cuts(frames):
        detector = CutDetector()
        return [i for i, frame in enumerate(frames) if detector(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY))]

    assert cuts(synthetic.cut(SCENE, scene(320, 180, name="coffee"), 20)) == [0, 10]
    assert cuts(synthetic.pan(WIDE, 20, (320, 180), speed=3)) == [0]
    assert cuts(synthetic.static(np.zeros((90, 160, 3), np.uint8), 10, sigma=2)) == [0]


def test_flicker_by_hand():
    """Frames of 40, 44 and 40 change by 4; the static half of the others is counted alone."""
    meter = FlickerMeter()
    still = np.full((80, 160, 3), 40, np.uint8)
    for level in (40, 44, 40):
        half = still.copy()
        half[:, 80:] = level
        meter(still, uniform=np.full_like(still, level), half=half)
    found = meter.figures()
    assert found["input"] == Flicker(0, 0)
    assert found["uniform"] == Flicker(4, 4)
    assert found["half"] == Flicker(2, 2)


def test_a_picture_that_only_moves_does_not_flicker():
    """Contrast alone is no flicker: a block is compared with where it was, to a fraction of a pixel."""
    bright = cv2.LUT(cv2.GaussianBlur(WIDE, (0, 0), 1), np.uint8(np.arange(256).clip(0, 51) * 5))
    meter = FlickerMeter()
    for index in range(5):
        move = np.float32([[1, 0, -0.9 * index], [0, 1, -0.3 * index]])
        meter(cv2.warpAffine(bright, move, (320, 180), flags=cv2.INTER_CUBIC))
    assert meter.figures()["input"].static < 0.15


def test_block_means_at_fractions_of_a_pixel_by_hand():
    table = summed(np.repeat(np.uint8([[10, 20, 30], [40, 50, 60]])[..., None], 3, axis=2))
    found = block_means(table, np.array([0.0, 1.0, 2.0]), np.array([0.5, 2.0]))
    assert np.allclose(found, [[(5 + 20) / 1.5], [(20 + 50) / 1.5]])


def test_sums_of_a_large_frame_do_not_overflow():
    assert summed(np.full((4320, 7680, 3), 128, np.uint8))[-1, -1] == 4320 * 7680 * 128


def test_removed_is_a_share_of_what_was_added():
    found = {"input": Flicker(1, 2), "alone": Flicker(3, 2), "smooth": Flicker(1.5, 2)}
    assert removed(found, "mean") == pytest.approx(0.75)
    assert removed(found, "static") is None


def test_night_drive(shared):
    """The real clip: the figures of its first second and a half."""
    from itertools import islice

    from lowlight_core.video.reader import Frame, Reader

    reader = Reader(shared / "data" / "video" / "night_drive.mp4")
    frames = [event.pixels for event in islice((e for e in reader if isinstance(e, Frame)), 45)]
    reader.close()
    found = figures(frames, *smoothed(frames, "clahe"))
    assert removed(found, "mean") >= 0.5
    assert removed(found, "static") >= 0.5
