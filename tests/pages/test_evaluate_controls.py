"""The row of controls of the page that evaluates: names of its own in the address, room on a phone, labels in line."""

from functools import partial

import pytest
from conftest import page_at, settled
from data_sets import kept_run, make_pairs

page = partial(page_at, "evaluate")


def test_the_view_has_a_name_of_its_own_and_an_old_link_still_opens_it(home):
    test = page(view="Distribution")
    assert "scatter from image to image" in test.header[0].value and "view" not in test.query_params
    test.session_state["view"] = "Grid"  # what Compare shows
    assert "scatter from image to image" in test.run().header[0].value and not test.exception
    assert "Which images" in page(view="Grid").header[0].value


def test_an_address_names_the_metric_as_the_command_line_does(home):
    assert "SSIM of every image" in page(metric="ssim").header[0].value
    assert "PSNR of every image" in page(metric="magic").header[0].value


def test_every_run_opens_on_its_first_figure_unless_another_was_chosen(home):
    photos, pairs = (kept_run(data, kind="folder", chosen=chosen) for data, chosen in (
        (make_pairs(home / "photos", 2) / "low", ("entropy", "noise")),
        (make_pairs(home / "pairs", 2), ("psnr", "entropy", "noise")),
    ))  # fmt: skip
    test = page(run=photos.id)
    assert "Entropy of every image" in test.header[0].value
    test.query_params["run"] = pairs.id
    assert "PSNR of every image" in test.run().header[0].value
    test.selectbox(key="metric").set_value("noise").run()
    test.query_params["run"] = photos.id
    assert "Noise of every image" in test.run().header[0].value and not test.exception


@pytest.mark.browser
def test_a_phone_shows_every_view_and_one_row_has_its_labels_at_one_height(app_url, phone_page):
    phone_page.goto(f"{app_url}/evaluate")
    settled(phone_page, 180)
    last = phone_page.get_by_role("radio", name="Leaderboard").or_(phone_page.get_by_role("button", name="Leaderboard"))
    box = last.first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    phone_page.set_viewport_size({"width": 1440, "height": 900})
    tops = {round(phone_page.get_by_text(name, exact=True).first.bounding_box()["y"]) for name in ("View", "Metric")}
    assert max(tops) - min(tops) <= 2
