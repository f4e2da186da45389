"""Argument parsers of the command line and of the programs beside it: a complaint is one sentence, and an option is
given once.
"""

import argparse

from lowlight_core.console import printable


class Once(argparse.Action):
    """Keep a value as argparse does, and refuse an option's second one, of which nobody could say which holds."""

    def __call__(self, parser, namespace, values, option_string=None):
        """Store the value, or leave with a complaint."""
        given = namespace.__dict__.setdefault("_given", set())
        if option_string and self.dest in given:
            parser.error(f"{option_string} was given twice: give it once")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


class EachOnce(argparse.Action):
    """Keep (name, value) pairs as a dictionary, and refuse a second value of a name."""

    def __call__(self, parser, namespace, values, option_string=None):
        """Add a (name, value), or leave with a complaint."""
        name, value = values
        kept = getattr(namespace, self.dest) or {}
        if name in kept:
            parser.error(f"{option_string} was given {name!r} twice: give it once")
        setattr(namespace, self.dest, {**kept, name: value})


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one sentence; an option without another action takes one value, once."""

    def __init__(self, **given):
        super().__init__(**given)
        self.register("action", None, Once)

    def error(self, message: str):
        """Say what was wrong and leave with status 2."""
        self.exit(2, f"{self.prog}: {printable(message)} (--help shows what is expected)\n")
