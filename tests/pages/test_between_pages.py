"""From page to page and back: what goes with the visitor, and what stays."""

import pytest
from app_tests import PATIENCE, app_test
from conftest import ROOT, settled


def method_on(app, page: str) -> str:
    """The method that a page shows to a visitor who comes to it by the navigation."""
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return next(widget.value for widget in [*app.selectbox, *app.button_group] if widget.key == "method")


def test_a_page_begins_with_its_own_method_until_somebody_chooses_one(home):
    app = app_test().from_file(str(ROOT / "app.py"), default_timeout=PATIENCE).run()
    found = [method_on(app, page) for page in ("lies", "methods", "lies", "enhance")]
    assert found == ["retinex", "lumen", "retinex", "lumen"]
    app.selectbox(key="method").set_value("gamma").run()
    assert [method_on(app, page) for page in ("lies", "methods", "enhance")] == ["gamma"] * 3


@pytest.mark.browser
def test_one_press_of_back_undoes_all_knobs_that_were_set_together(browser_page, app_url):
    from playwright.sync_api import expect

    knobs = [browser_page.locator(f"input[aria-label='{name}']") for name in ("Clip limit", "Tiles")]
    browser_page.goto(f"{app_url}/clahe?clahe.clip_limit=3")
    settled(browser_page, 120)
    browser_page.get_by_role("button", name="Too local").click()
    browser_page.wait_for_url("**clahe.clip_limit=6&clahe.tiles=32")
    settled(browser_page, 120)
    browser_page.go_back()
    for knob, value in zip(knobs, ("3", "8"), strict=True):
        expect(knob).to_have_value(value, timeout=60_000)


@pytest.mark.browser
def test_a_link_s_settings_go_to_the_next_page_and_one_press_of_back_finds_them_again(browser_page, app_url):
    browser_page.goto(f"{app_url}/?method=clahe&clahe.clip_limit=5")
    settled(browser_page, 120)
    browser_page.get_by_role("link", name="Methods", exact=True).click()
    browser_page.wait_for_url("**/methods?method=CLAHE&clahe.clip_limit=5")
    settled(browser_page, 120)
    browser_page.go_back()
    browser_page.get_by_role("heading", name="Enhance", exact=True).wait_for()
    browser_page.wait_for_url("**/?method=CLAHE&clahe.clip_limit=5")
    settled(browser_page, 120)
    assert browser_page.locator("input[aria-label='Clip limit']").input_value() == "5"


@pytest.mark.browser
def test_the_keyboard_s_place_in_the_navigation_is_outlined(browser_page, app_url):
    browser_page.goto(f"{app_url}/?method=gamma")
    settled(browser_page, 120)
    for _ in range(3):  # the link to the main content, Enhance, Video
        browser_page.keyboard.press("Tab")
    focus = browser_page.locator(":focus")
    assert "Video" in focus.inner_text() and focus.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
