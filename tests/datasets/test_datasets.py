"""Layouts of data sets: recognised whatever the order of listing; what cannot be paired is listed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lowlight_core.datasets import find_pairs
from lowlight_core.datasets.pair_names import natural_key
from lowlight_core.errors import DatasetError
from lowlight_core.training import background

ROOT = Path(__file__).parents[2]


def make(root, *names):
    """Empty files; pairing reads names only."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def found(dataset):
    return [(pair.stem, pair.low.name, pair.high.name if pair.high else None) for pair in dataset.pairs]


@pytest.mark.parametrize(
    ("low", "high"),
    [("low", "high"), ("Low", "Normal"), ("input", "target"), ("lq", "gt"), ("inputs", "targets"), ("dark", "bright")],
)
def test_two_folders_are_paired_by_stem_in_natural_order(tmp_path, low, high):
    names = [f"{side}/{k}.{kind}" for k in (10, 2, 1) for side, kind in ((low, "png"), (high, "jpg"))]
    dataset = find_pairs(make(tmp_path, *names))
    assert found(dataset) == [("1", "1.png", "1.jpg"), ("2", "2.png", "2.jpg"), ("10", "10.png", "10.jpg")]
    assert dataset.layout == f"{low} + {high}" and dataset.has_references and not dataset.unpaired


@pytest.mark.parametrize(
    ("splits", "sides"), [(("our485", "eval15"), ("low", "high")), (("Train", "Test"), ("Low", "Normal"))]
)
def test_splits_are_folders_above_and_stay_in_the_stem(tmp_path, splits, sides):
    dataset = find_pairs(make(tmp_path, *[f"{split}/{side}/5.png" for split in splits for side in sides]))
    assert sorted(pair.stem for pair in dataset.pairs) == sorted(f"{split}/5" for split in splits)
    assert all(pair.low.parent.parent == pair.high.parent.parent for pair in dataset.pairs)


def test_deeper_folders_of_lol_v2_with_a_word_before_the_number(tmp_path):
    make(tmp_path, "Real_captured/Test/Low/low00690.png", "Real_captured/Test/Normal/normal00690.png",
         "Real_captured/Train/Low/low00001.png", "Real_captured/Train/Normal/normal00001.png")  # fmt: skip
    stems = [pair.stem for pair in find_pairs(tmp_path).pairs]
    assert stems == ["Real_captured/Test/00690", "Real_captured/Train/00001"]


def test_every_data_set_of_pairs_below_the_root_may_be_trained_on(home):
    make(home / "data", "lol/our485/low/1.png", "lol/our485/high/1.png", "v2/Train/Low/1.png", "v2/Train/Normal/1.png",
         "UHD/training_set/input/1.png", "UHD/training_set/gt/1.png", "dicm/01.jpg", ".cache/low/1.png",
         ".cache/high/1.png", "unclear/lows/1.png", "unclear/short/1.png", "unclear/gt/1.png",
         "unclear/bright/1.png", "much/too/deep/below/low/1.png", "much/too/deep/below/high/1.png")  # fmt: skip
    offered = list(background.data_sets())
    assert offered == [background.BUILT_IN, "UHD/training_set", "lol/our485", "v2/Train"]
    assert all(find_pairs(home / "data" / name).has_references for name in offered[1:])
    odd = Path(os.fsdecode(os.fsencode(home / "data" / "odd") + b"\xff"))
    make(odd, "low/1.png", "high/1.png")
    assert background.data_sets()["odd?"] == odd, "called by a name that a page can show"


def test_the_same_number_of_files_is_never_paired_by_order(tmp_path):
    make(tmp_path, "low/a.png", "low/b.png", "high/b.png", "high/c.png")
    dataset = find_pairs(tmp_path)
    assert found(dataset) == [("b", "b.png", "b.png")]
    assert [path.relative_to(tmp_path).as_posix() for path in dataset.unpaired] == ["high/c.png", "low/a.png"]


def test_two_candidates_are_listed_and_not_guessed_at(tmp_path):
    dataset = find_pairs(make(tmp_path, "low/1.png", "low/1.jpg", "high/1.png", "low/2.png", "high/2.png"))
    assert [pair.stem for pair in dataset.pairs] == ["2"]
    assert len(dataset.unpaired) == 3 and dataset.ambiguous == set(dataset.unpaired)
    dataset = find_pairs(
        make(tmp_path / "b", "1_low.png", "1_low.jpg", "1_high.png", "2_low.png", "2_high.png", "3_low.png")
    )
    assert len(dataset.unpaired) == 4 and sorted(path.name[0] for path in dataset.ambiguous) == ["1"] * 3


def test_folders_below_the_sides_are_paired_by_their_path(tmp_path):
    dataset = find_pairs(make(tmp_path, "low/a/1.png", "low/b/1.png", "high/b/1.png", "high/a/1.png"))
    assert [pair.stem for pair in dataset.pairs] == ["a/1", "b/1"]
    assert all(pair.low.parent.name == pair.high.parent.name for pair in dataset.pairs)


@pytest.mark.parametrize(
    ("low", "high"), [("7_low.png", "7_high.jpg"), ("7-dark.png", "7-bright.png"), ("low_7.png", "normal_7.png"),
                      ("7_input.png", "7_gt.png"), ("low007.png", "normal007.png")],
)  # fmt: skip
def test_one_folder_with_a_word_in_each_name(tmp_path, low, high):
    dataset = find_pairs(make(tmp_path, low, high, "8_low.png"))
    assert len(dataset) == 1 and found(dataset)[0][1:] == (low, high)
    assert [path.name for path in dataset.unpaired] == ["8_low.png"]


def test_pictures_without_such_words_are_single(tmp_path):
    dataset = find_pairs(make(tmp_path, "night/2.png", "night/10.png", "slow.jpg", "highway.jpg", "notes.txt"))
    assert [pair.stem for pair in dataset.pairs] == ["highway", "night/2", "night/10", "slow"]
    assert not dataset.has_references and dataset.layout == "single pictures without references"


def test_a_dark_folder_alone_gives_single_pictures(tmp_path):
    dataset = find_pairs(make(tmp_path, "low/1.png", "low/2.png"))
    assert [pair.stem for pair in dataset.pairs] == ["low/1", "low/2"] and not dataset.has_references


def test_stems_stay_unique(tmp_path):
    stems = [pair.stem for pair in find_pairs(make(tmp_path, "1.png", "1.jpg", "2.png")).pairs]
    assert stems == ["1.jpg", "1.png", "2"]


def test_hidden_and_other_files_do_not_count(tmp_path):
    make(tmp_path, "low/1.png", "high/1.png", "low/.1.png", "low/Thumbs.db", "high/.DS_Store", "readme.md")
    assert len(find_pairs(tmp_path)) == 1 and not find_pairs(tmp_path).unpaired


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "no pictures"),
        (("readme.md",), "no pictures"),
        (("low/1.png", "high/2.png"), "finds its partner in low .*: give both the same name, as in low/1.png"),
        (("a/low/1.png", "a/high/1.txt"), r"finds its partner in a/low \+ high: a/high holds none$"),
        (
            ("low/1.png", "low/1.jpg", "high/1.png"),
            "finds its partner in low .*: '1' is there more than once, keep one",
        ),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path, names, words):
    with pytest.raises(DatasetError, match=words):
        find_pairs(make(tmp_path, *names))


def test_no_folder_is_said(tmp_path):
    with pytest.raises(DatasetError, match="not a folder"):
        find_pairs(tmp_path / "absent")


def test_natural_order():
    names = ["b2", "b10", "a", "B1", "10", "9", "x²"]
    assert sorted(names, key=natural_key) == ["9", "10", "a", "B1", "b2", "b10", "x²"]


def test_lol_is_found_whole(shared):
    dataset = find_pairs(shared / "data" / "lol")
    assert len(dataset) == 485 and not dataset.unpaired
    assert all(pair.low.stem == pair.high.stem for pair in dataset.pairs)


def test_the_order_of_names_that_count_alike_does_not_depend_on_the_process(tmp_path):
    """Who resumes a run in another process must find the pairs where they were."""
    for name in ("1", "01", "001", "a", "A", "2"):
        for side in ("low", "high"):
            (tmp_path / side).mkdir(exist_ok=True)
            (tmp_path / side / f"{name}.png").touch()
    code = (
        f"from lowlight_core.datasets import find_pairs; print([p.stem for p in find_pairs({str(tmp_path)!r}).pairs])"
    )
    orders = {
        subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, cwd=ROOT,
                       capture_output=True, text=True, check=True).stdout
        for seed in "123"
    }  # fmt: skip
    assert len(orders) == 1


def test_a_folder_that_may_not_be_read_is_no_data_set_without_it(tmp_path, unreadable):
    make(tmp_path, "low/1.png", "high/1.png", "low/night/2.png", "high/night/2.png")
    unreadable("night")
    with pytest.raises(DatasetError, match="night cannot be read: Permission denied"):
        find_pairs(tmp_path)
