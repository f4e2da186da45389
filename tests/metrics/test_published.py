"""LPIPS against Keras and its published check values; all metrics against the figures of their authors' own code."""

import pytest

from lowlight_core import alexnet
from lowlight_core.console import answered
from lowlight_core.image import read
from lowlight_core.metrics import METRICS, check, perceptual
from tests.pictures import dark, photo


def test_lpips_equals_the_same_network_in_keras():
    ops = pytest.importorskip("keras").ops
    images = dark(75, 98), photo(75, 98)
    maps = [alexnet.standardised(p)[None] for p in images]
    total = 0.0
    for index, (kernel, bias, weight) in enumerate(alexnet.network()):
        stride, padding = ((4, 2), (1, 2), (1, 1), (1, 1), (1, 1))[index]
        if index in (1, 2):
            maps = [ops.max_pool(each, 3, 2, "valid") for each in maps]
        maps = [ops.pad(each, ((0, 0), (padding, padding), (padding, padding), (0, 0))) for each in maps]
        maps = [ops.relu(ops.conv(each, kernel, stride, "valid") + bias) for each in maps]
        units = [each / (ops.sqrt(ops.sum(each**2, -1, keepdims=True)) + 1e-10) for each in maps]
        total += float(ops.mean(ops.sum((units[0] - units[1]) ** 2 * weight, -1)))
    assert METRICS["lpips"](*images) == pytest.approx(total, abs=1e-5)


def test_lpips_does_not_depend_on_how_rows_are_cut(monkeypatch):
    images = dark(203, 170), photo(203, 170)
    whole = METRICS["lpips"](*images)
    for values in (1, 60_000, 700_000):
        monkeypatch.setattr(perceptual, "_STRIP_VALUES", values)
        assert METRICS["lpips"](*images) == pytest.approx(whole, abs=1e-6)


def test_lpips_weights_come_with_their_licence():
    assert "Richard Zhang" in alexnet.WEIGHTS.with_name("LICENSE").read_text()
    assert alexnet.WEIGHTS.stat().st_size < 6e6


def test_lpips_check_values_of_its_repository(shared):
    folder = shared / "perceptual" / "examples"
    first, second, reference = (read(folder / f"ex_{name}.png").pixels for name in ("p0", "p1", "ref"))
    assert METRICS["lpips"](first, reference) == pytest.approx(0.722, abs=5e-4)
    assert METRICS["lpips"](second, reference) == pytest.approx(0.138, abs=5e-4)


def test_all_metrics_agree_with_their_authors_figures(shared, capsys):
    rows = check.run(shared / "metrics")
    with capsys.disabled():
        print("\n" + check.table(rows))
    assert [row.title for row, _, agrees in rows if not agrees] == []


def test_check_command_says_what_is_missing(tmp_path, capsys):
    assert answered(lambda: check.main([str(tmp_path)]), "check") == 1
    error = capsys.readouterr().err
    assert f"{tmp_path / 'distorted'} is no folder" in error and "I03.png" in error
