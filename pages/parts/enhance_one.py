"""One photo on the Enhance page: before and after, download, save, histograms."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

import streamlit as st

from lowlight_core.enhancer import Enhancer
from lowlight_core.enhancers.own import public_name
from lowlight_core.errors import ImageError, LowlightError, sentence
from lowlight_core.figures.colors import color
from lowlight_core.figures.histograms import histograms
from lowlight_core.files import folder_save
from lowlight_core.files.archives import portable_name
from lowlight_core.image import encode, write_bytes
from lowlight_core.networks import cast
from lowlight_core.settings import settings as server
from pages.parts import enhance_large
from pages.shared import results, viewer, working
from pages.shared.inputs import Chosen
from pages.shared.text import escape, said

FORMATS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WebP": ("webp", "image/webp")}


def show(photo: Chosen, method: Enhancer, settings: dict, picture, side) -> None:
    """Fill the page for one photo: ``picture`` and ``side`` are its two columns."""
    work = working.copy(photo.pixels)
    with picture:
        result = results.enhance(work, method, settings, photo.name)
        if result.error:
            st.error(said(result.error), icon=":material/error:")
            return
        viewer.compare(
            work,
            result.image,
            labels=("Before", method.label),
            colors=(None, color(method.name)),
            key="enhance_view",
            size=working.size(photo.pixels),
            full=working.full(photo, (method.name, settings)),
        )
        st.caption(escape(f"{photo.caption}. {working.pace(result.seconds, work, photo)}"))
        if settings.get("warmth") == 0 and cast.removed(work, result.image) > cast.NOTABLE:
            st.info("The colour of the light was taken for a fault of the camera. If it was lamp light, raise "
                    "**Warmth**.", icon=":material/wb_incandescent:")  # fmt: skip
    with side:
        _take_away(photo, method, settings)
    st.header("How did the tones move?", anchor=False)
    chart = histograms(work, result.image, labels=("Before", f"After {method.label}"))
    st.plotly_chart(chart, key="enhance_histograms", config={"displayModeBar": False})


def _take_away(photo: Chosen, method: Enhancer, settings: dict) -> None:
    """Download the photo in full size, or save it on the server."""
    name = st.segmented_control("Format", list(FORMATS), default="JPEG", required=True, key="format",
                                bind="query-params", width="stretch")  # fmt: skip
    format, mime = FORMATS[name or "JPEG"]  # an address may say ``?format=``
    width, height = working.size(photo.pixels)
    make, megapixels = partial(full_size, photo, method, settings, format), width * height / 1e6
    if megapixels > results.LARGE:  # longer than one waits for a click
        wanted = photo.name, photo.sha, method.name, tuple(sorted(settings.items())), format
        make = enhance_large.ready(wanted, photo.name, megapixels, make)
    if make:
        _downloads(photo, method, make, format, mime)
    kept = " with its EXIF data" if photo.exif else ""
    st.caption(f"Full size, {width} × {height}{kept}.")


def _downloads(photo: Chosen, method: Enhancer, make: Callable[[], bytes], format: str, mime: str) -> None:
    """The buttons that take away what ``make`` returns."""
    by = public_name(method.name, method.label)
    file = portable_name(f"{PurePosixPath(photo.name).stem}-{by}.{format}")
    st.download_button("Download", make, file, mime, key="download", type="primary", icon=":material/download:",
                       on_click="ignore", width="stretch")  # fmt: skip
    if server().output_root:
        st.button("Save on the server", key="save", icon=":material/save:", width="stretch",
                  on_click=_save, args=(make, file, by))  # fmt: skip
        _saved()


def full_size(photo: Chosen, method: Enhancer, settings: dict, format: str) -> bytes:
    """The whole photo enhanced and encoded, with its EXIF data and colour profile.

    Raises:
        ImageError: the method fails, or the format cannot hold the picture.
    """
    result = method.run(photo.pixels, settings, photo.name)
    if result.error:
        raise ImageError(result.error)
    return encode(result.image, format, exif=photo.exif, icc=photo.icc)


def _save(make, file: str, label: str) -> None:
    try:
        data, folder = make(), folder_save.new_folder(server().output_root, label)
        try:
            write_bytes(folder / file, data)
        finally:
            folder_save.leave_no_empty(folder)
        st.session_state["saved"] = (True, f"Saved as {folder.name}/{file} in the server's folder.")
    except LowlightError as error:
        st.session_state["saved"] = (False, sentence(error))


def _saved() -> None:
    """Say once what became of the last saving."""
    if outcome := st.session_state.pop("saved", None):
        good, what = outcome
        (st.success if good else st.error)(said(what))
