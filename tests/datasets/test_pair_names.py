"""What lies beside the pairs does not cost them: other folders, raw files, other spellings, odd names."""

from unicodedata import normalize

import pytest
from data_sets import make_pairs
from test_datasets import found, make

from lowlight_core import cli
from lowlight_core.datasets import find_pairs
from lowlight_core.errors import DatasetError


@pytest.mark.parametrize("third", ["reference", "normal", "bright", "input", "dark"])
def test_a_third_folder_does_not_cost_the_references(tmp_path, third):
    dataset = find_pairs(make(tmp_path, "low/1.png", "high/1.png", f"{third}/1.png"))
    assert found(dataset) == [("1", "1.png", "1.png")] and dataset.layout == "low + high"


def test_the_couple_is_the_one_that_goes_together(tmp_path):
    dataset = find_pairs(make(tmp_path, "input/1.png", "target/1.png", "low/1.png"))
    assert dataset.layout == "input + target"
    with pytest.raises(DatasetError, match="lows, short, gt lie side by side: expected one dark and one bright folder"):
        find_pairs(make(tmp_path / "unclear", "short/1.png", "lows/1.png", "gt/1.png"))


def test_evaluate_measures_against_the_references(tmp_path):
    data = make_pairs(tmp_path / "data", 2)
    make_pairs(data / "reference", 1)
    assert cli.main(["evaluate", str(data), "--methods", "gamma", "--output", str(tmp_path / "out")]) == 0
    lines = (tmp_path / "out" / "per_image.csv").read_text().splitlines()
    assert len(lines) == 3 and "psnr" in lines[0]


def test_a_raw_file_is_no_candidate_beside_a_picture(tmp_path):
    names = [f"low/{k}.{kind}" for k in range(3) for kind in ("png", "dng")]
    dataset = find_pairs(make(tmp_path, *names, "high/0.png", "high/1.png", "high/2.png", "high/2.heic"))
    assert [pair.low.name for pair in dataset.pairs] == ["0.png", "1.png", "2.png"] and not dataset.unpaired


def test_one_name_in_two_spellings_of_unicode_is_one(tmp_path):
    dataset = find_pairs(make(tmp_path, f"low/{normalize('NFC', 'é')}1.png", f"high/{normalize('NFD', 'é')}1.png"))
    assert len(dataset) == 1 and dataset.has_references and not dataset.unpaired


def test_words_in_names_count_where_the_bare_names_find_no_partner(tmp_path):
    names = ("low/1.png", "high/1.png", "low/3_low.png", "high/3_high.png", "low/1_low.png")
    dataset = find_pairs(make(tmp_path, *names))
    assert [pair.stem for pair in dataset.pairs] == ["1", "3"]
    assert [path.name for path in dataset.unpaired] == ["1_low.png"]


def test_case_counts_only_where_names_differ_in_nothing_else(tmp_path):
    names = ("low/IMG_1.JPG", "high/img_1.png", "low/A.png", "low/a.png", "high/a.png", "low/B.png", "low/b.png")
    dataset = find_pairs(make(tmp_path, *names, "high/Bb.png", "low/C_low.png", "high/c_high.png"))
    assert found(dataset) == [
        ("a", "a.png", "a.png"), ("c", "C_low.png", "c_high.png"), ("img_1", "IMG_1.JPG", "img_1.png"),
    ]  # fmt: skip
    assert sorted(path.name for path in dataset.unpaired) == ["A.png", "B.png", "Bb.png", "b.png"]


@pytest.mark.parametrize(
    ("low", "high"),
    [("low_light", "normal_light"), ("Low", "Ground-Truth"), ("underexposed", "ground truth"), ("lowlight", "GT")],
)
def test_a_word_may_be_written_in_parts(tmp_path, low, high):
    dataset = find_pairs(make(tmp_path, f"{low}/1.png", f"{high}/1.png"))
    assert [pair.stem for pair in dataset.pairs] == ["1"] and dataset.layout == f"{low} + {high}"


def test_folders_with_a_word_in_otherwise_equal_names_go_together(tmp_path):
    names = [
        f"{split}_{side}/{number}.png" for split in ("train", "test") for side in ("low", "high") for number in "12"
    ]
    dataset = find_pairs(make(tmp_path, *names, "more/low/1.png", "more/high/1.png"))
    assert [pair.stem for pair in dataset.pairs] == ["more/1", "test/1", "test/2", "train/1", "train/2"]
    assert all(pair.high.parent.name == pair.low.parent.name.replace("low", "high") for pair in dataset.pairs)
    assert find_pairs(make(tmp_path / "b", "low_blur/1.png", "high_sharp/1.png")).layout.startswith("single pictures")
    assert (
        len(find_pairs(make(tmp_path / "c", "low/1.png", "high/1.png", "old_low/1.png", "old_high/1.png")).pairs) == 1
    )
