"""One pair through all methods: what goes wrong says with which of its two pictures."""

import cv2
import pytest
from pictures import dark

from lowlight_core.scoring import FilePair, Task, choose_methods, score


@pytest.mark.parametrize("broken", ["low/a/1.png", "high/a/1.png", "1_low.png", "1_high.png", "1.png"])
def test_an_error_tells_which_picture_of_the_pair_it_is_of(tmp_path, broken):
    for name in ("low/a/1.png", "high/a/1.png", "1_low.png", "1_high.png", "1.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), dark(20, 30))
    (tmp_path / broken).write_bytes(b"no picture")
    partner = broken.replace("low", "high") if "low" in broken else broken.replace("high", "low")
    pair = FilePair("1", *(str(tmp_path / name) for name in dict.fromkeys((broken, partner))))
    row, *_ = score(Task(0, pair, choose_methods("gamma"), ("entropy",)))
    assert row.error.startswith(f"{broken} is not a picture that can be read")
