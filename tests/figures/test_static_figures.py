"""Still pictures of Plotly figures: what notebooks draw becomes a PNG of the right size that is not empty."""

import io

import numpy as np
import pytest
from PIL import Image

from lowlight_core import notebook, samples
from lowlight_core.figures import labels, plain
from lowlight_core.figures.histograms import histograms
from lowlight_core.figures.lies import scoreboard, wrapped_squares
from lowlight_core.figures.static import png
from lowlight_core.figures.static_traces import draw
from lowlight_core.figures.training import curve, progress

CAT = samples.load("cat")
ROWS = [{"step": float(step), "loss": 1 / step, "psnr": 20.0 + step, "validation_psnr": 21.0} for step in (1, 2, 3)]
FIGURES = {
    "lines": lambda: plain.lines({"one": [1, 2, 4], "two": [3, 1, 2]}, title="Which?", x="step", y="dB"),
    "bars": lambda: plain.bars({"clahe": 10.0, "lime": 17.0}, title="Which?", unit="dB", errors={"clahe": 1.0}),
    "points": lambda: plain.points({"clahe": (1, 10), "lime": (20, 17)}, title="Which?", x="ms", y="dB"),
    "histograms": lambda: histograms(CAT.low, CAT.high, cumulative=True),
    "progress": lambda: progress(ROWS),
    "curve": lambda: curve([[1, 20.0], [2, 21.0]]),
    "scoreboard": lambda: scoreboard([("one", 27.9, 8.0), ("two", 60.0, 15.0)]),
    "squares": lambda: wrapped_squares(),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_becomes_a_picture(name):
    figure = FIGURES[name]()
    image = Image.open(io.BytesIO(png(figure, width=6, dots_per_inch=80)))
    assert image.format == "PNG" and 400 < image.width < 600
    assert len(np.unique(np.asarray(image.convert("L")))) > 20, "something is drawn"


def test_names_of_points_that_lie_close_do_not_cover_each_other():
    close = {"unet": (10, 18.2), "gan": (10, 18.1), "skip_cnn": (12, 18.3), "clahe": (0, 10), "mirnet": (90, 18.5)}
    sides = [trace.textposition for trace in plain.points(close, title="Which?", x="ms", y="dB").data]
    assert len(set(sides[:3])) == 3 and "right" not in sides[4], "three places for three; the last stays inside"
    assert labels.sides([], []) == [] and labels.sides([(1, 1)], ["one"]) == ["top center"]


@pytest.mark.parametrize("side", ["top", "bottom"])
def test_the_name_of_the_outermost_point_stays_off_the_axis(side):
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

    figure = go.Figure()
    for place in (10, 20):
        figure.add_scatter(x=[place], y=[place], text=["name"], mode="markers+text", textposition=f"{side} right")
    canvas = Figure(figsize=(9, 3.8), dpi=90)
    axes = canvas.add_axes((0.085, 0.14, 0.89, 0.74))
    for index, trace in enumerate(figure.data):
        draw(axes, figure, trace, index)
    canvas.draw_without_rendering()
    boxes = [name.get_window_extent() for name in axes.texts]
    assert min(box.y0 for box in boxes) > axes.bbox.y0 and max(box.y1 for box in boxes) < axes.bbox.y1


def test_bars_side_by_side_do_not_hide_each_other():
    import plotly.graph_objects as go

    figure = go.Figure([go.Bar(x=["a", "b"], y=[1, 2], marker_color="#ff0000"),
                        go.Bar(x=["a", "b"], y=[1, 2], marker_color="#0000ff")])  # fmt: skip
    pixels = np.asarray(Image.open(io.BytesIO(png(figure))).convert("RGB")).reshape(-1, 3)
    red, blue = ((pixels == color).all(axis=1).sum() for color in ([255, 0, 0], [0, 0, 255]))
    assert red > 1000 and 0.8 < red / blue < 1.25


def test_the_greatest_bar_stands_on_top():
    assert plain.bars({"lime": 17.0, "clahe": 10.0}, title="", unit="dB").data[0].y == ("clahe", "lime")


def test_a_strip_holds_every_picture_under_its_caption():
    strip = notebook.strip({"dark": CAT.low, "truth": CAT.high}, width=600)
    assert strip.shape[1] == 600 and strip.dtype == np.uint8
    assert strip[60:, 20:280].mean() < strip[60:, 320:580].mean(), "dark on the left"


def test_pairs_come_from_a_folder_too(tmp_path):
    from lowlight_core.training.builtin import write_pairs

    found = notebook.pairs(write_pairs(tmp_path), most=3)
    assert len(found) == 3
    assert np.array_equal(found[0].low, samples.load(found[0].title).low)


def test_fast_is_an_environment_variable(monkeypatch):
    monkeypatch.setenv("LOWLIGHT_NOTEBOOK_FAST", "1")
    assert notebook.fast() and max(notebook.small(CAT.low, 200).shape) == 100
    monkeypatch.setenv("LOWLIGHT_NOTEBOOK_FAST", "0")
    assert not notebook.fast()
