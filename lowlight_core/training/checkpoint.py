"""Everything a run needs to go on after a kill, in one NumPy archive that appears whole or not at all."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from keras import ops

from lowlight_core.atomic import writing
from lowlight_core.errors import TrainingError


def save(path: Path, task, average, state: dict) -> None:
    """Write the weights of all models, the state of all optimizers, the averaged weights and ``state`` (JSON).

    Raises:
        OutputError: it cannot be written; the checkpoint before it stays.
    """
    arrays = {f"average/{i:04d}": a for i, a in enumerate(average.arrays)}
    for m, model in enumerate(task.models):
        arrays |= {f"model{m}/{i:04d}": a for i, a in enumerate(model.get_weights())}
    for o, optimizer in enumerate(task.optimizers):
        arrays |= {f"optimizer{o}/{i:04d}": ops.convert_to_numpy(v.value) for i, v in enumerate(optimizer.variables)}
    with writing(path, overwrite=True) as temporary, open(temporary, "wb") as file:
        np.savez(file, state=json.dumps(state), **arrays)


def state_of(path: Path) -> dict:
    """The state that :func:`save` wrote, whatever network it belongs to.

    Raises:
        TrainingError: it is damaged.
    """
    with _opened(path) as archive:
        return json.loads(str(archive["state"]))


def restore(path: Path, task, average) -> dict:
    """Put back what :func:`save` wrote and return its state.

    Raises:
        TrainingError: it belongs to another network, or is damaged.
    """
    with _opened(path) as archive:
        try:
            for m, model in enumerate(task.models):
                model.set_weights(_group(archive, f"model{m}/"))
            for o, optimizer in enumerate(task.optimizers):
                if not optimizer.built:  # it makes its variables at its first step only
                    optimizer.build(task.models[o].trainable_variables or task.models[o].weights)
                for variable, value in zip(optimizer.variables, _group(archive, f"optimizer{o}/"), strict=True):
                    variable.assign(value)
        except ValueError:
            raise TrainingError(f"{path} belongs to a run with other settings: choose another output folder") from None
        average.arrays = _group(archive, "average/")
        return json.loads(str(archive["state"]))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[np.lib.npyio.NpzFile]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            yield archive
    except (TrainingError, OSError, MemoryError):
        raise
    except Exception:  # zipfile, zlib and NumPy have an error for every kind of damage
        raise TrainingError(f"{path} is damaged: delete it to begin anew, or choose another output folder") from None


def _group(archive, prefix: str) -> list[np.ndarray]:
    return [archive[name] for name in sorted(archive.files) if name.startswith(prefix)]
