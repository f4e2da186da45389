"""What a training run is: everything that decides its result, as one flat record that becomes JSON."""

import dataclasses
import json
import math
from dataclasses import dataclass, field
from pathlib import Path

from lowlight_core.atomic import write_bytes
from lowlight_core.errors import ParameterError, TrainingError
from lowlight_core.networks import cards

MOST_PIXELS = 2**28  # of the crops in one step: 16,384 of 128 pixels, some 6 GB before the network has seen them
JITTERS = ("exposure", "level", "saturation", "warmth")


@dataclass(frozen=True)
class TrainingConfig:
    """One run of ``train``.

    ``data``: folders with ``low`` and ``high``; ``shares``: how often each is drawn from; ``photos``: a folder of
    good photographs, drawn with ``photo_share``; with ``darken_truths`` the bright halves of the training pairs count
    as photographs too. ``losses``: weight by name (see `lowlight_core.training.objective`).
    ``crop`` pixels and ``batch`` per step; ``rate``: peak learning rate, after ``warmup`` steps, falling as a cosine
    to zero at ``steps``.
    """

    network: str
    data: tuple[str, ...]
    output: str
    shares: tuple[float, ...] = ()
    photos: str | None = None
    photo_share: float = 0.1
    darken_truths: bool = False
    split: str | None = None
    settings: dict = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=lambda: {"l1": 1.0, "dssim": 0.2})
    steps: int = 4000
    crop: int = 128
    batch: int = 8
    rate: float = 5e-4
    warmup: int = 200
    weight_decay: float = 1e-4
    ema: float = 0.999
    clip: float = 1.0
    exposure_jitter: float = 0.2
    level_jitter: float = 0.35
    level_share: float = 0.25
    saturation_jitter: float = 0.0
    warmth_jitter: float = 0.8
    precision: str = "auto"
    validate_every: int = 1000
    checkpoint_every: int = 250
    start_from: str | None = None
    features: str | None = None
    seed: int = 0

    def save(self, path: str | Path) -> None:
        """Write as JSON. Raises OutputError if it cannot be written; what was there stays."""
        write_bytes(path, json.dumps(dataclasses.asdict(self), indent=1).encode(), overwrite=True)

    @classmethod
    def load(cls, path: str | Path):
        """Read what :meth:`save` wrote. Raises ValueError, TypeError, AttributeError or RecursionError for else."""
        content = json.loads(Path(path).read_text())
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in content.items()})

    def settled(self):
        """The same with the settings of the weights that it starts from, as their card tells them, where none are
        given. Raises WeightsError for a card that cannot be read.
        """
        told = self.start_from and cards.path_of(self.start_from).is_file()  # weights without a card tell nothing
        card = cards.read(self.start_from) if told else {}
        return dataclasses.replace(self, settings={**card.get("settings", {}), **self.settings})

    def check(self) -> None:
        """Raise ParameterError for numbers with which no run can start."""
        numbers = {name: value for name, value in dataclasses.asdict(self).items() if isinstance(value, int | float)}
        numbers |= {f"the weight of the loss {name}": weight for name, weight in self.losses.items()}
        for name, value in numbers.items():
            if not math.isfinite(value):
                raise ParameterError(f"{name} must be a finite number, got {value}")
        for name in ("steps", "crop", "batch", "rate", "validate_every", "checkpoint_every"):
            if not getattr(self, name) > 0:
                raise ParameterError(f"{name} must be above 0, got {getattr(self, name)}")
        for name in ("photo_share", "level_share", "ema"):
            if not 0 <= getattr(self, name) <= 1:
                raise ParameterError(f"{name} must lie between 0 and 1, got {getattr(self, name)}")
        if self.seed < 0:
            raise ParameterError(f"seed must not be below 0, got {self.seed}")
        if self.shares and len(self.shares) != len(self.data):
            raise ParameterError(f"shares must be {len(self.data)}, one for each data set, got {len(self.shares)}")
        if self.shares and not (min(self.shares) >= 0 and 0 < sum(self.shares) < math.inf):
            raise ParameterError(f"shares must not be below 0 nor all be 0, got {', '.join(map(str, self.shares))}")
        for name in (f"{kind}_jitter" for kind in JITTERS):
            if not getattr(self, name) >= 0:
                raise ParameterError(
                    f"{name} is a standard deviation and must not be below 0, got {getattr(self, name)}"
                )
        if self.crop % 16 or self.crop < 32:
            raise ParameterError(f"crop must be a multiple of 16 and at least 32, got {self.crop}")
        if self.batch * self.crop**2 > MOST_PIXELS:
            raise ParameterError(
                f"batch must be at most {max(1, MOST_PIXELS // self.crop**2):,} at a crop of {self.crop}, got "
                f"{self.batch:,}: no memory holds so many crops"
            )
        if self.start_from and Path(self.start_from).resolve().parent == Path(self.output).resolve():
            raise ParameterError(
                f"start_from must lie outside the output folder, whose weights are replaced, got {self.start_from}: "
                "choose another output folder"
            )

    def check_continues(self, folder: Path) -> None:
        """Raise TrainingError if ``folder`` holds a run that was begun with other settings than these; how long it is
        to run and how often it validates or saves may change.
        """
        if not ((folder / "checkpoint.npz").is_file() and (folder / "config.json").is_file()):
            return
        try:
            begun = _comparable(TrainingConfig.load(folder / "config.json"))
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise TrainingError(f"{folder / 'config.json'} is damaged: choose another output folder") from None
        now = _comparable(self)
        other = [f"{name} was {begun[name]!r} and is now {now[name]!r}" for name in now if begun[name] != now[name]]
        if other:
            raise TrainingError(
                f"{folder} holds a run with other settings ({'; '.join(other)}): go on with those, or choose another "
                "output folder"
            )


MAY_CHANGE = {"output", "steps", "validate_every", "checkpoint_every", "precision"}
PATHS = {"photos", "split", "start_from", "features"}


def _comparable(config: TrainingConfig) -> dict:
    """What must be the same for a run to go on, in the types that JSON knows, paths made absolute."""
    fields = {name: value for name, value in dataclasses.asdict(config).items() if name not in MAY_CHANGE}
    fields["data"] = [str(Path(folder).resolve()) for folder in config.data]
    fields |= {name: str(Path(fields[name]).resolve()) for name in PATHS if fields[name]}
    return json.loads(json.dumps(fields))


def mixed_precision(choice: str = "auto") -> str:
    """The Keras policy for training: bfloat16 where the processor multiplies it in hardware, else float32."""
    if choice != "auto":
        return choice
    return "mixed_bfloat16" if cards.processor_has_bfloat16() else "float32"
