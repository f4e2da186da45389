"""The CLAHE page: its numbers are those of the picture beside it, and every way to turn a knob turns it."""

import re
from functools import partial

import cv2
import pytest
from pictures import dark, saved

from lowlight_core import enhancers, samples
from lowlight_core.enhancers.lightness import lightness
from lowlight_core.teaching.clahe_anatomy import dissect, layout
from lowlight_core.teaching.clahe_sweep import CLIP_LIMITS, TILES, suggest, sweep
from pages.parts import clahe_sweep, clahe_tile, clahe_tour
from tests.conftest import page_at, settled

LIMIT, TILES_KEY = "clahe.clip_limit", "clahe.tiles"


page = partial(page_at, "clahe")


def texts(app) -> str:
    return "\n".join(element.value for element in app.markdown)


def test_opens_on_a_sample_and_explains_its_middle_tile():
    app = page()
    assert not app.exception and not app.error
    plane = lightness(samples.load("garage").low, "LAB")
    tile = dissect(plane, 2.0, 8, *layout(plane.shape, 8).tile_at(plane.shape[1] // 2, plane.shape[0] // 2))
    assert f"**Tile {tile.column + 1}, {tile.row + 1}** of 8 × 8" in texts(app)
    assert f"puts the line at {tile.limit:,}" in texts(app)
    assert f"{tile.excess:,} pixels ({100 * tile.excess_share:.0f} %)" in texts(app)


def test_the_picked_pixel_becomes_what_opencv_makes_of_it():
    app = page(photo="Cat", at="0.3,0.6", clahe__clip_limit="4.0")
    before, after = map(int, re.search(r"has level (\d+)\. .* becomes level (\d+)", texts(app)).groups())
    plane = lightness(samples.load("cat").low, "LAB")
    y, x = int(0.6 * plane.shape[0]), int(0.3 * plane.shape[1])
    assert (before, after) == (plane[y, x], cv2.createCLAHE(4.0, (8, 8)).apply(plane)[y, x])


@pytest.mark.parametrize("at", ["0.985,0.5", "0.5,0.99"])
def test_the_picked_tile_is_framed_where_it_lies(monkeypatch, at):
    """160 divides by 32 and 105 does not: OpenCV then makes the tiles 6 pixels wide, not 5."""
    drawn = {}
    monkeypatch.setattr("pages.shared.viewer.compare", lambda *_, **more: drawn.update(more))
    app = page(at=at, clahe__tiles="32")
    app.file_uploader(key="photo_upload").upload("a.png", saved(dark(105, 160)), "image/png").run()
    (width, height), across, down = drawn["grid"], *map(float, at.split(","))
    assert not app.exception and drawn["selected"] == (int(across * 160 // width), int(down * 105 // height))
    assert (width, height) == (6, 4)


def test_tiles_too_small_for_their_limit_are_told_as_they_are():
    """Twice 0.2 pixels is no line at 1: OpenCV cuts no lower."""
    app = page(clahe__tiles="32", clahe__clip_limit="2")
    app.file_uploader(key="photo_upload").upload("a.png", saved(dark(200, 200)), "image/png").run()
    assert "0.2 pixels each" in texts(app) and "puts the line at 1, the least there is." in texts(app)
    assert "the least there is" not in texts(page())
    app.file_uploader(key="photo_upload.1").upload("one.png", saved(dark(1, 1)), "image/png").run()
    assert "of its 1 pixel falls on" in texts(app) and "What stands above it, 0 pixels (0 %), is cut off" in texts(app)


def test_arrows_pick_the_next_tile_and_stop_at_the_rim():
    app = page(at="0.01,0.01")
    assert "**Tile 1, 1**" in texts(app)
    app.button(key="tile_right").click().run()
    app.button(key="tile_down").click().run()
    assert "**Tile 2, 2**" in texts(app)
    app.button(key="tile_up").click().run()
    app.button(key="tile_up").click().run()
    assert "**Tile 2, 1**" in texts(app)


def test_a_click_on_the_same_pixel_counts_after_an_arrow_too():
    """It was taken for the click that had been seen, and the tile stayed where the arrows had moved it."""
    app = page()
    for _ in range(2):
        app.session_state[f"{clahe_tile.VIEWER}.picked"] = {"x": 10, "y": 10}
        app.run()
        assert "**Tile 1, 1**" in texts(app)
        app.button(key="tile_right").click().run()
        assert "**Tile 2, 1**" in texts(app)


def test_the_picked_tile_is_still_picked_on_the_way_back():
    app = page(at="0.01,0.01")
    app.query_params.clear()  # as the navigation does
    app.run()
    assert "**Tile 1, 1**" in texts(app) and app.query_params["at"] == "0.01,0.01"
    assert [app.button(key=f"tile_{name}").label for name in ("left", "up")] == ["Left", "Up"], "what is read aloud"


def test_an_experiment_sets_the_knobs():
    app = page()
    app.button(key="try_0").click().run()
    assert (app.slider(key=LIMIT).value, app.slider(key=TILES_KEY).value) == (10.0, 1)
    assert "of 1 × 1" in texts(app)


def test_what_is_said_of_a_high_line_is_true_of_the_first_sample():
    (what,) = [what for name, _, what in clahe_tour._EXPERIMENTS if name == "Without restraint"]
    plane = lightness(samples.load("garage").low, "LAB")
    tiles = [dissect(plane, 10.0, 8, column, row) for column in range(8) for row in range(8)]
    assert "one level may become ten" in what and 10 <= max(tile.steepest for tile in tiles) < 11
    assert sum(tile.excess for tile in tiles) > plane.size / 4, "not little is cut"


def test_a_curve_steeper_than_the_clip_limit_and_the_dashed_line_are_explained():
    """A limit of 2 and a slope of 2.8 beside each other: what is given back adds to what the line leaves."""
    tile = dissect(lightness(samples.load("garage").low, "LAB"), 2.0, 8, 3, 3)
    what, last = texts(page(at="0.45,0.45")), round(tile.clipped_curve[-1])
    assert tile.steepest > 2 and f"at most {tile.steepest:.1f} levels out" in what and "came back above it" in what
    assert f"would end at {last}, the dashed line, instead of 255" in what and last < 255 * (1 - tile.excess_share) + 1


def test_the_sentence_of_an_experiment_goes_with_its_setting():
    app = page()
    app.button(key="try_3").click().run()
    assert "gray and blotchy" in texts(app)
    app.slider(key=LIMIT).set_value(2.5).run()
    assert "gray and blotchy" not in texts(app) and "Each button sets the knobs" in texts(app)
    app.slider(key=LIMIT).set_value(6.0).run()
    assert "gray and blotchy" not in texts(app), "it was not asked for again"


def uploaded(pixels):
    app = page()
    app.file_uploader(key="photo_upload").upload("夜 景.png", saved(pixels), "image/png").run()
    assert not app.exception
    return app


def test_the_suggestion_is_the_sweeps_best_and_can_be_taken():
    app = uploaded(dark(90, 120))
    best = suggest(sweep(dark(90, 120)))
    assert f"Suggested: clip limit {best.clip_limit:g}, {best.tiles} tile" in texts(app)
    app.button(key="take_suggestion").click().run()
    assert (app.slider(key=LIMIT).value, app.slider(key=TILES_KEY).value) == (best.clip_limit, best.tiles)
    assert app.button(key="take_suggestion").disabled


def test_other_scores_suggest_other_settings():
    app = page()
    app.selectbox(key="score").set_value("noise").run()
    assert f"Suggested: clip limit {CLIP_LIMITS[0]:g}" in texts(app) and "Noise" in texts(app)


def test_a_cell_that_was_clicked_before_is_taken_again(monkeypatch):
    """And what is still picked in the other chart is not taken in its place."""
    picked = {key: {"selection": {"points": [{"customdata": cell}]}}
              for key, cell in (("sweep_sheet", (6.0, 4)), ("sweep_map", (2.0, 8)))}  # fmt: skip
    monkeypatch.setattr(clahe_sweep.st, "session_state", picked)
    for _ in range(2):
        clahe_sweep._take_click("sweep_sheet")
        assert picked.pop(clahe_tour._PENDING) == {"clip_limit": 6.0, "tiles": 4}
    picked["sweep_map"] = {"selection": {"points": []}}
    clahe_sweep._take_click("sweep_map")
    assert clahe_tour._PENDING not in picked


def test_the_score_comes_from_the_address():
    app = page(score="ssim", clahe__tiles="4")
    assert app.selectbox(key="score").value == "ssim" and app.slider(key=TILES_KEY).value == 4
    assert "SSIM 0." in texts(app)


def test_a_score_that_does_not_judge_has_a_highest_setting_and_none_to_suggest():
    app = page()
    app.selectbox(key="score").set_value("entropy").run()
    assert "**Highest: clip limit" in texts(app) and "Suggested" not in texts(app)
    assert any("the noise estimate with fine detail" in caption.value for caption in app.caption), "it counts as noise"


def test_a_score_that_is_not_defined_suggests_nothing():
    """A picture smaller than SSIM's window."""
    app = uploaded(dark(8, 9))
    app.file_uploader(key="photo_reference").upload("good.png", saved(dark(8, 9, 2)), "image/png").run()
    app.selectbox(key="score").set_value("ssim").run()
    assert not app.exception and "Suggested" not in texts(app)
    assert "SSIM is not defined for a picture of 9 × 8." in [caption.value for caption in app.caption]


def test_an_upload_replaces_the_sample_and_is_scored_without_a_reference():
    app = uploaded(dark(60, 80))
    assert any("夜 景" in caption.value for caption in app.caption)
    assert app.selectbox(key="score_alone").value == "balance"


@pytest.mark.parametrize("where", ["nonsense", "9,9", "-1,0.5", "nan,nan", ""])
def test_an_address_with_a_wrong_place_does_no_harm(where):
    app = page(at=where)
    assert not app.exception and "**Tile" in texts(app)


@pytest.mark.browser
def test_a_click_on_the_picture_picks_its_tile_and_one_in_the_contact_sheet_takes_that_setting(browser_page, app_url):
    browser_page.goto(f"{app_url}/clahe")
    settled(browser_page, 120)
    stage = browser_page.locator(".stage").first
    box = stage.bounding_box()
    stage.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.9})
    browser_page.get_by_text("Tile 8, 8", exact=True).wait_for(timeout=60_000)
    settled(browser_page, 120)
    assert "at=0.9" in browser_page.url and not browser_page.outside
    sheet = browser_page.locator(".st-key-sweep_sheet .js-plotly-plot .nsewdrag").first
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    across, down = (4 + 0.5) / len(CLIP_LIMITS), (2 + 0.5) / len(TILES)
    place = box["x"] + across * box["width"], box["y"] + down * box["height"]
    browser_page.mouse.move(*place)
    words = browser_page.locator(".hovertext .nums").first
    assert words.evaluate("words => getComputedStyle(words).fill === getComputedStyle(words).color"), "no pale gray"
    browser_page.mouse.click(*place)
    browser_page.get_by_text(f"of {TILES[2]} × {TILES[2]}").wait_for(timeout=60_000)
    browser_page.wait_for_url(f"**clahe.clip_limit={CLIP_LIMITS[4]:g}*")
    browser_page.set_viewport_size({"width": 1024, "height": 768})
    browser_page.wait_for_function(
        "least => document.querySelector('.st-key-sweep_map .nsewdrag')?.getBoundingClientRect().width > least",
        arg=45 * len(CLIP_LIMITS),
    )  # on a projector, too, a number has room in its cell
    arrows = [browser_page.locator(f".st-key-tile_{name}").bounding_box() for name in ("left", "up", "down", "right")]
    assert len({arrow["y"] for arrow in arrows}) == 1, "the arrows stay in one line"


def test_clahe_is_the_method_of_the_page():
    app = page(clahe__clip_limit="3.0")
    expected = enhancers.get("clahe").check({"clip_limit": 3.0})
    assert {name: app.session_state[f"clahe.{name}"] for name in expected} == expected
