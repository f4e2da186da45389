"""PSNR, SSIM, MS-SSIM, MAE, CIEDE2000 and LOE against independent implementations, and against figures by hand."""

import numpy as np
import pytest
from skimage import color
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from lowlight_core.metrics import METRICS, fidelity
from lowlight_core.metrics.color import delta_e_2000, lab
from lowlight_core.metrics.lightness_order import _samples

OFFICIAL = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, channel_axis=-1, data_range=255)


def scene(height=97, width=131, seed=0):
    """A smooth coloured picture with edges, and a darker, noisy version of it: RGB uint8 of an odd size."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / max(height, width)
    planes = [np.sin(9 * x + 3 * k) * np.cos(7 * y - k) + (x > 0.5) for k in range(3)]
    bright = np.clip(np.stack(planes, -1) * 60 + 100, 0, 255)
    dark = np.clip(bright * 0.4 + random.normal(0, 9, bright.shape), 0, 255)
    return dark.astype(np.uint8), bright.astype(np.uint8)


@pytest.fixture(scope="module")
def pair():
    return scene()


def test_psnr_equals_scikit_image(pair):
    assert METRICS["psnr"](*pair) == pytest.approx(peak_signal_noise_ratio(pair[1], pair[0], data_range=255), abs=1e-10)


def test_psnr_of_black_against_white_is_zero_and_exact_for_a_large_picture():
    black, white = np.zeros((3000, 2000, 3), np.uint8), np.full((3000, 2000, 3), 255, np.uint8)
    assert METRICS["psnr"](black, white) == 0.0
    assert METRICS["mae"](black, white) == 255.0


def test_psnr_by_hand():
    a, b = np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2, 3), np.uint8)
    b[0, 0] = (10, 0, 0)  # one of twelve values is off by 10: mean squared error 100 / 12
    assert METRICS["psnr"](a, b) == pytest.approx(10 * np.log10(255**2 * 12 / 100))
    assert METRICS["mae"](a, b) == pytest.approx(10 / 12)


@pytest.mark.parametrize("size", [(97, 131), (11, 11), (11, 40), (43, 11), (64, 64), (75, 200)])
def test_ssim_equals_scikit_image(size):
    dark, bright = scene(*size)
    assert METRICS["ssim"](dark, bright) == pytest.approx(structural_similarity(dark, bright, **OFFICIAL), abs=1e-5)


def test_ssim_equals_scikit_image_on_flat_vivid_colours():
    first, second = np.zeros((2, 24, 34, 3), np.uint8)
    first[:], second[:] = (255, 30, 0), (255, 0, 128)
    assert METRICS["ssim"](first, second) == pytest.approx(structural_similarity(first, second, **OFFICIAL), abs=1e-4)


def test_gt_mean_equals_the_formula_on_whole_arrays(pair):
    image, reference = (pixels.astype(np.float64) for pixels in pair)
    weights = [0.299, 0.587, 0.114]
    scaled = np.clip(image * (reference @ weights).mean() / (image @ weights).mean(), 0, 255)
    assert METRICS["psnr_gt_mean"](*pair) == pytest.approx(
        10 * np.log10(255**2 / mean_squared_error(scaled, reference)), abs=1e-9
    )
    expected = structural_similarity(scaled, reference, **OFFICIAL)
    assert METRICS["ssim_gt_mean"](*pair) == pytest.approx(expected, abs=1e-5)


def test_gt_mean_undoes_a_pure_change_of_exposure_and_leaves_black_black():
    _, bright = scene()
    half = (bright // 2 * 2) // 2
    assert METRICS["psnr_gt_mean"](half, bright // 2 * 2) > 45
    assert not fidelity.gt_mean_curve(np.zeros_like(bright), bright)[0]
    assert np.isfinite(METRICS["psnr_gt_mean"](np.zeros_like(bright), bright))


def test_what_gt_mean_makes_equal_to_the_truth_has_no_finite_psnr(pair):
    third = pair[1] // 3
    assert METRICS["psnr_gt_mean"](third, third * 3) == np.inf
    assert METRICS["psnr_gt_mean"](np.full_like(third, 88), np.full_like(third, 120)) == np.inf
    almost = third * 3
    almost[0, 0, 0] += 1
    assert METRICS["psnr_gt_mean"](third, almost) < 100


def test_ms_ssim_equals_a_direct_formula_made_of_scikit_image():
    dark, bright = scene(203, 331)
    first, second = (np.rint(p @ [0.299, 0.587, 0.114]) for p in (dark, bright))
    value = 1.0
    options = {key: OFFICIAL[key] for key in ("gaussian_weights", "sigma", "use_sample_covariance", "data_range")}
    for scale, weight in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):
        if scale:
            first, second = (_mean_of_blocks(each) for each in (first, second))
        if scale < 4:
            value *= _contrast_structure(first, second) ** weight
        else:
            value *= structural_similarity(first, second, **options) ** weight
    assert METRICS["ms_ssim"](dark, bright) == pytest.approx(value, abs=2e-4)  # gray is rounded a hair differently


def _mean_of_blocks(plane):
    padded = np.pad(plane, [(0, side % 2) for side in plane.shape], mode="symmetric")
    return padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2).mean(axis=(1, 3))


def _contrast_structure(x, y):
    """By definition: a Gaussian-weighted window at every place where it fits, with a plain 2-D convolution."""
    from scipy.signal import convolve2d

    tap = np.exp(-(np.arange(-5, 6) ** 2) / 4.5)
    window = np.outer(tap, tap) / tap.sum() ** 2
    mean = [convolve2d(plane, window, "valid") for plane in (x, y)]
    variance = [convolve2d(p * p, window, "valid") - m * m for p, m in zip((x, y), mean, strict=True)]
    covariance = convolve2d(x * y, window, "valid") - mean[0] * mean[1]
    return ((2 * covariance + 58.5225) / (variance[0] + variance[1] + 58.5225)).mean()


def test_ms_ssim_of_an_inverted_picture_is_a_number():
    _, bright = scene(200, 200)
    assert METRICS["ms_ssim"](255 - bright, bright) >= 0


def test_lab_and_ciede2000_equal_scikit_image(pair):
    assert np.abs(lab(pair[0]) - color.rgb2lab(pair[0])).max() < 1e-3
    expected = color.deltaE_ciede2000(color.rgb2lab(pair[1]), color.rgb2lab(pair[0])).mean()
    assert METRICS["ciede2000"](*pair) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [  # from the table of Sharma, Wu and Dalal (2005), chosen for the corners of the formula
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000_of_published_colours(first, second, expected):
    assert delta_e_2000(np.array(first, float), np.array(second, float)) == pytest.approx(expected, abs=1e-4)


def test_loe_equals_comparing_all_pairs(pair):
    a, b = _samples(pair[0]).astype(int), _samples(pair[1]).astype(int)
    differs = (a[:, None] >= a[None]) != (b[:, None] >= b[None])
    assert METRICS["loe"](*pair) == pytest.approx(differs.sum() / len(a))


def test_loe_samples_local_maxima_as_the_authors_do():
    random = np.random.default_rng(3)
    image = random.integers(0, 256, (130, 160, 3), dtype=np.uint8)
    lightness = np.pad(image.max(axis=2), 7, mode="reflect")
    expected = [lightness[y : y + 15, x : x + 15].max() for y in range(1, 130, 2) for x in range(1, 160, 2)]
    assert (_samples(image) == expected).all()


def test_loe_ignores_any_rising_tone_curve_and_counts_a_falling_one():
    _, bright = scene(120, 120)
    darker = (bright // 4 + 30).astype(np.uint8)
    rising = np.arange(256, dtype=np.uint8) // 2 + 60
    assert METRICS["loe"](rising[bright // 2 * 2], bright // 2 * 2) == 0
    assert METRICS["loe"](255 - bright, bright) > METRICS["loe"](darker, bright)
