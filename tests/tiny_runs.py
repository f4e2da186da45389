"""Training runs of seconds: their configuration, and the losses that they logged."""

import csv

from lowlight_core.training.config import TrainingConfig
from tests.tiny_networks import SETTINGS


def config(pairs, output, **more) -> TrainingConfig:
    basic = {"steps": 6, "crop": 32, "batch": 2, "warmup": 2, "validate_every": 3, "checkpoint_every": 2}
    basic |= {"precision": "float32", "settings": SETTINGS["unet"]}
    return TrainingConfig(**{"network": "unet", "data": (str(pairs),), "output": str(output), **basic, **more})


def losses(folder):
    with open(folder / "log.csv", newline="") as file:
        return [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(file)]
