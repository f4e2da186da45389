"""The long work that a page shows: named by the address and the session, so that a closed tab or a reload finds it.

The address in the browser's bar is the visitor's own: with it one comes back from anywhere, sees the work and may stop
it. What is made to be handed on, the page's Link, leaves it out (`chrome.link`); so it is with a training run and with
an evaluation, whose own link shows figures and stops nothing.
"""

import streamlit as st

from lowlight_core.jobs import Job, manager
from pages.shared import chrome


def present(name: str, kind: str) -> Job | None:
    """The job of this kind that the address, or else this session, holds under ``name``.

    One that the server no longer keeps leaves both; where the address named it, the page says so.
    """
    named = st.query_params.get(name)
    job = manager().get(named or st.session_state.get(name))
    if job is not None and job.kind == kind:
        hold(name, job)
        return job
    drop(name)
    if named:
        chrome.messages().info(
            "The work that this address names is not kept here any more. Start it again.", icon=":material/history:"
        )
    return None


def hold(name: str, job: Job) -> None:
    """Show this job from now on."""
    st.session_state[name] = st.query_params[name] = job.token


def drop(name: str) -> None:
    """Show no job any more; it goes on all the same."""
    st.session_state.pop(name, None)
    st.query_params.pop(name, None)
