"""Small pictures and files that the tests share; everything is made here, from a seed."""

import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def photo(height: int = 60, width: int = 80, seed: int = 0, level: float = 90) -> np.ndarray:
    """Something like a photograph: soft shapes with colour, edges and noise around a mean ``level``; RGB uint8."""
    random = np.random.default_rng(seed)
    small = random.uniform(0, 2, (max(2, height // 12), max(2, width // 12), 3)).astype(np.float32)
    soft = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    soft[height // 3 : height // 2, width // 4 : width // 2] *= 0.3
    return np.clip(level * soft + random.normal(0, 4, soft.shape), 0, 255).astype(np.uint8)


def dark(height: int = 60, width: int = 80, seed: int = 0) -> np.ndarray:
    """A dark picture: mean level about 25 of 255."""
    return photo(height, width, seed, level=25)


def backlit(height: int = 60, width: int = 80) -> np.ndarray:
    """A dark picture whose upper third is bright sky."""
    image = dark(height, width)
    image[: height // 3] = (150, 180, 240)
    return image


def plain(color, height: int = 20, width: int = 30) -> np.ndarray:
    """One colour (or gray level) everywhere, RGB uint8."""
    return np.full((height, width, 3), color, np.uint8)


def saved(image, format: str = "PNG", **options) -> bytes:
    """A Pillow image or an array as the bytes of a file."""
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, format, **options)
    return file.getvalue()


def quarters(height: int = 40, width: int = 60) -> np.ndarray:
    """Red, green / blue, white: whatever turns or mirrors it shows."""
    image = plain(255, height, width)
    image[: height // 2, : width // 2] = RED
    image[: height // 2, width // 2 :] = GREEN
    image[height // 2 :, : width // 2] = BLUE
    return image


def declaring_png(width: int, height: int) -> bytes:
    """A PNG of a few dozen bytes whose header declares ``width`` x ``height`` RGB pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(1000))), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def animated_gif() -> bytes:
    """Three frames of different colours."""
    frames = [Image.fromarray(plain(color)) for color in (RED, GREEN, BLUE)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
