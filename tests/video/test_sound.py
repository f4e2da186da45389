"""Sound into MP4: copied, as AAC, or left out with a word; the video is made in any case."""

import av
import numpy as np
import pytest
from av.stream import Disposition
from clips import _tone, colored, decoded, sound_bytes, write

from lowlight_core import enhancers
from lowlight_core.cli import main
from lowlight_core.video import sound
from lowlight_core.video.command import report
from lowlight_core.video.pipeline import enhance_video

GAMMA = enhancers.get("gamma")


def made(tmp_path, container, audio, rate=44100):
    """The source with a second of a tone, the result, and what `enhance_video` says of it."""
    source = write(tmp_path / f"in.{container}", [colored(i) for i in range(25)], audio=audio, rate=rate)
    return source, tmp_path / "out.mp4", enhance_video(source, tmp_path / "out.mp4", GAMMA, workers=2)


def pitch(path):
    """The strongest frequency of the sound in hertz."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    wave = np.concatenate([frame.to_ndarray().reshape(-1, frame.samples)[0] for frame in frames])
    return np.abs(np.fft.rfft(wave)).argmax() * frames[0].sample_rate / len(wave)


@pytest.mark.parametrize("container", ["avi", "mkv", "mp4"])
def test_mp3_is_copied_bit_for_bit(tmp_path, container):
    source, target, summary = made(tmp_path, container, "libmp3lame")
    assert sound_bytes(target) == sound_bytes(source)
    assert (summary.info.audio, summary.lost_sound) == ("mp3", None)
    assert decoded(target)[2]["audio_seconds"] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    "container, audio, rate, expected",
    [
        ("mkv", "pcm_s16le", 5512, 8000),
        ("mkv", "pcm_s16le", 6000, 8000),
        ("mov", "pcm_s16le", 37800, 44100),
        ("mov", "pcm_s16le", 96000, 48000),
        ("avi", "libmp3lame", 8000, 8000),  # MP4 takes MP3 from 16 kHz on
    ],
)
def test_any_rate_becomes_one_of_aac(tmp_path, container, audio, rate, expected):
    _, target, summary = made(tmp_path, container, audio, rate)
    with av.open(str(target)) as result:
        assert (result.streams.audio[0].codec_context.name, result.streams.audio[0].sample_rate) == ("aac", expected)
    assert decoded(target)[2]["audio_seconds"] == pytest.approx(1.0, abs=0.2)
    assert pitch(target) == pytest.approx(440, abs=5)
    assert summary.lost_sound is None


def test_times_of_avi_which_counts_packets_do_not_coincide(tmp_path, monkeypatch):
    monkeypatch.setattr(sound, "COPIED", ())
    target = made(tmp_path, "avi", "libmp3lame")[1]
    with av.open(str(target)) as result:
        times = [packet.pts for packet in result.demux(audio=0) if packet.size]
    assert set(np.diff(times)) == {1024}


@pytest.mark.parametrize("offset", [0, 2], ids=["unknown codec", "no channels"])
def test_sound_that_cannot_be_carried_is_left_out_with_a_word(tmp_path, capsys, offset):
    source = write(tmp_path / "in.avi", [colored(i) for i in range(25)], audio="pcm_s16le")
    data = bytearray(source.read_bytes())
    start = data.rindex(b"strf") + 8  # WAVEFORMATEX of the sound: codec, channels, rate
    data[start + offset : start + offset + 2] = b"\x34\x12" if offset == 0 else b"\xff\xff"
    source.write_bytes(data)
    target = tmp_path / "out.mp4"
    assert main(["video", str(source), str(target), "--method", "gamma"]) == 0
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "sound of in.avi was left out" in error
    assert len(decoded(target)[0]) == 25


@pytest.mark.parametrize("name", ["two.mkv", "two.mp4"])
def test_of_several_tracks_the_one_that_players_play_is_kept(tmp_path, name):
    """The one that is marked as the default, not the first; and that there were others is said."""
    with av.open(str(tmp_path / name), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        tracks = [container.add_stream("aac", rate=rate, layout="stereo") for rate in (44100, 48000)]
        tracks[0].disposition, tracks[1].disposition = Disposition(0), Disposition.default
        for index in range(25):
            container.mux(video.encode(av.VideoFrame.from_ndarray(colored(index), format="rgb24")))
        container.mux(video.encode(None))
        for track in tracks:
            _tone(container, track)
    summary = enhance_video(tmp_path / name, tmp_path / "out.mp4", GAMMA)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.codec_context.sample_rate for stream in container.streams.audio] == [48000]
    assert "of 2 sound tracks" in "\n".join(report(summary)) and not summary.lost_sound
