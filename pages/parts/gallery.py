"""Results of many photos: thumbnails that open in the viewer, archives to download, failures by name."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from lowlight_core.enhancers.own import public_name
from lowlight_core.errors import LowlightError
from lowlight_core.figures.colors import color
from lowlight_core.files import Source
from lowlight_core.image import decode, read
from lowlight_core.jobs import Job, many_photos
from lowlight_core.jobs.many_photos import Item, Report
from lowlight_core.wording import count
from pages.shared import media, results, viewer, working
from pages.shared.inputs import Many
from pages.shared.text import escape, said

_PER_PAGE = 24
_NEWEST = 8
_LINES, _HEIGHT = 6, 320  # of a list of failures as it is; a longer one scrolls in as many CSS pixels
_TILE = 168  # width of a thumbnail, in CSS pixels
_OPENED, _PAGE = "opened", "gallery_page"
_CSS = f"""
<style>
.st-key-gallery button {{ padding: 4px; }}
.st-key-gallery button p {{ display: flex; flex-direction: column; gap: 4px; align-items: center; }}
.st-key-gallery button img {{
  width: {_TILE - 10}px; height: {_TILE * 3 // 4 - 8}px; max-height: none !important; object-fit: cover;
}}
</style>
"""


def failures(problems: list[tuple[str, str]], key: str) -> None:
    """A list of (name, sentence), whose lines break where the screen is narrow; a long one scrolls."""
    lines = [said(why) if why.startswith(name) else f"{escape(name)}: {said(why)}" for name, why in problems]
    with st.container(key=key, height="content" if len(lines) <= _LINES else _HEIGHT):
        st.markdown("\n".join(f"- {' '.join(line.split())}" for line in lines))


def newest(report: Report) -> None:
    """The thumbnails that came last, while the job runs."""
    shown = [item for item in report.done if item.thumbnail and item.thumbnail.exists()][: -_NEWEST - 1 : -1]
    if shown:  # as one element: one by one, each would stand there twice until its old place is filled anew
        st.image([item.thumbnail.read_bytes() for item in shown], short_names([item.name for item in shown]), _TILE,
                 alt=[item.name for item in shown])  # fmt: skip


def show(job: Job, report: Report, many: Many) -> None:
    """The gallery: the opened photo in the viewer, then a page of thumbnails.

    The buttons stand above the photo: below it they would move with its height.
    """
    if not report.done:
        return
    opened = min(st.session_state.get(_OPENED, 0), len(report.done) - 1)
    _steps(opened, len(report.done))
    _open(job, report, opened, many)
    pages = -(-len(report.done) // _PER_PAGE)
    page = 1
    if pages > 1:
        page = st.selectbox("Page", range(1, pages + 1), format_func=lambda n: f"{n} of {pages}", key=_PAGE,
                            width=140)  # fmt: skip
    st.html(_CSS)
    titles = short_names([item.name for item in report.done])
    with st.container(horizontal=True, gap="small", key="gallery"):
        for index in range((page - 1) * _PER_PAGE, min(page * _PER_PAGE, len(report.done))):
            _button(report.done[index], titles[index], index, index == opened)


def _button(item: Item, title: str, index: int, opened: bool) -> None:
    """A thumbnail with its name below; a click compares it above."""
    picture = ""
    if item.thumbnail and item.thumbnail.exists():
        encoded = media.Encoded(item.thumbnail.read_bytes(), "jpg", False)
        picture = f"![]({media.publish(encoded, f'gallery.{index}')}) "
    st.button(picture + title, key=f"open_{index}", width=_TILE, on_click=_choose, args=(index,),
              type="primary" if opened else "tertiary")  # fmt: skip


def _steps(opened: int, count: int) -> None:
    """From the opened photo to the one before and the next, with the viewer in sight all the while."""
    if count < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Previous", key="previous", icon=":material/arrow_back:", disabled=not opened,
                  on_click=_choose, args=(opened - 1,))  # fmt: skip
        st.button("Next", key="next", icon=":material/arrow_forward:", disabled=opened == count - 1,
                  on_click=_choose, args=(opened + 1,))  # fmt: skip
        st.caption(f"{opened + 1} of {count}", width="content")


def _choose(index: int) -> None:
    st.session_state[_OPENED] = index
    st.session_state[_PAGE] = index // _PER_PAGE + 1


def short_names(names: Sequence[str]) -> list[str]:
    """Of each path the file's name, with its folder where another has the same one, as much as fits a thumbnail."""
    tails = [name.rsplit("/", 1)[-1] for name in names]
    often = Counter(tails)
    pairs = zip(names, tails, strict=True)
    shown = [tail if often[tail] == 1 else "/".join(name.split("/")[-2:]) for name, tail in pairs]
    return [escape(text if len(text) <= 18 else f"{text[:8]}…{text[-9:]}") for text in shown]


def _open(job: Job, report: Report, opened: int, many: Many) -> None:
    """Before and after of one photo; only after where the upload is gone, which is never kept on disk."""
    item, label = report.done[opened], report.label
    try:
        source = _original(item, many)
        key = job.token, report.items.index(item)
        after = _kept((*key, "after"), lambda: read(item.enhanced.output).pixels)
        before = source and _kept((*key, "before"), lambda: decode(source.read(), source.name).pixels)
    except LowlightError as error:
        st.error(said(error), icon=":material/image_not_supported:")
        return
    if before is None or before.shape != after.shape:
        viewer.grid([(f"{label}: {item.name}", working.copy(after), color(report.method))], key="gallery_alone",
                    size=working.size(after), full=lambda: (after,), reveal=opened)  # fmt: skip
        st.caption("The original is not here any more, since uploads are never kept on disk: drop it again to compare.")
        return
    viewer.compare(working.copy(before), working.copy(after), labels=("Before", label),
                   colors=(None, color(report.method)), key="gallery_view", size=working.size(after),
                   full=lambda: (before, after), reveal=opened)  # fmt: skip
    st.caption(escape(item.name))


def _original(item: Item, many: Many) -> Source | None:
    """The file that a result was made from, known by name and content, if it is still among the photos at hand."""
    same = (source for source in many.sources if source.name == item.name)
    return next((source for source in same if many_photos.fingerprint(source) == item.original), None)


def _kept(key: tuple, make) -> np.ndarray:
    return results.pictures().get(key, lambda: results.freeze(make()))


def archives(job: Job, report: Report) -> None:
    """One button for each archive; it is packed on disk when somebody asks for it."""
    if not report.done:
        return
    groups, by = many_photos.parts(report), public_name(report.method, report.label)
    with st.container(horizontal=True):
        for number, group in enumerate(groups, start=1):
            part = f", part {number} of {len(groups)}" if len(groups) > 1 else ""
            label = f"Download {count(len(group), 'photo')} as .zip{part}"
            file = f"enhanced-{by}{f'-{number}' if part else ''}.zip"
            st.download_button(label, partial(_archive, job, report, group, number), file, "application/zip",
                               key=f"zip_{number}", icon=":material/folder_zip:", on_click="ignore",
                               type="primary")  # fmt: skip


def _archive(job: Job, report: Report, group: list[Item], number: int):
    """The archive as an open file; called when the button is pressed."""
    return many_photos.pack(job, report, group, number).open("rb")
