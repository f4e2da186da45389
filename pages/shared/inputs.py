"""Which photo, or photos, to work on: built-in samples at once, the visitor's own after an upload.

An upload belongs to its session: it is kept in `st.session_state` only, follows from page to page, and ends with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from lowlight_core import samples
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.files import Collection, Source, from_uploads
from lowlight_core.image import EXTENSIONS, decode, encode
from lowlight_core.settings import settings
from pages.shared import chrome, results
from pages.shared.knobs import names_to_labels

UPLOAD = "upload"  # the option that stands for the visitor's own photo
_OWN, _OWN_REFERENCE, _LAST, _PROBLEM = "own_photo", "own_reference", "last_photo", "photo_problem"


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


@dataclass(frozen=True)
class Many:
    """Several photos to work on, with those that were left out: (name, sentence that says why)."""

    sources: list[Source]
    problems: list[tuple[str, str]]
    source: str


def pick_image(key: str = "photo", *, allow_pair: bool = False, names: Sequence[str] = samples.SAMPLES) -> Chosen:
    """A list of samples and an upload button; the first sample is there at once, an upload replaces it.

    Args:
        key: widget key and name in the address (``?photo=cat``).
        allow_pair: also offer to upload a reference: the same scene in good light, of the same size.
        names: samples to offer.

    What is wrong with an upload is said in one sentence, and the sample stays.
    """
    own = st.session_state.get(_OWN)
    _restore(key, own)
    names_to_labels(key, names, _title)
    options = [*([UPLOAD] if own else []), *names]
    option = st.selectbox(
        "Photo", options, format_func=_title, key=key, bind="query-params", label_visibility="collapsed"
    )
    _uploads(key, allow_pair)
    st.session_state[_LAST] = option
    if problem := st.session_state.get(_PROBLEM):
        chrome.messages().error(problem, icon=":material/image_not_supported:")
    return _own(allow_pair) if option == UPLOAD and own else _sample(option)


def _restore(key: str, own: Chosen | None) -> None:
    """Keep the choice when the visitor comes from another page; a link's choice goes first."""
    if key not in st.session_state and key not in st.query_params:
        last = st.session_state.get(_LAST)
        if last in samples.SAMPLES or (last == UPLOAD and own):
            st.session_state[key] = last


def _title(option: str) -> str:
    """What the list shows and the address holds: never the name of somebody's file."""
    return "Your photo" if option == UPLOAD else samples.load(option).title


def _uploads(key: str, allow_pair: bool) -> None:
    """The button behind which photos are uploaded."""
    with st.popover("Upload", icon=":material/upload:", help="Your own photo; it stays in this session"):
        _uploader("Photo", f"{key}_upload", _take_photo, key)
        if allow_pair:
            _uploader("Reference: the same scene in good light (optional)", f"{key}_reference", _take_reference, key)
        limit = settings().max_megapixels
        st.caption(f"JPEG, PNG, WebP, TIFF or BMP up to {limit:g} megapixels. Never stored on disk.")


def _uploader(label: str, key: str, take, photo_key: str) -> None:
    limit = settings().max_upload_megabytes
    types = [extension.lstrip(".") for extension in EXTENSIONS]
    st.file_uploader(label, types, key=key, on_change=take, args=(key, photo_key), max_upload_size=limit)


def _take_photo(key: str, photo_key: str) -> None:
    """Decode a new upload once; a removed one takes its picture with it."""
    st.session_state[_PROBLEM] = None
    file = st.session_state[key]
    if file is None:
        st.session_state.pop(_OWN, None)
        st.session_state[photo_key] = samples.SAMPLES[0]
        return
    try:
        picture = decode(file.getvalue(), file.name)
    except LowlightError as error:
        st.session_state[_PROBLEM] = sentence(error)
        return
    pixels = results.freeze(picture.pixels)
    height, width = pixels.shape[:2]
    caption = f"{file.name}, {width} × {height}"
    sha = results.fingerprint(pixels)
    st.session_state[_OWN] = Chosen(file.name, pixels, None, sha, caption, UPLOAD, picture.exif, picture.icc)
    st.session_state[photo_key] = UPLOAD


def _take_reference(key: str, photo_key: str) -> None:
    st.session_state[_PROBLEM] = None
    file = st.session_state[key]
    try:
        pixels = results.freeze(decode(file.getvalue(), file.name).pixels) if file else None
        st.session_state[_OWN_REFERENCE] = pixels
    except LowlightError as error:
        st.session_state[_PROBLEM] = sentence(error)


def _own(allow_pair: bool) -> Chosen:
    """The visitor's photo, with the reference where the page takes one and the sizes agree."""
    own, reference = st.session_state[_OWN], st.session_state.get(_OWN_REFERENCE)
    if not allow_pair or reference is None:
        return own
    if reference.shape != own.pixels.shape:
        sizes = [f"{pixels.shape[1]} × {pixels.shape[0]}" for pixels in (reference, own.pixels)]
        chrome.messages().error(
            f"The reference is {sizes[0]} and the photo {sizes[1]}: upload a reference of the photo's size."
        )
        return own
    return Chosen(own.name, own.pixels, reference, own.sha, f"{own.caption}, with reference", UPLOAD, own.exif, own.icc)


def _sample(name: str) -> Chosen:
    sample = samples.load(name)
    caption = f"Sample: {sample.caption}"
    return Chosen(sample.name, sample.low, sample.high, results.fingerprint(sample.low), caption, "sample")


def pick_many(key: str = "photos", *, label: str = "Drop photos or a .zip here") -> Many:
    """A drop zone for photos, .zip archives or a whole folder; without an upload the samples.

    Limits are those of the settings. What is refused is named in ``problems``, the rest is still there.
    """
    modes = ["Photos or .zip", "Folder"]
    mode = st.segmented_control("Upload", modes, default=modes[0], key=f"{key}_mode", label_visibility="collapsed")
    files = _drop_zone(key, label, folder=mode == "Folder")
    if not files:
        return Many(list(sample_sources()), [], "sample")
    try:
        found: Collection = from_uploads((file.name, file.getvalue()) for file in files)
    except LowlightError as error:
        st.error(sentence(error), icon=":material/image_not_supported:")
        return Many([], [], UPLOAD)
    return Many(found.sources, found.problems, UPLOAD)


def _drop_zone(key: str, label: str, folder: bool) -> list:
    types = [extension.lstrip(".") for extension in EXTENSIONS] + ([] if folder else ["zip"])
    limit = settings().max_upload_megabytes
    if folder:
        return st.file_uploader(
            "Choose a folder", types, accept_multiple_files="directory", key=f"{key}_folder", max_upload_size=limit
        )
    return st.file_uploader(label, types, accept_multiple_files=True, key=f"{key}_files", max_upload_size=limit)


@lru_cache(maxsize=1)
def sample_sources() -> tuple[Source, ...]:
    """The built-in dark photos as PNG sources, made once per process."""
    return tuple(Source(f"{sample.name}.png", data=encode(sample.low)) for sample in samples.pairs())


def open_source(source: Source) -> Chosen:
    """One of many photos, decoded.

    Raises:
        LowlightError: it cannot be read or decoded.
    """
    picture = decode(source.read(), source.name)
    pixels = results.freeze(picture.pixels)
    height, width = pixels.shape[:2]
    caption = f"{source.name}, {width} × {height}"
    return Chosen(source.name, pixels, None, results.fingerprint(pixels), caption, UPLOAD, picture.exif, picture.icc)
