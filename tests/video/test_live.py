"""The live picture, frame by frame, without a camera."""

import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import wait_until

from lowlight_core import enhancers
from lowlight_core.enhancer import Enhancer
from lowlight_core.errors import ParameterError
from lowlight_core.video.live import BEFORE, ENHANCED, SPLIT, LiveEnhancer, split_view

GAMMA, CLAHE = enhancers.get("gamma"), enhancers.get("clahe")
FRAME = np.full((48, 64, 3), 20, np.uint8)


def made(name="slow", family="classical", function=lambda image: image + 1):
    return Enhancer(name, name, family, "", "", function, params=GAMMA.params[-1:])


@pytest.fixture
def clock(monkeypatch):
    """The time that `live` sees, in the first item; it stands still unless something moves it."""
    now = [100.0]
    monkeypatch.setattr("lowlight_core.video.live.time", SimpleNamespace(perf_counter=lambda: now[0]))
    return now


def taking(clock, seconds: float):
    """A method's function that takes this long by the ``clock``."""

    def slow(image):
        clock[0] += seconds
        return image.copy()

    return slow


def test_views():
    live = LiveEnhancer()
    live.configure(GAMMA, {"gamma": 3.0}, ENHANCED)
    bright = live.process(FRAME, 0)
    assert bright.mean() > 80
    live.configure(GAMMA, {"gamma": 3.0}, SPLIT, 0.25)
    shown = live.process(FRAME, 0.1)
    assert np.array_equal(shown[:, :14], FRAME[:, :14])
    assert shown[:, 20:].mean() > 80
    live.configure(GAMMA, {"gamma": 3.0}, BEFORE)
    assert np.array_equal(live.process(FRAME, 0.2), FRAME)
    assert FRAME.max() == 20, "the camera's frame is not changed"


def test_knobs_change_at_once():
    """No memory of the former setting stays in the picture."""
    live = LiveEnhancer()
    live.configure(GAMMA, {"gamma": 1.0}, ENHANCED)
    for index in range(10):
        live.process(FRAME, index / 30)
    live.configure(GAMMA, {"gamma": 3.0}, ENHANCED)
    expected = GAMMA(FRAME, gamma=3.0)
    assert np.array_equal(live.process(FRAME, 0.4), expected)


def test_wrong_knob_is_refused_and_the_picture_goes_on():
    live = LiveEnhancer()
    live.configure(CLAHE, {}, ENHANCED)
    with pytest.raises(ParameterError, match="clip_limit"):
        live.configure(CLAHE, {"clip_limit": 99})
    assert live.process(FRAME, 0).shape == FRAME.shape


def test_pace_counts_frames_and_dropped_ones(clock):
    """By a clock that only the method moves: ten frames of a twentieth of a second each."""
    live = LiveEnhancer()
    live.configure(made(function=taking(clock, 0.05)), {}, ENHANCED)
    for index in range(10):
        live.process(FRAME, index / 30, dropped=2)
    pace = live.pace()
    assert pace.frames == 10
    assert pace.dropped == 20
    assert pace.latency_ms == pytest.approx(50)
    assert pace.fps == pytest.approx(20)
    assert pace.error is None


def test_pace_tells_for_how_long_no_frame_came(clock):
    live = LiveEnhancer()
    assert live.pace().silent_seconds == 0
    live.process(FRAME, 0)
    clock[0] += 7
    assert live.pace().silent_seconds == pytest.approx(7)


def test_a_slow_frame_does_not_hold_the_stream_up():
    """Streamlit-webrtc ends a track for good when one frame takes more than ten seconds."""
    gate = threading.Event()

    def slow(image):
        gate.wait(120)
        return np.full_like(image, 200)

    live = LiveEnhancer()
    live.configure(made(function=slow), {}, ENHANCED)
    assert np.array_equal(live.newest(FRAME, 0, patience=0.01), FRAME), "nothing is done yet: the frame as it is"
    live.newest(FRAME, 0.1, dropped=2, patience=0.01)
    assert live.pace().dropped == 3 and live.pace().silent_seconds < 60, "frames came, though none is done"
    gate.set()
    assert live.newest(FRAME, 0.2, patience=120).min() == 200 and live.pace().frames == 1
    gate.clear()
    assert live.newest(FRAME, 0.3, patience=0.01).min() == 200, "the picture before stays"
    gate.set()


def test_pace_of_a_method_slower_than_its_window(clock):
    live = LiveEnhancer()
    live.configure(made(function=taking(clock, 4)), {}, ENHANCED)
    live.process(FRAME, 0)
    live.process(FRAME, 4)
    assert live.pace().latency_ms == pytest.approx(4000) and live.pace().fps == pytest.approx(1 / 4)


def test_a_camera_that_starts_again_is_seen_afresh():
    """Its clock starts at 0 again: the exposure of the session before would hold as long as that lasted."""
    live = LiveEnhancer()
    live.configure(GAMMA, {}, ENHANCED)
    before = live._plan
    live.rest()
    assert live._plan.method is GAMMA and live._plan.settings == before.settings
    assert live._plan.smoother is not before.smoother


def test_a_camera_that_starts_again_shows_and_counts_nothing_of_before():
    """Not the frame that a slow method was still at work on when the camera was stopped."""
    gate = threading.Event()

    def slow(image):
        gate.wait(120)
        return image + 100

    live = LiveEnhancer()
    live.configure(made(function=slow), {}, ENHANCED)
    live.newest(FRAME, 0, dropped=5, patience=0.01)
    wait_until(lambda: live.pace().frames == 1)
    live.rest()
    gate.set()
    assert live.newest(FRAME + 50, 0, patience=120).min() == 170
    pace = live.pace()
    assert (pace.frames, pace.dropped) == (1, 0)


def test_a_network_is_loaded_once_however_often_a_knob_moves(monkeypatch):
    begun = []
    monkeypatch.setattr(LiveEnhancer, "_warm_up", lambda self, method: begun.append(method.name))
    live, network = LiveEnhancer(), made("network", "learned")
    for strength in (0.1, 0.2, 0.3, 0.4):
        live.configure(network, {"strength": strength}, ENHANCED)
    wait_until(lambda: begun)
    time.sleep(0.1)  # for another, if it were loaded again
    assert begun == ["network"] and np.array_equal(live.process(FRAME, 0), FRAME)


def test_a_failing_method_lets_frames_pass():
    def broken(image):
        raise RuntimeError("no luck")

    live = LiveEnhancer()
    live.configure(made(function=broken), {}, ENHANCED)
    assert np.array_equal(live.process(FRAME, 0), FRAME)
    assert "no luck" in live.pace().error


def test_frames_pass_while_a_network_is_loaded():
    gate = threading.Event()

    def network(image):
        gate.wait(120)
        return np.full_like(image, 200)

    live = LiveEnhancer()
    live.configure(made("net", "learned", network), {}, ENHANCED)
    assert np.array_equal(live.process(FRAME, 0), FRAME)
    assert live.pace().loading
    gate.set()
    wait_until(lambda: not live.pace().loading)
    assert live.process(FRAME, 0.1).min() == 200


@pytest.mark.parametrize("split, left", [(0, 0), (1, 64), (0.5, 32)])
def test_split_view_by_hand(split, left):
    shown = split_view(FRAME, FRAME + 100, split)
    assert (shown[:, : max(0, left - 2)] == 20).all()
    assert (shown[:, left + 2 :] == 120).all()
