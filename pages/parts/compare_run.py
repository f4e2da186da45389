"""Running the methods of the Compare page: in parallel, each kept, a failure in its own entry."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from lowlight_core import comparison, enhancers
from lowlight_core.comparison import Row
from lowlight_core.figures.colors import INPUT, REFERENCE, color
from pages.shared import media, results, working
from pages.shared.inputs import Chosen

_SEEN = "compare_seen"
BEFORE, TRUTH = "before", "reference"  # the two entries that are no methods


@dataclass(frozen=True)
class Entry:
    """One picture to compare: the photo itself, a method's result, or the reference.

    ``image`` is RGB uint8 at display size, or ``None`` with the ``error`` that says why; ``scores`` by metric name.
    """

    name: str
    label: str
    color: str
    image: np.ndarray | None
    scores: dict[str, float] = field(default_factory=dict)
    seconds: float | None = None
    error: str | None = None


def choose_size(photo: Chosen) -> bool:
    """Whether to run and score in full size; offered where the display shows a reduced copy."""
    if working.copy(photo.pixels) is photo.pixels:
        return False
    width, height = working.size(photo.pixels)
    return st.toggle(f"Measure at {width} × {height}", key="full_size", bind="query-params",
                     help="Otherwise methods run on the reduced copy that is shown: much faster.")  # fmt: skip


def entries(photo: Chosen, methods: dict[str, dict], full_size: bool) -> dict[str, Entry]:
    """The photo, every method's result in order, and the reference where there is one, by name."""
    first_look = st.empty()
    work = working.copy(photo.pixels)
    truth = None if photo.reference is None else working.copy(photo.reference)
    image, reference = (photo.pixels, photo.reference) if full_size else (work, truth)
    found = [Entry(BEFORE, "Before", INPUT, work, _scores(image, reference))]
    found += [_entry(row) for row in _rows(image, reference, methods, first_look)]
    if truth is not None:
        found.append(Entry(TRUTH, "Reference", REFERENCE, truth))
    return {entry.name: entry for entry in found}


def _entry(row: Row) -> Entry:
    result = row.result
    label = enhancers.get(result.method).label
    return Entry(result.method, label, color(result.method), result.image, row.scores, result.seconds, result.error)


def _prints(image: np.ndarray, reference: np.ndarray | None) -> tuple:
    return results.fingerprint(image), reference is not None and results.fingerprint(reference)


def _scores(image: np.ndarray, reference: np.ndarray | None) -> dict[str, float]:
    def run() -> dict[str, float]:
        with results.turn(image):
            return comparison.score(image, reference)

    return results.pictures().get((*_prints(image, reference), "scores"), run)


def _rows(image: np.ndarray, reference: np.ndarray | None, methods: dict[str, dict], first_look) -> list[Row]:
    """Rows from the cache, the missing ones made in parallel; failures are not kept."""
    cache, prints = results.pictures(), _prints(image, reference)
    keys = {name: _key(prints, name, knobs) for name, knobs in methods.items()}
    rows = {name: cache.get(key, lambda: None, keep=bool) for name, key in keys.items()}
    missing = {name: knobs for name, knobs in methods.items() if rows[name] is None}
    if missing:
        with _waiting(image, missing, first_look), results.turn(image):
            made = comparison.compare(image, missing, reference, keep_side=media.PREVIEW_SIDE)
        for name, row in zip(missing, made, strict=True):
            rows[name] = row
            if row.result.error is None:
                cache.put(keys[name], row)
    return [rows[name] for name in methods]


def _key(prints: tuple, name: str, settings: Mapping) -> tuple:
    return (*prints, "compare", name, tuple(sorted(settings.items())))


def in_full(photo: Chosen, methods: dict[str, dict]) -> Iterator[Row]:
    """Every method's row with its result in full size, one at a time; not kept unless the page shows just that."""
    shown = working.copy(photo.pixels) is photo.pixels
    prints = _prints(photo.pixels, photo.reference)
    for name, settings in methods.items():
        key = _key(prints, name, settings)
        known = results.pictures().get(key, lambda: None, keep=bool) if shown else None
        yield known or comparison.compare(photo.pixels, {name: settings}, photo.reference)[0]


@contextmanager
def _waiting(image: np.ndarray, missing: dict[str, dict], first_look) -> Iterator[None]:
    """Say what runs; a visitor who has just come sees the photo meanwhile, since a network takes seconds to load."""
    labels = ", ".join(enhancers.get(name).label for name in missing)
    with st.spinner(f"Running {labels}…", show_time=True):
        if not st.session_state.get(_SEEN):
            first_look.image(media.preview(working.copy(image)).data, width="stretch")
        yield
    st.session_state[_SEEN] = True
    first_look.empty()
