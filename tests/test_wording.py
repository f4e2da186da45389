"""Knobs in words."""

from lowlight_core import enhancers
from lowlight_core.wording import all_knobs, moved_knobs


def test_only_what_was_moved_is_named():
    settings = enhancers.get("clahe").defaults()
    assert moved_knobs("clahe", settings) == moved_knobs("clahe", {}) == "default settings"
    assert moved_knobs("clahe", {**settings, "clip_limit": 3.0, "tiles": 4}) == "clip limit 3, tiles 4"
    assert moved_knobs("a method of last year", {"depth": 2}) == "depth 2"


def test_all_knobs_are_named_with_their_values():
    assert all_knobs({"clip_limit": 2.0, "color_space": "LAB"}) == "clip limit 2, color space LAB"
