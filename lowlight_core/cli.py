"""The command line: ``python -m lowlight_core COMMAND``, over the same functions as the pages.

Exit status: 0 all done; 1 something failed, each failure named on stderr; 2 wrong usage; 130 interrupted, 143 or 129 by
SIGTERM or SIGHUP, 141 if whoever read the output left. Whatever goes wrong is one sentence on stderr, never a
traceback. Only the module of the command that was asked for is imported.
"""

import argparse
import contextlib
import importlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence

from lowlight_core.commands.parser import Parser
from lowlight_core.console import answered
from lowlight_core.settings import settings
from lowlight_core.stopping import SIGNALS

PROGRAM = "python -m lowlight_core"
COMMANDS = {  # name: (module with add_arguments(parser) and main(args), what it does)
    "list": ("lowlight_core.commands.list", "show every method with its knobs"),
    "enhance": ("lowlight_core.commands.enhance", "enhance pictures, folders or a .zip into a folder"),
    "evaluate": ("lowlight_core.commands.evaluate", "measure methods on a data set of dark and bright pairs"),
    "scenes": ("lowlight_core.commands.scenes", "group near-identical scenes and warn when a split leaks"),
    "download": ("lowlight_core.commands.download", "fetch the LOL data set"),
    "video": ("lowlight_core.video.command", "enhance a video without flicker"),
    "train": ("lowlight_core.training.command", "train a network on a data set of pairs"),
    "benchmark": ("lowlight_core.commands.benchmark", "time the fast ways against the naive ones, as ratios"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)

    def run() -> int:
        with _interruptible():
            return _run(argv)

    return answered(run, PROGRAM)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Take SIGTERM and SIGHUP as Ctrl-C, so that no half of a file stays; once only, so that this can be done in peace.
    An interrupt stays one where what it came into makes another error of it, as an import of NumPy and `argparse` do.

    Not what ``nohup`` ignores; nor off the main thread, which takes no signals. Training and video, which end their
    work on a signal in a way of their own (`stopping`), take them over for so long.
    """
    came: list[int] = []

    def interrupt(number, frame):
        came.append(number)
        for one in taken:
            signal.signal(one, signal.default_int_handler if one == signal.SIGINT else signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    able = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for name in SIGNALS if able and (number := getattr(signal, name, 0))}
    taken = {number: how for number, how in before.items() if how in (signal.SIG_DFL, signal.default_int_handler)}
    try:
        for number in taken:
            signal.signal(number, interrupt)
        yield
    except Exception:
        if came:
            raise KeyboardInterrupt(came[0]) from None
        raise
    finally:
        for number, how in taken.items():
            signal.signal(number, how)


def _run(argv: list[str]) -> int:
    name = next((word for word in argv if not word.startswith("-")), None)
    if name not in COMMANDS or argv[0] != name:
        _overview().parse_args(argv or ["--help"])
        return 0
    module = importlib.import_module(COMMANDS[name][0])
    parser = Parser(
        prog=f"{PROGRAM} {name}",
        description=f"{COMMANDS[name][1][0].upper()}{COMMANDS[name][1][1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    arguments = parser.parse_intermixed_args(_without_end_of_options(argv[1:]))
    settings()  # one that is wrong is said once, not of every picture
    return module.main(arguments) or 0


def _without_end_of_options(words: list[str]) -> list[str]:
    """The words without the first ``--``; those behind it are paths: ``-a.png`` becomes ``./-a.png``.

    `argparse.ArgumentParser.parse_intermixed_args` would take such paths for options in its second round.
    """
    if "--" not in words:
        return words
    end = words.index("--")
    return words[:end] + [f"./{word}" if word.startswith("-") else word for word in words[end + 1 :]]


def _overview() -> Parser:
    """The parser that answers ``--help`` and complains about unknown commands."""
    parser = Parser(
        prog=PROGRAM,
        description="Low-light image enhancement from the command line.",
        epilog="COMMAND --help shows the options of a command.",
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    for name, (_, help) in COMMANDS.items():
        commands.add_parser(name, help=help, add_help=False)
    return parser
