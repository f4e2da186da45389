"""The learned methods as people meet them: listed from cards, without TensorFlow; own weights by path."""

import json
import subprocess
import sys

import numpy as np
import pytest

from lowlight_core import cli, enhancers, samples
from lowlight_core.enhancers import learned
from lowlight_core.errors import ParameterError, UnknownMethodError, WeightsError
from lowlight_core.image import read, write
from lowlight_core.networks import cards, exposure
from tests.tiny_networks import dark, save_network, scene

NAMES = enhancers.names("learned")


def test_listing_methods_imports_no_tensorflow():
    code = "import sys, lowlight_core.enhancers; assert not {'tensorflow', 'keras', 'h5py'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_lumen_is_the_default_and_has_a_brightness():
    assert enhancers.default().name == "lumen"
    knob = next(param for param in enhancers.get("lumen").params if param.name == "brightness")
    assert (knob.minimum, knob.maximum, knob.default) == (0, 255, 0)


@pytest.mark.parametrize("name", NAMES)
def test_cards_are_complete_and_honest(name):
    card = enhancers.get(name).card
    assert card["network"] == name and card["parameters"] > 0 and card["multiply_adds_600x400"] > 1e8
    training = card["training"]
    assert {"config", "pictures", "seed", "steps", "hours", "curve"} <= set(training)
    assert card["validation"]["pairs"] == 47
    for metric in ("psnr", "ssim", "psnr_gt_mean"):
        assert card["validation"][metric] > 0 and card["validation"][f"{metric}_error"] > 0
    assert card["bfloat16"]["largest_difference"] <= 2 or not card["bfloat16"]["chosen"]
    assert "/work" not in json.dumps(card)


def test_all_weights_together_stay_small():
    assert sum(path.stat().st_size for path in cards.WEIGHTS.glob("*.h5")) < 40e6


def test_own_weights_become_a_method(tmp_path):
    pytest.importorskip("tensorflow")
    method = learned.from_weights(save_network(tmp_path / "mine", "unet"))
    image = dark(scene())
    assert method.family == "learned" and method(image).shape == image.shape
    assert np.array_equal(method(image, strength=0), image)
    with pytest.raises(ParameterError):
        method(image, brightness=300)


def test_own_weights_enhance_from_the_command_line_and_only_from_there(tmp_path, capsys):
    """A name from an address or a form must lead to no file of the server."""
    pytest.importorskip("tensorflow")
    folder, picture = save_network(tmp_path / "mine", "unet"), dark(scene())
    write(tmp_path / "a.png", picture)
    words = ["enhance", str(tmp_path / "a.png"), "--output", str(tmp_path / "out"), "--method"]
    assert cli.main([*words, str(folder)]) == 0
    assert np.array_equal(read(tmp_path / "out" / "a.png").pixels, enhancers.get(folder)(picture))
    with pytest.raises(UnknownMethodError, match="there is no method"):
        enhancers.get(str(folder))
    assert cli.main([*words, str(tmp_path)]) == 2 and "holds no trained network" in capsys.readouterr().err


def test_own_weights_in_a_folder_called_like_a_network_are_the_own_ones(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    save_network(tmp_path / "unet", "unet")
    monkeypatch.chdir(tmp_path)
    assert learned.from_weights("unet").weights == "unet/unet.weights.h5"


def test_a_strangers_file_is_refused(tmp_path):
    (tmp_path / "model.keras").write_bytes(b"PK")
    with pytest.raises(WeightsError, match="can hold code"):
        learned.from_weights(tmp_path / "model.keras")


@pytest.mark.parametrize("brightness", [1, 2, 5, 10, 15, 25, 40])
@pytest.mark.parametrize("which", ["low", "high"])
def test_a_low_brightness_makes_the_same_picture_darker(which, brightness):
    """As dark as no training picture was: the network must not be asked for what it never saw."""
    image = getattr(samples.load("cat"), which)[::2, ::2]
    output = enhancers.get("lumen")(image, brightness=brightness)
    level, few = 255 * exposure.mean_level(exposure.histogram(output)), 0.3  # so few gray levels have no mean between
    assert level == pytest.approx(brightness, rel=0.03, abs=few)
    plain = exposure.to_level(image, brightness / 255)
    if brightness >= 5:
        assert np.corrcoef(output.ravel(), plain.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("shadows", [0.5, 1.0])
@pytest.mark.parametrize("share", [0.15, 0.5, 0.95])
def test_a_cloud_stays_nearly_white_when_a_picture_is_made_darker(share, shadows):
    """The curve that brightens has no bound to its slope at white: bent back, it made clouds vivid blue and pink."""
    image = samples.load("cat").high[::2, ::2].copy()
    image[:40] = np.linspace((232, 240, 246), (255, 254, 255), image.shape[1])
    own = 255 * exposure.mean_level(exposure.histogram(image))
    output = enhancers.get("lumen")(image, brightness=share * own, shadows=shadows)
    assert 255 * exposure.mean_level(exposure.histogram(output)) == pytest.approx(share * own, rel=0.03)
    spread = [np.ptp(picture[:32].astype(int), axis=2).mean() for picture in (image, output)]
    assert spread[1] <= spread[0] + 2
