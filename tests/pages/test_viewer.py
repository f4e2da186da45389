"""The comparison viewer in a real browser: divider, zoom, pan, keys, pixel values, tiles, and what is sent."""

import pytest
from conftest import settled, wait_until

pytestmark = pytest.mark.browser


def opened(page, url, mode="small"):
    """Open the test page; returns the viewer's stage box. Also collects the sizes of what is fetched."""
    page.media = []
    page.on("response", lambda r: "/media/" in r.url and r.url.endswith((".png", ".jpg")) and page.media.append(r))
    page.goto(f"{url}/?mode={mode}")
    page.locator(".viewer").wait_for()
    settled(page)
    return page.locator(".stage").bounding_box()


def drawn(page) -> None:
    """Wait until the browser has drawn what was done so far, however long its machine takes for a frame."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def state(page) -> dict:
    """What the viewer says of itself: zoom, split, mode, fit."""
    drawn(page)
    return page.locator(".viewer").evaluate("viewer => ({...viewer.dataset})")


def at(box, x, y):
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def received(page) -> int:
    """Bytes of pictures fetched so far."""
    return sum(int(response.headers["content-length"]) for response in page.media)


def wheel(page, steps, amount=-100):
    for _ in range(steps):
        page.mouse.wheel(0, amount)
        drawn(page)  # two turns within one frame may come as one


def readout(page) -> dict:
    """The pixel values under the pointer, by label."""
    drawn(page)
    rows = page.locator(".readout span").evaluate_all(
        "spans => spans.map(s => [s.firstChild.data.trim(), s.lastChild.textContent])"
    )
    return dict(rows)


def zoomed_to_originals(page, box, label) -> None:
    """Zoom in: a value of the preview is said to be about so, and in full resolution it is that of the very pixel."""
    page.mouse.move(*at(box, 0.62, 0.51))
    assert readout(page)[label].startswith("≈")
    wheel(page, 14)
    wait_until(lambda: not readout(page)[label].startswith("≈"))
    rows = readout(page)
    x, y = map(int, rows["x, y"].split(","))
    assert rows[label] == f"{x % 256} {y % 256} {(x // 256 * 16 + y // 256) % 256}"


def test_divider_follows_the_mouse_and_the_arrow_keys(browser_page, viewer_url):
    box = opened(browser_page, viewer_url)
    assert state(browser_page)["split"] == "0.500"
    browser_page.mouse.move(*at(box, 0.5, 0.5))
    browser_page.mouse.down()
    browser_page.mouse.move(*at(box, 0.25, 0.6), steps=5)
    browser_page.mouse.up()
    assert float(state(browser_page)["split"]) == pytest.approx(0.25, abs=0.01)
    browser_page.keyboard.press("ArrowRight")
    assert float(state(browser_page)["split"]) == pytest.approx(0.27, abs=0.011)
    divider = browser_page.get_by_role("slider", name="Divider")
    assert divider.get_attribute("aria-valuenow") == "27"
    assert browser_page.errors == [] and browser_page.outside == set()


def test_wheel_zooms_to_16_and_double_click_fits(browser_page, viewer_url):
    box = opened(browser_page, viewer_url)
    fit = float(state(browser_page)["zoom"])
    browser_page.mouse.move(*at(box, 0.7, 0.3))
    wheel(browser_page, 30)
    assert state(browser_page)["zoom"] == "16.0000"
    browser_page.mouse.dblclick(*at(box, 0.7, 0.3))
    assert state(browser_page)["fit"] == "true" and float(state(browser_page)["zoom"]) == fit


def test_a_picture_of_one_pixel_is_so_many_times_as_large_and_not_73200_percent(browser_page, viewer_url):
    opened(browser_page, viewer_url, "dot")
    scale = float(state(browser_page)["zoom"])
    assert scale > 100 and browser_page.locator(".percent").inner_text() == f"{scale:.0f} ×"


def test_wheel_keeps_the_pixel_under_the_pointer(browser_page, viewer_url):
    box = opened(browser_page, viewer_url, "large")
    browser_page.mouse.move(*at(box, 0.4, 0.5))
    before = readout(browser_page)["x, y"]
    wheel(browser_page, 4)
    after = readout(browser_page)["x, y"]
    assert all(abs(int(a) - int(b)) <= 4 for a, b in zip(before.split(","), after.split(","), strict=True))


def test_drag_pans_when_zoomed_in(browser_page, viewer_url):
    box = opened(browser_page, viewer_url)
    browser_page.mouse.move(*at(box, 0.75, 0.5))
    wheel(browser_page, 6)
    before = readout(browser_page)["x, y"]
    browser_page.mouse.down()
    browser_page.mouse.move(*at(box, 0.65, 0.4), steps=4)
    browser_page.mouse.up()
    browser_page.mouse.move(*at(box, 0.75, 0.5))
    x0, y0, x1, y1 = map(int, f"{before},{readout(browser_page)['x, y']}".split(","))
    assert x1 > x0 and y1 > y0 and state(browser_page)["split"] == "0.500"


def test_pixel_values_of_both_sides_and_their_difference(browser_page, viewer_url):
    box = opened(browser_page, viewer_url)
    browser_page.mouse.move(*at(box, 0.6, 0.5))
    rows = readout(browser_page)
    x, y = map(int, rows["x, y"].split(","))
    assert rows["Dark"] == f"{x % 256} {y % 256} {x // 256 * 16}"
    assert rows["Bright"] == f"{min(x % 256 + 10, 255)} {min(y % 256 + 10, 255)} {x // 256 * 16 + 10}"
    assert rows["Difference"].split()[1] == "+10"


def test_keys_zoom_fit_difference_and_flip(browser_page, viewer_url):
    opened(browser_page, viewer_url)
    stage = browser_page.locator(".stage")
    stage.focus()
    fit = float(state(browser_page)["zoom"])
    browser_page.keyboard.press("+")
    assert float(state(browser_page)["zoom"]) == pytest.approx(1.5 * fit, rel=0.01)
    browser_page.keyboard.press("f")
    assert float(state(browser_page)["zoom"]) == fit
    browser_page.keyboard.press("1")
    assert state(browser_page)["zoom"] == "1.0000"
    browser_page.keyboard.press("d")
    assert state(browser_page)["mode"] == "difference"
    assert browser_page.locator(".legend").is_visible()
    browser_page.keyboard.press("d")
    browser_page.keyboard.down(" ")
    drawn(browser_page)
    assert browser_page.locator(".labels span").all_inner_texts() == ["Dark"]
    browser_page.keyboard.up(" ")
    drawn(browser_page)
    assert browser_page.locator(".labels span").all_inner_texts() == ["Dark", "Bright"]
    assert browser_page.get_by_role("group", name="Comparison of Dark and Bright").count() == 1


def test_a_moved_slider_changes_one_side_and_keeps_the_view(browser_page, viewer_url):
    box = opened(browser_page, viewer_url)
    browser_page.mouse.move(*at(box, 0.6, 0.5))
    wheel(browser_page, 5)
    before, fetched = state(browser_page), len(browser_page.media)
    value = readout(browser_page)
    browser_page.get_by_role("slider", name="Offset").press("ArrowRight")
    wait_until(lambda: readout(browser_page)["Difference"].split()[2] == "+11")
    settled(browser_page)
    browser_page.mouse.move(*at(box, 0.6, 0.501))
    assert state(browser_page) == before
    now = readout(browser_page)
    assert now["Difference"].split()[2] == "+11" and now["Dark"].split()[2] == value["Dark"].split()[2]
    assert len(browser_page.media) == fetched + 1


def test_a_picture_neither_pales_nor_moves_while_the_next_one_is_made(browser_page, viewer_url):
    before = opened(browser_page, viewer_url, "slow")
    browser_page.get_by_role("slider", name="Offset").press("ArrowRight")
    said = browser_page.get_by_text("Working…")
    said.wait_for()
    browser_page.wait_for_timeout(1200)
    words, now = said.bounding_box(), browser_page.locator(".stage").bounding_box()
    assert now == before
    assert before["y"] < words["y"] < words["y"] + words["height"] < before["y"] + before["height"], "over the picture"
    assert browser_page.locator(".st-key-viewer").evaluate("element => getComputedStyle(element).opacity") == "1"


def test_nor_does_it_move_while_the_browser_fetches_what_says_so(browser_page, viewer_url):
    held = []
    browser_page.route("**/Spinner.*.js", lambda route: held.append(route))
    before = opened(browser_page, viewer_url, "slow")
    browser_page.get_by_role("slider", name="Offset").press("ArrowRight")
    browser_page.locator("[data-testid=stSkeleton]").wait_for(state="attached")
    assert browser_page.locator(".stage").bounding_box() == before
    held[0].continue_()


def test_twelve_megapixels_arrive_as_a_preview_then_as_exact_tiles(browser_page, viewer_url):
    box = opened(browser_page, viewer_url, "large")
    assert received(browser_page) < 2.5e6
    zoomed_to_originals(browser_page, box, "Dark")
    assert received(browser_page) < 6e6
    assert browser_page.errors == []


def test_reduced_copies_are_replaced_by_the_originals_on_zoom(browser_page, viewer_url):
    box = opened(browser_page, viewer_url, "reduced")
    zoomed_to_originals(browser_page, box, "Before")


def test_a_click_tells_its_place_each_time(browser_page, viewer_url):
    """Also the same one again."""
    box = opened(browser_page, viewer_url, "pick")
    browser_page.mouse.move(*at(box, 0.7, 0.3))
    place = readout(browser_page)["x, y"]
    for _ in range(2):
        browser_page.mouse.click(*at(box, 0.7, 0.3))
        browser_page.get_by_text(f"clicked ({place})").wait_for()
        browser_page.get_by_role("button", name="Again").click()
        browser_page.get_by_text("clicked None").wait_for()


def test_grid_shows_all_in_step(browser_page, viewer_url):
    box = opened(browser_page, viewer_url, "grid")
    assert browser_page.locator(".labels span").all_inner_texts() == [f"Picture {i}" for i in range(5)]
    browser_page.mouse.move(*at(box, 0.45, 0.2))
    wheel(browser_page, 5)
    rows = readout(browser_page)
    assert rows["Difference"] == "+1 +1 +1" and "Picture 1" in rows
    browser_page.locator(".stage").focus()
    browser_page.keyboard.press("d")
    assert state(browser_page)["mode"] == "difference"
    assert browser_page.locator(".labels span").nth(3).inner_text() == "Picture 3 against Picture 0", "the name first"
