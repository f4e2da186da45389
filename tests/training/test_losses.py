"""Losses against independent implementations."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity

keras = pytest.importorskip("keras")
from lowlight_core.training import losses, zero_reference  # noqa: E402


@pytest.fixture
def pictures():
    random = np.random.default_rng(0)
    a = random.random((1, 41, 53, 3)).astype(np.float32)
    return a, np.clip(a + random.normal(0, 0.1, a.shape), 0, 1).astype(np.float32)


def test_dssim_is_scikit_image_on_every_second_window(pictures):
    a, b = pictures
    _, full = structural_similarity(
        a[0],
        b[0],
        channel_axis=-1,
        data_range=1.0,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    expected = 1 - full[5:-5:2, 5:-5:2].mean()
    assert float(losses.dssim(a, b)) == pytest.approx(expected, abs=1e-4)


def test_identical_pictures_cost_nothing(pictures):
    a, b = pictures
    for loss in (losses.l1, losses.mse, losses.dssim, losses.edges):
        assert float(loss(a, a)) == pytest.approx(0, abs=1e-5)
        assert float(loss(a, b)) > 0.001


def test_charbonnier_by_hand():
    far, near = (np.full((1, 2, 2, 3), value, np.float32) for value in (0.5, 0.0))
    assert float(losses.charbonnier(far, near)) == pytest.approx((0.25 + 1e-6) ** 0.5)
    assert float(losses.charbonnier(near, near)) == pytest.approx(1e-3)


def test_psnr_is_the_definition(pictures):
    a, b = pictures
    assert float(losses.psnr(a, b)) == pytest.approx(-10 * np.log10(np.mean((a - b) ** 2)), abs=1e-3)


def test_smoothness_counts_rows_and_columns_apart():
    """On 8x32 maps that change along one axis only; swapping the counts of the two axes would change these values."""
    rows = np.tile(np.arange(8, dtype=np.float32)[None, :, None, None], (1, 1, 32, 3))
    columns = np.tile(np.arange(32, dtype=np.float32)[None, None, :, None], (1, 8, 1, 3))
    assert float(zero_reference.smoothness_loss(rows)) == pytest.approx(1)
    assert float(zero_reference.smoothness_loss(columns)) == pytest.approx(1)


def test_spatial_loss_by_hand():
    before, after = (np.zeros((1, 8, 8, 3), np.float32) for _ in range(2))
    after[:, :4, :4] = 0.5  # one region of four: two of its neighbours see a contrast of 0.5
    assert float(zero_reference.spatial_loss(before, after)) == pytest.approx(2 * (0.25 / 2) + 2 * (0.25 / 2))


def test_lpips_loss_is_the_metric(pictures):
    from lowlight_core import alexnet
    from lowlight_core.metrics.perceptual import lpips
    from lowlight_core.training.perceptual import Lpips

    a, b = (np.rint(255 * picture).astype(np.uint8) for picture in pictures)
    value = float(Lpips(alexnet.WEIGHTS)(*(picture.astype(np.float32) / 255 for picture in (a, b))))
    assert value == pytest.approx(lpips(b[0], a[0]), rel=0.02)
