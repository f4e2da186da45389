"""The comparison viewer on a phone: fingers, names that have little room, and what is out of sight."""

import pytest
from conftest import settled, wait_until

from tests.pages.test_viewer import at, opened, state

pytestmark = pytest.mark.browser


def test_phone_pinch_zooms_and_nothing_is_wider_than_the_screen(phone_page, viewer_url):
    box = opened(phone_page, viewer_url)
    assert phone_page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    before = float(state(phone_page)["zoom"])
    client = phone_page.context.new_cdp_session(phone_page)
    x, y = at(box, 0.5, 0.5)
    for kind, gap in (("touchStart", 30), ("touchMove", 60), ("touchMove", 90), ("touchEnd", None)):
        points = [] if gap is None else [{"x": x - gap, "y": y, "id": 0}, {"x": x + gap, "y": y, "id": 1}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert float(state(phone_page)["zoom"]) > 1.5 * before
    assert phone_page.errors == []


def swipe(page, start, across, down) -> None:
    """A finger put down at ``start`` and moved by so many CSS pixels."""
    client, (x, y) = page.context.new_cdp_session(page), start
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for share in (0.1, 0.2, 0.4, 0.7, 1):
        point = {"x": x + share * across, "y": y + share * down}
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_that_scrolls_the_page_leaves_the_divider_where_it_is(phone_page, viewer_url):
    box = opened(phone_page, viewer_url, "many")
    swipe(phone_page, at(box, 0.3, 0.8), 4, -150)
    wait_until(lambda: phone_page.locator(".stage").bounding_box()["y"] < box["y"] - 50)
    assert state(phone_page)["split"] == "0.500"


def test_a_finger_that_moves_sideways_moves_the_divider(phone_page, viewer_url):
    box = opened(phone_page, viewer_url, "many")
    swipe(phone_page, at(box, 0.5, 0.8), -0.25 * box["width"], 3)
    wait_until(lambda: float(state(phone_page)["split"]) == pytest.approx(0.25, abs=0.01))


def test_another_of_many_pictures_comes_into_sight(phone_page, viewer_url):
    opened(phone_page, viewer_url, "many")
    another = phone_page.get_by_role("button", name="Another")
    another.scroll_into_view_if_needed()
    assert phone_page.locator(".stage").bounding_box()["y"] < -1000
    another.tap()
    wait_until(lambda: 0 <= phone_page.locator(".stage").bounding_box()["y"] < 500)


def test_a_button_above_the_pictures_stays_where_it_is_when_an_upright_one_follows(phone_page, viewer_url):
    opened(phone_page, viewer_url, "many")
    button, stage = phone_page.get_by_role("button", name="Next"), phone_page.locator(".stage")
    before, flat = button.bounding_box(), stage.bounding_box()["height"]
    button.tap()
    wait_until(lambda: stage.bounding_box()["height"] > 2 * flat)
    settled(phone_page)
    box = stage.bounding_box()
    assert box["y"] + box["height"] > 844, "its end is out of sight"
    assert button.bounding_box() == before


def test_no_name_is_cut_on_a_phone(phone_page, viewer_url):
    opened(phone_page, viewer_url, "many")
    names = phone_page.locator(".views button, .labels span")
    assert names.count() == 6
    cut = "names => names.filter(n => n.scrollWidth > n.clientWidth || n.scrollHeight > n.clientHeight).length"
    assert names.evaluate_all(cut) == 0
