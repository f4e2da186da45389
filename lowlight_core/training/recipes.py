"""How each network is trained when nothing else is said: fields of `lowlight_core.training.config.TrainingConfig`."""

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
        "steps": 3900,
        "crop": 96,
        "batch": 8,
        "rate": 1e-3,
        "losses": {"mse": 1.0, "l1": 0.5},
        "level_share": 0.0,
    },
    "unet": {
        "steps": 4000,
        "crop": 128,
        "batch": 4,
        "rate": 5e-4,
        "losses": {"l1": 1.0, "mse": 10.0, "dssim": 0.5, "vgg": 0.03},
        "level_share": 0.12,
    },
    "mirnet": {
        "steps": 3750,
        "crop": 96,
        "batch": 4,
        "rate": 4e-4,
        "losses": {"charbonnier": 1.0, "dssim": 0.2},
        "level_share": 0.1,
    },
    "zero_dce": {"steps": 600, "crop": 96, "batch": 4, "rate": 2e-3, "losses": {}, "level_share": 0.0, "clip": 0.1},
    "gan": {
        "steps": 900,
        "crop": 128,
        "batch": 4,
        "rate": 2e-4,
        "losses": {"l1": 1.0, "mse": 5.0, "dssim": 0.3, "lpips": 0.1},
        "level_share": 0.1,
    },
    "transformer": {
        "steps": 4200,
        "crop": 128,
        "batch": 4,
        "rate": 6e-4,
        "losses": {"l1": 1.0, "mse": 10.0, "dssim": 0.4},
        "level_share": 0.12,
    },
    "lumen": {"steps": 16000, "crop": 192, "batch": 4, "rate": 5e-4, "losses": {"l1": 1.0, "dssim": 0.2, "edges": 0.1}},
}
