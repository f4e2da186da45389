"""The page on wrong metrics: every mistake has both figures, its line and its reason; any two pictures score 27.9."""

import re
from functools import partial

import pytest

from lowlight_core import camera, enhancers
from lowlight_core.figures import lies
from lowlight_core.metrics import METRICS
from lowlight_core.teaching import wrong_metrics
from lowlight_core.teaching.wrong_metrics import MISTAKES
from pages.shared import results
from tests.conftest import page_at, settled
from tests.pictures import dark, photo, saved

page = partial(page_at, "lies")


def figures(app) -> list[tuple[float, float]]:
    """(wrong, true) of every row of figures on the page."""
    html = "".join(element.proto.body for element in app.get("html"))
    numbers = [float(text.split()[0].replace("∞", "inf")) for text in re.findall(r"<p>([^<]+)</p>", html)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.name for mistake in MISTAKES])
def test_every_mistake_is_explained_with_both_figures(mistake):
    app = page(lie=mistake.name)
    assert not app.exception and not app.error
    wrong, right = figures(app)[0]
    assert wrong > right > 0
    assert {mistake.wrong_code, mistake.right_code} <= {code.value for code in app.code}
    assert mistake.why in [element.value for element in app.markdown]


def test_opens_on_the_wrap_around_of_a_sample():
    app = page()
    wrong, right = figures(app)[0]
    assert 26 < wrong < 30 and right < 15


def test_the_curve_at_strength_zero_scores_infinity():
    app = page(lie="iterate")
    app.slider(key="curve").set_value(0.0).run()
    assert figures(app)[0][0] == float("inf")


def test_the_scoreboard_does_not_change_by_itself_after_a_change_of_mistake(monkeypatch):
    drawn, draw = [], lies.scoreboard
    monkeypatch.setattr(lies, "scoreboard", lambda rows: drawn.append(rows) or draw(rows))
    app = page(lie="iterate")
    app.slider(key="curve").set_value(0.8).run()
    assert drawn[-1][1][1:] == pytest.approx(figures(app)[0], abs=0.006), "the mistake that is looked at, as it is set"
    next(group for group in app.button_group if group.key == "lie").set_value("peak").run()
    app.run()
    assert drawn[-1] == drawn[-2] == drawn[0]


def test_another_size_of_the_shrunk_pictures_measures_no_other_mistake_again(monkeypatch):
    app, again = page(lie="shrinking"), []
    monkeypatch.setattr(wrong_metrics, "as_gray", lambda image: again.append(image) or image)
    app.select_slider(key="side").set_value(64).run()
    assert not app.exception and not again


def test_two_pictures_of_ones_choice_score_27_9():
    app = page()
    assert figures(app)[-1][0] == pytest.approx(27.9, abs=0.1)
    app.selectbox(key="first").set_value("cat").run()
    app.selectbox(key="second").set_value("launch_pad").run()
    wrong, right = figures(app)[-1]
    assert wrong == pytest.approx(27.9, abs=1) and right < 15


def test_the_same_picture_twice_and_black_against_the_ramp_are_explained():
    app = page()
    app.selectbox(key="second").set_value("coffee").run()
    assert figures(app)[-1] == (float("inf"), float("inf"))
    assert any("The same picture twice" in element.value for element in app.markdown)
    app.selectbox(key="first").set_value("black").run()
    assert not app.exception


def upload(app, key, image):
    return app.file_uploader(key=key).upload(f"{key}.png", saved(image), "image/png").run()


def test_figures_of_a_large_picture_wait_for_their_turn(monkeypatch):
    """Metrics of 64 megapixels take gigabytes, as methods do: of all visitors one is at work at a time."""
    held, work = [], {"peak": wrong_metrics.psnr_with_peak_255_on_unit_range, "dark": camera.darken}

    def recording(name):
        return lambda *given, **more: held.append((name, results.one_large.locked())) or work[name](*given, **more)

    monkeypatch.setattr(results, "LARGE", 0)
    monkeypatch.setattr(wrong_metrics, "psnr_with_peak_255_on_unit_range", recording("peak"))
    monkeypatch.setattr(camera, "darken", recording("dark"))
    app = upload(page(), "photo_upload", photo(seed=77))
    assert not app.exception and ("dark", True) in held and ("peak", True) in held
    assert all(locked for _, locked in held) and not results.one_large.locked()


@pytest.mark.parametrize("mistake", ["wraparound", "iterate", "shrinking", "gt_mean"])
@pytest.mark.parametrize("size", [(1, 1), (7, 300), (90, 120)])
def test_a_photo_of_ones_own_without_reference_is_made_dark(mistake, size):
    app = upload(page(lie=mistake), "photo_upload", photo(*size))
    assert not app.exception and not app.error
    assert any("No reference was given" in caption.value for caption in app.caption)


def test_a_pair_of_ones_own_is_scored_against_its_reference():
    low, truth = dark(90, 120), photo(90, 120, level=120)
    app = upload(upload(page(), "photo_upload", low), "photo_reference", truth)
    assert not app.exception and any("Scored against its reference" in caption.value for caption in app.caption)
    output = enhancers.get("retinex").run(low, {}).image
    assert figures(app)[0][1] == pytest.approx(METRICS["psnr"](output, truth), abs=0.006)


@pytest.mark.browser
def test_in_a_browser_nothing_fails_and_a_link_opens_the_mistake(app_url, browser_page):
    browser_page.goto(f"{app_url}/lies?lie=peak")
    browser_page.wait_for_selector(".wrong-right", timeout=60_000)
    settled(browser_page)
    text = browser_page.locator('[data-testid="stMain"]').inner_text()
    assert "48.13 dB" in text and "max_val=255" in text
    browser_page.get_by_text("Compared with itself").first.click()
    browser_page.wait_for_function("document.body.innerText.includes('psnr(curves[7], curves[8])')")
    settled(browser_page)
    assert "lie=" in browser_page.url
    assert not browser_page.errors and not browser_page.outside


@pytest.mark.browser
def test_on_a_phone_nothing_is_wider_than_the_screen(app_url, phone_page):
    phone_page.goto(f"{app_url}/lies")
    phone_page.wait_for_selector(".wrong-right", timeout=60_000)
    settled(phone_page)
    assert phone_page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
