"""Videos whose times start over or go back: parts that were joined go on, and what is left out is told."""

import av
import numpy as np
import pytest
from clips import colored, decoded, write

from lowlight_core import enhancers
from lowlight_core.errors import VideoError
from lowlight_core.video.pipeline import enhance_video

GAMMA = enhancers.get("gamma")


@pytest.mark.parametrize("extension", ["ts", "mpg"])
@pytest.mark.parametrize("sound", [None, "mp2"])
def test_parts_joined_byte_by_byte_are_one_clip_in_step_with_its_sound(tmp_path, extension, sound):
    parts = [
        write(tmp_path / f"{index}.{extension}", [colored(i) for i in range(25)], audio=sound) for index in range(3)
    ]
    joined = tmp_path / f"joined.{extension}"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    summary = enhance_video(joined, tmp_path / "out.mp4", GAMMA)
    _, times, facts = decoded(tmp_path / "out.mp4")
    assert summary.lost_sound is None and summary.lost_frames is None
    assert summary.frames == len(times) >= 73  # a decoder of MPEG may keep back the last frame of a part
    assert min(np.diff(times)) > 0.03 and times[-1] == pytest.approx(2.96, abs=0.3)
    assert facts["audio_seconds"] == pytest.approx(3 if sound else 0, abs=0.3)


def test_the_limit_holds_for_joined_parts(tmp_path):
    part = write(tmp_path / "part.ts", [colored(i) for i in range(25)]).read_bytes()
    (tmp_path / "joined.ts").write_bytes(4 * part)
    with pytest.raises(VideoError, match="lasts longer than 2 s"):
        enhance_video(tmp_path / "joined.ts", tmp_path / "out.mp4", GAMMA, most_seconds=2)


def test_frames_whose_times_go_back_are_counted(tmp_path):
    path = write(tmp_path / "back.mkv", [colored(i) for i in range(30)])
    with av.open(str(path)) as container:
        places = [packet.pos for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for place in places[20:25]:  # a block: number of the track, then its time in milliseconds
        assert data[place] == 0x81
        data[place + 1 : place + 3] = (100).to_bytes(2, "big")
    path.write_bytes(data)
    summary = enhance_video(path, tmp_path / "out.mp4", GAMMA)
    assert (summary.frames, summary.left_out) == (25, 5)
    assert summary.lost_frames.startswith("5 frames are missing, whose times do not follow those before: the file is")
