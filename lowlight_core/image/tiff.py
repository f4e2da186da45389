"""The first directory of a TIFF (TIFF 6.0, section 2, and BigTIFF), before a decoder builds what it tells of."""

import struct

_STRIPS, _TILES = 273, 324  # tags: where each strip, or tile, begins
_MOST = 200_000  # a strip for each row of three channels apart, of a picture higher than any camera's


def too_many_parts(data: bytes) -> bool:
    """Whether a file cuts its picture into more strips or tiles than any program does: Pillow keeps a record of some
    hundred bytes of each as soon as it opens the file.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return False
    big = struct.unpack_from(f"{order}H", data.ljust(4, b"\0"), 2)[0] == 43
    try:
        (place,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
        (entries,) = struct.unpack_from(order + ("Q" if big else "H"), data, place)
        for number in range(min(entries, 2**16)):
            entry = place + (8 + 20 * number if big else 2 + 12 * number)
            tag, _, count = struct.unpack_from(order + ("HHQ" if big else "HHI"), data, entry)
            if tag in (_STRIPS, _TILES) and count > _MOST:
                return True
    except (struct.error, OverflowError):  # cut short: for the decoder to say
        pass
    return False
