"""The page that explains the methods: every one with its idea, formula, diagram, knobs, paper and a live result."""

import tomllib
from dataclasses import replace
from functools import partial

import numpy as np
import pandas
import pytest
from conftest import ROOT, page_at, page_of, settled, texts, wait_until
from pictures import dark, saved
from streamlit.testing.v1 import AppTest

from lowlight_core import METHODS, decode
from lowlight_core.enhancers import names
from lowlight_core.teaching.explanations import explain
from pages.parts import further, method_card, method_list
from pages.shared import results, uploads, working

page = partial(page_at, "methods")


@pytest.mark.parametrize("name", [*names("classical"), "lumen"])
def test_every_method_is_explained(name):
    test = page(method=name, photo="cat")
    what = explain(name)
    assert not test.exception and not test.error
    assert METHODS[name].label in [heading.value for heading in test.header]
    texts = " ".join(block.value for block in test.markdown)
    assert all(sentence in texts for sentence in what.idea) and what.symbols in texts and what.beyond in texts
    assert [formula.value.strip("$\n ") for formula in test.latex] == list(what.formula)
    assert any(METHODS[name].reference in caption.value for caption in test.caption)
    sliders = {slider.label.removesuffix(": automatic") for slider in test.slider}
    assert {param.label for param in METHODS[name].params if param.minimum is not None} <= sliders


def test_notebooks_are_named_where_they_take_a_method_apart():
    assert set(further.NOTEBOOKS) <= set(METHODS)
    assert all((ROOT / "notebooks" / f"{name}.ipynb").is_file() for name in further.NOTEBOOKS.values())
    assert "notebooks/01_clahe_and_parallel_processing.ipynb" in texts(page(method="clahe"))
    assert "ipynb" not in texts(page(method="gamma"))


@pytest.mark.browser
def test_the_way_to_clahe_s_own_page_takes_photo_and_knobs_along(app_url, browser_page):
    from playwright.sync_api import expect

    browser_page.goto(f"{app_url}/methods?method=clahe&photo=cat&clahe.clip_limit=5")
    settled(browser_page, 120)
    browser_page.get_by_role("link", name="tile by tile").click()
    expect(browser_page.get_by_role("button", name="Too local")).to_be_visible(timeout=60_000)
    expect(browser_page.locator("input[aria-label='Clip limit']")).to_have_value("5")
    expect(browser_page.get_by_text("Sample: a cat")).to_be_visible(timeout=60_000)
    assert not browser_page.locator('[data-testid="stException"]').count()


def test_all_methods_stand_in_the_table():
    table = page(method="gamma").dataframe[0].value
    assert len(table) == len(METHODS)
    assert set(table["Kind"]) == {method.family for method in METHODS.values()}


def test_no_source_is_cut_off_at_the_end_of_its_row():
    sources = page(method="gamma").dataframe[0].value.set_index("Method")["Source"]
    assert all(len(source) < 30 for source in sources), "a whole reference has up to 140 characters"
    assert (sources["CLAHE"], sources["Skip CNN"]) == ("Zuiderveld, 1994", "Mao et al., 2016")
    assert sources["Lumen (default)"] == METHODS["lumen"].reference


def test_every_method_has_its_score():
    test = page(method="gamma")
    shown = test.dataframe[0].value.set_index("Method")["Validation PSNR"]
    assert f"{shown['Gamma']:.2f}" == "17.21"
    assert shown["Lumen (default)"] == METHODS["lumen"].card["validation"]["psnr"]
    assert "best_settings" in " ".join(caption.value for caption in test.caption)


def test_numbers_in_the_table_sort_as_numbers():
    """As text 1,750,000 came before 2 and 9.9 dB after 21."""
    rows = page(method="gamma").dataframe[0].value.set_index("Method")
    for column in ("Parameters", "Validation PSNR", "At its best settings", "Knobs"):
        assert pandas.api.types.is_numeric_dtype(rows[column]), column
    assert rows["Parameters"].max() == max(method.card["parameters"] for method in METHODS.values() if method.card)
    formats = [column["type_config"].get("format") for column in method_list._COLUMNS.values()]
    assert formats[:3] == ["localized", "%.2f dB", "%.2f dB"]


def test_the_table_shows_all_its_rows(monkeypatch):
    drawn = []
    monkeypatch.setattr("streamlit.dataframe", lambda rows, **more: drawn.append((len(rows), more["height"])))
    page(method="gamma")
    assert drawn == [(len(METHODS), "content")]


def test_a_knob_changes_the_result():
    test = page(method="gamma", photo="cat")
    kept = len(results.pictures())
    test.slider(key="gamma.gamma").set_value(3.05).run()
    assert not test.exception and len(results.pictures()) == kept + 1


def test_the_time_is_that_of_the_preview_in_the_words_of_the_first_page():
    photo = uploads.opened("wide.png", saved(dark(20, 3200)))
    work = working.copy(photo.pixels)
    assert working.pace(3.394, work, photo) == "Enhanced in 3.4 s as a preview of 1600 × 10."
    assert working.pace(0.02, work, replace(photo, pixels=work)) == "Enhanced in 20 ms."
    assert working.pace(0.0004, work, replace(photo, pixels=work)) == "Enhanced in less than 1 ms."
    assert any("Enhanced in" in caption.value for caption in page(method="gamma", photo="cat").caption)


def card_of(found: dict) -> AppTest:
    """The card of a learned method drawn alone, without its network."""

    def script(found):
        from dataclasses import replace

        from lowlight_core import METHODS
        from pages.parts import method_card

        method_card.card(replace(METHODS["lumen"], card=found))

    return page_of(script, found=found).run()


def test_the_card_tells_size_training_and_honest_score():
    figures = {"psnr": 22.5, "psnr_error": 0.5, "ssim": 0.87, "ssim_error": 0.01, "lpips": 0.15, "lpips_error": 0.01}
    validation = {"data": "lol/our485", "pairs": 47, **figures, "given_level": {**figures, "psnr": 28.5}}
    other = [{"data": "data/other_camera", "pairs": 25, **figures}]
    precision = {"chosen": True, "largest_difference": 1, "pictures": 12, "emulated": "the middle 128x128 pixels"}
    more = {"validation": validation, "other_validation": other, "multiply_adds_600x400": 27e9, "bfloat16": precision}
    found = {**METHODS["lumen"].card, **more}
    test = card_of(found)
    assert not test.exception
    table = test.table[0].value
    assert list(table["PSNR, dB ↑"]) == ["22.50 ± 0.50", "28.50 ± 0.50", "22.50 ± 0.50"]
    facts = test.markdown[0].value
    assert f"{found['parameters']:,}" in facts and "27.0 billion multiply-adds" in facts
    assert "1/255 off, emulated on the middle 128x128 pixels of 12 validation pictures" in facts
    captions = " ".join(caption.value for caption in test.caption)
    assert "47 validation pairs" in captions and "25 of other_camera in the row that says so" in captions
    assert "Own guess, other_camera" in list(table.index)
    assert "scores what the network itself returns" in captions


@pytest.mark.parametrize(
    ("name", "losses"),
    [
        (
            "zero_dce",
            "1 × spatial consistency + 10 × exposure + 5 × colour constancy + 40000 × illumination smoothness",
        ),
        ("gan", "0.01 × what the discriminator holds against it + 1 × absolute difference (L1)"),
        ("mirnet", "1 × Charbonnier + 8 × squared difference (MSE) + 0.4 × (1 − SSIM)"),
    ],
)
def test_the_card_tells_every_loss_also_those_a_network_always_has(name, losses):
    assert f"loss: {losses}" in card_of(METHODS[name].card).markdown[0].value


def test_a_card_without_scores_says_so():
    found = {name: value for name, value in METHODS["lumen"].card.items() if "validation" not in name}
    test = card_of(found)
    assert not test.exception and "Not scored yet" in test.caption[0].value


def test_small_words_of_a_diagram_stand_out_on_the_page():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    for kind, words in method_card._WORDS.items():
        ground = theme[kind]["backgroundColor"]
        bright, dark = sorted((luminance(words), luminance(ground)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) > 4.5, "the contrast that WCAG asks of small words"


def luminance(color: str) -> float:
    """Relative luminance of ``#RRGGBB`` as WCAG defines it."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return np.dot(
        [0.2126, 0.7152, 0.0722], [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    )


def _legend(browser_page, scheme: str) -> int:
    """The gray of the words below the diagram, which differ most from their ground, in the light or the dark theme."""
    shot = browser_page.locator('[data-testid="stImage"] img').first.screenshot()
    words = decode(shot, "diagram.png").pixels[-26:, 30:80].mean(axis=2)
    return int(words.min() if scheme == "light" else words.max())


@pytest.mark.browser
def test_diagram_and_formula_are_seen_and_nothing_leaves_the_machine(app_url, browser_page):
    browser_page.goto(f"{app_url}/methods?method=lime")
    settled(browser_page)
    assert browser_page.locator(".katex").count() >= 2
    drawn = browser_page.locator('[data-testid="stImage"] img, [data-testid="stImage"] svg').first.bounding_box()
    assert drawn["width"] > 300 and drawn["height"] > 150
    browser_page.emulate_media(color_scheme="light")
    wait_until(lambda: _legend(browser_page, "light") < 100)  # words and arrows follow the theme at once
    browser_page.emulate_media(color_scheme="dark")
    wait_until(lambda: _legend(browser_page, "dark") > 150)
    assert not browser_page.outside
    assert not [error for error in browser_page.errors if "404" not in error]


@pytest.mark.browser
def test_nothing_scrolls_sideways_on_a_phone(app_url, phone_page):
    phone_page.goto(f"{app_url}/methods?method=clahe")
    settled(phone_page)
    wider = "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth }"
    assert phone_page.evaluate(wider) <= 0
