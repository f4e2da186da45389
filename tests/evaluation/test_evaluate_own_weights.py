"""Weights of one's own in an evaluation: a folder among the names of methods, from the command line alone."""

import json
from pathlib import Path

import pytest
from data_sets import make_pairs, table
from tiny_networks import save_network

from lowlight_core import enhancers, evaluation, measure, read
from lowlight_core.errors import UnknownMethodError


def test_weights_of_ones_own_beside_a_method(home, run_cli, monkeypatch):
    """Named by their place as it was written; with other weights the run does not go on."""
    make_pairs(home / "set", 2, 32, 32)
    save_network(home / "mine" / "unet", "unet")
    monkeypatch.chdir(home)
    words = ["--metrics", "psnr", "--output", home / "o"]
    status, out, _ = run_cli("evaluate", "set", "--methods", "gamma,mine/unet", *words)
    assert status == 0 and "2 images, 0 failures" in out
    assert {row["method"] for row in table(home / "o")} == {"gamma", "./mine/unet"}
    assert json.loads((home / "o" / "summary.json").read_text())["./mine/unet"]["psnr"]["mean"] > 0
    pair = next((home / "set" / "low").glob("0.png"))
    expected = measure(
        enhancers.get(Path("mine/unet"))(read(pair).pixels), read(home / "set/high/0.png").pixels, ["psnr"]
    )
    found = next(row for row in table(home / "o") if row["image"] == "0" and row["method"] == "./mine/unet")
    assert float(found["psnr"]) == pytest.approx(expected["psnr"])
    again = ["evaluate", "set", "--methods", "gamma,mine/unet", "--resume", *words]
    assert run_cli(*again)[0] == 0
    save_network(home / "mine" / "unet", "unet", noise=0.05)
    status, _, err = run_cli(*again)
    assert status == 1 and "other weights" in err


def test_a_run_goes_on_where_its_weights_lie_now(home, run_cli, monkeypatch):
    words = ["--methods", "mine", "--metrics", "psnr", "--output", home / "o"]
    data = make_pairs(home / "set", 2, 32, 32)
    dark = (data / "low" / "1.png").read_bytes()
    (data / "low" / "1.png").write_bytes(b"0" * len(dark))
    save_network(home / "first" / "mine", "unet")
    monkeypatch.chdir(home / "first")
    assert run_cli("evaluate", data, *words)[0] == 1
    (data / "low" / "1.png").write_bytes(dark)
    (home / "first" / "mine").rename(home / "mine")
    monkeypatch.chdir(home)
    assert run_cli("evaluate", data, "--resume", *words)[0] == 0


def test_no_text_is_a_place_of_weights(home):
    save_network(home / "mine", "unet")
    with pytest.raises(UnknownMethodError):
        evaluation.choose_methods([str(home / "mine")])
