"""What all pages share, without a browser: previews and tiles, clicks, and sentences."""

from pathlib import Path

import numpy as np
import pytest
from conftest import page_at

from lowlight_core import comparison, enhancers
from lowlight_core.enhancer import Result
from lowlight_core.errors import ImageError
from lowlight_core.image import decode
from pages.shared import chrome, media, results, viewer
from pages.shared.text import percents


def noise(width=64, height=48, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize(
    "shares, told",
    [
        ([0.1235, 0.3715, 0.1263, 0.3787], "12 37 13 38"),
        ([1 / 3] * 3, "34 33 33"),
        ([1.0], "100"),
        ([0.004, 0.996], "0 100"),
    ],
)
def test_shares_of_a_whole_add_to_a_hundred(shares, told):
    assert percents(shares) == [f"{number} %" for number in told.split()]


def test_small_pictures_are_sent_exactly_large_ones_as_a_preview():
    small, large = noise(1000, 1000), noise(3000, 2000)
    exact, reduced = media.preview(small), media.preview(large)
    assert exact.exact and np.array_equal(decode(exact.data).pixels, small)
    assert not reduced.exact and max(decode(reduced.data).pixels.shape) == media.PREVIEW_SIDE
    assert not media.preview(small, full_width=4000).exact


def test_tiles_put_together_are_the_picture():
    image = noise(1100, 700)
    rows = [
        np.hstack([decode(media.tile(image, True, 0, column, row).data).pixels for column in range(3)])
        for row in range(2)
    ]
    assert np.array_equal(np.vstack(rows), image)
    assert decode(media.tile(image, False, 1, 0, 0).data).pixels.shape == (350, 512, 3)


@pytest.mark.parametrize(
    "claim", [None, "1/0/0/0", ["1/0/9/9"], ["x/0/0/0"], ["1/0/-1/0"], ["1/0/0"], [{}], ["1/99999/0/0"], ["٣/0/0/0"]]
)
def test_tile_names_from_a_browser_are_not_trusted(claim):
    assert media.parse_tiles(claim, 1100, 700) == []


def test_tile_names_are_limited_in_number():
    assert media.parse_tiles(["1/0/0/0"] * 1000, 1100, 700) == [(True, 0, 0, 0)] * media.MOST_TILES


@pytest.mark.parametrize("click", [None, "x", {"x": 1}, {"x": "1", "y": 2}, {"x": 99, "y": 2}, {"x": 1, "y": -1}])
def test_clicks_from_a_browser_are_not_trusted(click, monkeypatch):
    monkeypatch.setattr(viewer.st, "session_state", {"v.picked": click})
    assert viewer.picked("v", (64, 48)) is None


def test_a_click_is_told_once(monkeypatch):
    monkeypatch.setattr(viewer.st, "session_state", {"v.picked": {"x": 63, "y": 0}})
    assert [viewer.picked("v", (64, 48)) for _ in range(2)] == [(63, 0), None]


def test_pictures_of_two_sizes_cannot_be_compared():
    with pytest.raises(ImageError, match="64 × 48 and 65 × 48"):
        viewer.compare(noise(), noise(65), key="v")


def test_sentences_do_not_name_the_server_s_folders(monkeypatch):
    from lowlight_core.settings import Settings
    from pages.shared import text

    monkeypatch.setattr(text, "settings", lambda: Settings(home=Path("/srv/home"), output_root=Path("/srv/out")))
    said = [text.without_places(f"{path} exists already") for path in (
        "/srv/home/uploads/abc-D/low/1.png", "/srv/home/jobs/xyz/enhanced/a.jpg", "/srv/out/x/y.png")]  # fmt: skip
    assert said == ["low/1.png exists already", "a.jpg exists already", "x/y.png exists already"]


def test_only_a_network_that_is_not_in_memory_is_said_to_be_loaded(monkeypatch):
    network = enhancers.get("unet")
    monkeypatch.setattr(results, "is_loaded", lambda weights: False)
    assert results.waiting_for(network) == "Loading U-Net and enhancing…"
    assert results.waiting_for(enhancers.get("lime")) == "Enhancing with LIME…"
    monkeypatch.setattr(results, "is_loaded", lambda weights: weights == network.weights)
    assert results.waiting_for(network) == "Enhancing with U-Net…"


def test_the_header_of_a_phone_has_the_theme_s_colours(monkeypatch):
    colors = {"theme.light.backgroundColor": "white", "theme.dark.backgroundColor": "black"}
    monkeypatch.setattr(chrome.st, "get_option", colors.get)
    assert "background: light-dark(white, black);" in chrome._style()


@pytest.mark.parametrize("name", ["enhance", "clahe", "lies", "methods", "compare"])
def test_what_a_method_failed_of_is_said_word_for_word_without_the_server_s_folders(name, home, monkeypatch):
    """A name in it may look like Markdown, such as that of a file."""
    broken = Result("", "clahe", {}, error=f"{home / 'home' / 'training'}/a*b* is damaged")
    nothing_kept = results.ByteCache(1_000_000)
    monkeypatch.setattr(results, "pictures", lambda: nothing_kept)
    monkeypatch.setattr(results, "enhance", lambda *_, **__: broken)
    monkeypatch.setattr(comparison, "compare", lambda image, methods, *_, **__: [comparison.Row(broken)] * len(methods))
    page = page_at(name)
    assert not page.exception and "training/a\\*b\\* is damaged" in page.error[0].value
    assert str(home) not in page.error[0].value
