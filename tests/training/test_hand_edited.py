"""Files of a run, or cards of somebody's own weights, that a person or a full disk changed: one sentence each."""

import json
import os

import pytest

from lowlight_core.datasets.splits import read_split
from lowlight_core.errors import DatasetError, OutputError, TrainingError, WeightsError
from lowlight_core.networks import cards
from tests.tiny_networks import save_network
from tests.tiny_runs import config, losses

pytest.importorskip("keras")
from lowlight_core import inference  # noqa: E402
from lowlight_core.training import fit  # noqa: E402

DEEP = "[" * 100_000 + "]" * 100_000


def written(content: dict, **changes) -> str:
    """JSON with some fields changed, DEEP standing for lists in lists."""
    return json.dumps(content | changes).replace('"DEEP"', DEEP)


@pytest.mark.parametrize(
    "changes",
    [{"data": None}, {"data": [1]}, {"data": "DEEP"}, {"photos": 3}, {"split": ["a"]}, {"start_from": {"a": 1}},
     {"features": "\0"}, {"losses": "DEEP"}, {"more": 1}],
)  # fmt: skip
def test_a_configuration_changed_to_something_else_is_damaged(tmp_path, changes):
    run = config("pairs", tmp_path, photos="photos")
    (tmp_path / "checkpoint.npz").write_bytes(b"")
    run.save(tmp_path / "config.json")
    run.check_continues(tmp_path)
    (tmp_path / "config.json").write_text(written(json.loads((tmp_path / "config.json").read_text()), **changes))
    with pytest.raises(TrainingError, match="config.json is damaged: choose another output folder"):
        run.check_continues(tmp_path)


@pytest.mark.parametrize("text", ["[]", "3", "null", '"text"', DEEP])
def test_a_configuration_that_is_no_object_is_damaged(tmp_path, text):
    (tmp_path / "checkpoint.npz").write_bytes(b"")
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(TrainingError, match="config.json is damaged"):
        config("pairs", tmp_path).check_continues(tmp_path)


HISTORY = {"steps": 2, "hours": 0.5, "curve": [[2, 20.0]]}


@pytest.mark.parametrize(
    "changes",
    [{"bfloat16": None}, {"bfloat16": True}, {"training": None}, {"training": []}, {"settings": "DEEP"},
     {"training": {**HISTORY, "steps": "2"}}, {"training": {**HISTORY, "hours": None}},
     {"training": {**HISTORY, "hours": float("inf")}}, {"training": {**HISTORY, "hours": 10**400}},
     {"training": {**HISTORY, "curve": None}}, {"training": {**HISTORY, "stages": 3}}],
)  # fmt: skip
def test_a_card_changed_to_something_else_is_none(tmp_path, changes):
    card = {"network": "unet", "settings": {"widths": [4, 8]}, "training": HISTORY}
    (tmp_path / "unet.json").write_text(written(card))
    assert cards.read(tmp_path / "unet.json")["training"] == HISTORY
    (tmp_path / "unet.json").write_text(written(card, **changes))
    with pytest.raises(WeightsError, match="unet.json is no model card .*: expected the JSON file"):
        cards.read(tmp_path / "unet.json")
    with pytest.raises(WeightsError, match="unet.json is no model card"):  # not taken for weights without any card
        config("pairs", tmp_path / "out", start_from=str(tmp_path / "unet.weights.h5")).settled()


@pytest.mark.parametrize("widths", [None, 3, True, "x", {}, [], [[4]]])
def test_settings_of_another_kind_on_a_card_are_one_sentence(tmp_path, widths):
    save_network(tmp_path, "unet")
    card = json.loads((tmp_path / "unet.json").read_text())
    (tmp_path / "unet.json").write_text(written(card, settings={"widths": widths}))
    with pytest.raises(WeightsError, match="the card's settings do not fit.*widths must be a list of whole numbers"):
        inference.load(tmp_path)


@pytest.mark.parametrize("text", ["step,loss\nx,1\n", "step;loss\n1;2\n", "step,loss\n2.0,1\n"])
def test_a_log_that_something_else_wrote_is_one_sentence(pairs, begun, text):
    (begun / "log.csv").write_text(text)
    with pytest.raises(TrainingError, match="log.csv is damaged: delete it"):
        fit.train(config(pairs, begun, steps=4))


def test_a_row_of_the_log_that_a_full_disk_cut_short_is_forgotten(pairs, begun):
    with open(begun / "log.csv", "a") as file:
        file.write("2")
    fit.train(config(pairs, begun, steps=4))
    assert [step for step, _ in losses(begun)] == [2, 4]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a system without a disk that is always full")
def test_a_disk_too_full_for_the_log_is_named(pairs, tmp_path):
    (tmp_path / "log.csv").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="log.csv cannot be written: No space left"):
        fit.train(config(pairs, tmp_path, steps=2))


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="a system without a file that never ends")
def test_a_split_that_never_ends_is_none():
    with pytest.raises(DatasetError, match="/dev/zero is no split"):
        read_split("/dev/zero")


def test_a_split_of_lists_in_lists_is_none(tmp_path):
    (tmp_path / "split.json").write_text(DEEP)
    with pytest.raises(DatasetError, match="split.json is no split"):
        read_split(tmp_path / "split.json")
