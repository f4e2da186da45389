"""Videos that are damaged: the rest is enhanced, and what was lost is counted."""

import pytest
from clips import colored, damage, write

from lowlight_core import enhancers
from lowlight_core.cli import main
from lowlight_core.video.pipeline import enhance_video


@pytest.mark.parametrize("lost", [[74], [73, 74], range(65, 75)])
def test_frames_that_are_lost_at_the_end_are_counted_and_take_no_others_with_them(tmp_path, lost):
    path = damage(write(tmp_path / "a.mp4", [colored(i % 30) for i in range(75)]), lost)
    summary = enhance_video(path, tmp_path / "out.mp4", enhancers.get("gamma"))
    assert (summary.frames, summary.damaged) == (75 - len(lost), len(lost))


@pytest.mark.parametrize("lost", [0, 1, 3])
def test_frames_that_are_lost_in_the_middle_are_counted(tmp_path, capsys, lost):
    path = damage(write(tmp_path / "a.mp4", [colored(i % 30) for i in range(75)]), range(40, 40 + lost))
    assert main(["video", str(path), str(tmp_path / "out.mp4"), "--method", "gamma"]) == 0
    printed = capsys.readouterr()
    assert f"{75 - lost} frames of" in printed.out
    expected = {0: "", 1: "1 frame is missing, which could not be", 3: "3 frames are missing, which could not be"}
    assert printed.err.startswith(expected[lost]) and printed.err.count("\n") == (lost > 0)
