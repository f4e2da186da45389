"""Limits and places an operator may set, each from one environment variable ``LOWLIGHT_<NAME>``.

The defaults suit a demo machine with two cores and a few gigabytes of memory. Nothing here is read from a request.
"""

import os
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from lowlight_core.errors import ParameterError


@dataclass(frozen=True)
class Settings:
    """What the operator decides; ``None`` switches a feature off."""

    max_megapixels: float = 64.0  # per image, checked before anything is decoded
    max_files: int = 500  # per upload or archive
    max_upload_megabytes: int = 300  # per upload, all files together; per archive, uncompressed
    max_uploads_gigabytes: float = 2.0  # of memory that uploads of all visitors together hold, as sent and decoded
    max_running_jobs: int = 2  # long work per server: evaluations, videos, batches
    max_queued_jobs: int = 20  # beyond these a visitor is asked to come back later
    max_job_minutes: float = 60.0  # of work on one evaluation or many photos, whose rest may follow; "inf" for no limit
    max_disk_gigabytes: float = 20.0  # uploads, results and trained weights kept for all visitors together
    cache_megabytes: int = 512  # enhanced pictures and previews kept for all visitors together
    dataset_root: Path | None = None  # data sets below this folder may be evaluated and trained on
    output_root: Path | None = None  # results may be saved below this folder
    home: Path = field(default_factory=lambda: _place("home", "~/.lowlight"))  # results, run records, weights
    database_url: str = ""  # run records; empty: SQLite below `home`
    shown_runs: str = "own"  # evaluations a visitor sees: "own" and the built-in one, or "all" of everybody
    max_video_megabytes: int = 200
    max_video_seconds: float = 300.0
    max_video_megapixels: float = 2.1  # per frame: 1920x1080
    max_video_minutes: float = 120.0  # of work on one clip, foretold by its first frames; "inf" for no limit
    ice_servers: str = ""  # comma-separated STUN/TURN addresses for the live camera; empty: this machine only
    train_minutes: float = 30.0  # longest training run that the page starts


_CHOICES = {"shown_runs": ("own", "all")}


def _parse(name: str, kind, text: str):
    """The text of one variable as ``int``, ``float``, ``str`` or ``Path``."""
    if name in _CHOICES and text not in _CHOICES[name]:
        raise ParameterError(f"LOWLIGHT_{name.upper()} must be {' or '.join(_CHOICES[name])}, got {text!r}")
    try:
        if kind in (int, float):
            value = kind(text)
            if not value > 0:
                raise ValueError
            return value
    except ValueError:
        raise ParameterError(f"LOWLIGHT_{name.upper()} must be a positive number, got {text!r}") from None
    return str(text) if kind is str else _place(name, text)


def _place(name: str, text: str) -> Path:
    try:
        return Path(text).expanduser().resolve()
    except RuntimeError:
        raise ParameterError(
            f"LOWLIGHT_{name.upper()} must name a folder: there is no home folder for {text!r}"
        ) from None


@cache
def settings() -> Settings:
    """The settings of this process, read from the environment once.

    Raises:
        ParameterError: a variable holds something that is no positive number, no word of a choice, or no folder, where
            one is expected.
    """
    values = {}
    for each in fields(Settings):
        text = os.environ.get(f"LOWLIGHT_{each.name.upper()}", "").strip()
        if text:
            kind = each.type if each.type in (int, float, str) else Path
            values[each.name] = _parse(each.name, kind, text)
    return Settings(**values)
