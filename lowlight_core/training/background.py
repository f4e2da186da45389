"""Training beside the app: one run at a time per server, in a process of its own, found again by its token.

A run is a folder below ``settings().home``; its state is read from the files that the trainer writes, so it survives a
closed tab and a restarted server. Whoever runs holds a lock on one file, which the system frees when the process ends,
however it ends. Nothing here imports Keras.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from lowlight_core import atomic
from lowlight_core.datasets import paired_folders
from lowlight_core.enhancers.own import PREFIX, folder_of
from lowlight_core.errors import BusyError, OutputError, TrainingError, storable
from lowlight_core.jobs import room
from lowlight_core.networks import NETWORKS
from lowlight_core.settings import settings
from lowlight_core.training import lock, log

KEPT = 20  # folders of earlier runs
_TOKEN = re.compile(r"[\w-]{16,64}")
BUILT_IN = "Built-in pairs"


@dataclass(frozen=True)
class TrainingRun:
    """One run, as its folder tells."""

    token: str
    folder: Path

    @property
    def order(self) -> dict:
        """What was asked for: ``network``, ``minutes``, ``data`` (path or empty), ``data_label``."""
        return json.loads((self.folder / "order.json").read_text())

    @property
    def running(self) -> bool:
        """Whether its process is at work."""
        return lock.holder(home() / "lock") == self.token

    @property
    def state(self) -> str:
        """``starting``, ``running``, ``done``, ``stopped``, ``failed``, or ``interrupted`` by something outside."""
        present = {} if self._tells_of_the_past() else self.status
        if self.running:
            return "running" if present else "starting"
        if self.error:
            return "failed"
        state = present.get("state", "interrupted")
        return "interrupted" if state == "running" else state

    def _tells_of_the_past(self) -> bool:
        """Whether the status is that of before the run was resumed."""
        path = self.folder / "status.json"
        return path.is_file() and path.stat().st_mtime < (self.folder / "order.json").stat().st_mtime

    @property
    def status(self) -> dict:
        """Latest ``step``, ``steps``, ``loss``, ``seconds``, ``steps_per_second``, ``remaining_seconds``; empty before
        the first.
        """
        try:
            return json.loads((self.folder / "status.json").read_text())
        except (OSError, ValueError):
            return {}

    @property
    def error(self) -> str | None:
        """The sentence that says why it failed."""
        path = self.folder / "error.txt"
        return path.read_text() if path.is_file() else None

    def rows(self) -> list[dict[str, float]]:
        """The log: ``step``, ``loss``, ``psnr``, ``seconds`` and, where one was made, ``validation_psnr``.

        The row of step 0 has but the ``validation_psnr`` of the untrained network.
        """
        return log.rows(self.folder / "log.csv")

    @property
    def untrained_psnr(self) -> float | None:
        """Validation PSNR in dB before the first step; ``None`` in runs that have not measured it."""
        first = next(iter(self.rows()), {})
        return first.get("validation_psnr") if first.get("step") == 0 else None

    def previews(self) -> dict[int, Path]:
        """Step -> the validation picture as the network of that step made it, in order."""
        return {int(path.stem): path for path in sorted((self.folder / "previews").glob("[0-9]*.jpg"))}

    @property
    def weights(self) -> Path | None:
        """The best weights so far, with their card beside them, or ``None``."""
        path = self.folder / f"{self.order['network']}.weights.h5"
        return path if path.is_file() else None

    @property
    def best_step(self) -> int:
        """After how many steps the best weights so far were made; 0 without any."""
        if self.weights is None:
            return 0
        card = self.folder / f"{self.order['network']}.json"
        return json.loads(card.read_text())["training"]["steps"]

    def archive(self) -> bytes:
        """Weights, card, configuration and log as a .zip: what ``train`` writes, ready for the command line."""
        network, buffer = self.order["network"], BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            for name in (f"{network}.weights.h5", f"{network}.json", "config.json", "log.csv"):
                if (self.folder / name).is_file():
                    file.write(self.folder / name, f"{network}/{name}")
        return buffer.getvalue()


def home() -> Path:
    """Where runs live, once there is one."""
    return settings().home / "training"


def find(token: str | None) -> TrainingRun | None:
    """The run of that token, if it exists."""
    if not token or not _TOKEN.fullmatch(token):
        return None
    run = TrainingRun(token, home() / token)
    return run if (run.folder / "order.json").is_file() else None


def data_sets() -> dict[str, Path | None]:
    """What may be trained on: the built-in pairs (``None``), and the data sets of pairs below the allowed root."""
    root, found = settings().dataset_root, {BUILT_IN: None}
    for folder in paired_folders(root) if root else ():
        found[storable(str(folder.relative_to(root)))] = folder
    return found


def start(network: str, data_label: str, minutes: float) -> TrainingRun:
    """Start a run; returns at once.

    Raises:
        BusyError: another run is at work, or the disk has no room for it (`room`).
        OutputError: the disk takes no folder or file.
        TrainingError: no such network or data set, or a budget out of range.
    """
    choices = data_sets()
    if network not in NETWORKS or data_label not in choices:
        raise TrainingError(f"expected one of {', '.join(NETWORKS)} and one of {', '.join(choices)}, got {network!r}, "
                            f"{data_label!r}")  # fmt: skip
    run = TrainingRun(token := secrets.token_urlsafe(16), home() / token)
    data = choices[data_label]
    order = {"network": network, "minutes": _budget(minutes), "data": str(data or ""), "data_label": data_label}
    return _launch(run, order)


def resume(run: TrainingRun, minutes: float) -> TrainingRun:
    """Go on with a run that stopped, for more minutes.

    Raises:
        BusyError: a run is at work.
        TrainingError: a budget out of range.
    """
    return _launch(run, {**run.order, "minutes": _budget(minutes)})


def keep(run: TrainingRun) -> str:
    """Put the present weights aside and return the name under which they are a method from now on.

    Raises:
        TrainingError: there are none yet.
        OutputError: the disk takes no copy of them.
    """
    weights = run.weights
    if weights is None:
        raise TrainingError("this run has no weights yet: wait for its first validation")
    step = run.best_step
    folder = folder_of(run.token, step)
    for path in (weights, weights.with_name(f"{run.order['network']}.json")):
        atomic.write_bytes(folder / path.name, path.read_bytes(), overwrite=True)  # others may use them by a link
    return f"{PREFIX}{run.token}-{step}"


def stop(run: TrainingRun) -> None:
    """Ask a run to end after its present step, with a checkpoint."""
    (run.folder / "stop").touch()


def busy() -> bool:
    """Whether a run is at work on this server."""
    return lock.holder(home() / "lock") is not None


def _budget(minutes: float) -> float:
    most = settings().train_minutes
    if not 0 < minutes <= most:
        raise TrainingError(f"expected a budget above 0 and up to {most:g} minutes, got {minutes:g}")
    return minutes


def _launch(run: TrainingRun, order: dict) -> TrainingRun:
    """Begin a run, new or resumed. Raises OutputError where the disk takes no file, or the system no process."""
    try:
        process = _process(run, order)
    except OSError as error:
        raise OutputError(f"this server cannot begin a training run: {error.strerror or error}") from None
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie
    return run


def _process(run: TrainingRun, order: dict) -> subprocess.Popen:
    """Take the lock and hand it to a new process, which keeps it as long as it lives."""
    with lock.opened(atomic.make_folder(home()) / "lock") as locked:
        if not lock.take(locked):
            raise BusyError("another training run is at work on this server: try again when it has ended")
        locked.truncate(0)  # the run before is not at work, while this one is made ready
        _forget_old(run)
        room.check()
        run.folder.mkdir(exist_ok=True)
        for name in ("stop", "error.txt"):
            (run.folder / name).unlink(missing_ok=True)
        atomic.write_bytes(run.folder / "order.json", json.dumps(order).encode(), overwrite=True)  # pages read it
        locked.write(run.token)
        locked.flush()
        with open(run.folder / "output.txt", "wb") as output:
            command = [sys.executable, "-m", "lowlight_core.training.budget", str(run.folder)]
            package = Path(__file__).resolve().parents[2]
            paths = os.pathsep.join(filter(None, (str(package), os.environ.get("PYTHONPATH"))))
            return subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                                    pass_fds=[locked.fileno()], start_new_session=True,
                                    env={**os.environ, "PYTHONPATH": paths})  # fmt: skip


def _forget_old(present: TrainingRun) -> None:
    """Remove the folders of all but the latest runs."""
    folders = [path.parent for path in home().glob("*/order.json") if path.parent != present.folder]
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime)[: -KEPT or None]:
        shutil.rmtree(folder, ignore_errors=True)
