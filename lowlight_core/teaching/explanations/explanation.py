"""What an explanation of a method consists of, and the blocks its diagram is made of."""

from dataclasses import dataclass

PICTURE, STEP, LEARNED = "picture", "step", "learned"
LIFTED = r"$\tilde x=1-(1-x)^g$: the dark picture lifted to the wanted level"  # what most networks receive


@dataclass(frozen=True)
class Block:
    """One box of a block diagram; ``kind`` is a picture, a fixed step, or a step whose weights are learned."""

    name: str
    title: str
    note: str = ""
    kind: str = STEP


@dataclass(frozen=True)
class Diagram:
    """Boxes on a grid and the arrows between them.

    Attributes:
        rows: rows of blocks from top to bottom; ``None`` leaves a cell empty.
        arrows: (from, to, label) by the names of blocks; empty: each block points to the next one.
    """

    rows: tuple[tuple[Block | None, ...], ...]
    arrows: tuple[tuple[str, str, str], ...] = ()

    def blocks(self) -> list[Block]:
        """All blocks in reading order."""
        return [block for row in self.rows for block in row if block]

    def links(self) -> tuple[tuple[str, str, str], ...]:
        """The arrows, or the chain through all blocks where none are given."""
        if self.arrows:
            return self.arrows
        names = [block.name for block in self.blocks()]
        return tuple((before, after, "") for before, after in zip(names, names[1:], strict=False))


@dataclass(frozen=True)
class Explanation:
    """How a method works, for people.

    Attributes:
        idea: three sentences: what it starts from, what it does, where it ends.
        formula: lines of LaTeX.
        symbols: what stands in the formula, in words, with LaTeX between dollar signs.
        diagram: its steps.
        beyond: what the program does that the formula does not say, if anything; LaTeX between dollar signs.
        url: where the paper can be read, if it can.
    """

    idea: tuple[str, str, str]
    formula: tuple[str, ...]
    symbols: str
    diagram: Diagram
    beyond: str = ""
    url: str = ""


def picture(name: str, title: str, note: str = "") -> Block:
    """A block that stands for an image."""
    return Block(name, title, note, PICTURE)


def step(name: str, title: str, note: str = "") -> Block:
    """A block that computes something fixed."""
    return Block(name, title, note, STEP)


def learned(name: str, title: str, note: str = "") -> Block:
    """A block with trained weights."""
    return Block(name, title, note, LEARNED)


def arrows(text: str) -> tuple[tuple[str, str, str], ...]:
    """Arrows from ``"a>b, b>c:label"``: names joined by ``>``, with an optional label after a colon."""
    links = []
    for part in text.split(","):
        ends, _, label = part.strip().partition(":")
        before, after = ends.split(">")
        links.append((before.strip(), after.strip(), label.strip()))
    return tuple(links)
