"""Whose runs a visitor sees: their own, the built-in one, and one that somebody showed them by its address.

A visitor is known by tokens that only their own address and session hold (``?mine=...``); links that the page offers
leave them out. A session begins runs under a token that it made itself, never under one that an address brought:
whoever made up that address would see what is uploaded. A run's own address (``?run=...``) cannot be guessed either; it
shows figures, never uploaded pictures.
"""

import re
import secrets

import streamlit as st

from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.records import PUBLIC, Run, store
from lowlight_core.settings import settings

RUN, MINE = "run", "mine"  # names in the address
_LAST = "evaluate_run"  # in the session, for when one comes back from another page
_OWN = "evaluate_own_token"  # in the session
_MOST = 10  # tokens: one for every time that a visitor came back and began a run
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def tokens() -> list[str]:
    """The visitor's tokens: of the runs begun in this session, and those with which they came back by their address."""
    named = st.query_params.get_all(MINE)
    kept = [*st.session_state.get(MINE, ()), *(name for name in named if _TOKEN.fullmatch(name))]
    return _keep(list(dict.fromkeys(kept)))


def new_token() -> str:
    """The token for a run that begins, made by this session; it stands in the address, so it survives a closed tab."""
    if _OWN not in st.session_state:
        st.session_state[_OWN] = secrets.token_urlsafe(16)
        _keep([*tokens(), st.session_state[_OWN]])
    return st.session_state[_OWN]


def _keep(known: list[str]) -> list[str]:
    """Hold the latest tokens in the session and in the address."""
    known = known[-_MOST:]
    if known:
        st.session_state[MINE] = known
        if st.query_params.get_all(MINE) != known:
            st.query_params[MINE] = known
    return known


def shows_all() -> bool:
    """Whether the operator lets everybody see everybody's runs."""
    return settings().shown_runs == "all"


def runs() -> list[Run]:
    """The runs of which this visitor may know, newest first; of the built-in ones only the one of this version."""
    built_in = evaluation_job.built_in()
    known = store().runs(None if shows_all() else [*tokens(), PUBLIC])
    return [run for run in known if run.owner != PUBLIC or run.id == built_in.id]


def runs_over_the_same(run: Run) -> list[Run]:
    """Finished runs over the pictures of this one: of the same names and sizes, and, as far as known, content."""
    return [
        other
        for other in runs()
        if other.state == "done"
        and other.listing == run.listing
        and (other.fingerprint == run.fingerprint or run.state != "done")
    ]


def named_run() -> Run | None:
    """The run that the address names, or else the one that this session looked at last."""
    name = st.query_params.get(RUN, st.session_state.get(_LAST, ""))
    run = store().get(name) if re.fullmatch("[0-9a-f]{32}", name) else None
    if run:
        st.session_state[_LAST] = run.id
        if RUN not in st.query_params:
            st.query_params[RUN] = run.id
    elif RUN not in st.query_params:
        st.session_state.pop(_LAST, None)
    return run


def owns(run: Run) -> bool:
    """Whether the visitor began this run, and may continue, cancel or delete it."""
    return run.owner in tokens()


def may_see_pictures(run: Run) -> bool:
    """Pictures of an upload are for whoever uploaded them; samples and the operator's data sets are for all."""
    return owns(run) or run.source["kind"] != "upload"
