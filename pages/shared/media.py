"""Pictures on their way to the browser: a preview of screen size at once, full-resolution tiles when somebody zooms in.

A 12-megapixel photo as PNG is some 20 MB; its preview is about 0.3 MB, and a screenful of exact pixels about 1 MB.
"""

import hashlib
import secrets
from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st
from streamlit.runtime import get_instance

from lowlight_core.image import encode, fit_within
from pages.shared import results

PREVIEW_SIDE = 1600  # longest side of a preview, in pixels
EXACT_MEGAPIXELS = 1.05  # pictures up to here are sent whole and lossless
PREVIEW_QUALITY = 90
TILE = 512  # side of a tile in its own pixels; viewer_pictures.js says the same
MOST_TILES = 64  # tiles of one side sent at once: a 4K screenful
_MIME = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Encoded:
    """Bytes of one encoded picture; ``exact`` if every full-resolution pixel is in it unchanged."""

    data: bytes
    format: str
    exact: bool


def preview(pixels: np.ndarray, full_width: int | None = None) -> Encoded:
    """RGB uint8 (H, W, 3) encoded for the screen: lossless when small, else reduced to `PREVIEW_SIDE` as JPEG.

    ``full_width`` is the width of the full-resolution picture when ``pixels`` is already a reduced copy.
    """
    lossless = pixels.shape[0] * pixels.shape[1] <= EXACT_MEGAPIXELS * 1e6
    exact = lossless and full_width in (None, pixels.shape[1])
    format = "png" if lossless else "jpg"
    key = (results.fingerprint(pixels), "preview")
    data = results.encodings().get(key, lambda: encode(fit_within(pixels, PREVIEW_SIDE), format, PREVIEW_QUALITY))
    return Encoded(data, format, exact)


def parse_tiles(names, width: int, height: int) -> list[tuple[bool, int, int, int]]:
    """Tile names from a browser, ``"exact/level/column/row"``, as numbers; whatever is not a tile is dropped."""
    tiles = []
    for name in names if isinstance(names, list) else []:
        parts = str(name).split("/")[:4]
        if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
            continue
        exact, level, column, row = map(int, parts)
        size = TILE << min(level, 8)
        if level <= 8 and column * size < width and row * size < height:
            tiles.append((bool(exact), level, column, row))
    return tiles[:MOST_TILES]


def tile(pixels: np.ndarray, exact: bool, level: int, column: int, row: int) -> Encoded:
    """One tile of a full-resolution picture, reduced by 2**``level``: PNG if ``exact``, else JPEG."""
    format = "png" if exact else "jpg"
    key = (results.fingerprint(pixels), exact, level, column, row)
    data = results.encodings().get(key, lambda: encode(_crop(pixels, level, column, row), format, PREVIEW_QUALITY))
    return Encoded(data, format, exact)


def _crop(pixels: np.ndarray, level: int, column: int, row: int) -> np.ndarray:
    size = TILE << level
    crop = np.ascontiguousarray(pixels[row * size : (row + 1) * size, column * size : (column + 1) * size])
    if level == 0:
        return crop
    reduced = -(-crop.shape[1] >> level) or 1, -(-crop.shape[0] >> level) or 1
    return cv2.resize(crop, reduced, interpolation=cv2.INTER_AREA)


def publish(encoded: Encoded, place: str) -> str:
    """Hand bytes to the server's in-memory files and return their address on this server.

    The address hangs on a secret of this session and on the SHA-256 of the content: nobody can guess it, and two
    pictures never share one. What is published at the same ``place`` later replaces it; it goes with the session.
    """
    secret = st.session_state.setdefault("media_secret", secrets.token_hex(16))
    name = hashlib.sha256(secret.encode() + encoded.data).hexdigest()
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    address = get_instance().media_file_mgr.add(encoded.data, _MIME[encoded.format], place, file_name=name)
    return f"/{base}{address}" if base else address
