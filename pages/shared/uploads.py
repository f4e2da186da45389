"""The button behind which a visitor's own photo comes in, alone or with its reference.

An upload belongs to its session: it is kept in `st.session_state` only, follows from page to page, and ends with it.
"""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lowlight_core import samples
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.image import EXTENSIONS, decode
from lowlight_core.settings import settings
from pages.shared import chrome, results, upload_memory
from pages.shared.text import escape

UPLOAD = "upload"  # the option that stands for the visitor's own photo
_OWN, _PROBLEMS = "own_photo", "upload_problems"
_REFERENCE = "own_reference"  # in the session: its name and pixels
_TAKEN = "uploads_taken"  # in the session: how many files each drop zone has given


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

    @property
    def nbytes(self) -> int:
        """Bytes of the pictures, for caches that count them."""
        return self.pixels.nbytes + (0 if self.reference is None else self.reference.nbytes)


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
    photo, (reference, _) = st.session_state.get(_OWN), st.session_state.get(_REFERENCE, ("", None))
    with popover:
        _uploader("Photo", f"{key}_upload", _take_photo, key, allow_pair)
        _held(photo.name if photo else "", f"{key}_remove", _remove_photo, key)
        if allow_pair:
            _uploader("Reference: the same scene in good light (optional)", f"{key}_reference", _take_reference)
            _held(reference, f"{key}_reference_remove", _remove_reference)
        limit = settings().max_megapixels
        st.caption(f"JPEG, PNG, WebP, TIFF or BMP up to {limit:g} megapixels. Never stored on disk.")
        inside = st.container()
    place = inside if st.session_state.get(_open(key)) else chrome.messages()
    _say_problems(place)
    return place


def own(place=None) -> Chosen | None:
    """The visitor's photo, with the reference where the sizes agree and the page, which takes one, has a ``place``
    to say so where they don't.
    """
    photo, (_, reference) = st.session_state.get(_OWN), st.session_state.get(_REFERENCE, ("", None))
    if photo is None or place is None or reference is None:
        return photo
    if reference.shape != photo.pixels.shape:
        sizes = [f"{pixels.shape[1]} × {pixels.shape[0]}" for pixels in (reference, photo.pixels)]
        place.error(f"The reference is {sizes[0]} and the photo {sizes[1]}: upload a reference of the photo's size.")
        return photo
    return replace(photo, reference=reference, caption=f"{photo.caption}, with reference")


def _open(key: str) -> str:
    return f"{key}_upload_open"


def _uploader(label: str, zone: str, take, *args) -> None:
    """A drop zone, a new and empty one after each file that was taken.

    Of a file that takes another's place in it the browser would first say that there is none: the page would run
    without, and only then with the new one.
    """
    count = st.session_state.setdefault(_TAKEN, {}).get(zone, 0)
    key = f"{zone}.{count}" if count else zone
    limit = settings().max_upload_megabytes
    types = [extension.lstrip(".") for extension in EXTENSIONS]
    st.file_uploader(label, types, key=key, on_change=_take, args=(zone, key, take, *args), max_upload_size=limit)


def _held(name: str, key: str, remove, *args) -> None:
    """What was taken from a drop zone, and the button that forgets it."""
    if name:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(escape(name), width="content")
            st.button("Remove", key=key, type="tertiary", icon=":material/close:", on_click=remove, args=args)


def _say_problems(place) -> None:
    """As long as the file is there: an error does not follow to the next page."""
    problems = st.session_state.setdefault(_PROBLEMS, {})
    for key, problem in list(problems.items()):
        if st.session_state.get(key) is None:
            del problems[key]
        else:
            place.error(escape(problem), icon=":material/image_not_supported:")


def _take(zone: str, key: str, take, *args) -> None:
    """Decode a new upload once and let go of its bytes; one that is refused changes nothing, nor does its removal.

    Who sends another before the page was drawn to its end is heard from both drop zones, and what the first one held
    is deleted already.
    """
    file = st.session_state[key]
    st.session_state[_PROBLEMS].pop(key, None)
    if not isinstance(file, UploadedFile):
        return
    try:
        take(file, *args)
    except LowlightError as error:
        st.session_state[_PROBLEMS][key] = sentence(error)
        return
    taken = st.session_state[_TAKEN]
    taken[zone] = taken.get(zone, 0) + 1
    upload_memory.release([file.file_id])


def _take_photo(file, list_key: str, allow_pair: bool) -> None:
    """A good photo closes what the button opened, unless a reference may follow.

    A reference belongs to the photo beside which it came; one that did not fit that one is for the next.
    """
    photo, before = opened(file.name, file.getvalue()), st.session_state.get(_OWN)
    upload_memory.hold(photo.pixels)
    _, reference = st.session_state.get(_REFERENCE, ("", None))
    if before is not None and reference is not None and reference.shape == before.pixels.shape:
        _remove_reference()
    st.session_state[_OWN] = photo
    st.session_state[list_key] = UPLOAD
    st.session_state[_open(list_key)] = allow_pair


def _take_reference(file) -> None:
    pixels = upload_memory.hold(decode(file.getvalue(), file.name).pixels)
    st.session_state[_REFERENCE] = file.name, results.freeze(pixels)


def _remove_photo(list_key: str) -> None:
    st.session_state.pop(_OWN, None)
    _remove_reference()
    st.session_state[list_key] = samples.SAMPLES[0]


def _remove_reference() -> None:
    st.session_state.pop(_REFERENCE, None)
