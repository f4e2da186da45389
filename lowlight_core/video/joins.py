"""Recordings joined byte by byte, as the parts of a camcorder's: where the times start over, they are made to go on."""

from fractions import Fraction

_CONTAINERS = ("mpegts", "mpeg")  # which may be joined so
_BACK = Fraction(1, 2)  # seconds by which times go back where a new part begins


class Joins:
    """Give it every packet of picture and sound in the order of the file; it moves their times in place.

    The streams of a file need not change to the next part at the same packet, but by the same time.
    """

    def __init__(self, container):
        self._may_be = container.format.name in _CONTAINERS
        self._shifts = [Fraction(0)]  # of each part, in seconds
        self._parts: dict[int, int] = {}
        self._ends: dict[int, Fraction] = {}

    def go_on(self, packet) -> None:
        """Put a packet after those before it, if its part starts over."""
        if not self._may_be:
            return
        stream, lasts = packet.stream.index, (packet.duration or 0) * packet.time_base
        if packet.dts is None:  # most of MPEG's: it follows the one before
            self._ends[stream] = self._ends.get(stream, Fraction(0)) + lasts
            return
        begin = packet.dts * packet.time_base
        shift = self._shift(stream, begin)
        packet.dts += round(shift / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts + round(shift / packet.time_base)
        self._ends[stream] = begin + shift + lasts

    def _shift(self, stream: int, begin: Fraction) -> Fraction:
        """By how much the part is moved to which a packet belongs that begins at this time, in seconds."""
        part, end = self._parts.get(stream, 0), self._ends.get(stream, begin)
        if begin + self._shifts[part] < end - _BACK:
            part = self._parts[stream] = part + 1
            if part == len(self._shifts):
                self._shifts.append(max(self._ends.values()) - begin)
        return self._shifts[part]
