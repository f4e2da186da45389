"""Which photo, or photos, to work on: built-in samples at once, the visitor's own after an upload (`uploads`)."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import streamlit as st

from lowlight_core import samples
from lowlight_core.errors import LowlightError
from lowlight_core.files import Collection, Source, from_uploads
from lowlight_core.image import EXTENSIONS, encode, signatures
from lowlight_core.settings import settings
from lowlight_core.wording import count
from pages.shared import results, upload_memory, uploads
from pages.shared.knobs import names_to_labels
from pages.shared.text import said, size
from pages.shared.uploads import UPLOAD, Chosen

_PHOTO = "photo"  # widget key and name in the address (``?photo=cat``)
_LAST = "last_photo"
_FILES = "last_files"  # in the session: the latest upload of many only, as `Held`
_REFUSED, _WHY = "refused_files", "why_refused"  # in the session: how many uploads were, and the sentence of the last


@dataclass(frozen=True)
class Many:
    """Several photos to work on, with those that were left out: (name, sentence that says why); of archives also the
    ``folders``, those without photos too.
    """

    sources: list[Source]
    problems: list[tuple[str, str]]
    source: str
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """An upload of many: its drop zone's key, the ids of its files and their bytes together, and what is in them."""

    key: str
    ids: tuple[str, ...]
    bytes: int
    many: Many


def pick_image(*, allow_pair: bool = False) -> Chosen:
    """A list of samples and an upload button; the first sample is there at once, an upload replaces it.

    Args:
        allow_pair: also offer to upload a reference: the same scene in good light, of the same size.

    What is wrong with an upload is said in one sentence, and the sample stays.
    """
    own = uploads.own()
    _restore(own)
    names_to_labels(_PHOTO, samples.SAMPLES, _title)
    options = [*([UPLOAD] if own else []), *samples.SAMPLES]
    option = st.selectbox(
        "Photo", options, format_func=_title, key=_PHOTO, bind="query-params", label_visibility="collapsed"
    )
    place = uploads.button(_PHOTO, allow_pair)
    st.session_state[_LAST] = option
    return uploads.own(place if allow_pair else None) if option == UPLOAD and own else _sample(option)


def _restore(own: Chosen | None) -> None:
    """Keep the choice when the visitor comes from another page; a link's choice goes first."""
    if _PHOTO not in st.session_state and _PHOTO not in st.query_params:
        last = st.session_state.get(_LAST)
        if last in samples.SAMPLES or (last == UPLOAD and own):
            st.session_state[_PHOTO] = last


def _title(option: str) -> str:
    """What the list shows and the address holds: never the name of somebody's file."""
    return "Your photo" if option == UPLOAD else samples.load(option).title


def _sample(name: str) -> Chosen:
    sample = samples.load(name)
    caption = f"Sample: {sample.caption}"
    return Chosen(sample.name, sample.low, sample.high, results.fingerprint(sample.low), caption, "sample")


def pick_many(key: str = "photos", *, label: str = "Drop photos or a .zip here", apart: bool = False) -> Many:
    """A drop zone for photos, .zip archives or a whole folder; without an upload the samples.

    Limits are those of the settings. What is refused, by its name or its first bytes, is named in
    ``problems``, the rest is still there. The latest upload is kept in the session until another comes; one that is
    too much is let go of at once, and what was there before it stays. Several archives are kept ``apart`` as in
    `from_uploads`.
    """
    if f"{key}_mode" not in st.session_state:  # a new visit: an error does not follow from page to page
        st.session_state.pop(_WHY, None)
    modes = ["Photos or .zip", "Folder"]
    mode = st.segmented_control("Upload", modes, default=modes[0], key=f"{key}_mode", label_visibility="collapsed")
    dropped = _drop_zone(key, label, folder=mode == "Folder")
    held = _held(key)
    if dropped and (held is None or held.ids != tuple(file.file_id for file in dropped)):
        held = _opened(key, dropped, apart)
    if why := st.session_state.get(_WHY):
        st.error(why, icon=":material/image_not_supported:")
    if held and not dropped:
        _offer_to_clear(held)
    return held.many if held else Many(list(sample_sources()), [], "sample")


def _held(key: str) -> Held | None:
    held = st.session_state.get(_FILES)
    return held if held and held.key == key else None


def _opened(key: str, dropped: list, apart: bool) -> Held:
    """What is in the files of a drop zone, read once; too much of it is given back, and the zone is empty again."""
    ids = tuple(file.file_id for file in dropped)
    try:
        found: Collection = from_uploads(((file.name, file.getvalue()) for file in dropped), apart=apart)
        upload_memory.hold_sources(found.sources)
    except LowlightError as error:
        upload_memory.release(ids)
        st.session_state[_REFUSED] = st.session_state.get(_REFUSED, 0) + 1
        st.session_state[_WHY] = said(error)
        st.rerun()
    _forget(but=ids)
    problems = [(one.name, signatures.why_not(one.data, one.name)) for one in found.sources]
    good = [one for one, (_, problem) in zip(found.sources, problems, strict=True) if problem is None]
    many = Many(good, [*found.problems, *(one for one in problems if one[1] is not None)], UPLOAD,
                tuple(found.folders))  # fmt: skip
    held = st.session_state[_FILES] = Held(key, ids, sum(file.size for file in dropped), many)
    return held


def _offer_to_clear(held: Held) -> None:
    """Name an upload whose drop zone was not drawn meanwhile, and draw a button that drops it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Your last upload is still here: {count(len(held.ids), 'file')}, {size(held.bytes)}.",
                   width="content")  # fmt: skip
        st.button("Clear", key=f"{held.key}_clear", type="tertiary", icon=":material/close:", on_click=_forget)


def _forget(but: tuple[str, ...] = ()) -> None:
    """Let go of the upload before, with its files but those that are part of the next."""
    held: Held | None = st.session_state.pop(_FILES, None)
    st.session_state.pop(_WHY, None)
    upload_memory.release(set(held.ids if held else ()) - set(but))


def _emptied(widget: str) -> None:
    """Files that somebody takes out of the drop zone are gone."""
    if not st.session_state[widget]:
        _forget()


def _drop_zone(key: str, label: str, folder: bool) -> list:
    types = [extension.lstrip(".") for extension in EXTENSIONS] + ([] if folder else ["zip"])
    limit = settings().max_upload_megabytes
    label, several, widget = (
        ("Choose a folder", "directory", f"{key}_folder") if folder else (label, True, f"{key}_files")
    )
    if refused := st.session_state.get(_REFUSED, 0):
        widget = f"{widget}.{refused}"
    return st.file_uploader(label, types, accept_multiple_files=several, key=widget, max_upload_size=limit,
                            on_change=_emptied, args=(widget,))  # fmt: skip


@lru_cache(maxsize=1)
def sample_sources() -> tuple[Source, ...]:
    """The built-in dark photos as PNG sources, made once per process."""
    return tuple(Source(f"{sample.name}.png", data=encode(sample.low)) for sample in samples.pairs())


def open_source(source: Source) -> Chosen:
    """One of many photos, decoded once as long as it is kept: a knob that moves need not wait for that.

    Raises:
        LowlightError: it cannot be read or decoded.
    """
    data = source.read()
    key = sha256(data).hexdigest(), source.name, "opened"
    return results.pictures().get(key, lambda: uploads.opened(source.name, data))
