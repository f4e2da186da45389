"""The command line is a contract: names, exit statuses, one sentence for each failure, and never a traceback."""

import json
import os

import pytest
from pictures import dark

from lowlight_core import cli, enhancers, image
from lowlight_core.errors import ImageError


def test_list_json_holds_the_contract(run_cli):
    status, out, err = run_cli("list", "--json")
    methods = json.loads(out)
    assert (status, err) == (0, "")
    assert [method["name"] for method in methods] == enhancers.names()
    assert [method["name"] for method in methods if method["default"]] == [enhancers.default().name]
    for method in methods:
        assert method["label"] and method["family"] in ("classical", "learned")
        assert ("weights" in method and "card" in method) == (method["family"] == "learned")
        for parameter in method["parameters"]:
            assert set(parameter) == {"name", "type", "default", "minimum", "maximum", "choices", "help"}
            assert parameter["type"] in ("float", "int", "str")
        assert method["parameters"][-1]["name"] == "strength"


def test_list_for_people_names_every_method_and_knob(run_cli):
    status, out, _ = run_cli("list")
    assert status == 0
    for method in enhancers.METHODS.values():
        assert method.name in out and all(param.name in out for param in method.params)


def test_help_of_every_command(run_cli):
    assert all(name in run_cli("--help")[1] for name in cli.COMMANDS)
    assert run_cli()[1] == run_cli("--help")[1]
    for name in cli.COMMANDS:
        status, out, err = run_cli(name, "--help")
        assert (status, err) == (0, "") and f"lowlight_core {name}" in out
    assert "Fetch the LOL data set." in run_cli("download", "--help")[1]
    out = run_cli("enhance", "--help")[1]
    for method in enhancers.METHODS.values():
        assert method.name in out and all(param.name in out for param in method.params)


WRONG = {
    "unknown command": (["magic"], "invalid choice: 'magic'"),
    "unknown option": (["list", "--magic"], "unrecognized arguments: --magic"),
    "no path": (["enhance", "--output", "o"], "required: PATH"),
    "no output": (["enhance", "in"], "required: --output"),
    "unknown method": (["enhance", "in", "--output", "o", "--method", "magic"], "no method 'magic'"),
    "unknown knob": (["enhance", "in", "--output", "o", "--method", "clahe", "--set", "magic=1"], "no knob 'magic'"),
    "beyond a range": (["enhance", "in", "--output", "o", "--method", "gamma", "--set", "gamma=9"], "gamma must be"),
    "no value": (["enhance", "in", "--output", "o", "--method", "clahe", "--set", "tiles"], "expects knob=value"),
    "no knob": (["enhance", "in", "--output", "o", "--method", "clahe", "--set", "=2"], "expects knob=value"),
    "twice": (["enhance", "in", "--output", "o", "--set", "strength=1", "--set", "strength=0"], "'strength' twice"),
    "no workers": (["enhance", "in", "--output", "o", "--workers", "0"], "whole number from 1 to 64"),
    "too many workers": (["enhance", "in", "--output", "o", "--workers", "1000000"], "whole number from 1 to 64"),
    "odd workers": (["enhance", "in", "--output", "o", "--workers", "two"], "whole number from 1 to 64"),
    "unknown format": (["enhance", "in", "--output", "o", "--format", "gif"], "invalid choice: 'gif'"),
    "output is a file": (["enhance", "in", "--output", "in/a.jpg"], "is a file"),
    "evaluate nothing": (["evaluate", "--output", "o"], "required: DATASET"),
    "evaluate by magic": (["evaluate", "in", "--methods", "magic", "--output", "o"], "no method 'magic'"),
    "evaluate by nothing": (["evaluate", "in", "--methods", "", "--output", "o"], "expected names with commas"),
    "evaluate elsewhere": (["evaluate", "in", "--output", "o", "--cluster", "127.0.0.1"], "HOST:PORT"),
    "share of no split": (["scenes", "in", "--share", "0.3"], "give both"),
    "share of a split that is there": (["scenes", "in", "--share", "0.3", "--split", "s.json"], "give both"),
    "benchmark nothing": (["benchmark", "--only", ""], "expected names with commas"),
    **{
        f"empty path for {' '.join(words)}": (words, "expected a path, got an empty text")
        for words in (
            ["enhance", "", "--output", "o"],
            ["enhance", "in", "--output", ""],
            ["evaluate", "", "--output", "o"],
            ["evaluate", "in", "--output", ""],
            ["video", "", "o/a.mp4"],
            ["video", "in", ""],
            ["train", "unet", "--data", "", "--output", "o"],
            ["train", "unet", "--data", "in", "--output", ""],
            ["scenes", ""],
            ["download", "lol", ""],
        )
    },
}


@pytest.mark.parametrize("words, sentence", WRONG.values(), ids=WRONG)
def test_wrong_usage_is_one_sentence_and_status_2(run_cli, dark_folder, monkeypatch, words, sentence):
    monkeypatch.chdir(dark_folder)
    status, out, err = run_cli(*words)
    assert status == 2 and out == ""
    assert len(err.strip().splitlines()) == 1 and sentence in err
    assert not (dark_folder / "o").exists()


def test_files_that_share_a_stem_are_said_to(run_cli, dark_folder, home):
    for name in ("low/1.png", "high/1.png", "low/amb.png", "low/amb.jpg", "high/amb.png", "low/lone.png"):
        image.write(dark_folder / "data" / name, dark(40, 50))
    words = ("--methods", "gamma", "--metrics", "mae", "--output", dark_folder / "o")
    status, _, err = run_cli("evaluate", dark_folder / "data", *words)
    assert status == 0 and err.count("share a stem") == 3 and err.count("has no partner") == 1


def test_a_pipe_in_a_data_set_is_an_error_and_not_waited_for(run_cli, dark_folder, home):
    for name in ("low/1.png", "high/1.png", "high/2.png"):
        image.write(dark_folder / "data" / name, dark(40, 50))
    os.mkfifo(dark_folder / "data" / "low" / "2.png")
    words = ("--methods", "gamma", "--metrics", "mae", "--output", dark_folder / "o", "--workers", 1)
    status, out, err = run_cli("evaluate", dark_folder / "data", *words)
    assert status == 1 and "1 failure," in out and "2.png cannot be read: expected a file" in err
    with pytest.raises(ImageError, match="device or pipe"):
        image.read(dark_folder / "data" / "low" / "2.png")
