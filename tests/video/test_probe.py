"""What is known of a clip before it is decoded: size, length, and any frame, whatever the container shows of them."""

import av
import numpy as np
import pytest
from clips import colored, decoded, write

from lowlight_core import enhancers
from lowlight_core.video import probe as probing
from lowlight_core.video.pipeline import enhance_video
from lowlight_core.video.probe import frame_at, probe

GAMMA = enhancers.get("gamma")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write(tmp_path_factory.mktemp("whole") / "whole.mkv", [colored(i) for i in range(75)], audio="aac")


def test_probe_and_any_frame(whole):
    found = probe(whole)
    assert (found.width, found.height, found.audio) == (160, 96, "aac")
    assert found.seconds == pytest.approx(3.0, abs=0.1)
    for seconds, index in ((0.0, 0), (0.42, 10), (99.0, 74)):
        frame = frame_at(whole, seconds)
        bar = frame[5].mean(1)
        expected = min(4 * index + 4, 159)
        if expected < 155:
            assert bar[expected] > 60, f"frame {index} at {seconds} s"


def test_the_length_of_what_a_browser_recorded_is_found_by_reading(tmp_path):
    path = tmp_path / "recorded.webm"
    with av.open(str(path), "w", options={"live": "1"}) as container:
        video = container.add_stream("libvpx", rate=25)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        for index in range(50):
            container.mux(video.encode(av.VideoFrame.from_ndarray(colored(index % 30), format="rgb24")))
        container.mux(video.encode(None))
    found = probe(path)
    assert found.seconds == pytest.approx(2.0, abs=0.05) and abs(found.frames - 50) <= 1
    assert not found.playable, "nobody can go to a place in it"
    assert enhance_video(path, tmp_path / "out.mp4", GAMMA).frames == 50


@pytest.mark.parametrize("name, sound", [("camcorder.mpg", "mp2"), ("stream.flv", "aac")])
def test_containers_that_show_their_streams_late_are_read(tmp_path, name, sound):
    path = write(tmp_path / name, [colored(i) for i in range(10)], audio=sound)
    assert enhance_video(path, tmp_path / "out.mp4", GAMMA).frames == 10
    frames, _, facts = decoded(tmp_path / "out.mp4")
    assert (len(frames), facts["audio"]) == (10, "aac")


def test_any_frame_of_a_file_that_lets_nobody_seek(whole, monkeypatch):
    class Unseekable:
        """A container that is at its end once somebody has tried."""

        def __init__(self, container):
            self._container = container

        def __getattr__(self, name):
            return getattr(self._container, name)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self._container.close()

        def seek(self, *_, **__):
            for _ in self._container.demux():
                pass
            raise av.error.PermissionError(1, "Operation not permitted")

    expected = [frame_at(whole, seconds) for seconds in (0.0, 0.42, 99.0)]
    opened = probing.open_container
    monkeypatch.setattr(probing, "open_container", lambda path: Unseekable(opened(path)))
    for seconds, frame in zip((0.0, 0.42, 99.0), expected, strict=True):
        assert np.array_equal(frame_at(whole, seconds), frame)
