"""A run that goes on: how far, how fast, how long; the chart grows meanwhile. It survives a closed tab."""

import streamlit as st

from lowlight_core import enhancers
from lowlight_core.errors import LowlightError
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.figures import scores
from lowlight_core.jobs import Job
from lowlight_core.records import Run, store
from lowlight_core.wording import count
from pages.parts import evaluate_runs
from pages.parts import evaluate_visitor as visitor
from pages.parts.evaluate_results import table
from pages.shared import progress, results
from pages.shared.text import escape, rate, said

_SHOWN = 400  # images of which the growing chart is drawn; all of them come at the end


def active(run: Run) -> Job | None:
    """The job of a run, while it waits or runs."""
    job = evaluation_job.job_of(run)
    return job if job and not job.over else None


@st.fragment(run_every=1.0)
def section(run: Run) -> None:
    """Progress and the figures so far; reruns the page when the job is over."""
    job = active(run)
    if job is None:
        st.rerun()
    progress.bar(job, words(job, run))
    progress.foretell_limit(job, "image")
    if visitor.owns(run):
        progress.cancel(job)
    try:
        _so_far(run)
    except LowlightError as problem:  # a database that is busy now may answer in a second
        st.warning(said(problem), icon=":material/database_off:")


def _so_far(run: Run) -> None:
    """The chart as it grows."""
    done = store().done(run)
    if 0 < done <= _SHOWN:
        metric = "psnr" if "psnr" in run.metrics else run.metrics[0]
        figure = scores.per_image(table(run.id, done * len(run.methods)), metric, by="name")
        st.plotly_chart(figure, key=f"growing_{run.id}", config={"displayModeBar": False})
    elif not done:
        st.caption("The first figures appear here in a moment. You may close this tab: its address brings you back.")


def words(job: Job, run: Run) -> str:
    """How far, how fast, how long, in words, of a job at work."""
    parts = [f"{job.done} of {count(run.images, 'image')} by {count(len(run.methods), 'method')}"]
    if job.done == job.before and (loading := [scores.label_of(name) for name in run.names if _must_load(name)]):
        parts.append(f"loading {' and '.join(loading)}")
    if job.pace:
        parts.append(f"{rate(job.pace)} images per second")
    return ", ".join(parts) + progress.left(job)


def _must_load(name: str) -> bool:
    return name in enhancers.METHODS and results.must_load(enhancers.get(name))


def stopped(run: Run) -> None:
    """A run that nobody works on: say so, and offer to continue or to delete it."""
    job, done = evaluation_job.job_of(run), store().done(run)
    if job and job.state == "failed":
        st.error(said(job.error), icon=":material/error:")
    st.info(escape(_why(run, job, done)), icon=":material/pause:")
    if visitor.owns(run):
        with st.container(horizontal=True):
            _continue(run)
            evaluate_runs.delete(run)


def _continue(run: Run) -> None:
    if st.button("Continue", type="primary", icon=":material/play_arrow:"):
        try:
            evaluation_job.resume(run)
        except LowlightError as error:
            st.error(said(error), icon=":material/error:")
        else:
            st.rerun()


def _why(run: Run, job: Job | None, done: int) -> str:
    """How far it came and why no further."""
    asked = run.state in ("cancelled", "late") or (job and job.state == "cancelled")  # one that waited had not begun
    why = "was stopped" if asked else "was interrupted"
    text = f"This evaluation {why} after {done} of {count(run.images, 'image')}"
    if not (job.late if job else run.state == "late"):
        return f"{text}. What is done is kept."
    what = "Continue goes on with them" if visitor.owns(run) else "whoever began it can continue"
    over = f"{progress.limit_of(job)} are over" if job else "time limit of a job (LOWLIGHT_MAX_JOB_MINUTES) was reached"
    return f"{text}, since the {over}. What is done is kept; {run.images - done} were not reached: {what}."
