"""A training run with a budget in minutes, in a process of its own: ``python -m lowlight_core.training.budget FOLDER``.

``FOLDER/order.json`` says what to train (see `lowlight_core.training.background`). Beside what every run writes, this
one leaves ``previews/STEP.jpg``: one validation picture as the network of that step makes it, and ``error.txt`` with
one sentence if it could not go on. It measures its own speed first, so that the learning rate's cosine ends with the
budget.
"""

import dataclasses
import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from lowlight_core.atomic import write_bytes
from lowlight_core.commands.parser import Parser
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.image import write
from lowlight_core.training import checkpoint, log, sampling
from lowlight_core.training.builtin import VARIED, write_pairs
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.fit import LOG_EVERY, Run
from lowlight_core.training.recipes import RECIPES
from lowlight_core.training.validation import mean_psnr, outputs

VALIDATIONS = 12  # of a whole budget
MOST_VALIDATED = 8  # pairs; a budget of minutes is for training
CROP, BATCH = 96, 4  # small, so that minutes hold many steps
_PROBED = 6  # steps whose time is taken


class ShownRun(Run):
    """A run that keeps a picture of every validation, and begins with one of the untrained network."""

    def _validate(self) -> None:
        super()._validate()
        self.show()

    def begin(self) -> None:
        """Before the first step: how the untrained network scores, as row 0 of the log, and its picture."""
        if not (self.folder / "log.csv").is_file():
            score = mean_psnr(self.task.network, self.config.network, self.data.validation)
            log.append(self.folder / "log.csv", {"step": 0, "validation_psnr": round(score, 3)})
        self.show()

    def show(self) -> None:
        """Write what the averaged weights make of the first validation picture."""
        own = self.task.network.get_weights()
        self.task.network.set_weights(self.average.arrays)
        made = next(outputs(self.task.network, self.config.network, self.data.validation[:1]))
        self.task.network.set_weights(own)
        write(self.folder / "previews" / f"{self.state['step']:06d}.jpg", made, overwrite=True)


def main(folder: Path) -> int:
    """Train as ``order.json`` says; returns the exit status."""
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        train(folder, json.loads((folder / "order.json").read_text()))
    except Exception as problem:
        (folder / "error.txt").write_text(sentence(problem))
        if not isinstance(problem, LowlightError):
            traceback.print_exc()  # into output.txt: where it came from concerns the operator
        return 1
    return 0


def train(folder: Path, order: dict) -> dict:
    """Load the data, measure the speed, train until the budget is used up; returns the final status.

    Raises:
        LowlightError: the data cannot be trained on, or the folder holds another run.
    """
    source = Path(order["data"]) if order["data"] else write_pairs(folder.parent / "built-in")
    config = configuration(order["network"], source, folder, {} if order["data"] else VARIED)
    data = TrainingData.load(config)
    data = dataclasses.replace(data, validation=data.validation[:MOST_VALIDATED])
    done = steps_done(folder)
    forget_previews(folder, done)
    write(folder / "previews" / "dark.png", data.validation[0].low, overwrite=True)
    write(folder / "previews" / "truth.png", data.validation[0].high, overwrite=True)
    config = within(config, done, 60 * order["minutes"], pace_of(folder, config, data))
    config.save(folder / "config.json")
    run = ShownRun(config, data, folder)
    if not done:
        run.begin()
    return run.run()


def configuration(network: str, data: Path, output: Path, varied: dict) -> TrainingConfig:
    """The network's recipe on small crops, with a short warm-up; ``varied``: what few pairs need beside it."""
    quick = {"crop": CROP, "batch": BATCH, "warmup": 30, "ema": 0.995, "checkpoint_every": 50}
    return TrainingConfig(network, (str(data),), str(output), **{**RECIPES.get(network, {}), **quick, **varied})


def steps_done(folder: Path) -> int:
    """Steps that the checkpoint of the folder holds; 0 for a fresh run.

    Raises:
        TrainingError: it is damaged.
    """
    path = folder / "checkpoint.npz"
    return checkpoint.state_of(path)["step"] if path.is_file() else 0


def forget_previews(folder: Path, done: int) -> None:
    """Remove the pictures of steps after ``done``, which the resumed run makes again, or others in their place."""
    for path in (folder / "previews").glob("*.jpg"):
        if int(path.stem) > done:
            path.unlink()


def within(config: TrainingConfig, done: int, seconds: float, pace: dict[str, float]) -> TrainingConfig:
    """As many steps after ``done`` as ``seconds`` hold, with a few validations on the way that take a third at most."""
    validations = min(VALIDATIONS, max(2, int(seconds / 3 / pace["validation"])))
    steps = max(40, int((seconds - validations * pace["validation"]) / pace["step"]))
    every = LOG_EVERY * -(-steps // (validations * LOG_EVERY))
    return dataclasses.replace(config, steps=done + steps, validate_every=every)


def pace_of(folder: Path, config: TrainingConfig, data: TrainingData) -> dict[str, float]:
    """Seconds per ``step`` and per ``validation`` on this machine, measured once per run on a network thrown away."""
    path = folder / "pace.json"
    if not path.is_file():
        write_bytes(path, json.dumps(_measured(config, data)).encode(), overwrite=True)
    return json.loads(path.read_text())


def _measured(config: TrainingConfig, data: TrainingData) -> dict[str, float]:
    from lowlight_core import networks

    lifted, times = networks.get(config.network).lifted, []
    with tempfile.TemporaryDirectory() as scratch:
        probe = ShownRun(config, data, Path(scratch))
        for step in range(_PROBED + 2):  # the first two compile
            start = time.monotonic()
            probe._step(sampling.batch(0, step, data.sources, config.crop, config.batch, data.how, lifted))
            times.append(time.monotonic() - start)
        start = time.monotonic()
        probe._validate()
        return {"step": sum(times[2:]) / _PROBED, "validation": time.monotonic() - start}


if __name__ == "__main__":
    parser = Parser(prog="python -m lowlight_core.training.budget", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="of the run, with order.json in it")
    sys.exit(main(parser.parse_args().folder))
