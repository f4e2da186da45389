"""Many photos on the Enhance page: drop them, watch the job, look through the gallery, take everything away."""

import streamlit as st

from lowlight_core.enhancer import Enhancer
from lowlight_core.errors import LowlightError
from lowlight_core.figures.colors import color
from lowlight_core.jobs import Job, manager, many_photos
from lowlight_core.jobs.many_photos import Report
from lowlight_core.settings import settings as server
from lowlight_core.wording import count, moved_knobs
from pages.parts import gallery
from pages.parts.enhance_one import FORMATS
from pages.shared import inputs, ongoing, progress, results, viewer, working
from pages.shared.inputs import Many
from pages.shared.text import duration, escape, said

TOKEN = "job"  # name in the session and in the address
_LAST = "last_job"  # in the session: the job whose results were left for the preview
_BEGUN = "begun_job"  # in the session: the job that it began, whose results go where it begins another
_POLL_SECONDS = 1.0


def show(method: Enhancer, settings: dict, picture, side) -> None:
    """Fill the page for many photos: ``picture`` and ``side`` are its two columns."""
    job = ongoing.present(TOKEN, many_photos.KIND)
    with picture, st.expander("Photos", expanded=job is None, icon=":material/photo_library:"):
        many = inputs.pick_many()
        _say_problems(many)
    with side:
        _start(many, method, settings, busy=job is not None and not job.over)
        _way_back(job)
    with picture:
        if job is None:
            _preview(many, method, settings)
        elif job.over:
            _ended(job, many)
        else:
            _running(job)


def _say_problems(many: Many) -> None:
    """How many photos there are, and what was left out of them."""
    if many.source == "sample":
        st.caption("Nothing uploaded yet: these are the built-in samples.")
    elif not many.problems:
        st.caption(f"{count(len(many.sources), 'photo')} ready.")
    else:
        st.warning(f"{count(len(many.sources), 'photo')} ready, {len(many.problems)} left out:")
        gallery.failures(many.problems, key="left_out")


def _preview(many: Many, method: Enhancer, settings: dict) -> None:
    """Try the settings on one of the photos before all are done."""
    if not many.sources:
        st.info("No photo is left to enhance: drop others.")
        return
    names = [source.name for source in many.sources]
    index = st.selectbox("Try the settings on", range(len(names)), format_func=names.__getitem__,
                         key=f"preview_of_{hash(tuple(names))}", width=320)  # fmt: skip
    try:
        photo = inputs.open_source(many.sources[index])
    except LowlightError as error:
        st.error(said(error), icon=":material/image_not_supported:")
        return
    work = working.copy(photo.pixels)
    result = results.enhance(work, method, settings, photo.name)
    if result.error:
        st.error(said(result.error), icon=":material/error:")
        return
    viewer.compare(work, result.image, labels=("Before", method.label), colors=(None, color(method.name)),
                   key="many_view", size=working.size(photo.pixels),
                   full=working.full(photo, (method.name, settings)))  # fmt: skip
    st.caption(escape(photo.caption))


def _start(many: Many, method: Enhancer, settings: dict, busy: bool) -> None:
    """Format, saving, and the button that starts the job."""
    name = st.segmented_control("Format", list(FORMATS), default="JPEG", required=True, key="format",
                                bind="query-params", width="stretch")  # fmt: skip
    root = server().output_root
    save = root and st.toggle("Save on the server", key="save_all", help="In a new folder, each photo once it is done")
    total, what = len(many.sources), "sample" if many.source == "sample" else "photo"
    words = "Enhancing…" if busy else f"Enhance {count(total, what)}"
    pressed = st.button(words, key="start", type="primary", disabled=busy or not total,
                        icon=":material/auto_awesome:", width="stretch")  # fmt: skip
    if not pressed:
        return
    old = manager().get(st.session_state.get(_BEGUN))
    try:
        job = many_photos.submit(manager(), many.sources, method=method.name, settings=settings,
                                 format=FORMATS[name or "JPEG"][0], save_root=root if save else None)  # fmt: skip
    except LowlightError as error:
        st.error(said(error), icon=":material/hourglass_disabled:")
        return
    if old:
        manager().discard(old)
    ongoing.hold(TOKEN, job)
    st.session_state[_BEGUN] = job.token
    for name in ("opened", _LAST):
        st.session_state.pop(name, None)
    st.rerun()


def _way_back(job: Job | None) -> None:
    """From results to trying settings, and from there to the results, which are kept until others come."""
    left = manager().get(st.session_state.get(_LAST)) if job is None else None
    if job and job.over:
        st.button("Back to the preview", key="back", on_click=_leave, args=(job,), icon=":material/arrow_back:",
                  width="stretch")  # fmt: skip
    elif left and left.result:
        st.button("Back to the results", key="results", on_click=ongoing.hold, args=(TOKEN, left),
                  icon=":material/arrow_forward:", width="stretch")  # fmt: skip


def _leave(job: Job) -> None:
    ongoing.drop(TOKEN)
    st.session_state[_LAST] = job.token


@st.fragment(run_every=_POLL_SECONDS)
def _running(job: Job) -> None:
    """How far, how fast, how long, and the newest results; polled until the job is over."""
    progress.watch(job, _pace)
    progress.foretell_limit(job, "photo")
    if job.result:
        gallery.newest(job.result)


def _pace(job: Job) -> str:
    """``12 of 24 photos, 3.1 per second, about 4 s left``."""
    text = f"{job.done} of {count(job.total, 'photo')}"
    if not job.pace:
        return f"{text}, starting…"
    speed = job.pace
    pace = f"{speed:.1f} per second" if speed >= 1 else f"{1 / speed:.1f} s for each"
    return f"{text}, {pace}{progress.left(job)}"


def _ended(job: Job, many: Many) -> None:
    """What came of the job: summary, failures, archives, gallery."""
    report: Report | None = job.result
    if report is None or (job.error and not report.items):
        stopped = "The job was stopped before its first photo, or its results were replaced by those of a newer one."
        st.error(said(job.error) if job.error else stopped)
        return
    if job.error:
        st.error(said(job.error), icon=":material/error:")
    _summary(job, report)
    _rest(job, report, many)
    if report.failed:
        gallery.failures([(item.name, item.error) for item in report.failed], key="failed")
    unsaved = [(item.name, item.not_saved) for item in report.done if item.not_saved]
    if unsaved:
        st.warning(f"{count(len(unsaved), 'photo')} could not be saved on the server:")
        gallery.failures(unsaved, key="unsaved")
    gallery.archives(job, report)
    gallery.show(job, report, many)


def _summary(job: Job, report: Report) -> None:
    good, bad = len(report.done), len(report.failed)
    left = job.total - good - bad
    what = f"{count(good, 'photo')} enhanced in {duration(job.seconds)} by {_how(report)}"
    what += f"; {bad} failed" if bad else ""
    what += f"; {left} not reached, since the {progress.limit_of(job)} are over" if job.late and left else ""
    what += f"; stopped before the other {left}" if job.state == "cancelled" and left and not job.late else ""
    (st.warning if bad or left else st.success)(escape(f"{what}."))
    if report.kept:
        st.caption(f"Saved in the server's folder as {escape(report.saved.name)}.")


def _how(report: Report) -> str:
    return f"{report.label}, {moved_knobs(report.method, report.settings)}"


def _rest(job: Job, report: Report, many: Many) -> None:
    """What to do about photos that a stopped job did not reach."""
    left = job.total - len(report.items)
    if not left:
        return
    if report.given != many_photos.told_by(many.sources):
        st.caption(f"Drop the same photos again to enhance only the other {left}, or take a quicker method for all.")
    elif st.button(f"Enhance the other {count(left, 'photo')}", key="rest", icon=":material/play_arrow:",
                   help=f"By {_how(report)}, like these"):  # fmt: skip
        try:
            many_photos.resume(manager(), job, many.sources)
        except LowlightError as error:
            st.error(said(error), icon=":material/hourglass_disabled:")
        else:
            st.rerun()
