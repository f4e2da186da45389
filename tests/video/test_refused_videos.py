"""Videos that are broken or odd: one clear sentence, and no file."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from clips import colored, decoded, write
from PIL import Image

from lowlight_core import enhancers
from lowlight_core.cli import main
from lowlight_core.errors import VideoError
from lowlight_core.settings import Settings, settings
from lowlight_core.video import container
from lowlight_core.video.pipeline import enhance_video
from lowlight_core.video.probe import VideoInfo, check_limits, probe

GAMMA = enhancers.get("gamma")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write(tmp_path_factory.mktemp("whole") / "whole.mkv", [colored(i) for i in range(75)], audio="aac")


def refused(path, tmp_path):
    """The sentence with which a file is refused."""
    with pytest.raises(VideoError) as caught:
        enhance_video(path, tmp_path / "out.mp4", GAMMA)
    assert not (tmp_path / "out.mp4").exists()
    assert not list(tmp_path.glob(".*part"))
    text = str(caught.value)
    assert path.name in text
    assert "\n" not in text
    return text


def test_missing_empty_and_no_video_at_all(tmp_path):
    assert "does not exist" in refused(tmp_path / "none.mp4", tmp_path)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert "empty" in refused(empty, tmp_path)
    text = tmp_path / "text.mp4"
    text.write_text("this is no video" * 100)
    assert "no video that can be read" in refused(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    ["ffconcat version 1.0\nfile beside.mp4\n", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nbeside.mp4\n",
     "v=0\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"],
    ids=["concat", "hls", "sdp"],
)  # fmt: skip
def test_a_list_of_other_files_is_no_video(tmp_path, text):
    """By its name a clip, by its content a text that has FFmpeg open what it names, on this server or elsewhere."""
    write(tmp_path / "beside.mp4", [colored(0)])
    (tmp_path / "list.mp4").write_text(text)
    assert "no video that can be read" in refused(tmp_path / "list.mp4", tmp_path)


def test_frames_larger_than_any_picture_are_not_decoded(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(container, "settings", lambda: Settings(max_megapixels=0.9 * 160 * 96 / 1e6))
    assert "without a single frame" in refused(whole, tmp_path)


def test_sound_only(tmp_path):
    from clips import _tone

    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        _tone(container, container.add_stream("aac", rate=44100, layout="stereo"))
    assert "holds no video" in refused(path, tmp_path)


def test_cut_short_without_index(tmp_path):
    whole = write(tmp_path / "whole.mp4", [colored(i) for i in range(25)])
    short = tmp_path / "short.mp4"
    short.write_bytes(whole.read_bytes()[:-1500])
    assert "cut short" in refused(short, tmp_path)


def test_cut_short_in_the_middle(whole, tmp_path):
    from lowlight_core.video import synthetic

    source = synthetic.write_clip(tmp_path / "front.mp4", (colored(i % 30) for i in range(75)), 25)
    enhance_video(source, tmp_path / "indexed.mp4", GAMMA)  # its index stands first
    data = (tmp_path / "indexed.mp4").read_bytes()
    (tmp_path / "indexed.mp4").unlink()
    start = data.index(b"mdat")
    short = tmp_path / "short.mp4"
    short.write_bytes(data[: start + (len(data) - start) // 2])
    assert "cut short" in refused(short, tmp_path)


@pytest.mark.parametrize("start, sound", [(0, 4.0), (100_000, None), (100_000, 1.0)])
def test_matroska_with_a_longer_sound_or_a_late_start_is_whole(tmp_path, start, sound):
    """It tells the end of its longest track only, counted from 0."""
    times = [start + 40 * index for index in range(25)]
    audio = "aac" if sound else None
    path = write(tmp_path / "late.mkv", [colored(i) for i in range(25)], times=times, audio=audio, seconds=sound)
    if not (start and sound):  # that clip's sound starts at 0: its picture comes late
        assert probe(path).seconds == pytest.approx(sound or 1.0, abs=0.1)
    assert enhance_video(path, tmp_path / "out.mp4", GAMMA).frames == 25


def test_zero_frames(tmp_path):
    source = write(tmp_path / "one.mp4", [colored(0)])
    data = bytearray(source.read_bytes())
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[start:end] = b"\xff" * (end - start)
    broken = tmp_path / "zero.mp4"
    broken.write_bytes(data)
    assert "without a single frame" in refused(broken, tmp_path)


def test_command_says_it_in_one_line(tmp_path, capsys):
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    assert main(["video", str(text), str(tmp_path / "out.mp4"), "--method", "gamma"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "Traceback" not in error


def test_command_wants_mp4(whole, tmp_path, capsys):
    assert main(["video", str(whole), str(tmp_path / "out.avi"), "--method", "gamma"]) == 2, "wrong usage"
    error = capsys.readouterr().err
    assert "must end in .mp4" in error and error.count("\n") == 1


def test_command_reports_speed_and_flicker(whole, tmp_path, capsys):
    target = tmp_path / "out.mp4"
    assert main(["video", str(whole), str(target), "--method", "clahe", "--set", "clip_limit=3", "--workers", "2"]) == 0
    printed = capsys.readouterr().out
    assert "75 frames" in printed
    assert "frames a second" in printed
    for row in ("input", "method alone", "written", "taken away"):
        assert row in printed
    assert main(["video", str(whole), str(target), "--method", "clahe"]) == 1, "never over an existing file"
    assert "exists already" in capsys.readouterr().err


def info(**changes):
    values = dict(name="a.mp4", width=640, height=360, seconds=10.0, fps=25, rotation=0, matrix=None, audio=None)
    return VideoInfo(**(values | changes))


def test_limits_name_what_is_too_much():
    check_limits(info(), 1000)
    limit = settings()
    with pytest.raises(VideoError, match="MB, the limit"):
        check_limits(info(), (limit.max_video_megabytes + 1) * 1_000_000)
    with pytest.raises(VideoError, match="lasts"):
        check_limits(info(seconds=limit.max_video_seconds + 1), 1000)
    with pytest.raises(VideoError, match=r"frames of .* megapixels \(1920 x 1080 has 2.1\)"):  # whatever the limit is
        check_limits(info(width=3840, height=2160), 1000)
    check_limits(info(width=1080, height=1920), 1000)


@pytest.mark.parametrize("width, height", [(4000, 2), (2, 700)])
def test_extreme_sides(tmp_path, width, height):
    path = write(tmp_path / "thin.mp4", [np.zeros((height, width, 3), np.uint8)] * 3)
    assert enhance_video(path, tmp_path / "out.mp4", GAMMA).frames == 3


def test_a_camera_s_exif_is_no_obstacle_and_its_turn_is_kept(tmp_path):
    path = tmp_path / "camera.avi"
    exif = Image.Exif()
    exif[0x112] = 6  # orientation: a quarter clockwise
    with av.open(str(path), "w") as container:
        video = container.add_stream("mjpeg", rate=10)
        video.width, video.height, video.pix_fmt = 160, 96, "yuvj420p"
        for index in range(5):
            jpeg = io.BytesIO()
            Image.fromarray(colored(index)).save(jpeg, "JPEG", exif=exif)
            packet = av.Packet(jpeg.getvalue())
            packet.stream, packet.pts, packet.dts, packet.time_base = video, index, index, Fraction(1, 10)
            container.mux(packet)
    assert enhance_video(path, tmp_path / "out.mp4", GAMMA).info.rotation == 270
    frames, _, facts = decoded(tmp_path / "out.mp4")
    assert (len(frames), facts["rotation"]) == (5, -90)


def test_times_that_no_mp4_takes_are_one_sentence(tmp_path):
    path = write(tmp_path / "far.mkv", [colored(i) for i in range(4)], times=[0, 40, 80, 4 * 10**9])
    assert "far.mkv cannot be written as MP4, its times may be damaged" in refused(path, tmp_path)
