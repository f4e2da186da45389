"""Entropy, contrast, noise, colour cast, clipping, NIQE and PIQE against formulas, and on pictures of known quality."""

import math

import cv2
import numpy as np
import pytest
from skimage import color, measure
from skimage.data import astronaut, coffee

from lowlight_core.errors import DatasetError
from lowlight_core.image import read
from lowlight_core.metrics import METRICS, natural_scene
from lowlight_core.metrics.naturalness import asymmetric_gaussian


def value(name, image):
    return METRICS[name](image)


@pytest.fixture(scope="module")
def photograph():
    return np.ascontiguousarray(coffee()[:384, :576])


def blurred(image, sigma=2.5):
    return cv2.GaussianBlur(image, (0, 0), sigma)


def noisy(image, sigma=20):
    random = np.random.default_rng(1)
    return np.clip(image + random.normal(0, sigma, image.shape), 0, 255).astype(np.uint8)


def test_entropy_equals_scikit_image(photograph):
    gray = cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)
    assert value("entropy", photograph) == pytest.approx(measure.shannon_entropy(gray), abs=1e-9)


def test_entropy_of_two_equal_halves_is_one_bit():
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2] = 255
    assert value("entropy", image) == 1.0


def test_contrast_is_the_standard_deviation_of_gray(photograph):
    gray = cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY).astype(np.float64)
    assert value("contrast", photograph) == pytest.approx(gray.std(), abs=1e-6)
    half = np.zeros((4, 4, 3), np.uint8)
    half[:2] = 255
    assert value("contrast", half) == 127.5


def test_noise_equals_the_formula(photograph):
    from scipy.signal import convolve2d

    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]])
    per_channel = [
        math.sqrt(math.pi / 2) / 6 * np.abs(convolve2d(photograph[..., k].astype(float), mask, "valid")).mean()
        for k in range(3)
    ]
    assert value("noise", photograph) == pytest.approx(np.mean(per_channel), rel=1e-9)


@pytest.mark.parametrize("sigma", [3, 10, 25])
def test_noise_finds_the_sigma_that_was_added(sigma):
    flat = np.full((200, 300, 3), 128, np.uint8)
    assert value("noise", noisy(flat, sigma)) == pytest.approx(sigma, rel=0.05)


def test_colour_cast_is_the_chroma_of_the_mean_colour(photograph):
    mean = color.rgb2lab(photograph).reshape(-1, 3).mean(0)
    assert value("color_cast", photograph) == pytest.approx(np.hypot(mean[1], mean[2]), abs=1e-3)
    gray = np.repeat(photograph[..., :1], 3, axis=2)
    assert value("color_cast", gray) < 0.05


def test_clipping_counts_pixels_by_hand():
    image = np.full((10, 10, 3), 100, np.uint8)
    image[0, :3] = (2, 1, 0)  # black
    image[1, :1] = (3, 0, 0)  # not quite
    image[2, :5] = (253, 0, 0)  # a red lamp: its red is clipped
    image[3, :1] = 252
    assert value("clipped_shadows", image) == 3.0
    assert value("clipped_highlights", image) == 5.0


@pytest.mark.parametrize("damage", [blurred, noisy])
@pytest.mark.parametrize("name", ["niqe", "piqe"])
def test_damage_makes_a_photograph_worse(photograph, name, damage):
    assert value(name, damage(photograph)) > value(name, photograph) + 1


def test_niqe_of_good_photographs_is_low():
    assert value("niqe", astronaut()) < 6
    assert value("niqe", np.ascontiguousarray(coffee())) < 6


def test_niqe_shape_is_found_in_data_of_known_shape():
    random = np.random.default_rng(5)
    rows = np.stack([random.normal(0, 2, 200_000), random.laplace(0, 1, 200_000)])
    alpha, left, right = asymmetric_gaussian(rows)
    assert alpha == pytest.approx([2, 1], abs=0.05)  # a Gaussian has shape 2, a Laplacian 1
    assert left == pytest.approx([2 * math.sqrt(2), 1], rel=0.05)  # beta, the scale in exp(-(|x| / beta)^alpha)
    assert right == pytest.approx(left, rel=0.03)


def test_niqe_shape_equals_searching_the_whole_table():
    random = np.random.default_rng(6)
    rows = random.standard_t(3, (20, 4000)) * random.uniform(0.5, 1.5, (20, 1))
    from scipy.special import gamma

    shapes = np.arange(0.2, 10.0005, 0.001)
    table = gamma(2 / shapes) ** 2 / (gamma(1 / shapes) * gamma(3 / shapes))
    for row, found in zip(rows, asymmetric_gaussian(rows)[0], strict=True):
        g = math.sqrt((row[row < 0] ** 2).mean() / (row[row > 0] ** 2).mean())
        target = np.abs(row).mean() ** 2 / (row**2).mean() * (g**3 + 1) * (g + 1) / (g**2 + 1) ** 2
        assert found == pytest.approx(shapes[np.argmin((table - target) ** 2)], abs=0.0011)


def test_niqe_half_size_keeps_a_constant_and_equals_an_antialiased_cubic(photograph):
    plane = photograph[..., 1].astype(np.float64)
    assert natural_scene.half_size(np.full((10, 12), 7.0)) == pytest.approx(7)
    from PIL import Image

    pillow = np.asarray(Image.fromarray(plane.astype(np.float32)).resize((288, 192), Image.BICUBIC))
    assert np.abs(natural_scene.half_size(plane) - pillow)[4:-4, 4:-4].max() < 1e-3  # they differ at the border


def test_niqe_model_is_fitted_by_its_command(tmp_path, capsys, monkeypatch):
    from lowlight_core.image import write
    from lowlight_core.metrics import fit_niqe

    for k in range(6):
        write(tmp_path / f"{k}.png", noisy(np.ascontiguousarray(astronaut()[: 480 - 8 * k]), 2 + k))
    monkeypatch.setattr(fit_niqe, "SHARP", 0.0)
    monkeypatch.setattr("sys.argv", ["fit_niqe", str(tmp_path), str(tmp_path / "model.npz")])
    fit_niqe.main()
    with np.load(tmp_path / "model.npz") as model:
        assert model["mean"].shape == (36,) and model["covariance"].shape == (36, 36)
        assert model["photographs"] == 6
    assert "blocks of 6 photographs" in capsys.readouterr().out


def test_fitting_to_too_little_says_so():
    from lowlight_core.metrics import fit_niqe

    with pytest.raises(DatasetError, match="expected 37"):
        fit_niqe.fit([])


def test_shipped_niqe_model_is_what_the_command_makes(shared):
    from lowlight_core.metrics.fit_niqe import fit

    paths = sorted((shared / "data" / "photos").glob("*.jpg"))
    model = fit(paths)
    with np.load(natural_scene.MODEL) as shipped:
        assert shipped["photographs"] == len(paths)
        assert np.allclose(shipped["mean"], model["mean"], atol=1e-6)


def test_piqe_equals_the_formula_block_by_block(photograph):
    image = np.ascontiguousarray(noisy(photograph, 8)[:75, :90])  # sides that are no multiple of 16
    assert value("piqe", image) == pytest.approx(_piqe_by_loops(image), abs=1e-6)


def _piqe_by_loops(image):
    from scipy.ndimage import correlate1d

    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(float)
    gray = np.pad(gray, [(0, -side % 16) for side in gray.shape], mode="edge")
    taps = np.exp(-(np.arange(-3, 4) ** 2) / (2 * (7 / 6) ** 2))
    taps /= taps.sum()

    def smooth(plane):
        return correlate1d(correlate1d(plane, taps, 0, mode="nearest"), taps, 1, mode="nearest")

    mean = smooth(gray)
    deviation = np.sqrt(np.abs(smooth(gray * gray) - mean * mean))
    normal = (gray - mean) / (deviation + 1)
    score, active = 0.0, 0
    for y in range(0, normal.shape[0], 16):
        for x in range(0, normal.shape[1], 16):
            block = normal[y : y + 16, x : x + 16]
            variance = block.var(ddof=1)
            if variance <= 0.1:
                continue
            active += 1
            edges = (block[0], block[-1], block[:, 0], block[:, -1])
            if any(edge[k : k + 6].std(ddof=1) < 0.1 for edge in edges for k in range(11)):
                score += 1 - variance
            rest = np.delete(np.delete(block, 7, axis=1), 8, axis=1)
            ratio = np.concatenate([block[:, 7], block[:, 8]]).std(ddof=1) / rest.std(ddof=1)
            sigma = math.sqrt(variance)
            if sigma > 2 * abs(sigma - ratio) / max(sigma, ratio):
                score += variance
    return 100 * (score + 1) / (active + 1)


def test_piqe_and_niqe_do_not_depend_on_the_file_format(tmp_path, photograph):
    from lowlight_core.image import write

    again = read(write(tmp_path / "again.png", photograph)).pixels
    assert value("niqe", again) == value("niqe", photograph)
