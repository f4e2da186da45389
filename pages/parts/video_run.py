"""From settings to a finished clip: preview of any frame, the job on its way, the result beside the original."""

import math

import streamlit as st

from lowlight_core.enhancer import Enhancer
from lowlight_core.enhancers.own import public_name
from lowlight_core.errors import LowlightError
from lowlight_core.figures.colors import color
from lowlight_core.files.archives import portable_name
from lowlight_core.jobs import Job, manager
from lowlight_core.settings import settings as server
from lowlight_core.video import job as video_job
from lowlight_core.video.flicker import removed
from lowlight_core.video.job import VideoResult
from lowlight_core.video.pipeline import Summary
from lowlight_core.wording import count
from pages.parts import video_clip, video_player
from pages.parts.video_clip import TOKEN, Clip
from pages.shared import ongoing, progress, results, viewer
from pages.shared.text import duration, escape, percent, rate, said, size

_BEGUN = "video_begun"  # in the session: the work that it began last
_POLL_SECONDS = 0.7


def show(clip: Clip, method: Enhancer, settings: dict, picture, side, taken) -> None:
    """Fill the page: ``picture`` and ``side`` are its two columns, ``taken`` the place for what is taken away."""
    job = ongoing.present(TOKEN, video_job.KIND)
    going_on = job is not None and not job.over
    beside = going_on and job.title == clip.name  # else a frame of the clip that is chosen would say nothing of it
    if job and job.state == "done":
        with taken:
            _take_away(job)
    with side:
        if beside:
            _running(job, named=False)  # where the button was, so that the picture keeps its place
        _start(clip, method, settings, job)
    with picture:
        if going_on and not beside:
            _running(job)
        elif job and not going_on:
            _ended(job)
        if job is None or _came_to_nothing(job) or beside:
            _preview(clip, method, settings)


def _came_to_nothing(job: Job) -> bool:
    return job.state in ("failed", "cancelled")


def _preview(clip: Clip, method: Enhancer, settings: dict) -> None:
    """Any frame of the clip under the divider, at the present settings."""
    last = max(0.1, clip.info.seconds - 1 / float(clip.info.fps))
    place = st.container()
    moment = st.slider("Frame at", 0.0, last, 0.0, min(0.1, last), format="%.1f s", key=f"moment_{clip.key}",
                       help="Any frame of the clip, to try the settings on.")  # fmt: skip
    try:
        before = video_clip.frame(clip, moment)
    except LowlightError as error:
        place.error(said(error), icon=":material/videocam_off:")
        return
    with place:
        result = results.enhance(before, method, settings, clip.name)
        if result.error:
            st.error(said(result.error), icon=":material/error:")
            return
        viewer.compare(before, result.image, labels=("Before", method.label), colors=(None, color(method.name)),
                       key="video_view")  # fmt: skip
    st.caption(escape(f"{video_clip.described(clip)}. One frame; in the clip, exposure is held steady over time."))


def _start(clip: Clip, method: Enhancer, settings: dict, job: Job | None) -> None:
    """The button that starts the work."""
    if job and not job.over:
        return
    what = "Enhance the sample" if clip.sample else "Enhance the clip"
    again = job and job.title == clip.name
    if st.button("Enhance again" if again else what, key="start", icon=":material/movie_edit:",
                 type="secondary" if job and job.state == "done" else "primary", width="stretch"):  # fmt: skip
        try:
            started = video_job.submit(manager(), clip.path, clip.name, method.name, settings)
        except LowlightError as error:
            st.error(said(error), icon=":material/hourglass_disabled:")
            return
        _forget_earlier(started)
        ongoing.hold(TOKEN, started)
        st.rerun()
    if job is None:
        st.caption(_foretold(clip))
        return
    label, icon = ("Dismiss", "close") if _came_to_nothing(job) else ("Back to the preview", "arrow_back")
    st.button(label, key="back", on_click=ongoing.drop, args=(TOKEN,), icon=f":material/{icon}:", width="stretch")


def _forget_earlier(started: Job) -> None:
    """What this session began before goes from the disk; what another tab began may still be shown there."""
    earlier = manager().get(st.session_state.get(_BEGUN))
    if earlier and earlier.over:
        manager().discard(earlier)
    st.session_state[_BEGUN] = started.token


def _foretold(clip: Clip) -> str:
    """What is known of the work before it begins."""
    text = f"{count(clip.info.frames, 'frame')}; how long they take is known after the first few"
    most = server().max_video_minutes
    return f"{text}, and more than {most:g} min is refused." if math.isfinite(most) else f"{text}."


@st.fragment(run_every=_POLL_SECONDS)
def _running(job: Job, named: bool = True) -> None:
    """How far, how fast, how long, and ``named`` of which clip; polled until the job is over."""
    if job.over:
        st.rerun(scope="app")
    if named:
        st.header(escape(job.title), anchor=False)
    progress.bar(job, pace(job))
    st.caption("You may close this tab: the address of this page brings you back to it. It keeps the settings it began "
               "with; the knobs try others out.")  # fmt: skip
    progress.cancel(job)


def pace(job: Job) -> str:
    """``312 of 1,079 frames, 45.1 frames per second, about 17 s left``."""
    part = f"{job.message}: " if job.message else ""
    text = f"{part}{job.done:,} of {count(job.total, 'frame')}"
    if not job.done:
        return f"{text}, starting…"
    return f"{text}, {rate(job.pace or 0)} frames per second{progress.left(job)}"


def _ended(job: Job) -> None:
    """The result beside the original, or why there is none."""
    if job.state == "failed":
        st.error(said(job.error or "The work failed."), icon=":material/error:")
    elif job.state == "cancelled":
        st.info("Cancelled: nothing was kept.", icon=":material/cancel:")
    elif (done := _kept(job)) is None:
        st.info("This result is no longer kept. Enhance the clip again.", icon=":material/history:")
    else:
        video_player.show(
            done.before,
            done.after,
            labels=("Before", done.label),
            color=color(done.method),
            sound=done.summary.info.audio is not None and not done.summary.lost_sound,
            key="player",
        )
        st.caption(escape(_outcome(job, done.summary)))
        if done.summary.lost_frames:
            st.warning(escape(done.summary.lost_frames), icon=":material/broken_image:")
        if done.summary.lost_sound:
            st.warning(escape(done.summary.lost_sound), icon=":material/volume_off:")


def _kept(job: Job) -> VideoResult | None:
    """The result as long as its files are there; newer work takes its place."""
    result: VideoResult | None = job.result
    return result if result and result.after.exists() else None


def _outcome(job: Job, summary: Summary) -> str:
    """What came of it in a sentence: size, speed, flicker."""
    speed = summary.fps / float(summary.info.fps)
    text = f"{job.title}: {count(summary.frames, 'frame')} in {duration(summary.seconds)}, "
    text += f"{rate(summary.fps)} frames per second ({rate(speed)} times real time)."
    share = removed(summary.flicker, "static") if summary.flicker else None
    if share is not None:
        less = percent(max(0, share))
        text += f" Steadying took away {less} of the flicker that the method alone adds to static regions."
    return text


def _take_away(job: Job) -> None:
    if result := _kept(job):
        stem = job.title.rpartition(".")[0] or job.title
        by = public_name(result.method, result.label)
        st.download_button("Download", result.after.read_bytes, portable_name(f"{stem}-{by}.mp4"), "video/mp4",
                           key="download", type="primary", icon=":material/download:", on_click="ignore",
                           width="stretch")  # fmt: skip
        st.caption(f"MP4, {size(result.after.stat().st_size)}, plays in any browser.")
