"""Reads the tables shipped in ``netmon/names/data``: zlib after one line of text that says where they come from."""

from __future__ import annotations

import zlib
from importlib import resources

LARGEST = 16 * 1024 * 1024


def read(name: str) -> tuple[str, bytes]:
    """Provenance line and content. A failure is a broken installation and propagates."""
    raw = resources.files("netmon.names").joinpath("data", name).read_bytes()
    header, _, packed = raw.partition(b"\n")
    return header.decode("utf-8"), zlib.decompressobj().decompress(packed, LARGEST)
