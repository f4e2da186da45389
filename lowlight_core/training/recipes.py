"""How each network is trained when nothing else is said: fields of `lowlight_core.training.config.TrainingConfig`."""

OWN_LOSSES: dict[str, dict[str, float]] = {  # that a network is always trained with, beside those of a configuration
    "zero_dce": {"spatial": 1.0, "exposure": 10.0, "color": 5.0, "smoothness": 200.0},
    "gan": {"adversarial": 0.01},
}
RECIPES: dict[str, dict] = {
    "denoising_cnn": {
        "steps": 2350,
        "crop": 96,
        "batch": 8,
        "rate": 1e-3,
        "losses": {"mse": 1.0, "l1": 0.5},
        "level_share": 0.0,
    },
    "skip_cnn": {
        "steps": 6700,
        "crop": 96,
        "batch": 8,
        "rate": 1e-3,
        "losses": {"mse": 1.0, "l1": 0.5},
        "level_share": 0.0,
    },
    "unet": {
        "steps": 13500,
        "crop": 128,
        "batch": 4,
        "rate": 5e-4,
        "losses": {"l1": 1.0, "mse": 10.0, "dssim": 0.5, "vgg": 0.03},
        "level_share": 0.12,
    },
    "mirnet": {
        "steps": 17050,
        "crop": 128,
        "batch": 3,
        "rate": 5e-4,
        "losses": {"charbonnier": 1.0, "mse": 8.0, "dssim": 0.4},
        "level_share": 0.1,
    },
    "zero_dce": {"steps": 600, "crop": 96, "batch": 4, "rate": 2e-3, "losses": {}, "level_share": 0.0, "clip": 0.1},
    "gan": {
        "steps": 1500,
        "crop": 128,
        "batch": 4,
        "rate": 2e-4,
        "losses": {"l1": 1.0, "mse": 8.0, "dssim": 0.5, "lpips": 0.25},
        "level_share": 0.1,
    },
    "transformer": {
        "steps": 13600,
        "crop": 128,
        "batch": 4,
        "rate": 6e-4,
        "losses": {"l1": 1.0, "mse": 10.0, "dssim": 0.5, "vgg": 0.03},
        "level_share": 0.12,
    },
    "lumen": {
        "steps": 16000,
        "crop": 192,
        "batch": 4,
        "rate": 5e-4,
        "losses": {"l1": 1.0, "dssim": 0.2, "edges": 0.1},
        "saturation_jitter": 0.5,
        "warmth_jitter": 1.2,
    },
}
