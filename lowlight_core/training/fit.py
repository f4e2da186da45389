"""The training loop, top to bottom: batches, updates, average, log, validation, checkpoints, and an orderly stop.

The output folder: ``config.json``, ``log.csv`` (one row per ``LOG_EVERY`` steps), ``status.json`` (what a progress
bar needs), ``checkpoint.npz`` (to resume), ``NETWORK.weights.h5`` and ``NETWORK.json`` (the best so far by
validation, usable at once). A file called ``stop`` in it, Ctrl-C, SIGTERM or SIGHUP ends the run after the current
step with a checkpoint; a second Ctrl-C does not wait for it.
"""

import json
import math
import threading
import time
from pathlib import Path

import keras

from lowlight_core import networks
from lowlight_core.atomic import make_folder, write_bytes
from lowlight_core.errors import TrainingError
from lowlight_core.networks import weights
from lowlight_core.stopping import listening
from lowlight_core.training import checkpoint, log, sampling
from lowlight_core.training.config import TrainingConfig, mixed_precision
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.lock import alone_in
from lowlight_core.training.objective import missing_features
from lowlight_core.training.schedule import Average, learning_rate
from lowlight_core.training.tasks import make_task
from lowlight_core.training.validation import mean_psnr

LOG_EVERY = 25


def train(config: TrainingConfig, progress=None) -> dict:
    """Train, or resume what was begun in ``config.output``, until ``steps`` or a stop request; returns the final
    status.

    ``progress(status)`` is called after every log row. Raises DatasetError or TrainingError before the first step if
    the run cannot start or the folder holds another one or one that is at work, TrainingError later if it diverges, and
    OutputError where the folder takes no file.
    """
    config.check()
    config, folder = config.settled(), Path(config.output)
    config.check_continues(folder)
    data = TrainingData.load(config)
    make_folder(folder)
    with alone_in(folder):
        config.check_continues(folder)  # again: another run may have come and gone while the data were read
        (folder / "stop").unlink(missing_ok=True)
        run = Run(config, data, folder, progress)
        config.save(folder / "config.json")
        return run.run()


class Run:
    """The state of one run: networks, optimizers, average of weights, best score and clock."""

    def __init__(self, config: TrainingConfig, data: TrainingData, folder: Path, progress=None):
        self.config, self.data, self.folder, self.progress = config, data, folder, progress
        keras.utils.set_random_seed(config.seed)
        policy, before = mixed_precision(config.precision), keras.config.dtype_policy()
        keras.config.set_dtype_policy(policy)
        try:
            self.task = make_task(config)
        finally:
            keras.config.set_dtype_policy(before)
        self.average = Average(self.task.network.get_weights(), config.ema)
        self.state = {"step": 0, "seconds": 0.0, "best": None, "validation": [], "since_row": []}
        self.losses_off = missing_features(config)
        self.row = {}
        self.wish = threading.Event()
        if (folder / "checkpoint.npz").is_file():
            self.state |= checkpoint.restore(folder / "checkpoint.npz", self.task, self.average)
        if self.state["step"] > config.steps:
            raise TrainingError(
                f"{folder} is at step {self.state['step']} already: expected at least so many steps, got {config.steps}"
            )
        self.before = {name: self.state[name] for name in ("step", "seconds")}  # of this process: no part of its pace
        log.forget_after(folder / "log.csv", self.state["step"])

    def run(self) -> dict:
        """All remaining steps; the final status, with the number of the ``signal`` that stopped the run, if one did."""
        with listening(self.wish) as came:
            status = self._run()
        return status | {"signal": came[0]} if came else status

    def _run(self) -> dict:
        config, began = self.config, time.monotonic() - self.state["seconds"]
        for batch in sampling.prefetch(self._make, self.state["step"], config.steps):
            self._step(batch)
            self.state["seconds"] = time.monotonic() - began
            step = self.state["step"]
            last = step == config.steps or self._stop_requested()
            validated = step % config.validate_every == 0 or step == config.steps
            if validated:
                self._validate()
            if step % LOG_EVERY == 0 or last:
                self._log()
            if step % config.checkpoint_every == 0 or last or validated:  # what is resumed knows whose weights are kept
                checkpoint.save(self.folder / "checkpoint.npz", self.task, self.average, self.state)
            if last:
                break
        return self._status("done" if self.state["step"] == config.steps else "stopped")

    def _make(self, step: int) -> dict:
        config, lifted = self.config, networks.get(self.config.network).lifted
        return sampling.batch(config.seed, step, self.data.sources, config.crop, config.batch, self.data.how, lifted)

    def _step(self, batch) -> None:
        step, config = self.state["step"], self.config
        rate = learning_rate(step, config.steps, config.rate, config.warmup)
        for optimizer in self.task.optimizers:
            optimizer.learning_rate = rate
        logs = self.task.step(batch)
        measured = {name: float(logs[name]) for name in ("loss", "psnr")}
        if not math.isfinite(measured["loss"]):
            raise TrainingError(
                f"the loss became {measured['loss']} at step {step + 1}: try a lower rate than {config.rate:g} in "
                "another output folder; what was saved before is kept"
            )
        self.state["since_row"].append({**measured, "learning_rate": rate})
        self.state["step"] = step + 1
        self.average.update(step + 1, self.task.network)

    def _validate(self) -> None:
        """Score the averaged weights; keep them on disk if none were better."""
        own = self.task.network.get_weights()
        self.task.network.set_weights(self.average.arrays)
        score = mean_psnr(self.task.network, self.config.network, self.data.validation)
        self.task.network.set_weights(own)
        self.state["validation"].append([self.state["step"], round(score, 3)])
        if self.state["best"] is None or score >= self.state["best"]:
            self.state["best"] = score
            self._card()  # first: who finds weights reads it
            weights.save(self.folder / f"{self.config.network}.weights.h5", self.average.arrays)

    def _card(self) -> None:
        from lowlight_core.training.card import write_card

        write_card(self.folder, self.config, self.task, self.data, self.state)

    def _log(self) -> None:
        """A row with the means of all steps since the last one; the learning rate is that of the last step."""
        last = self.state["validation"][-1] if self.state["validation"] else [None, None]
        steps, self.state["since_row"] = self.state["since_row"], []
        means = {name: sum(step[name] for step in steps) / len(steps) for name in ("loss", "psnr")}
        row = {**steps[-1], **means, "step": self.state["step"], "seconds": round(self.state["seconds"], 1)}
        row["validation_psnr"] = last[1] if last[0] == row["step"] else ""
        log.append(self.folder / "log.csv", {key: round(v, 7) if isinstance(v, float) else v for key, v in row.items()})
        self.row = row
        self._status("running")

    def _status(self, state: str) -> dict:
        step, steps, seconds = self.state["step"], self.config.steps, self.state["seconds"]
        pace = (step - self.before["step"]) / max(seconds - self.before["seconds"], 1e-9)
        status = {
            "state": state,
            "network": self.config.network,
            "steps": steps,
            **self.row,
            "step": step,
            "seconds": round(seconds, 1),
            "steps_per_second": round(pace, 4),
            "remaining_seconds": round((steps - step) / pace, 1) if pace else 0.0,
            "best_validation_psnr": self.state["best"],
            "losses_off": self.losses_off,
        }
        write_bytes(self.folder / "status.json", json.dumps(status).encode(), overwrite=True)
        if self.progress:
            self.progress(status)
        return status

    def _stop_requested(self) -> bool:
        return self.wish.is_set() or (self.folder / "stop").exists()
