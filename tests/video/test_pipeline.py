"""Videos from file to file, judged by decoding what came out."""

import threading
from fractions import Fraction

import av
import numpy as np
import pytest
from clips import HEIGHT, WIDTH, colored, decoded, scene, sound_bytes, write

from lowlight_core import enhancers
from lowlight_core.errors import Cancelled, OutputError, ParameterError, VideoError
from lowlight_core.video import synthetic
from lowlight_core.video.command import report
from lowlight_core.video.pipeline import ahead, enhance_video
from lowlight_core.video.probe import frame_at, probe

CLAHE = enhancers.get("clahe")
GAMMA = enhancers.get("gamma")
TURNED = (0, 65536, 0, -65536, 0, 0, 0, 0, 1073741824)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """25 frames with a tone in AAC."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return write(path, [colored(index) for index in range(25)], audio="aac")


@pytest.fixture(scope="module")
def enhanced(clip):
    target = clip.with_name("enhanced.mp4")
    return target, enhance_video(clip, target, GAMMA, workers=2)


def test_every_frame_comes_out_at_its_time(clip, enhanced):
    frames, times, info = decoded(enhanced[0])
    _, before, _ = decoded(clip)
    assert len(frames) == enhanced[1].frames == 25
    assert times == pytest.approx(before, abs=1e-6)
    assert frames[0].shape == (HEIGHT, WIDTH, 3)


def test_a_video_longer_than_it_says_is_stopped_at_the_limit(clip, tmp_path):
    with pytest.raises(VideoError, match="longer than 0.5 s, the limit"):
        enhance_video(clip, tmp_path / "cut.mp4", GAMMA, most_seconds=0.5)
    assert not list(tmp_path.iterdir())


def test_browsers_can_play_it(enhanced):
    info = decoded(enhanced[0])[2]
    assert (info["codec"], info["pix_fmt"]) == ("h264", "yuv420p")
    assert (info["colorspace"], info["range"]) == (1, 1), "BT.709, limited range, as players assume"
    head = enhanced[0].read_bytes()
    assert head.index(b"moov") < head.index(b"mdat"), "the index stands first, so that playing starts at once"


def test_brighter_with_the_colours_in_order(clip, enhanced):
    before, after = decoded(clip)[0][12], decoded(enhanced[0])[0][12]
    assert after.mean() > before.mean() + 20
    left, right = after[40:80, 10:60].mean((0, 1)), after[40:80, 100:150].mean((0, 1))
    assert left[0] > left[2] + 30, "red stays red"
    assert right[2] > right[0] + 30, "blue stays blue"


def test_equals_the_method_on_each_frame(clip, tmp_path):
    target = tmp_path / "plain.mp4"
    enhance_video(clip, target, GAMMA, smooth=False)
    for index in (0, 12, 24):
        expected = GAMMA(decoded(clip)[0][index])
        error = np.abs(decoded(target)[0][index].astype(int) - expected).mean()
        assert error < 4, "only H.264's loss lies between"


def test_aac_is_copied_bit_for_bit(clip, enhanced):
    assert decoded(enhanced[0])[2]["audio"] == "aac"
    assert sound_bytes(enhanced[0]) == sound_bytes(clip)


@pytest.mark.parametrize("audio, container", [("pcm_s16le", "mov"), ("mp2", "mkv")])
def test_other_sound_becomes_aac(tmp_path, audio, container):
    source = write(tmp_path / f"in.{container}", [colored(i) for i in range(25)], audio=audio)
    enhance_video(source, tmp_path / "out.mp4", GAMMA)
    info = decoded(tmp_path / "out.mp4")[2]
    assert info["audio"] == "aac"
    assert info["audio_seconds"] == pytest.approx(1.0, abs=0.1)


def test_variable_timing_is_kept(tmp_path):
    times = [0, 40, 90, 100, 300, 333, 500, 900]
    source = write(tmp_path / "in.mkv", [colored(i) for i in range(8)], times=times)
    enhance_video(source, tmp_path / "out.mp4", GAMMA)
    assert [round(1000 * time) for time in decoded(tmp_path / "out.mp4")[1]] == times


@pytest.mark.parametrize("name, codec", [("browser.webm", "libvpx"), ("remuxed.mkv", "libx264")])
def test_the_pace_of_a_variable_rate_is_counted_where_the_file_tells_that_of_its_clock(tmp_path, name, codec):
    """1000 frames a second: 33 times the frames and the time left, and a level of H.264 that phones do not play."""
    times = [index * 33 + index % 3 for index in range(60)]
    with av.open(str(tmp_path / name), "w") as container:
        video = container.add_stream(codec, rate=1000)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        for index, time in enumerate(times):
            picture = av.VideoFrame.from_ndarray(colored(index % 30), format="rgb24").reformat(format="yuv420p")
            picture.pts, picture.time_base = time, Fraction(1, 1000)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
    found = probe(tmp_path / name)
    assert float(found.fps) == pytest.approx(30.3, abs=1) and abs(found.frames - 60) <= 1
    summary = enhance_video(tmp_path / name, tmp_path / "out.mp4", GAMMA)
    assert summary.frames == 60 and decoded(tmp_path / "out.mp4")[1] == pytest.approx([t / 1000 for t in times])
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert bytes(container.streams.video[0].codec_context.extradata)[3] <= 12, "level 1.2: enough for so little"


def test_no_frame_of_an_avi_is_lost_though_h264_stores_them_out_of_order(tmp_path):
    source = write(tmp_path / "in.avi", [colored(i) for i in range(25)])
    enhance_video(source, tmp_path / "out.mp4", GAMMA, smooth=False)
    frames, times, _ = decoded(tmp_path / "out.mp4")
    assert np.diff(times) == pytest.approx([0.04] * 24, abs=1e-6)
    bars = [frame[4].mean(1).argmax() for frame in frames]
    assert bars == sorted(bars) and len(bars) == 25


def test_rotation_and_pixel_aspect_are_kept(tmp_path):
    source = write(tmp_path / "in.mp4", [colored(i) for i in range(4)], matrix=TURNED, aspect=Fraction(4, 3))
    summary = enhance_video(source, tmp_path / "out.mp4", GAMMA)
    before, after = decoded(source)[2], decoded(tmp_path / "out.mp4")[2]
    assert after["rotation"] == before["rotation"] != 0
    assert after["aspect"] == before["aspect"]
    assert summary.info.shown_size == (HEIGHT, WIDTH)
    assert f"of {HEIGHT} x {WIDTH} in" in report(summary)[0], "as players show it"


def test_odd_sides_get_one_more_pixel(tmp_path):
    source = write(tmp_path / "in.mp4", [colored(i, 161, 97) for i in range(4)], pix_fmt="yuv444p")
    enhance_video(source, tmp_path / "out.mp4", GAMMA)
    frame = decoded(tmp_path / "out.mp4")[0][2]
    assert frame.shape == (98, 162, 3)
    assert np.abs(frame[:97, :161].astype(int) - GAMMA(decoded(source)[0][2])).mean() < 6


def test_cancelling_leaves_nothing(clip, tmp_path):
    cancel = threading.Event()

    def progress(done, total):
        assert total >= 25
        if done == 5:
            cancel.set()

    with pytest.raises(Cancelled):
        enhance_video(clip, tmp_path / "out.mp4", GAMMA, progress=progress, cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_method_leaves_nothing(clip, tmp_path):
    def progress(done, total):
        raise RuntimeError("disk on fire")

    with pytest.raises(RuntimeError):
        enhance_video(clip, tmp_path / "out.mp4", GAMMA, progress=progress)
    assert list(tmp_path.iterdir()) == []


def test_never_over_an_existing_file_unasked(clip, tmp_path):
    target = tmp_path / "out.mp4"
    target.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists already"):
        enhance_video(clip, target, GAMMA)
    assert target.read_bytes() == b"mine"
    enhance_video(clip, target, GAMMA, overwrite=True)
    assert len(decoded(target)[0]) == 25
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_never_over_the_video_itself(clip, tmp_path):
    own, link = tmp_path / "own.mp4", tmp_path / "link.mp4"
    own.write_bytes(clip.read_bytes())
    link.symlink_to(own)
    for target in (own, link):
        with pytest.raises(OutputError, match="is the video to be enhanced"):
            enhance_video(own, target, GAMMA, overwrite=True)
    assert own.read_bytes() == clip.read_bytes()


def test_bad_knob_before_any_work(clip, tmp_path):
    with pytest.raises(ParameterError, match="clip_limit"):
        enhance_video(clip, tmp_path / "out.mp4", CLAHE, {"clip_limit": 99})


def test_smoothing_takes_away_what_the_method_adds(tmp_path):
    source = synthetic.write_clip(tmp_path / "in.mp4", synthetic.static(scene(320, 180), 30, sigma=2))
    flicker = enhance_video(source, tmp_path / "out.mp4", CLAHE).flicker
    before, alone, smooth = (flicker[name] for name in ("input", "alone", "smooth"))
    assert smooth.static - before.static <= (alone.static - before.static) / 2
    assert smooth.mean <= max(before.mean, alone.mean)


def test_ahead_reads_in_a_thread_and_passes_errors_on():
    def source():
        yield from range(3)
        raise VideoError("cut short")

    seen = []
    with pytest.raises(VideoError, match="cut short"):
        for item in ahead(source(), 2):
            seen.append(item)
    assert seen == [0, 1, 2]
    endless = ahead(iter(int, 1), 2)
    assert next(endless) == 0
    endless.close()


@pytest.mark.parametrize(
    "matrix, seen",  # a, b, c, d of where (x, y) goes: (a x + c y, b x + d y)
    [
        ((-1, 0, 0, 1), lambda stored: stored[:, ::-1]),  # a mirror, as of a camera that looks at its owner
        ((1, 0, 0, -1), lambda stored: stored[::-1]),
        ((-1, 0, 0, -1), lambda stored: stored[::-1, ::-1]),
        ((0, 1, 1, 0), lambda stored: stored.transpose(1, 0, 2)),
        ((0, 1, -1, 0), lambda stored: np.rot90(stored, -1)),
        ((0, -1, 1, 0), lambda stored: np.rot90(stored)),
        ((0, -1, -1, 0), lambda stored: np.rot90(stored)[:, ::-1]),
    ],
)
def test_a_frame_is_shown_turned_and_mirrored_as_players_do(tmp_path, matrix, seen):
    a, b, c, d = (65536 * number for number in matrix)
    source = write(tmp_path / "in.mp4", [colored(3)] * 3, matrix=(a, b, 0, c, d, 0, 0, 0, 1 << 30))
    shown = frame_at(source, 0)
    assert np.array_equal(shown, seen(decoded(source)[0][0]))
    assert probe(source).shown_size == shown.shape[1::-1]
    enhance_video(source, tmp_path / "out.mp4", GAMMA, {"strength": 0}, smooth=False)
    assert np.abs(frame_at(tmp_path / "out.mp4", 0).astype(int) - shown).mean() < 6


@pytest.mark.parametrize("transfer, kind", [(16, "PQ"), (18, "HLG"), (1, None)])
def test_high_dynamic_range_is_told(tmp_path, transfer, kind):
    source = write(tmp_path / "in.mp4", [colored(3)] * 3, transfer=transfer)
    summary = enhance_video(source, tmp_path / "out\n.mp4", GAMMA)
    assert summary.info.hdr == kind and report(summary)[0].startswith(f"{tmp_path}/out\\n.mp4: 3 frames of ")
    assert [line for line in report(summary) if "HDR" in line] == ([summary.info.hdr_warning] if kind else [])
