"""Pairs -> rows -> summary: streamed, resumable, on threads or on a cluster.

    >>> run = evaluate_dataset("LOL/eval15", ["clahe", "lumen"], output="results")
    >>> run.summary["lumen"]["psnr"]["mean"]

Each pair is read once for all methods (`scoring.score`); rows go to the record (`records`) in the order of the data
set as soon as they are known and are not kept in memory. The table is the same for one worker, many, a cluster, and
a run that was killed and resumed; only the column ``seconds`` differs.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from lowlight_core import batch, metrics, provenance
from lowlight_core import records as kept
from lowlight_core.batch.cluster import Cluster, connect
from lowlight_core.batch.processes import pool as process_pool
from lowlight_core.batch.processes import worth_it
from lowlight_core.errors import Cancelled, DatasetError, OutputError, ParameterError, storable
from lowlight_core.evaluation.pairs import Pairs, folder_pairs
from lowlight_core.records import OPERATOR, Run, Store
from lowlight_core.records.exports import ResultFolder, summarize
from lowlight_core.scoring import Row, SamplePair, Task, choose_methods, choose_metrics, failed, score
from lowlight_core.settings import settings

Methods = str | Sequence[str | Path] | Mapping[str | Path, Mapping]


def plan(
    pairs: Pairs, methods: Methods, *, chosen: str | Sequence[str] = "cheap", owner: str, title: str, source: dict
) -> Run:
    """The record of a run that has not begun: everything but its rows.

    Raises:
        DatasetError: no pairs or no methods.
        UnknownMethodError, ParameterError: a name or a knob that does not exist, or metrics that need a reference
            where there is none.
        WeightsError: a path among the methods leads to no weights.
    """
    if not pairs:
        raise DatasetError("the data set holds no pictures: expected at least one")
    described = [_described(method, knobs) for method, knobs in choose_methods(methods)]
    measured = list(_possible_metrics(pairs, chosen))
    listing = provenance.listing(pairs)
    made_by = {"versions": provenance.versions(), "machine": provenance.machine()}
    return Run(owner, storable(title), source, len(pairs), described, measured, listing, **made_by)


def _described(method: str | Path, knobs: Mapping) -> dict:
    """A method on record; weights of one's own are named by their place, which no other method's name looks like."""
    if not isinstance(method, Path):
        return {"name": method, "settings": knobs, "weights": provenance.weights_digest(method)}
    name, folder = method.as_posix() if method.is_absolute() else f"./{method.as_posix()}", method.resolve()
    return {"name": name, "settings": knobs, "weights": provenance.weights_digest(folder), "folder": str(folder)}


def _possible_metrics(pairs: Pairs, wanted: str | Sequence[str]) -> tuple[str, ...]:
    """What to measure; without any reference what needs one is left out, unless it was asked for by name."""
    chosen = choose_metrics(wanted)
    if any(isinstance(pair, SamplePair) or pair.high for pair in pairs):
        return chosen
    needing = [name for name in chosen if metrics.get(name).needs_reference]
    if needing and wanted not in ("cheap", "all"):
        raise ParameterError(
            f"this data set has no references to measure {', '.join(needing)} against: choose other metrics"
        )
    return tuple(name for name in chosen if name not in needing)


def check_same(kept_run: Run, planned: Run) -> None:
    """Make sure that a kept run is the one that was planned.

    Raises:
        OutputError: pictures, methods, settings, weights or metrics differ.
    """
    differing = {
        "pictures": kept_run.listing != planned.listing,
        "methods": kept_run.names != planned.names,
        "settings": [m["settings"] for m in kept_run.methods] != [m["settings"] for m in planned.methods],
        "weights": [m["weights"] for m in kept_run.methods] != [m["weights"] for m in planned.methods],
        "metrics": kept_run.metrics != planned.metrics,
    }
    if any(differing.values()):
        what = ", ".join(name for name, differs in differing.items() if differs)
        raise OutputError(f"the results there were made with other {what}: resume with the same, or start elsewhere")


def tasks(run: Run, pairs: Pairs, positions: Iterable[int]) -> Iterator[Task]:
    """One task for each pair at these positions."""
    methods, own = tuple((method["name"], method["settings"]) for method in run.methods), run.own
    for position in positions:
        yield Task(position, pairs[position], methods, tuple(run.metrics), settings().max_megapixels, own)


def evaluate(
    run: Run,
    pairs: Pairs,
    *,
    store: Store | None = None,
    workers: int | None = None,
    processes: bool = False,
    cluster: Cluster | None = None,
    on_rows: Callable[[list[Row]], None] | None = None,
    cancel: threading.Event | None = None,
) -> Run:
    """Do what is left of a run that is on record, and finish it.

    Args:
        run: begun by `Store.begin`; pairs that are on record are not done again.
        pairs: all pairs of the run.
        workers: threads on this machine; default one per processor.
        processes: may be processes instead, where those are faster (see `processes`).
        cluster: from `cluster.connect`; the work is done there instead.
        on_rows: called with the rows of each pair after they were kept; may raise `Cancelled` to stop the run.
        cancel: once set, the run stops; it can be resumed.

    Raises:
        Cancelled: ``cancel`` was set, or the cluster gave the work back.
        OutputError: the record cannot be written.
        ProcessError: a worker process was killed; the run can be resumed.
    """
    store = store or kept.store()
    if run.state in ("cancelled", "late"):
        run = store.update(run, state="running")
    work = tasks(run, pairs, store.missing(run))
    with suppress(Cancelled):
        for outcome in _outcomes(work, run, workers, processes, cluster, cancel):
            if outcome.error == "cancelled":
                break
            rows = outcome.value or failed(outcome.item, outcome.error)
            store.add(run, rows)
            if on_rows:
                on_rows(rows)
    done = store.done(run)
    if done < run.images:
        store.update(run, state="cancelled")
        raise Cancelled(f"stopped after {done} of {run.images} images; they are kept and the run can be resumed")
    return _finish(store, run)


def _outcomes(work: Iterator[Task], run: Run, workers, processes, cluster, cancel) -> Iterator[batch.Outcome]:
    """Run the tasks here, in threads or processes, or on a cluster."""
    if cluster:
        yield from cluster.run(score, work, cancel=cancel)
        return
    workers = workers or batch.default_workers()
    apart = processes and worth_it(run.sources, run.images * len(run.names), workers)
    with process_pool(workers) if apart else batch.pool(workers) as executor:
        yield from batch.run(score, work, executor=executor, workers=workers, cancel=cancel)


def _finish(store: Store, run: Run) -> Run:
    """Summarise what is on record and mark the run as done."""
    if run.state == "done":
        return run
    digests: dict[int, str] = {row.position: row.digest for row in store.rows(run)}
    summary = summarize(run, store.rows(run))
    content = provenance.fingerprint(digests.values())
    return store.update(run, state="done", summary=summary, fingerprint=content, ended=time.time())


def evaluate_dataset(
    folder: str | Path,
    methods: Methods,
    *,
    output: str | Path | None = None,
    metrics: str | Sequence[str] = "cheap",
    workers: int | None = None,
    processes: bool = False,
    cluster: str | None = None,
    resume: bool = False,
    owner: str = OPERATOR,
    store: Store | None = None,
    on_rows: Callable[[list[Row]], None] | None = None,
    cancel: threading.Event | None = None,
) -> Run:
    """Evaluate methods on a data set on disk and keep the run; with ``output`` write its files there.

    Args:
        folder: a data set in one of the layouts that `datasets.find_pairs` knows; unpaired folders work too.
        methods: names, as a sequence or separated by commas, or name -> knobs; a ``Path`` leads to weights of one's
            own, as in `enhancers.get`.
        output: folder for ``per_image.csv`` and ``summary.json``; results that are there are never overwritten.
        metrics: ``"cheap"``, ``"all"``, or names.
        workers, processes, on_rows, cancel: see `evaluate`.
        cluster: address of a Dask scheduler; the work is done there instead.
        resume: continue the run whose results are in ``output`` and try again what failed in it; start anew if there
            are none.

    Returns:
        The finished run; ``run.failed`` rows have an error (``store().rows(run, failed=True)`` names them), and
        ``run.source["unpaired"]`` lists the files without a partner.

    Raises:
        DatasetError, UnknownMethodError, ParameterError, ClusterError: nothing was begun.
        OutputError: ``output`` holds other results, or cannot be written.
        Cancelled: stopped before the end; what is done is kept.
    """
    store = store or kept.store()
    pairs, source = folder_pairs(folder)
    planned = plan(pairs, methods, chosen=metrics, owner=owner, title=Path(source["path"]).name, source=source)
    place = ResultFolder(output) if output is not None else None
    run = place.previous(store, resume) if place else None
    if run:
        check_same(run, planned)
        run = replace(run, methods=planned.methods)  # where weights of one's own lie today
        if any(True for _ in store.rows(run, failed=True)):
            run = store.update(run, state="running")  # first: killed in between, it is summed up anew
            store.forget_failed(run)
    with connect(cluster, planned.sources) if cluster is not None else nullcontext() as there:
        how = {"workers": workers, "processes": processes, "cluster": there, "cancel": cancel}
        return _evaluate_into(place, run or store.begin(planned), pairs, store, on_rows, **how)


def _evaluate_into(place: ResultFolder | None, run: Run, pairs: Pairs, store: Store, on_rows, **how) -> Run:
    """Evaluate and let the table in ``place`` grow with the record."""
    if place is None:
        return evaluate(run, pairs, store=store, on_rows=on_rows, **how)

    def both(rows: list[Row]) -> None:
        place.append(run, rows)
        if on_rows:
            on_rows(rows)

    try:
        place.start(run, store.rows(run))
    except OutputError:
        if not store.done(run):  # nothing was begun
            store.delete(run)
        raise
    run = evaluate(run, pairs, store=store, on_rows=both, **how)
    place.finish(run, store.rows(run))
    return run
