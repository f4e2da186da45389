"""``video``: a clip into a clip that plays in browsers, with sound, timing and rotation kept and without flicker."""

import argparse
import threading
from pathlib import Path

from lowlight_core import enhancers
from lowlight_core.commands import options
from lowlight_core.commands.progress import Progress
from lowlight_core.console import printable
from lowlight_core.stopping import wished
from lowlight_core.video.flicker import Flicker, removed
from lowlight_core.video.pipeline import Summary, enhance_video
from lowlight_core.video.probe import probe
from lowlight_core.wording import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``video``."""
    parser.add_argument(
        "source", type=options.path, metavar="IN", help="the video: MP4, MOV, MKV, WebM, AVI or what else FFmpeg reads"
    )
    parser.add_argument(
        "target", type=_target, metavar="OUT", help="the result, an .mp4 (H.264, sound copied where MP4 takes it)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it exists")
    parser.add_argument("--no-smoothing", action="store_true", help="leave the method's flicker as it is")
    options.add_method(parser)
    parser.add_argument(
        "--workers", type=options.workers, metavar="N", help="frames enhanced at once (default: one per processor)"
    )


def _target(text: str) -> str:
    """The path of an MP4 from the command line."""
    if Path(options.path(text)).suffix.lower() != ".mp4":
        raise argparse.ArgumentTypeError(f"{text} must end in .mp4: browsers play H.264 in MP4")
    return text


def main(args: argparse.Namespace) -> int:
    """Enhance one video and say how fast it went and what became of its flicker."""
    method = enhancers.get(args.method)
    knobs = method.check(options.knobs(args.knobs))
    info = probe(args.source)
    cancel = threading.Event()
    with Progress(info.frames, "frames") as progress, wished(cancel):
        summary = enhance_video(
            args.source,
            args.target,
            method,
            knobs,
            smooth=not args.no_smoothing,
            workers=args.workers,
            overwrite=args.overwrite,
            progress=progress,
            cancel=cancel,
        )
        for lost in filter(None, (summary.lost_frames, summary.lost_sound)):
            progress.say(lost)
    print("\n".join(report(summary)))
    return 0


def report(summary: Summary) -> list[str]:
    """What people want to know at the end, line by line."""
    info, pace = summary.info, summary.fps / float(summary.info.fps)
    width, height = info.shown_size
    lines = [
        f"{printable(str(summary.path))}: {count(summary.frames, 'frame')} of {width} x {height} in "
        f"{summary.seconds:.1f} s ({summary.fps:.1f} frames a second, {pace:.2f} x real time)"
    ]
    if info.width % 2 or info.height % 2:
        lines.append("H.264 needs even sides: the last column or row was repeated once")
    if info.tracks > 1:
        lines.append(f"of {info.tracks} sound tracks the one that players play by default was kept")
    if info.subtitles:
        lines.append("subtitles were left out")
    if info.hdr_warning:
        lines.append(printable(info.hdr_warning))
    return lines + flicker_lines(summary.flicker)


def flicker_lines(figures: dict[str, Flicker]) -> list[str]:
    """The flicker figures as a small table; nothing for clips of a single frame."""
    if not figures:
        return []
    titles = {"input": "input", "alone": "method alone", "smooth": "written"}
    rows = [f"  {titles[name]:<14}{figure.mean:>14.3f}{figure.static:>16.3f}" for name, figure in figures.items()]
    shares = [removed(figures, kind) for kind in ("mean", "static")]
    said = ["nothing added" if share is None else f"{share:.0%}" for share in shares]
    return [
        "flicker: change from frame to frame, gray levels of 255",
        f"  {'':<14}{'mean':>14}{'static regions':>16}",
        *rows,
        f"  {'taken away':<14}{said[0]:>14}{said[1]:>16}  of what the method adds",
    ]
