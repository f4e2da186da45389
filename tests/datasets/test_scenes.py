"""Scenes: one scene at any exposure is one group, other scenes are not, and a split that leaks is told."""

import json
import time

import numpy as np
import pytest
from skimage import data

from lowlight_core import cli
from lowlight_core.camera import darken
from lowlight_core.datasets import Dataset, Pair, find_pairs, scenes
from lowlight_core.datasets.scenes import find_leaks, find_scenes, group, signature, split_by_scene
from lowlight_core.errors import DatasetError
from lowlight_core.image import write

PICTURES = {"cup": data.coffee, "person": data.astronaut, "cat": data.chelsea, "rocket": data.rocket}


def main(arguments):
    return cli.main(["scenes", *arguments])


def curved(image, gamma):
    return (255 * (image / 255) ** gamma).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four scenes at three exposures each, on two sides; the cup is on both."""
    root = tmp_path_factory.mktemp("scenes")
    for scene, load in PICTURES.items():
        for index, gamma in enumerate((0.6, 1.0, 2.0)):
            side = "Test" if scene == "rocket" or (scene == "cup" and index == 2) else "Train"
            image = curved(load(), gamma)
            write(root / side / "Normal" / f"{scene}{index}.png", image)
            write(root / side / "Low" / f"{scene}{index}.png", image // 8)
    return root


def test_one_scene_at_three_exposures_is_one_group(folder):
    found = find_scenes(find_pairs(folder))
    assert sorted(len(names) for names in found) == [3, 3, 3, 3]
    assert all(len({name.rsplit("/", 1)[-1][:3] for name in names}) == 1 for names in found)


def test_a_signature_survives_darkness_noise_and_small_moves():
    image = data.coffee()
    first = signature(image)
    assert first.shape == (256,) and np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    assert signature(darken(image, stops=3, seed=1)) @ first > scenes.SIMILAR
    assert signature(np.ascontiguousarray(image[:, 8:])) @ first > scenes.SIMILAR
    assert signature(data.astronaut()) @ first < 0.6


def test_pictures_without_shape_are_no_scene_together():
    flat = np.stack([signature(np.full((40, 40, 3), level, np.uint8)) for level in (0, 90, 255)])
    assert group(["a", "b", "c"], flat) == [["a"], ["b"], ["c"]]


def test_groups_are_connected_through_the_middle_and_keep_their_order():
    angle = np.deg2rad([0, 90, 25, 50])  # neighbours correlate by cos 25° = 0.906, the ends by 0.643
    points = np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)
    assert group(["a", "far", "b", "c"], points) == [["a", "b", "c"], ["far"]]
    assert group([], np.zeros((0, 256), np.float32)) == []


def test_blocks_of_the_table_do_not_change_the_groups(monkeypatch):
    random = np.random.default_rng(0)
    centres = random.normal(size=(7, 256))
    points = np.repeat(centres, 5, axis=0) + random.normal(0, 0.05, (35, 256))
    points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    names = [str(k) for k in range(35)]
    expected = group(names, points)
    monkeypatch.setattr(scenes, "_BLOCK", 4)
    assert group(names, points) == expected and len(expected) == 7


def test_leaks_name_the_scene_and_its_sides():
    leaks = find_leaks([["a", "b", "c"], ["d"], ["e", "f"]], {"a": "train", "b": "train", "c": "test", "e": "train"})
    assert [leak.members for leak in leaks] == [{"train": ["a", "b"], "test": ["c"]}]
    assert str(leaks[0]) == "train: a, b; test: c"


def test_a_split_by_scene_never_leaks():
    groups = [[f"{k}/{j}" for j in range(k % 4 + 1)] for k in range(40)]
    split = split_by_scene(groups, 0.2, seed=3)
    side_of = {name: side for side, names in split.items() for name in names}
    assert len(side_of) == 100 and not find_leaks(groups, side_of)
    assert 20 <= len(split["validation"]) < 24
    assert split == split_by_scene(groups, 0.2, seed=3) != split_by_scene(groups, 0.2, seed=4)


def test_a_split_by_scene_leaves_each_side_a_scene():
    for groups, share in (([["a", "b"], ["c"]], 0.1), ([["a"] * 95, ["b"] * 5], 0.1), ([["a"], ["b"]], 1.0)):
        for seed in range(5):
            split = split_by_scene(groups, share, seed)
            assert split["train"] and split["validation"], (groups, share, seed)
            assert share == 1 or len(split["validation"]) < len(split["train"])
    with pytest.raises(DatasetError, match="at least two"):
        split_by_scene([["a", "b"]])


def test_names_with_endings_and_folders_above_are_understood(folder, tmp_path, capsys):
    split = tmp_path / "split.json"
    split.write_text(json.dumps({"train": ["data/Train/cup0.png", "cup1.png"], "test": ["cup2.png"]}))
    assert main([str(folder), "--split", str(split)]) == 1
    assert "LEAK  test: Test/cup2; train: Train/cup0, Train/cup1" in capsys.readouterr().out


def test_many_pictures_of_one_scene_are_one_group_at_once():
    alike = np.zeros((3000, 256), np.float32)
    alike[:, 0] = 1
    alike[5, :2] = 0, 1
    start = time.process_time()
    sizes = [len(names) for names in group([str(index) for index in range(3000)], alike)]
    assert sizes == [2999, 1] and time.process_time() - start < 5


def test_the_command_warns_of_folders_that_leak(folder, capsys):
    assert main([str(folder)]) == 1
    out = capsys.readouterr().out
    assert "12 pictures, 4 scenes" in out and "LEAK" in out and "Test/cup2" in out and "warning: 1 scene is" in out


def test_the_command_makes_a_split_that_it_then_finds_clean(folder, tmp_path, capsys):
    made = tmp_path / "split.json"
    main([str(folder), "--make-split", str(made), "--share", "0.3"])
    assert set(json.loads(made.read_text())) == {"train", "validation", "scenes"}
    assert main([str(folder), "--split", str(made)]) == 0
    assert "no scene is on more than one side" in capsys.readouterr().out
    made.write_bytes(b"\xef\xbb\xbf" + made.read_bytes())  # saved again by an editor of Windows
    assert main([str(folder), "--split", str(made)]) == 0
    assert main([str(folder), "--split", str(made), "--make-split", str(tmp_path / "new.json")]) == 2
    assert "not allowed with argument" in capsys.readouterr().err and not (tmp_path / "new.json").exists()


def test_a_split_of_pictures_that_share_a_stem_is_read_again(tmp_path):
    """There the extension stays in the name: it alone tells them apart."""
    for name, take in zip(("a.png", "a.jpg", "b.png", "c.png.png"), PICTURES.values(), strict=True):
        write(tmp_path / "data" / name, take())
    made = str(tmp_path / "split.json")
    assert main([str(tmp_path / "data"), "--make-split", made]) == 0
    assert main([str(tmp_path / "data"), "--split", made]) == 0


def test_a_split_that_lists_a_name_twice_or_none_of_the_data_set_is_refused(folder, tmp_path, capsys):
    split = tmp_path / "split.json"
    names = [name for scene in find_scenes(find_pairs(folder)) for name in scene]
    for content, words in (
        ({"train": names, "test": names[:1]}, "a name has one side"),
        ({"train": ["nobody.png"], "test": names}, "lacks 1 pair of the split"),
        ({"train": names[0], "test": names[1:]}, "no list of names under train"),
        ({"train": [names[0]], "test": [f"{names[0]}.png"]}, "a picture has one side"),
    ):
        split.write_text(json.dumps(content))
        assert main([str(folder), "--split", str(split)]) == 1
        assert words in capsys.readouterr().err


def test_the_command_writes_no_split_over_a_file_nor_of_an_odd_share(folder, tmp_path, capsys):
    made = tmp_path / "split.json"
    made.write_text("mine")
    assert main([str(folder), "--make-split", str(made)]) == 1 and made.read_text() == "mine"
    assert "exists already" in capsys.readouterr().err
    for wrong in ("5", "nan", "0", "1", "-1", "many"):
        assert main([str(folder), "--make-split", str(tmp_path / "new.json"), "--share", wrong]) == 2
        assert "number between 0 and 1" in capsys.readouterr().err
    assert not (tmp_path / "new.json").exists()


def test_the_command_says_what_is_wrong(tmp_path, folder, capsys):
    assert main([str(tmp_path / "absent")]) == 1
    (tmp_path / "split.json").write_text('["a"]')
    assert main([str(folder), "--split", str(tmp_path / "split.json")]) == 1
    assert capsys.readouterr().err.count("\n") == 2


def test_a_damaged_picture_is_named(tmp_path):
    (tmp_path / "x.png").write_bytes(b"no picture")
    with pytest.raises(DatasetError, match="x"):
        find_scenes(Dataset(tmp_path, [Pair("x", tmp_path / "x.png")]))


@pytest.mark.slow
def test_lol_training_pairs_are_grouped_as_known(shared, capsys):
    folder = shared / "data" / "lol"
    found = find_scenes(find_pairs(folder))
    assert len(found) == 234
    assert main([str(folder), "--split", str(folder / "split.json")]) == 0
