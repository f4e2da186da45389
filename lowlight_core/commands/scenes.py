"""``scenes``: which pictures show the same scene, and whether a split leaks.

python -m lowlight_core scenes FOLDER                       # splits that are folders: our485 | eval15, Train | Test
python -m lowlight_core scenes FOLDER --split split.json    # names under "train", "validation", "test"
python -m lowlight_core scenes FOLDER --make-split split.json --share 0.1
"""

import argparse
import json
from pathlib import Path

from lowlight_core.atomic import write_bytes
from lowlight_core.commands import options
from lowlight_core.console import printable
from lowlight_core.datasets import find_pairs
from lowlight_core.datasets.scenes import (
    SIMILAR,
    find_leaks,
    find_scenes,
    sides_by_file,
    sides_by_folder,
    split_by_scene,
)
from lowlight_core.errors import OutputError, ParameterError
from lowlight_core.wording import count

_SHARE = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``scenes``."""
    parser.add_argument("folder", type=options.path, help="a data set, or a folder of pictures")
    split = parser.add_mutually_exclusive_group()
    split.add_argument("--split", type=options.path, metavar="JSON", help="names under train, validation, test")
    parser.add_argument(
        "--similar", type=options.share, default=SIMILAR, help=f"correlation of one scene (default {SIMILAR})"
    )
    split.add_argument("--make-split", type=options.path, metavar="JSON", help="write a split by scene to this file")
    parser.add_argument(
        "--share", type=options.share, help=f"of the pictures for validation, with --make-split (default {_SHARE})"
    )


def main(args: argparse.Namespace) -> int:
    """Group, report, warn; status 1 when a scene is on more than one side."""
    if args.share and not args.make_split:
        raise ParameterError("--share is of the split that --make-split writes: give both")
    if args.make_split and Path(args.make_split).exists():  # known before the work; writing decides again
        raise OutputError(f"{args.make_split} exists already: choose another name, or remove it first")
    dataset = find_pairs(args.folder)
    sides = sides_by_file(dataset, Path(args.split)) if args.split else sides_by_folder(dataset)
    scenes = find_scenes(dataset, args.similar)
    if args.make_split:
        made = split_by_scene(scenes, args.share or _SHARE) | {"scenes": scenes}
        write_bytes(args.make_split, (json.dumps(made, indent=1) + "\n").encode())
        sides = {name: side for side in ("train", "validation") for name in made[side]}
    return _report(scenes, sides, len(dataset))


def _report(scenes: list[list[str]], sides: dict[str, str], pictures: int) -> int:
    """Print the groups and the leaks."""
    several = [names for names in scenes if len(names) > 1]
    found = f"{count(pictures, 'picture')}, {count(len(scenes), 'scene')}"
    print(f"{found}, {len(several)} of them with more than one picture")
    for names in several:
        print("  one scene: " + printable(", ".join(names)))
    found = printable(", ".join(sorted(set(sides.values()))))
    if len(set(sides.values())) < 2:
        print(f"{f'only one side, {found},' if sides else 'no split'} given or found in the folders: nothing to check")
        return 0
    leaks = find_leaks(scenes, sides)
    for leak in leaks:
        print(f"  LEAK  {printable(str(leak))}")
    if leaks:
        found = f"{count(len(leaks), 'scene')} {'is' if len(leaks) == 1 else 'are'} on more than one side"
        print(f"warning: {found}: such scores are of scenes seen in training")
        return 1
    print(f"no scene is on more than one side ({found})")
    return 0
