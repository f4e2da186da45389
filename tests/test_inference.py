"""One inference path: any size, tiles like the whole, threads that share, precision that does not show."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from lowlight_core import inference, networks
from lowlight_core.errors import WeightsError
from lowlight_core.networks import cards, compiled, exposure, large
from tests.tiny_networks import dark, save_network, scene

pytest.importorskip("tensorflow")
SHIPPED = [name for name in networks.NETWORKS if cards.weights_of(name).is_file()]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("weights")
    return {name: save_network(root / name, name) for name in ("lumen", "unet")}


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (33, 50), (64, 48)])
def test_any_size_works_and_the_input_is_untouched(folders, size):
    image = dark(scene(*size)) if min(size) > 2 else np.full((*size, 3), 12, np.uint8)
    before = image.copy()
    output = inference.load(folders["lumen"]).enhance(image)
    assert output.shape == image.shape and output.dtype == np.uint8
    assert np.array_equal(image, before)


@pytest.mark.parametrize("name", ["lumen", "unet"])
def test_tiles_equal_the_whole(folders, name, monkeypatch):
    runner, image = inference.load(folders[name]), dark(scene(300, 420))
    whole = runner.enhance(image).astype(int)
    monkeypatch.setattr(inference, "WHOLE_PIXELS", 1000)
    monkeypatch.setattr(large.by_tiles, "__defaults__", (128,))
    assert np.abs(runner.enhance(image) - whole).max() <= 1


def test_a_line_that_padding_makes_large_is_done_in_tiles(folders, monkeypatch):
    runner, image = inference.load(folders["lumen"]), np.full((1, 3000, 3), 30, np.uint8)
    widths, forward = [], type(runner).forward
    monkeypatch.setattr(type(runner), "forward", lambda self, i, w: widths.append(i.shape[1]) or forward(self, i, w))
    monkeypatch.setattr(inference, "WHOLE_PIXELS", 10_000)
    monkeypatch.setattr(large.by_tiles, "__defaults__", (128,))
    assert runner.enhance(image).shape == image.shape and max(widths) < 3000


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in SHIPPED if not networks.get(n).tiled])
def test_networks_that_see_the_whole_keep_their_tone_on_large_pictures(name, monkeypatch):
    runner, image = inference.load(name), dark(scene(300, 420))
    whole = runner.enhance(image).astype(float)
    monkeypatch.setattr(inference, "REDUCED_PIXELS", 120_000)
    reduced = runner.enhance(image).astype(float)
    assert np.abs(reduced.mean((0, 1)) - whole.mean((0, 1))).max() < 4
    assert np.abs(cv2.blur(reduced, (25, 25)) - cv2.blur(whole, (25, 25))).mean() < 4


def test_automatic_precision_shares_the_runner_of_what_it_chooses(folders):
    chosen = inference.load(folders["unet"])
    assert chosen is inference.load(folders["unet"], chosen.precision)


def test_weights_that_were_trained_again_are_loaded_again(tmp_path):
    first = inference.load(save_network(tmp_path, "unet"))
    assert inference.load(tmp_path) is first
    os.utime(tmp_path / "unet.weights.h5", (1, 1))
    assert inference.load(tmp_path) is not first


def test_only_some_own_networks_stay_in_memory(folders, tmp_path, monkeypatch):
    monkeypatch.setattr(inference, "OWN_KEPT", 2)
    shipped, others = inference.load("skip_cnn"), [tmp_path / str(number) for number in range(3)]
    first, *later = [inference.load(save_network(other, "unet")) for other in others]
    assert [inference.load(other) for other in others[1:]] == later and inference.load("skip_cnn") is shipped
    assert inference.load(others[0]) is not first


def test_threads_share_one_runner(folders):
    image, results = dark(scene()), []
    expected = inference.load(folders["unet"]).enhance(image)

    def work():
        results.append((inference.load(folders["unet"]), inference.load(folders["unet"]).enhance(image)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(runner) for runner, _ in results}) == 1
    assert all(np.array_equal(output, expected) for _, output in results)


def test_pictures_come_whole_from_many_threads_at_once():
    """Two runs of one graph at the same time damaged a picture now and then; branches of mirnet's kind most often."""
    image, runner = dark(scene(48, 64)), inference.load("mirnet")
    expected = runner.enhance(image)
    with ThreadPoolExecutor(8) as threads:
        assert all(np.array_equal(output, expected) for output in threads.map(runner.enhance, [image] * 150))


@pytest.mark.parametrize("brightness", [40, 90, 150, 200])
def test_the_wanted_level_is_reached(folders, brightness):
    output = inference.load(folders["lumen"]).enhance(dark(scene()), brightness)
    assert (output @ np.array([0.299, 0.587, 0.114])).mean() == pytest.approx(brightness, rel=0.03)


@pytest.mark.parametrize("name", ["lumen", "unet"])
def test_a_picture_without_colours_gets_none(folders, name):
    gray = np.repeat(dark(scene())[..., 1:2], 3, axis=2)
    output = inference.load(folders[name]).enhance(gray)
    assert np.array_equal(output, np.repeat(output[..., :1], 3, axis=2)) and output.mean() > gray.mean()


def test_level_is_continuous(folders):
    runner, image = inference.load(folders["lumen"]), dark(scene())
    a, b = (runner.enhance(image, level).astype(int) for level in (120, 121))
    assert np.abs(a - b).max() <= 8


def test_highlights_are_not_clipped(folders):
    image = scene()
    image[:20] = 245
    output = inference.load(folders["unet"]).enhance(image)
    assert (output >= 253).mean() <= (image >= 253).mean() + 0.001


def test_estimated_level_is_the_automatic_one(folders):
    image = dark(scene())
    estimate = inference.estimate_level(image)
    assert 0 < estimate < 255 and estimate == inference.estimate_level(image)
    found, told = (inference.load(folders["lumen"]).enhance(image, level) for level in (None, estimate))
    assert np.abs(found.astype(int) - told).max() <= 1, "lumen is exact"
    assert (found @ exposure.GRAY).mean() == pytest.approx(estimate, rel=0.01)


@pytest.mark.parametrize("name", ["stranger.keras", "model.h5", "weights.pkl"])
def test_files_that_could_hold_code_are_not_opened(tmp_path, name):
    (tmp_path / name).write_bytes(b"anything")
    with pytest.raises(WeightsError, match="not opened"):
        cards.read(tmp_path / name)


def test_empty_folders_and_foreign_cards_are_refused(tmp_path):
    with pytest.raises(WeightsError, match="no trained network"):
        cards.read(tmp_path)
    (tmp_path / "a.json").write_text('{"network": "os.system"}')
    with pytest.raises(WeightsError, match="no model card"):
        cards.read(tmp_path / "a.json")


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_bfloat16_stays_within_two_levels(name):
    image = dark(scene(64, 64))
    if not cards.read(name).get("bfloat16", {}).get("chosen"):
        pytest.skip("its card says that float32 is used")
    exact, fast = (inference.load(name, precision) for precision in ("float32", "mixed_bfloat16"))
    assert np.abs(exact.enhance(image).astype(int) - fast.enhance(image)).max() <= 2


def test_nobody_clears_the_state_of_keras_while_a_network_is_built(monkeypatch):
    """Streamlit does after every run of a page: another visitor's network then failed to load."""
    import keras

    cleared = []
    monkeypatch.setattr(keras.backend, "clear_session", lambda: cleared.append(True))
    build = compiled.build

    def disturbed(*args):
        keras.backend.clear_session()
        return build(*args)

    monkeypatch.setattr(compiled, "build", disturbed)
    inference.Runner("skip_cnn", "float32")
    assert not cleared
    keras.backend.clear_session()
    assert cleared


def test_the_first_picture_does_not_pay_for_optimising_the_graph(folders, monkeypatch):
    """Its seconds are compared with other methods': a runner has computed once before it is handed out."""
    sizes, forward = [], inference.Runner.forward
    monkeypatch.setattr(inference.Runner, "forward", lambda self, *a: sizes.append(a[0].shape) or forward(self, *a))
    inference.Runner(folders["unet"], "float32")
    assert sizes == [(64, 64, 3)]
