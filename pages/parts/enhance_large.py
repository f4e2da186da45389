"""A photo whose full size takes a while: made as a job, with progress and a way to stop it, and then downloaded."""

from collections.abc import Callable

import streamlit as st

from lowlight_core.errors import LowlightError
from lowlight_core.jobs import Job, full_size, manager
from pages.shared import progress
from pages.shared.text import duration, escape, said

_HELD = "full_size"  # in the session: what is being made, and the token of its job
_POLL_SECONDS = 0.7


def ready(wanted: tuple, name: str, megapixels: float, make: Callable[[], bytes]) -> Callable[[], bytes] | None:
    """A function that reads the finished bytes, or ``None`` while there are none and the page shows how to get them.

    ``wanted`` tells what ``make`` makes; as soon as a visitor wants something else, the job before it is stopped.
    """
    job = _present(wanted)
    if job and job.state == "done" and job.result and job.result.exists():
        return job.result.read_bytes
    if job and not job.over:
        _running(job)
        return None
    if job and job.state == "failed":
        st.error(said(job.error or "The work failed."), icon=":material/error:")
    elif job and job.late:
        st.warning(escape(f"Stopped, since the {progress.limit_of(job)} are over: take a quicker method."),
                   icon=":material/timer_off:")  # fmt: skip
    if st.button(f"Enhance all {megapixels:.0f} megapixels", key="make_full", type="primary", width="stretch",
                 icon=":material/auto_awesome:", help="The picture here is a smaller preview."):  # fmt: skip
        _start(wanted, name, make)
    return None


def _present(wanted: tuple) -> Job | None:
    """The session's job, if it makes what is wanted."""
    held, token = st.session_state.get(_HELD, (None, None))
    job = manager().get(token)
    if job and held != wanted:
        manager().discard(job)
        del st.session_state[_HELD]
        return None
    return job


def _start(wanted: tuple, name: str, make: Callable[[], bytes]) -> None:
    try:
        job = full_size.submit(manager(), name, make)
    except LowlightError as error:
        st.error(said(error), icon=":material/hourglass_disabled:")
        return
    st.session_state[_HELD] = wanted, job.token
    st.rerun()


@st.fragment(run_every=_POLL_SECONDS)
def _running(job: Job) -> None:
    """How far it is; polled until it is over."""
    progress.watch(job, _pace)


def _pace(job: Job) -> str:
    """``12 of 48 parts, about 27 s left``; before the first part, or of a method that works in one piece, the seconds
    so far.
    """
    if not job.total:
        return f"Enhancing… {duration(job.seconds)}"
    when = progress.left(job) or f", {duration(job.seconds)} so far"
    return f"{job.done} of {job.total} parts{when}"
