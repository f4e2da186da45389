"""Every method is explained, and every explanation can be drawn and typeset."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from lowlight_core import METHODS, samples
from lowlight_core.enhancers import learned
from lowlight_core.errors import UnknownMethodError
from lowlight_core.figures.diagrams import BOX_WIDTH, LINE, svg
from lowlight_core.figures.training import curve, progress
from lowlight_core.inference import LEAST_TOLD
from lowlight_core.networks import NETWORKS, reach
from lowlight_core.networks.exposure import histogram, mean_level
from lowlight_core.teaching.explanations import EXPLANATIONS, explain
from lowlight_core.training.recipes import RECIPES
from lowlight_core.training.zero_reference import WEIGHTS, WELL_EXPOSED

EVERY = sorted(EXPLANATIONS)
WRITTEN = {  # how the formula or its legend names each loss that the recipe uses
    "denoising_cnn": {"mse": r"\big(\hat y-y\big)^2", "l1": r"\tfrac12\operatorname{mean}\big|"},
    "unet": {"l1": r"\|e\|_1", "mse": r"\|e\|_2^2", "dssim": "SSIM", "vgg": "VGG16"},
    "mirnet": {"charbonnier": r"\varepsilon^2", "mse": r"\operatorname{mean}(\hat y-y)^2", "dssim": "SSIM"},
    "gan": {"l1": "L1", "mse": "squared error", "dssim": "SSIM", "lpips": "LPIPS"},
}


def test_every_method_has_an_explanation_and_nothing_else_has():
    assert set(METHODS) <= set(EXPLANATIONS)
    assert set(NETWORKS) <= set(EXPLANATIONS)
    classical = {name for name, method in METHODS.items() if method.family == "classical"}
    assert set(EXPLANATIONS) == classical | set(learned.METHODS)


def test_an_unknown_method_is_named_with_those_that_exist():
    with pytest.raises(UnknownMethodError, match="choose one of clahe"):
        explain("nothing")


@pytest.mark.parametrize("name", EVERY)
def test_the_idea_has_three_sentences(name):
    assert len(explain(name).idea) == 3, "the page calls them idea, how and limits"
    for sentence in explain(name).idea:
        assert sentence.endswith(".") and sentence[0].isupper()
        assert sentence.count(". ") == 0, "one sentence each"


@pytest.mark.parametrize("name", EVERY)
def test_formulas_are_balanced(name):
    for line in explain(name).formula:
        assert line.count("{") == line.count("}")
        assert line.count(r"\big(") == line.count(r"\big)")
        assert r"\qquad" not in line, "one statement a line: two are wider than their column"
    assert explain(name).symbols.count("$") % 2 == explain(name).beyond.count("$") % 2 == 0


def glyphs(row: str) -> int:
    """About how many letters and signs stand side by side in a row of LaTeX."""
    row = re.sub(r"\\(?:text|operatorname)\{(\w+)\}", r"\1", row)
    part = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
    row = re.sub(r"\\frac" + part + part, lambda fraction: max(fraction.groups(), key=len), row)
    row = re.sub(
        r"\\(?:begin|end)\{\w+\}|\\(?:[bB]ig|left|right|tilde|hat|bar|math\w+|textstyle|quad)(?![a-z])", "", row
    )
    return len(re.sub(r"[{}^_&\s]|\\[,!; ]", "", re.sub(r"\\[a-zA-Z]+|\\\|", "#", row)))


@pytest.mark.parametrize("name", EVERY)
def test_formulas_are_no_wider_than_their_column_on_a_narrow_screen(name):
    """At 1024 pixels 29 glyphs just fit (lumen's last line, 320 of 346 pixels), and 32 were cut off."""
    for line in explain(name).formula:
        assert max(map(glyphs, line.split(r"\\"))) <= 29, line


@pytest.mark.parametrize("name", WRITTEN)
def test_a_formula_names_the_losses_of_the_recipe_and_no_others(name):
    text = " ".join((*explain(name).formula, explain(name).symbols))
    assert set(WRITTEN[name]) == set(RECIPES[name]["losses"])
    assert all(term in text for term in WRITTEN[name].values())


def test_the_diagram_of_the_gan_gives_its_losses_what_the_formula_does():
    """D looks at a result or a truth beside the dark picture; the paired losses compare result and truth."""
    given = {(before, after) for before, after, _ in explain("gan").diagram.links()}
    assert given >= {("dark", "d"), ("out", "d"), ("truth", "d"), ("out", "pair"), ("truth", "pair")}


def test_zero_dce_names_the_weights_of_its_losses_and_where_the_shipped_one_departs_from_the_paper():
    what, used = explain("zero_dce"), METHODS["zero_dce"].card["training"]["config"]["losses"]
    assert all(f"{WEIGHTS[name]:g}\\," in what.formula[-1] for name in ("exposure", "color", "smoothness"))
    assert f"{used['smoothness']:,.0f}" in what.symbols
    assert f"The exposure aimed at is {WELL_EXPOSED:g}; the paper's 0.6" in what.symbols


@pytest.mark.parametrize("name", EVERY)
def test_diagrams_are_drawn_whole_and_refer_to_nothing_outside(name):
    diagram = explain(name).diagram
    blocks = [block.name for block in diagram.blocks()]
    assert len(set(blocks)) == len(blocks)
    assert {end for before, after, _ in diagram.links() for end in (before, after)} == set(blocks)
    drawing = svg(diagram)
    root = ElementTree.fromstring(drawing)
    assert drawing.count("<rect") >= len(blocks) and drawing.count("marker-end") == len(diagram.links())
    assert "href" not in drawing and drawing.count("http") == drawing.count("http://www.w3.org/2000/svg")
    assert float(root.get("width")) <= 3 * 180, "no wider than a phone can show"


def test_a_page_may_choose_the_colour_of_lines_and_words_but_not_of_blocks():
    diagram = explain("lime").diagram
    usual, light = svg(diagram), svg(diagram, "#123456")
    assert LINE in usual and LINE not in light and light.replace("#123456", LINE) == usual


@pytest.mark.parametrize("name", EVERY)
def test_texts_fit_their_boxes(name):
    for block in explain(name).diagram.blocks():
        assert 8.6 * len(block.title) < BOX_WIDTH + 20 and 6.2 * len(block.note) < BOX_WIDTH, block


def test_the_last_block_of_every_diagram_is_the_result():
    for name in EVERY:
        assert any(block.title == "Result" for block in explain(name).diagram.blocks()), name


def test_training_figures_show_every_logged_row():
    second = {"step": 50.0, "loss": 0.1, "psnr": 22.0, "validation_psnr": 21.0}
    loss, trained, validated = progress([{"step": 25.0, "loss": 0.2, "psnr": 20.0}, second]).data
    assert list(loss.y) == [0.2, 0.1] and list(trained.y) == [20.0, 22.0]
    assert list(validated.x) == [50.0] and list(validated.y) == [21.0]
    assert len(progress([{"step": 25.0, "loss": 0.2, "psnr": 20.0}]).data) == 2, "no name for a curve that is not there"


def test_the_best_point_of_a_curve_is_marked():
    figure = curve([[1000, 20.0], [2000, 22.5], [3000, 22.0]])
    assert figure.data[1].x == (2000,) and figure.data[1].text == ("22.50 dB",)


def test_lumen_says_what_happens_below_the_picture_s_own_level():
    said = explain("lumen").beyond
    assert f"below {round(255 * LEAST_TOLD)}/255" in said and "dimmed to $b$ by one factor" in said


@pytest.mark.slow
def test_lumen_below_the_picture_s_own_level_does_what_is_said():
    image = METHODS["gamma"](samples.load("coffee").low, gamma=1.6)
    own = mean_level(histogram(image))
    lumen = METHODS["lumen"]
    made, dim = (lumen(image, brightness=255 * level, shadows=0.0).astype(float) for level in (own, own / 2))
    factor = dim.mean() / made.mean()
    assert np.abs(dim - factor * made).max() < 1.5 and factor < 0.6, "one factor for all levels, and no curve"


def test_the_u_net_names_how_far_it_looks():
    """A cell of the coarsest resolution more than tiles need: 103 pixels were measured, where the page said 96."""
    settings = METHODS["unet"].card["settings"]
    farthest = reach.pixels("unet", settings) + reach.multiple("unet", settings) - 1
    assert farthest == 109 and "some 110 pixels" in explain("unet").idea[-1]
