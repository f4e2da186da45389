"""The card beside trained weights: what made them and what they score. JSON, rebuilt into the network by its name and
settings.
"""

import dataclasses
import json
import shlex
from pathlib import Path

from lowlight_core import networks
from lowlight_core.atomic import write_bytes
from lowlight_core.errors import WeightsError
from lowlight_core.networks import cards


def write_card(folder: Path, config, task, data, state: dict) -> dict:
    """Write ``NETWORK.json`` beside the weights and return it."""
    from lowlight_core.training.objective import missing_features

    card = {
        "network": config.network,
        "settings": networks.get(config.network).all_settings(config.settings),
        "parameters": task.network.count_params(),
        "training": {
            "config": describe(config),
            "pictures": data.counts,
            "seed": config.seed,
            "steps": state["step"],
            "hours": round(state["seconds"] / 3600, 3),
            "curve": state["validation"],
            "losses_off": missing_features(config),
            "command": command(config),
        },
    }
    if before := _history(config.start_from):
        card["training"] = continued(before, card["training"])
    write_bytes(folder / f"{config.network}.json", json.dumps(card, indent=1).encode(), overwrite=True)  # pages read it
    return card


def describe(config) -> dict:
    """The configuration with data sets by their last two names only, since a card travels and folders do not."""
    content = dataclasses.asdict(config)
    short = {"data": [data_name(folder) for folder in config.data]}
    for name in ("photos", "split", "start_from", "features"):
        short[name] = data_name(content[name]) if content[name] else None
    return {key: value for key, value in {**content, **short}.items() if key != "output"}


def command(config) -> str:
    """The command line that says the same as ``config``, with short names for folders."""
    said = describe(config)
    shares = [f" --share {share:g}" for share in config.shares] or [""] * len(said["data"])
    words = ["".join(f" --data {shlex.quote(name)}{share}" for name, share in zip(said["data"], shares, strict=True))]
    words += [" --set " + shlex.quote(f"{name}={json.dumps(value)}") for name, value in said["settings"].items()]
    words += [
        f" --{name.replace('_', '-')} {shlex.quote(str(said[name]))}" for name in _OPTIONS if said[name] is not None
    ]
    words += [" --darken-truths"] if config.darken_truths else []
    words += [f" --loss {name}={weight:g}" for name, weight in said["losses"].items()]
    return f"python -m lowlight_core train {config.network}{''.join(words)} --output DIR"


_OPTIONS = (
    *("photos", "photo_share", "split", "features", "start_from", "steps", "crop", "batch", "rate", "warmup", "ema"),
    *("weight_decay", "exposure_jitter", "level_jitter", "level_share", "saturation_jitter", "warmth_jitter", "seed"),
)


def _history(weights: str | None) -> dict | None:
    """How the weights that a run starts from were trained, where their card says so."""
    try:
        training = cards.read(weights).get("training", {}) if weights else {}
    except WeightsError:
        return None
    return training if {"steps", "hours", "curve"} <= training.keys() else None


def continued(before: dict, training: dict) -> dict:
    """The history of weights that went on from others: steps, hours and curve of both, and every stage's command."""
    earlier = before.get("stages") or [{key: before[key] for key in _STAGE if key in before}]
    return {
        **training,
        "steps": before["steps"] + training["steps"],
        "hours": round(before["hours"] + training["hours"], 3),
        "curve": [*before["curve"], *([before["steps"] + step, score] for step, score in training["curve"])],
        "stages": [*earlier, {key: training[key] for key in _STAGE}],
    }


_STAGE = ("steps", "hours", "command")


def data_name(path: str | Path) -> str:
    """The last two names of a path: what a card says of a data set's place."""
    return "/".join(Path(path).parts[-2:])
