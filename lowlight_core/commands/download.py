"""``download``: fetch a public data set by its usual tool, or say how to get it by hand.

python -m lowlight_core download lol FOLDER
"""

import argparse
import tempfile
import zipfile
from pathlib import Path

from lowlight_core.atomic import make_folder, write_bytes
from lowlight_core.commands import options
from lowlight_core.console import printable
from lowlight_core.datasets import Dataset, find_pairs
from lowlight_core.errors import ArchiveError, DatasetError, sentence
from lowlight_core.files.archives import DAMAGED, safe_name
from lowlight_core.image import EXTENSIONS

LOL_URL = "https://drive.google.com/uc?id=1DdGIJ4PZPlF2ikl8mNM9V-PdVxVLbQi6"
_PAIRS = 500  # 485 for training and 15 for testing
_MOST_BYTES = 2_000_000_000  # unpacked; the pictures are 350 MB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``download``."""
    parser.add_argument("dataset", choices=["lol"], help="LOL v1: 500 pairs, 350 MB (Wei et al., BMVC 2018)")
    parser.add_argument("folder", type=options.path, help="where to put our485/ and eval15/")


def main(args: argparse.Namespace) -> int:
    """Fetch, unpack, and say what is there."""
    dataset = lol(Path(args.folder))
    print(f"{printable(args.folder)}: {len(dataset)} pairs, {dataset.layout}")
    return 0


def lol(folder: Path) -> Dataset:
    """LOL v1 below ``folder``; nothing is fetched when its 500 pairs are there already.

    Raises:
        DatasetError: it could not be fetched; the message says how to get it by hand.
        ArchiveError: what was fetched is no archive that may be unpacked.
    """
    present = _present(folder)
    if present:
        return present
    make_folder(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".lol-") as place:
        archive = Path(place) / "lol_dataset.zip"
        _fetch(LOL_URL, archive, folder)
        unpack(archive, folder)
    found = _present(folder)
    if not found:
        raise DatasetError(f"the archive holds other pictures than expected: {_by_hand(folder)}")
    return found


def _present(folder: Path) -> Dataset | None:
    """The data set if all of it is there."""
    try:
        dataset = find_pairs(folder)
    except DatasetError:
        return None
    return dataset if len(dataset) >= _PAIRS and dataset.has_references else None


def _by_hand(folder: Path) -> str:
    """What a person can do instead."""
    return (
        f"download {LOL_URL} in a browser (or from the page of Wei et al., BMVC 2018: 'Deep Retinex Decomposition'), "
        f"unpack it, and put its folders our485 and eval15 into {folder}"
    )


def _fetch(url: str, path: Path, folder: Path) -> None:
    """Fetch a file from Google Drive with gdown, which knows its question about large files."""
    try:
        import gdown
    except ImportError:
        raise DatasetError(f"gdown is not installed: pip install gdown, or {_by_hand(folder)}") from None
    try:
        gdown.download(url, str(path), quiet=False)
    except Exception as problem:  # gdown and requests have many, and for each the way out is the same
        raise DatasetError(f"the download failed ({sentence(problem)[:120]}): {_by_hand(folder)}") from None
    if not path.is_file():
        raise DatasetError(f"the download brought no file: {_by_hand(folder)}")


def unpack(archive: Path, folder: Path) -> None:
    """Write the pictures of an archive below ``folder``, by the names of their last three parts (split/side/file).

    What is there already, from a download that broke off perhaps, stays as it is.

    Raises:
        ArchiveError: damaged or no .zip, an unsafe name, or more bytes than this data set can have.
        OutputError: a picture cannot be written.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [info for info in opened.infolist() if info.filename.lower().endswith(EXTENSIONS)]
            if sum(info.file_size for info in members) > _MOST_BYTES:
                raise ArchiveError(f"{archive.name} would unpack to more than {_MOST_BYTES / 1e9:g} GB: not unpacked")
            for info in members:
                place = folder.joinpath(*safe_name(info.filename).split("/")[-3:])
                if not place.exists():
                    write_bytes(place, opened.read(info))
    except DAMAGED:
        raise ArchiveError(f"{archive.name} is damaged or no .zip that can be read: fetch it again") from None
