"""The button behind which a visitor's own photo comes in, alone or with its reference.

An upload belongs to its session: it is kept in `st.session_state` only, follows from page to page, and ends with it.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from lowlight_core import samples
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.image import EXTENSIONS, decode
from lowlight_core.settings import settings
from pages.shared import chrome, results
from pages.shared.text import escape

UPLOAD = "upload"  # the option that stands for the visitor's own photo
_OWN, _ASIDE, _REFERENCE, _PROBLEMS = "own_photo", "own_photo_aside", "own_reference", "upload_problems"
_ASIDE_SECONDS = 60


@dataclass(frozen=True)
class Chosen:
    """One photo to work on.

    ``pixels`` and ``reference`` (or ``None``) are RGB uint8 (H, W, 3) of one size and read-only; ``sha`` is the SHA-256
    of the pixels; ``source`` is "sample" or "upload"; ``exif`` and ``icc`` go into a download.
    """

    name: str
    pixels: np.ndarray
    reference: np.ndarray | None
    sha: str
    caption: str
    source: str
    exif: bytes | None = None
    icc: bytes | None = None


def opened(name: str, data: bytes) -> Chosen:
    """A visitor's file, decoded; the caption says its size, and what of it could not be kept.

    Raises:
        LowlightError: it cannot be decoded.
    """
    picture = decode(data, name)
    pixels = results.freeze(picture.pixels)
    height, width = pixels.shape[:2]
    depth = f", 8 of its {picture.bits} bits per channel" if picture.bits > 8 else ""
    filled = ", transparency filled with white" if picture.transparent else ""
    caption = f"{name}, {width} × {height}{depth}{filled}"
    return Chosen(name, pixels, None, results.fingerprint(pixels), caption, UPLOAD, picture.exif, picture.icc)


def button(key: str, allow_pair: bool):
    """Draw the button; a good photo closes what it opened, unless a reference may follow.

    Returns the container in which to say what is wrong with an upload: below the header, or in what the button opened
    as long as that covers what stands there.

    Args:
        key: that of the list of photos, which takes the upload as soon as it is there.
        allow_pair: also take a reference: the same scene in good light, of the same size.
    """
    popover = st.popover("Upload", icon=":material/upload:", help="Your own photo; it stays in this session",
                         key=_open(key), on_change="rerun")  # fmt: skip
    with popover:
        _uploader("Photo", _photo(key), _take_photo, key, allow_pair)
        if allow_pair:
            _uploader("Reference: the same scene in good light (optional)", _reference(key), _take_reference)
        limit = settings().max_megapixels
        st.caption(f"JPEG, PNG, WebP, TIFF or BMP up to {limit:g} megapixels. Never stored on disk.")
        inside = st.container()
    place = inside if st.session_state.get(_open(key)) else chrome.messages()
    _say_problems(place)
    if time.monotonic() - st.session_state.get(_ASIDE, (0, None))[0] > _ASIDE_SECONDS:
        st.session_state.pop(_ASIDE, None)
    return place


def own(place=None) -> Chosen | None:
    """The visitor's photo, with the reference where the sizes agree and the page, which takes one, has a ``place``
    to say so where they don't.
    """
    photo, reference = st.session_state.get(_OWN), st.session_state.get(_REFERENCE)
    if photo is None or place is None or reference is None:
        return photo
    if reference.shape != photo.pixels.shape:
        sizes = [f"{pixels.shape[1]} × {pixels.shape[0]}" for pixels in (reference, photo.pixels)]
        place.error(f"The reference is {sizes[0]} and the photo {sizes[1]}: upload a reference of the photo's size.")
        return photo
    return replace(photo, reference=reference, caption=f"{photo.caption}, with reference")


def _open(key: str) -> str:
    return f"{key}_upload_open"


def _photo(key: str) -> str:
    return f"{key}_upload"


def _reference(key: str) -> str:
    return f"{key}_reference"


def _uploader(label: str, key: str, take, *args) -> None:
    limit = settings().max_upload_megabytes
    types = [extension.lstrip(".") for extension in EXTENSIONS]
    st.file_uploader(label, types, key=key, on_change=take, args=(key, *args), max_upload_size=limit)


def _say_problems(place) -> None:
    """As long as the file is there: an error does not follow to the next page."""
    problems = st.session_state.setdefault(_PROBLEMS, {})
    for key, problem in list(problems.items()):
        if st.session_state.get(key) is None:
            del problems[key]
        else:
            place.error(escape(problem), icon=":material/image_not_supported:")


def _take_photo(key: str, list_key: str, allow_pair: bool) -> None:
    """Decode a new upload once; a removed one takes its picture with it, one that was refused takes nothing."""
    file, refused = st.session_state[key], st.session_state[_PROBLEMS].pop(key, None)
    if file is None:
        if not refused:
            _set_aside(list_key)
        return
    try:
        st.session_state[_OWN] = opened(file.name, file.getvalue())
    except LowlightError as error:
        st.session_state[_PROBLEMS][key] = sentence(error)
        _bring_back(list_key)
        return
    st.session_state.pop(_ASIDE, None)
    _forget_reference(list_key)
    st.session_state[list_key] = UPLOAD
    st.session_state[_open(list_key)] = allow_pair


def _set_aside(list_key: str) -> None:
    """The photo is gone; but the browser says the same of one that is about to be replaced, perhaps by a broken one."""
    st.session_state[_ASIDE] = time.monotonic(), st.session_state.pop(_OWN, None)
    st.session_state[list_key] = samples.SAMPLES[0]


def _forget_reference(list_key: str) -> None:
    """A reference belongs to the photo that it came with, unless it is still there beside the new one."""
    if st.session_state.get(_reference(list_key)) is None:
        st.session_state.pop(_REFERENCE, None)


def _bring_back(list_key: str) -> None:
    _, photo = st.session_state.pop(_ASIDE, (0, None))
    if photo is not None:
        st.session_state[_OWN], st.session_state[list_key] = photo, UPLOAD


def _take_reference(key: str) -> None:
    file = st.session_state[key]
    st.session_state[_PROBLEMS].pop(key, None)
    try:
        pixels = results.freeze(decode(file.getvalue(), file.name).pixels) if file else None
        st.session_state[_REFERENCE] = pixels
    except LowlightError as error:
        st.session_state[_PROBLEMS][key] = sentence(error)
