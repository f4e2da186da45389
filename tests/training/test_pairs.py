"""Names of a split: each means one pair, whatever folders and dots are in it."""

import json
import re

import cv2
import numpy as np
import pytest

from lowlight_core.errors import DatasetError
from lowlight_core.training.command import left_out
from lowlight_core.training.dataset import divide
from lowlight_core.training.pairs import TrainingPair, load_pairs, middle


@pytest.fixture
def write(tmp_path):
    """Writes pairs of these names, the first of value 1, the second of 2 and so on; returns their folder."""

    def pairs(*names):
        for value, name in enumerate(names, 1):
            for side in ("low", "high"):
                path = tmp_path / side / f"{name}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(path), np.full((4, 4, 3), value, np.uint8))
        return tmp_path

    return pairs


def found(folder, *names):
    return [(pair.name, int(pair.low[0, 0, 0])) for pair in load_pairs(folder, list(names))]


def test_pairs_of_one_name_in_two_folders_are_two(write):
    folder = write("a/0", "b/0", "b/1")
    assert found(folder, "a/0", "b/0") == [("a/0", 1), ("b/0", 2)]
    assert found(folder, "low/a/0.png", "1") == [("a/0", 1), ("b/1", 3)]
    with pytest.raises(DatasetError, match="'0' of the split fits 'a/0' and 'b/0'.*name the pair with its folder"):
        load_pairs(folder, ["0"])
    with pytest.raises(DatasetError, match="lacks 1 pair of the split, the first is 'a/1'"):
        load_pairs(folder, ["a/1", "b/1"])


def test_only_the_extension_of_a_picture_is_cut_off_a_name(write):
    folder = write("scene.1", "scene.2", "set/12")
    assert found(folder, "scene.2", "scene.1.PNG", "12.jpg") == [("scene.2", 2), ("scene.1", 1), ("set/12", 3)]
    with pytest.raises(DatasetError, match="the first is 'scene'"):
        load_pairs(folder, ["scene"])


def test_a_pair_is_trained_on_or_validates_but_never_both(write):
    folder = write("a/0", "a/1")
    (folder / "split.json").write_text(json.dumps({"train": ["a/0", "a/1"], "validation": ["1.png"]}))
    with pytest.raises(DatasetError, match="'a/1' is under both train and validation of .*split.json: list each pair"):
        divide(folder, None, 0)
    (folder / "split.json").write_text(json.dumps({"train": ["a/0"], "validation": ["1.png"]}))
    train, validation = divide(folder, None, 0)
    assert [pair.name for pair in train + validation] == ["a/0", "a/1"]


def test_pictures_without_a_partner_are_told_before_training(write):
    folder = write("1", "2", "3", "10")
    assert left_out(str(folder)) == left_out(str(folder / "nowhere")) == ""
    for name in ("high/2.png", "high/10.png"):
        (folder / name).unlink()
    assert left_out(str(folder)).startswith(f"{folder}: 2 pictures left out for want of a partner, the first is low/")


def test_an_error_tells_which_picture_of_a_pair_it_is_of(write):
    folder = write("1", "2")
    (folder / "high" / "2.png").write_bytes(b"no picture")
    with pytest.raises(
        DatasetError, match=re.escape(f"{folder / 'high' / '2.png'} cannot be trained on: 2.png is not")
    ):
        load_pairs(folder)


def test_of_a_very_large_pair_the_middle_is_validated():
    low = np.arange(60 * 100 * 3, dtype=np.uint8).reshape(60, 100, 3)
    pair = TrainingPair.of("large", low, low[::-1].copy())
    assert middle(pair) is pair
    part = middle(pair, most=1500)
    assert part.low.shape == part.high.shape == (30, 50, 3)
    assert np.array_equal(part.low, low[15:45, 25:75]) and part.level == pair.level
    assert np.array_equal(part.thumbnail, pair.thumbnail)
