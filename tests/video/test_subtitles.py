"""Subtitles do not come along, which is said."""

import av
from clips import colored, decoded, write

from lowlight_core.cli import main


def test_that_subtitles_are_left_out_is_told(tmp_path, capsys):
    picture, text, source = write(tmp_path / "a.mkv", [colored(0)] * 25), tmp_path / "a.srt", tmp_path / "both.mkv"
    text.write_text("1\n00:00:00,000 --> 00:00:00,500\nGood night\n")
    with av.open(str(picture)) as first, av.open(str(text)) as second, av.open(str(source), "w") as both:
        streams = {
            part: both.add_stream_from_template(stream)
            for part, stream in ((first, first.streams.video[0]), (second, second.streams.subtitles[0]))
        }
        for part, stream in streams.items():
            for packet in filter(lambda packet: packet.size, part.demux()):
                packet.stream = stream
                both.mux(packet)
    assert main(["video", str(picture), str(tmp_path / "one.mp4"), "--method", "gamma"]) == 0
    assert "subtitles were left out" not in capsys.readouterr().out
    assert main(["video", str(source), str(tmp_path / "two.mp4"), "--method", "gamma"]) == 0
    assert "subtitles were left out" in capsys.readouterr().out
    assert len(decoded(tmp_path / "two.mp4")[0]) == 25
