"""A job on its way as pages show it: its place in the queue or how far it is, and the button that stops it."""

from collections.abc import Callable

import streamlit as st

from lowlight_core.jobs import Job, manager
from lowlight_core.wording import count


def bar(job: Job, pace: str) -> None:
    """How far the job is, in the words of ``pace``; while it waits, how many go first."""
    if job.state == "waiting":
        ahead = manager().position(job)
        st.progress(0.0, f"Waiting: {count(ahead, 'job')} before yours." if ahead else "Waiting for a free place.")
    else:
        st.progress(job.fraction, pace)


def cancel(job: Job) -> None:
    """The button that stops the job; a step that cannot be broken off is said to be on its way out."""
    asked = job.cancel.is_set()
    st.button("Cancelling…" if asked else "Cancel", key="cancel", icon=":material/close:", disabled=asked,
              on_click=manager().cancel, args=(job,))  # fmt: skip


def watch(job: Job, pace: Callable[[Job], str]) -> None:
    """Bar and button of a job at work, for a fragment that runs every second or so; once it is over, the whole page."""
    if job.over:
        st.rerun(scope="app")
    bar(job, pace(job))
    cancel(job)
