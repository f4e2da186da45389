"""The table of a run: bold says what the figures say, and the time stands behind what people quote."""

import re
from types import SimpleNamespace

from data_sets import make_pairs, run_into

from lowlight_core import enhancers, metrics, read, write
from lowlight_core.evaluation.score_table import _cell, _time, note, order_of, seconds_of, table
from lowlight_core.records import exports

COUNTS = {"images": 1, "failed": 0}


def summary(metric: str, **means: float) -> dict:
    """A summary in which each method has that mean; ``inf`` as a record keeps it."""
    finite = {name: None if value == float("inf") else value for name, value in means.items()}
    more = {name: {"infinite": int(value is None), "standard_error": None} for name, value in finite.items()}
    return {name: {metric: {"mean": value, **more[name]}, **COUNTS} for name, value in finite.items()}


def bold(metric: str, **means: float) -> set[str]:
    found = summary(metric, **means)
    return {name for name in means if 'class="best"' in _cell(name, metrics.get(metric), found)}


def test_figures_that_look_alike_are_bold_alike():
    assert bold("clipped_shadows", gamma=0.0101, clahe=0.0149, lime=0.02) == {"gamma", "clahe"}
    assert bold("psnr", gamma=20.804, clahe=20.796, lime=20.79) == {"gamma", "clahe"}
    assert bold("psnr", gamma=20.81, clahe=20.80) == {"gamma"}


def test_infinite_is_the_best_and_a_figure_without_a_better_end_is_never_bold():
    assert bold("psnr", gamma=float("inf"), clahe=42.0) == {"gamma"}
    assert not bold("entropy", gamma=7.0, clahe=6.0) and not bold("psnr", gamma=20.0)


def test_time_stands_behind_psnr_and_ssim():
    html = table(["gamma"], ["psnr", "ssim", "noise"], {"gamma": COUNTS}, {"gamma": 0.028})
    headings = [re.sub("<.*", "", text) for text in re.findall(r"<th(?: [^>]*)?>(.*?)</th>", html)]
    assert headings == ["Method", "PSNR ↑", "SSIM ↑", "Time", "Noise ↓"]
    assert re.findall(r"<td>(.*?)</td>", html)[3] == "28 ms"
    assert [_time(seconds) for seconds in (0.0007, 2.3, 91.505)] == ["0.7 ms", "2300 ms", "92 s"]
    assert "Time" not in table(["gamma"], ["noise"], {"gamma": COUNTS})


def test_a_method_whose_outputs_are_all_their_references_comes_first():
    found = summary("psnr", clahe=12.0, gamma=float("inf"), lime=20.0) | {"unet": COUNTS}
    run = SimpleNamespace(names=list(found))
    assert order_of(run, found, "psnr") == ["gamma", "lime", "clahe", "unet"]


def test_a_mean_of_fewer_images_says_of_how_many(tmp_path, store):
    """An infinite figure is in no mean: `over 5 images` would not be true of it."""
    data = make_pairs(tmp_path, 5)
    for name in ("1.png", "2.png"):
        write(data / "high" / name, enhancers.get("gamma")(read(data / "low" / name).pixels), overwrite=True)
    run = run_into(tmp_path / "out", data, store)
    cells = {name: _cell(name, metrics.get("psnr"), run.summary) for name in run.names}
    assert "<small>of 3</small>" in cells["gamma"] and "of" not in cells["clahe"]
    assert "infinite" in note(["psnr"], run.summary) and not note(["mae"], run.summary)


def test_results_that_failed_took_no_time(tmp_path, store):
    data = make_pairs(tmp_path, 3)
    for name in ("0.png", "1.png"):
        (data / "low" / name).write_bytes(b"this is no picture")
    run = run_into(tmp_path / "out", data, store)
    assert all(seconds_of(exports.frame(run, store.rows(run))) > 0)
