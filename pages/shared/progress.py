"""A job on its way as pages show it: its place in the queue, how far it is and will come, the button that stops it."""

from collections.abc import Callable

import streamlit as st

from lowlight_core.jobs import Job, manager
from lowlight_core.wording import count
from pages.shared.text import duration, escape

_SECONDS = 10.0  # of work, before its pace foretells how far it comes
_SURE = 1.2  # times the limit, at which it is foretold that the limit comes first


def bar(job: Job, pace: str) -> None:
    """How far the job is, in the words of ``pace``; while it waits, how many go first."""
    if job.state == "waiting":
        ahead = manager().position(job)
        st.progress(0.0, f"Waiting: {count(ahead, 'job')} before yours." if ahead else "Waiting for a free place.")
    else:
        st.progress(job.fraction, pace)


def left(job: Job) -> str:
    """``, about 17 s left``; nothing before that can be told, nor of a job that is being stopped."""
    seconds = None if job.cancel.is_set() else job.seconds_left
    return "" if seconds is None else f", about {duration(seconds)} left"


def cancel(job: Job) -> None:
    """The button that stops the job; a step that cannot be broken off is said to be on its way out."""
    asked = job.cancel.is_set()
    words = "Stopping, time is up…" if job.late else "Cancelling…"
    st.button(words if asked else "Cancel", key="cancel", icon=":material/close:", disabled=asked,
              on_click=manager().cancel, args=(job,))  # fmt: skip


def watch(job: Job, pace: Callable[[Job], str]) -> None:
    """Bar and button of a job at work, for a fragment that runs every second or so; once it is over, the whole page."""
    if job.over:
        st.rerun(scope="app")
    bar(job, pace(job))
    cancel(job)


def limit_of(job: Job) -> str:
    """The longest that the job may run, and who can change it."""
    return f"{duration(job.minutes * 60)} that one job may take here (LOWLIGHT_MAX_JOB_MINUTES)"


def foretell_limit(job: Job, one: str) -> None:
    """Say how many of what is called ``one`` will be done when the job's time is up, where that surely comes first."""
    most = reach(job)
    if most is not None and not job.cancel.is_set():
        st.caption(escape(
            f"At this pace about {most} of {count(job.total, one)} will be done in the {limit_of(job)}. "
            "They are kept, and a click then goes on with the others."
        ))  # fmt: skip


def reach(job: Job) -> int | None:
    """How many are done when its time is up, at its pace; ``None`` where it ends before that, or nobody knows yet."""
    left, most, ran = job.seconds_left, job.minutes * 60, job.seconds - job.spent
    if left is None or ran < _SECONDS or ran + left < _SURE * most:
        return None
    return int(job.done + job.pace * max(0.0, most - ran))
