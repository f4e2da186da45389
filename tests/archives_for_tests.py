"""Archives that the tests share: honest ones and those that somebody has tampered with."""

import io
import struct
import zipfile


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .zip of those names and contents."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return file.getvalue()


def with_link(name: str, target: str, members: dict[str, bytes]) -> bytes:
    """A .zip that also holds a symbolic link."""
    file = io.BytesIO(zipped(members))
    with zipfile.ZipFile(file, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, target)
    return file.getvalue()


def lying(members: dict[str, bytes], declared: int) -> bytes:
    """A .zip whose headers all declare ``declared`` uncompressed bytes."""
    data = bytearray(zipped(members))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.find(signature)
        while place >= 0:
            struct.pack_into("<I", data, place + offset, declared)
            place = data.find(signature, place + 1)
    return bytes(data)


def encrypted(members: dict[str, bytes]) -> bytes:
    """A .zip whose members are marked as encrypted."""
    data = bytearray(zipped(members))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(signature, place + 1)
    return bytes(data)
