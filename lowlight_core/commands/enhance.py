"""``enhance``: pictures, folders and .zip archives into a folder."""

import argparse
import time

from lowlight_core.commands import options
from lowlight_core.commands.progress import Progress
from lowlight_core.console import printable
from lowlight_core.enhance_files import enhance_files
from lowlight_core.files import collect
from lowlight_core.image import OUTPUT_FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``enhance``."""
    parser.add_argument(
        "paths", nargs="+", type=options.path, metavar="PATH", help="a picture, a folder (with all below it) or a .zip"
    )
    parser.add_argument(
        "--output", required=True, type=options.path, metavar="DIR", help="folder for the results; made if need be"
    )
    parser.add_argument(
        "--format", choices=OUTPUT_FORMATS, default="png", help="png is lossless; jpg and webp are small (default: png)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace results that exist already")
    options.add_method(parser)
    options.add_workers(parser)


def main(args: argparse.Namespace) -> int:
    """Enhance everything that can be; name each failure; 0 if there was none, else 1."""
    options.check_folder(args.output)
    start = time.perf_counter()
    found = collect(args.paths, without=args.output)
    with options.executor(args.cluster, args.method) as executor, Progress(len(found.sources), "pictures") as progress:
        results = enhance_files(
            found.sources,
            args.output,
            method=args.method,
            settings=options.knobs(args.knobs),
            format=args.format,
            overwrite=args.overwrite,
            executor=executor,
            workers=args.workers,
            in_flight=executor and executor.in_flight,
            progress=progress,
        )
        failed = sum(_told(progress, name, error) for name, error in found.problems)
        for note in found.notes:
            progress.say(note)
        wide = 0
        for result in results:
            failed += _told(progress, result.name, result.error) if result.error else 0
            wide += result.bits > 8
    done = len(found.sources) - failed + len(found.problems)
    print(f"{done} enhanced into {printable(args.output)}, {failed} failed, {time.perf_counter() - start:.1f} s")
    if wide:
        print(f"{wide} had more than 8 bits per channel: the upper 8 were kept")
    return 1 if failed else 0


def _told(progress: Progress, name: str, error: str) -> int:
    """Name one failure; returns 1 to be counted."""
    progress.say(error if name in error else f"{name}: {error}")
    return 1
