"""Side effects of a method: hand-made pictures with known answers, and the command."""

import numpy as np
import pytest

from lowlight_core import enhancers
from lowlight_core.evaluation.side_effects import main, side_effects, summary
from lowlight_core.image import write
from tests.pictures import photo


def test_figures_by_hand():
    before = np.full((10, 10, 3), 100, np.uint8)
    after = before.copy()
    after[:2] = 255  # a fifth of the pixels clips
    after[..., 2] = np.minimum(after[..., 2], 127)
    found = side_effects(before, after)
    assert found["clipped_points"] == pytest.approx(20)
    red, blue = after[..., 0].mean(), after[..., 2].mean()
    assert found["warmth_stops"] == pytest.approx(np.log2((red + 0.5) / (blue + 0.5)), abs=1e-6)
    error = np.mean((after.astype(float) - before) ** 2)
    assert found["psnr"] == pytest.approx(10 * np.log10(255**2 / error))


def test_an_identity_has_none():
    picture = photo(40, 50)
    found = side_effects(picture, picture)
    assert found == {"clipped_points": 0, "psnr": np.inf, "warmth_stops": 0}
    assert "1 photographs" in summary([found]) and "1 come back unchanged;" in summary([found])


def test_the_command_measures_what_it_can_and_names_the_rest(tmp_path, capsys, monkeypatch):
    write(tmp_path / "good.png", photo(40, 50))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    monkeypatch.setattr("sys.argv", ["side_effects", str(tmp_path), "--methods", "gamma"])
    assert main() == 1
    output = capsys.readouterr()
    assert output.out.startswith("gamma: 1 photographs") and len(output.out.splitlines()) == 1
    assert "bad.png" in output.err and len(output.err.splitlines()) == 1


def test_the_default_keeps_good_photographs_and_their_highlights():
    """Point for point what is promised of the default: no new clipping, and a bright photograph comes back."""
    pytest.importorskip("skimage")
    from skimage import data

    method = enhancers.default()
    for good in (data.astronaut()[:256, :256], data.coffee()[:256, :256]):
        found = side_effects(good, method(good))
        assert found["clipped_points"] <= 1
        assert found["psnr"] >= 28
