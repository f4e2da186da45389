"""The Compare page: every method in one table, a failing one with its sentence, and a link that reproduces the view."""

import io
import zipfile
from dataclasses import replace
from functools import partial

import pytest
from pictures import dark, photo, saved

from lowlight_core import comparison, enhancers, measure, samples
from lowlight_core.comparison import archive as comparison_archive
from lowlight_core.image import decode
from pages.parts import compare_download, compare_scores
from pages.shared import results, viewer
from tests.conftest import page_at, settled

page = partial(page_at, "compare")


def rows(app) -> dict:
    """The table by method label."""
    return app.dataframe[0].value.set_index("Method").to_dict("index")


def said(app) -> str:
    kinds = (app.error, app.info, app.caption, app.markdown, app.header)
    return "\n".join(element.value for elements in kinds for element in elements)


def test_opens_with_several_methods_scored_on_a_sample():
    app = page()
    assert not app.exception and not app.error
    table = rows(app)
    sample = samples.load("garage")
    output = enhancers.get("clahe")(sample.low)
    expected = measure(output, sample.high, ["psnr", "ssim"])
    assert table["CLAHE"]["PSNR, dB ↑"] == expected["psnr"] and table["CLAHE"]["SSIM ↑"] == expected["ssim"]
    assert table["CLAHE"]["ms"] > 0 and "Before" in table
    scores = [row["PSNR, dB ↑"] for row in table.values()]
    assert scores == sorted(scores, reverse=True)


def test_a_link_reproduces_methods_knobs_and_sides():
    app = page(photo="cat", methods=["clahe", "gamma"], clahe__clip_limit="6.0", a="gamma", b="before", view="Grid")
    assert set(rows(app)) == {"CLAHE", "Gamma", "Before"}
    assert (app.selectbox(key="a").value, app.selectbox(key="b").value) == ("gamma", "before")
    assert app.session_state["view"] == "Grid" and app.slider(key="clahe.clip_limit").value == 6.0
    cat = samples.load("cat")
    expected = measure(enhancers.get("clahe")(cat.low, clip_limit=6.0), cat.high, ["psnr"])
    assert rows(app)["CLAHE"]["PSNR, dB ↑"] == expected["psnr"]


def test_scores_of_a_large_photo_itself_wait_for_their_turn(monkeypatch):
    held, score = [], comparison.score
    monkeypatch.setattr(results, "LARGE", 0)
    monkeypatch.setattr(comparison, "score", lambda *given: held.append(results.one_large.locked()) or score(*given))
    app = page(methods=["gamma"], gamma__gamma="2.25")
    app.file_uploader(key="photo_upload").upload("a.png", saved(dark(seed=78)), "image/png").run()
    assert not app.exception and held and all(held)


@pytest.mark.parametrize("view", ["Split", "Grid", "Error map"])
def test_every_view_shows_without_complaint(view):
    app = page(view=view)
    assert not app.exception and not app.error and "Sample" in said(app)


@pytest.mark.parametrize(("workers", "words"), [(1, "with 1 method at a time"), (2, "with 2 methods at a time")])
def test_how_time_was_measured_is_told_of_one_processor_too(monkeypatch, workers, words):
    monkeypatch.setattr(compare_scores.batch, "default_workers", lambda: workers)
    assert words in compare_scores._columns(("psnr",), [])["ms"]["help"]


def test_a_failing_method_is_a_row_with_its_sentence(monkeypatch):
    def broken(image, **_):
        raise MemoryError

    monkeypatch.setitem(enhancers.METHODS, "gamma", replace(enhancers.get("gamma"), function=broken))
    app = page(methods=["gamma", "clahe"])
    assert "not enough memory" in rows(app)["Gamma"]["Problem"] and rows(app)["CLAHE"]["PSNR, dB ↑"] > 0
    assert "Gamma: not enough memory" in said(app) and not app.exception


def test_all_methods_and_none():
    app = page(methods=["clahe"])
    app.file_uploader(key="photo_upload").upload("dark.png", saved(dark()), "image/png").run()  # a small one is quick
    app.button(key="all_methods").click().run()
    assert len(rows(app)) == len(enhancers.names()) + 1
    app.session_state["methods"] = []
    app.run()
    assert "Choose two methods" in said(app) and not app.exception


def test_the_table_shows_all_its_rows(monkeypatch):
    drawn = []
    monkeypatch.setattr("streamlit.dataframe", lambda rows, **more: drawn.append((len(rows.index), more["height"])))
    page(methods=["clahe", "gamma"])
    assert drawn == [(3, "content")]


def test_dropping_a_method_that_is_on_a_side_falls_back():
    app = page(methods=["clahe", "gamma", "lime"], a="lime")
    app.session_state["methods"] = ["clahe", "gamma"]
    app.run()
    assert not app.exception and app.selectbox(key="a").value in ("clahe", "gamma")


def test_an_upload_is_scored_alone_and_with_its_reference():
    app = page(methods=["clahe", "gamma"])
    app.file_uploader(key="photo_upload").upload("dark.png", saved(dark()), "image/png").run()
    assert "PSNR, dB ↑" not in rows(app)["CLAHE"] and rows(app)["CLAHE"]["Noise, levels ↓"] > 0
    app.file_uploader(key="photo_reference").upload("bright.png", saved(photo()), "image/png").run()
    assert rows(app)["CLAHE"]["PSNR, dB ↑"] == measure(enhancers.get("clahe")(dark()), photo(), ["psnr"])["psnr"]
    app.file_uploader(key="photo_reference.1").set_value(("other.png", saved(photo(30, 30)), "image/png")).run()
    assert "reference of the photo's size" in said(app) and not app.exception


def test_a_large_photo_is_measured_small_unless_asked():
    app = page(methods=["gamma", "clahe"])
    app.file_uploader(key="photo_upload").upload("large.png", saved(dark(1300, 2000)), "image/png").run()
    assert "Measured at 1600 × 1040" in said(app)
    app.toggle(key="full_size").set_value(True).run()
    assert "Measured at 2000 × 1300" in said(app) and not app.exception


def taken(monkeypatch) -> list:
    """What the page's download buttons would give, as functions; filled whenever the page runs."""
    made = []
    monkeypatch.setattr("streamlit.download_button", lambda label, make, *rest, **more: made.append(make))
    return made


def test_the_download_is_what_the_page_shows(monkeypatch):
    made = taken(monkeypatch)
    app = page(methods=["clahe", "gamma"], clahe__clip_limit="6.0")
    with zipfile.ZipFile(io.BytesIO(made[-1]())) as archive:
        assert set(archive.namelist()) == {"clahe.png", "gamma.png", "contact_sheet.png", "scores.csv"}
        shown = decode(archive.read("clahe.png")).pixels
        lines = archive.read("scores.csv").decode().splitlines()
    assert (shown == enhancers.get("clahe")(samples.load("garage").low, clip_limit=6.0)).all()
    assert any(line.startswith("clahe,CLAHE,") and repr(rows(app)["CLAHE"]["PSNR, dB ↑"]) in line for line in lines)


def test_the_download_of_a_large_photo_is_in_full_size(monkeypatch):
    made = taken(monkeypatch)
    app = page(methods=["gamma"])
    app.file_uploader(key="photo_upload").upload("large.png", saved(dark(1300, 2000)), "image/png").run()
    with zipfile.ZipFile(io.BytesIO(made[-1]())) as archive:
        assert decode(archive.read("gamma.png")).pixels.shape == (1300, 2000, 3)
        assert "gamma,Gamma,2000,1300," in archive.read("scores.csv").decode()


def test_a_download_that_would_be_too_large_is_not_offered(monkeypatch):
    monkeypatch.setattr(compare_download.comparison_archive, "MEGAPIXELS", 0.5)
    app = page(methods=["gamma", "clahe"])
    assert "choose fewer methods" in said(app) and not app.exception
    assert comparison_archive.most_methods(dark(500, 1000)) == 1


def test_the_link_promises_only_what_it_keeps():
    app = page(methods=["gamma", "clahe"])
    assert "The link opens this very view again" in said(app)
    app.file_uploader(key="photo_upload").upload("dark.png", saved(dark()), "image/png").run()
    assert "not your photo" in said(app) and "this very view" not in said(app)


def test_an_error_map_offers_no_differences_of_false_colours(monkeypatch):
    drawn = []
    monkeypatch.setattr(viewer, "_show", lambda pictures, key, more, *rest: drawn.append((key, more)))
    page(methods=["gamma", "clahe"], view="Error map")
    page(methods=["gamma", "clahe"], view="Grid")
    coded = {key: more["coded"] for key, more in drawn}
    assert coded["compare_errors"] == [True] * 3 and coded["compare_grid"] == [False] * 4


@pytest.mark.browser
def test_a_copied_address_opens_the_same_view(browser_page, app_url):
    from playwright.sync_api import expect

    browser_page.goto(f"{app_url}/compare?photo=cat&methods=clahe&methods=gamma&a=gamma&b=clahe")
    labels = browser_page.locator(".viewer .labels span")
    expect(labels).to_have_text(["Gamma", "CLAHE"], timeout=90_000)
    settled(browser_page, 90)
    browser_page.goto(browser_page.url)
    expect(labels).to_have_text(["Gamma", "CLAHE"], timeout=90_000)
    tops = [browser_page.get_by_text(name, exact=True).last.bounding_box()["y"] for name in ("A", "View")]
    assert abs(tops[0] - tops[1]) <= 2 and not browser_page.outside


@pytest.mark.browser
def test_on_a_phone_a_stands_left_of_b_as_in_the_picture(phone_page, app_url):
    phone_page.goto(f"{app_url}/compare?methods=clahe&methods=gamma&a=clahe&b=gamma")
    settled(phone_page, 120)
    a, b = (phone_page.locator(f".st-key-{side}").bounding_box() for side in "ab")
    assert a["y"] == b["y"] and a["x"] + a["width"] <= b["x"] and b["x"] + b["width"] <= 390
