"""The card beside trained weights: what made them and what they score. JSON, rebuilt into the network by its name and
settings.
"""

import dataclasses
import json
from pathlib import Path


def write_card(folder: Path, config, task, data, state: dict) -> dict:
    """Write ``NETWORK.json`` beside the weights and return it."""
    card = {
        "network": config.network,
        "settings": config.settings,
        "parameters": task.network.count_params(),
        "training": {
            "config": describe(config),
            "pictures": data.counts,
            "seed": config.seed,
            "steps": state["step"],
            "hours": round(state["seconds"] / 3600, 3),
            "curve": state["validation"],
        },
    }
    (folder / f"{config.network}.json").write_text(json.dumps(card, indent=1))
    return card


def describe(config) -> dict:
    """The configuration with data sets by their last two names only, since a card travels and folders do not."""
    content = dataclasses.asdict(config)
    short = {"data": [data_name(folder) for folder in config.data]}
    for name in ("photos", "split", "start_from", "features"):
        short[name] = data_name(content[name]) if content[name] else None
    return {key: value for key, value in {**content, **short}.items() if key != "output"}


def data_name(path: str | Path) -> str:
    """The last two names of a path: what a card says of a data set's place."""
    return "/".join(Path(path).parts[-2:])
