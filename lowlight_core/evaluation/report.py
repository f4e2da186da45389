"""One self-contained HTML file about a run: summary, charts, the worst images with their pictures. It opens offline.

Pictures are small JPEGs inside the file, the charts' script (Plotly, 5 MB) too: nothing is fetched from anywhere.
"""

import base64
from datetime import datetime
from html import escape

from lowlight_core import enhancers, metrics, provenance
from lowlight_core.errors import LowlightError, sentence
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.evaluation import score_table
from lowlight_core.figures import scores
from lowlight_core.figures.error_map import TOP, error_map
from lowlight_core.image import encode, fit_within
from lowlight_core.records import Run, Store, exports
from lowlight_core.wording import all_knobs, count

WORST = 6  # images with pictures
SIDE = 420  # longest side of a picture, in pixels
ABREAST = 5  # metrics in one table: more would be cut off on paper and on a phone
MISSING = 200  # lines about what could not be measured
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; background: #E4E4E4; color: #1B1B1B; margin: 2rem auto; max-width: 1200px;
  padding: 0 1rem; }
h1, p { overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; margin: 0; } h2 { font-size: 1.3rem; margin: 2.2rem 0 .4rem; }
.made { border-collapse: collapse; width: 100%; }
.made td { padding: .3rem .6rem; border-bottom: 1px solid #B4B4B4; vertical-align: top; overflow-wrap: anywhere; }
.made td:first-child { padding-left: 0; min-width: 6rem; overflow-wrap: normal; }
.row { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: .5rem;
  margin: .4rem 0 1.4rem; }
@media (max-width: 640px) { .row { grid-template-columns: 1fr 1fr; } }
figure { margin: 0; } figure img { width: 100%; display: block; } figcaption { font-size: .85rem; }
.plotly-graph-div text { fill: currentColor !important; opacity: .85; }  /* on light, on dark and on paper */
@media (prefers-color-scheme: dark) { body { background: #2B2B2B; color: #EDEDED; } .made td { border-color: #555; } }
.scores { margin-bottom: 1.2rem; }
@media print { body { background: white; color: black; } .scores { overflow: visible; }
  .scores table { font-size: .72rem; } .scores th, .scores td { padding: .25rem .3rem; }
  .scores i { print-color-adjust: exact; } h2, .name { break-after: avoid; }
  .row, .scores, .plotly-graph-div, tr { break-inside: avoid; } }
"""


def html(run: Run, store: Store, pictures: bool = True) -> str:
    """The report of a finished run as one HTML document.

    Args:
        run: with its summary.
        store: where its rows are.
        pictures: make the worst images again and show them; without it, or where they are gone, figures only.
    """
    found = exports.frame(run, store.rows(run))
    metric = run.metrics[0]
    parts = [
        f"<h1>{escape(run.title)}</h1><p>{escape(_about(run))}</p>",
        "<h2>Summary</h2>" + _summary(run, found, metric),
        *_charts(found, metric),
        _worst(run, found, metric) if pictures else "",
        _missing(run, found),
        "<h2>What was measured</h2>" + _cells([(metrics.get(n).heading, metrics.get(n).help) for n in run.metrics]),
        "<h2>How it was made</h2>" + _provenance(run),
    ]
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(run.title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{score_table.STYLE}{_STYLE}</style></head>'
        f"<body>{body}</body></html>\n"
    )


def _about(run: Run) -> str:
    day = datetime.fromtimestamp(run.created).strftime("%d %B %Y, %H:%M")
    failed = f", {count(run.failed, 'result')} failed" if run.failed else ""
    return f"{count(run.images, 'image')} by {count(len(run.methods), 'method')}{failed}. {day}."


def _summary(run: Run, found, metric: str) -> str:
    """The page's tables with all metrics: mean ± standard error, the best method first."""
    names, about = score_table.order_of(run, run.summary, metric), metrics.get(metric)
    over, fewer = count(score_table.images_of(run.summary), "image"), score_table.note(run.metrics, run.summary)
    note = (
        f"Mean ± standard error over {over}, {about.ends[0]} {about.label} first.{fewer} Time: the median of one image."
    )
    parts = [run.metrics[start : start + ABREAST] for start in range(0, len(run.metrics), ABREAST)]
    seconds = score_table.seconds_of(found)
    drawn = [score_table.table(names, part, run.summary, None if n else seconds) for n, part in enumerate(parts)]
    return f"{''.join(drawn)}<p>{escape(note)}</p>"


def _charts(found, metric: str) -> list[str]:
    """The two charts; the first brings Plotly's script with it. Their margins and colours are set here, since a page's
    theme, which does so in the app, is not in the file.
    """
    label = escape(metrics.get(metric).label)
    drawn = []
    for title, figure in (
        (escape(scores.question(metric)), scores.per_image(found, metric)),
        (f"How much does {label} scatter from image to image?", scores.distribution(found, metric)),
    ):
        figure.update_layout(template="none", margin=dict(l=70, r=16, t=48, b=70),
                             paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(128,128,128,.12)")  # fmt: skip
        figure.update_xaxes(automargin=True).update_yaxes(automargin=True, gridcolor="rgba(128,128,128,.3)")
        script = "inline" if not drawn else False
        drawn.append(f"<h2>{title}</h2>" + figure.to_html(full_html=False, include_plotlyjs=script, config=_QUIET))
    return drawn


_QUIET = {"displayModeBar": False, "responsive": True}  # on a phone the bar would stand over the legend for good


def _worst(run: Run, found, metric: str) -> str:
    """The images with the worst figure, averaged over methods, with the pictures of all methods that have one."""
    good = found[found["error"].isna()].dropna(subset=[metric])
    about = metrics.get(metric)
    ascending = about.higher_is_better is not False
    images = good.groupby("position")[metric].mean().sort_values(ascending=ascending).index[:WORST]
    heading = f"<h2>{about.ends[1].capitalize()} images first, by {escape(about.label)}</h2>"
    try:
        pairs = evaluation_pairs.pairs_of(run)
    except LowlightError as error:
        return f"{heading}<p>{escape(sentence(error))}</p>"
    rows = (_row(run, pairs, good[good["position"] == position], metric) for position in images)
    return heading + _weights_since(run) + "".join(rows)


def _weights_since(run: Run) -> str:
    """Which methods' pictures do not belong to their figures, since their weights are others today or gone."""
    others, gone = [], []
    for method in run.methods:
        try:
            if provenance.weights_digest(run.source_of(method["name"])) != method["weights"]:
                others.append(scores.label_of(method["name"]))
        except LowlightError:
            gone.append(scores.label_of(method["name"]))
    said = [f"Trained again since these figures were measured: {', '.join(others)}. The pictures are made with the "
            "weights of today, the figures were with those before."] if others else []  # fmt: skip
    said += [f"Without pictures, since their weights are gone: {', '.join(gone)}."] if gone else []
    return f"<p>{escape(' '.join(said))}</p>" if said else ""


def _row(run: Run, pairs: evaluation_pairs.Pairs, rows, metric: str) -> str:
    """One image: input, all outputs with their figures, reference, and the error map of the first method."""
    name = escape(str(rows.iloc[0]["image"]))
    try:
        pair = evaluation_pairs.load(pairs, run, str(rows.iloc[0]["image"]))
        figures = [_figure(pair.low, "Input"), *_outputs(run, pair, rows, metric)]
    except LowlightError as error:
        return f"<p><b>{name}</b>: {escape(sentence(error))}</p>"
    if pair.high is not None:
        figures.append(_figure(pair.high, "Reference"))
    return f'<p class="name"><b>{name}</b></p><div class="row">{"".join(figures)}</div>'


def _outputs(run: Run, pair, rows, metric: str) -> list[str]:
    """The output of every method that can make it again, and for a single method its error map."""
    about, drawn = metrics.get(metric), []
    for method, value in zip(rows["method"], rows[metric], strict=True):
        settings = next(m["settings"] for m in run.methods if m["name"] == method)
        try:
            output = enhancers.get(run.source_of(method)).run(pair.low, settings).image
        except LowlightError:  # weights of somebody's own, gone since
            continue
        if output is None:
            continue
        caption = f"{scores.label_of(method)}: {about.format(value)} {about.unit}".strip()
        drawn.append(_figure(output, caption))
        if pair.high is not None and len(run.methods) == 1:
            drawn.append(_figure(error_map(output, pair.high), f"Error, 0 to {TOP} levels"))
    return drawn


def _figure(pixels, caption: str) -> str:
    """A picture inside the file, reduced, with what it is."""
    data = base64.b64encode(encode(fit_within(pixels, SIDE), "jpg", 88)).decode()
    text = escape(caption)
    return f'<figure><img src="data:image/jpeg;base64,{data}" alt="{text}"><figcaption>{text}</figcaption></figure>'


def _missing(run: Run, found) -> str:
    """What could not be measured and what was left out, each with its reason; nothing where all is there."""
    wrong, twins = found[found["error"].notna()], set(run.source.get("ambiguous", []))
    lines = [
        (image, f"{', '.join(map(scores.label_of, rows['method']))}: {error}")
        for (image, error), rows in wrong.groupby(["image", "error"], sort=False)
    ]
    lines += [
        (name, "left out: " + ("files share a stem, which is whose?" if name in twins else "it has no partner"))
        for name in run.source.get("unpaired", [])
    ]
    more = f"<p>And {len(lines) - MISSING:,} more.</p>" if len(lines) > MISSING else ""
    return f"<h2>What is missing</h2>{_cells(lines[:MISSING])}{more}" if lines else ""


def _provenance(run: Run) -> str:
    """Data set, methods with settings and weights, versions and machine."""
    lines = [("Pictures", f"{run.title}; SHA-256 of their content {run.fingerprint}")]
    for method in run.methods:
        knobs = all_knobs(method["settings"])
        weights = f"; weights {method['weights'][:16]}…" if method["weights"] else ""
        lines.append((scores.label_of(method["name"]), f"{knobs}{weights}"))
    lines.append(("Versions", ", ".join(f"{name} {version}" for name, version in run.versions.items())))
    lines.append(("Machine", ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in run.machine.items())))
    return _cells(lines)


def _cells(lines: list[tuple[str, str]]) -> str:
    """A table of names and what is said of them."""
    cells = "".join(f"<tr><td>{escape(name)}</td><td>{escape(text)}</td></tr>" for name, text in lines)
    return f'<table class="made">{cells}</table>'
