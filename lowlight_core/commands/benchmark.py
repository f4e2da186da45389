"""``benchmark``: the fast ways against the naive ones, as ratios measured in one run."""

import argparse
import json

from lowlight_core import benchmark
from lowlight_core.commands import options
from lowlight_core.commands.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``benchmark``."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--quick", action="store_true", help="smaller and fewer: about a minute, and rougher")
    parser.add_argument(
        "--only",
        type=options.listed,
        default=list(benchmark.SECTIONS),
        metavar="A,B",
        help=f"sections: {', '.join(benchmark.SECTIONS)}",
    )
    parser.epilog = "\n".join(f"  {name:<10} {title}" for name, title in benchmark.SECTIONS.items())


def main(args: argparse.Namespace) -> int:
    """Measure and print; what a bound forbids is said, and is no failure."""
    from lowlight_core import provenance

    progress, sections = Progress(len(args.only), "sections"), []
    for section in benchmark.run(args.only, args.quick, progress.say):
        sections.append(section)
        if not args.json:
            print("\n".join(lines(section)), flush=True)
    if args.json:
        found = [section.as_json() for section in sections]
        print(json.dumps({"machine": provenance.machine(), "quick": args.quick, "sections": found}, indent=2))
    return 0


def lines(section: benchmark.Section) -> list[str]:
    """A section for people."""
    title = f"{section.name}: {section.title}"
    if section.skipped:
        return [title, f"  skipped: {section.skipped}"]
    return [f"{title} ({section.seconds:.0f} s)", *(f"  {figure}" for figure in section.figures)]
