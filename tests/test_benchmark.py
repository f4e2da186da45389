"""The benchmark: sound arithmetic, fair pairs, and a section that cannot be measured takes no other down."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from lowlight_core import benchmark, cli, image
from lowlight_core.benchmark import measure, photos
from lowlight_core.benchmark.measure import Figure
from lowlight_core.errors import ParameterError


def test_ways_are_timed_in_turn_and_their_median_taken(monkeypatch):
    called, clock = [], [100.0]
    monkeypatch.setattr(measure, "time", SimpleNamespace(perf_counter=lambda: clock[0]))

    def way(name, naps):
        def call():
            called.append(name)
            clock[0] += next(naps)

        return call

    took = measure.seconds({"a": way("a", iter([0.2, 0.01, 0.01])), "b": way("b", iter([0.05] * 3))}, 3)
    assert called == ["a", "b"] * 3
    assert took["a"] == pytest.approx(0.01) and took["b"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    "figure, holds, text",
    [
        (Figure("a", 2.0, "times"), None, "a: 2.00 times"),
        (Figure("a", 2.0, "times", at_least=1.9), True, "a: 2.00 times (at least 1.9: holds)"),
        (Figure("a", 1.8, "times", at_least=1.9), False, "a: 1.80 times (at least 1.9: DOES NOT HOLD)"),
        (Figure("a", 250.4, "ms", at_most=200), False, "a: 250 ms (at most 200: DOES NOT HOLD)"),
        (Figure("a", 90, "MB", at_most=100), True, "a: 90 MB (at most 100: holds)"),
    ],
)
def test_a_figure_says_whether_its_bound_holds(figure, holds, text):
    assert figure.holds is holds and str(figure) == text
    assert figure.as_json()["holds"] is holds


def test_photographs_are_dark_distinct_and_detailed(tmp_path):
    paths = photos.jpegs(tmp_path, 5, 400, 300, distinct=3)
    pictures = [image.read(path).pixels for path in paths]
    assert all(picture.shape == (300, 400, 3) and picture.mean() < 100 for picture in pictures)
    assert np.array_equal(pictures[0], pictures[3]) and not np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(photos.photo(400, 300, 1), photos.photo(400, 300, 1))


def test_every_section_is_a_module_that_can_run():
    import importlib

    for name in benchmark.SECTIONS:
        assert callable(importlib.import_module(f"lowlight_core.benchmark.{name}").run)


def test_an_unknown_section_is_refused_before_anything_is_measured():
    with pytest.raises(ParameterError, match="no section 'magic': choose from folder, tuning"):
        next(benchmark.run(["tuning", "magic"]))


def test_a_section_that_fails_is_skipped_with_a_sentence(monkeypatch):
    from lowlight_core.benchmark import memory, tuning

    def fail(quick):
        raise measure.Skipped("there are no photographs")

    def crash(quick):
        return 1 / 0

    monkeypatch.setattr(tuning, "run", fail)
    monkeypatch.setattr(memory, "run", crash)
    first, second = benchmark.run(["tuning", "memory"])
    assert first.skipped == "there are no photographs" and not first.figures
    assert second.skipped == "unexpected ZeroDivisionError: division by zero"


def test_the_command_prints_lines_or_json(monkeypatch, capsys):
    from lowlight_core.benchmark import tuning

    monkeypatch.setattr(tuning, "run", lambda quick: [Figure("slider", 70.0 if quick else 80.0, "ms", at_most=200)])
    assert cli.main(["benchmark", "--only", "tuning"]) == 0
    assert "slider: 80 ms (at most 200: holds)" in capsys.readouterr().out
    assert cli.main(["benchmark", "--only", "tuning", "--json", "--quick"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["quick"] is True and report["machine"]["cores"] >= 1
    (section,) = report["sections"]
    assert section["name"] == "tuning" and section["skipped"] is None
    assert section["figures"][0]["value"] == 70 and section["figures"][0]["holds"] is True


def test_a_folder_that_is_not_enhanced_is_not_timed(monkeypatch):
    """It was an `assert`: with ``python -O`` the time that it takes to fail would have counted."""
    from lowlight_core.benchmark import folder

    small = photos.jpegs
    monkeypatch.setattr(folder.photos, "jpegs", lambda place, *_: small(place, 2, 60, 40))
    monkeypatch.setattr(folder, "enhance_files", lambda *_, **__: [SimpleNamespace(error="the disk is full")])
    (section,) = benchmark.run(["folder"], quick=True)
    assert section.skipped == "a photograph could not be enhanced: the disk is full"


def test_the_tuning_section_really_runs():
    (section,) = benchmark.run(["tuning"], quick=True)
    assert section.skipped is None and [figure.unit for figure in section.figures] == ["ms", "times"]
    assert all(figure.value > 0 for figure in section.figures)
