"""The table of a run: bold says what the figures say, and the time stands behind what people quote."""

import re

from lowlight_core import metrics
from lowlight_core.evaluation.score_table import _cell, _time, table


def summary(metric: str, **means: float) -> dict:
    """A summary in which each method has that mean; ``inf`` as a record keeps it."""
    finite = {name: None if value == float("inf") else value for name, value in means.items()}
    more = {name: {"infinite": int(value is None), "standard_error": None} for name, value in finite.items()}
    return {name: {metric: {"mean": value, **more[name]}} for name, value in finite.items()}


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
    html = table(["gamma"], ["psnr", "ssim", "noise"], {"gamma": {}}, {"gamma": 0.028})
    headings = [re.sub("<.*", "", text) for text in re.findall(r"<th(?: [^>]*)?>(.*?)</th>", html)]
    assert headings == ["Method", "PSNR ↑", "SSIM ↑", "Time", "Noise ↓"]
    assert re.findall(r"<td>(.*?)</td>", html)[3] == "28 ms"
    assert [_time(seconds) for seconds in (0.0007, 2.3, 91.505)] == ["0.7 ms", "2300 ms", "92 s"]
    assert "Time" not in table(["gamma"], ["noise"], {"gamma": {}})
