"""Capture filters for files: compiled by libpcap for the file's link type, applied by the meter frame by frame."""

from __future__ import annotations

from netmon.errors import CaptureError

from ._pcap import Program, address_of, close, compile_filter, free_program, library, offline_filter_address
from .framing import Reader

__all__ = ["address_of", "compile_for", "free_program", "link_type_of", "offline_filter_address"]

SNAP_LENGTH = 262_144
LINKTYPE_RAW, DLT_RAW = 101, 12
"""The one link type whose number in files is not the one libpcap compiles for."""


def link_type_of(name: str, beginning: bytes) -> int:
    """The link type of a capture file's first bytes. Raises ``CaptureError`` when there are several, or none yet."""
    reader = Reader(name)
    reader.feed(beginning)
    if reader.damage and not reader.interfaces:
        raise reader.damage
    types = {interface.link_type for interface in reader.interfaces}
    if len(types) != 1:
        found = "link types " + ", ".join(map(str, sorted(types))) if types else "no interface in its first MiB"
        raise CaptureError(f"{name}: a capture filter needs one link type, the file has {found}; use --filter instead")
    return types.pop()


def compile_for(link_type: int, expression: str) -> Program:
    """The compiled expression; ``CaptureError`` has libpcap's message."""
    dead = library().pcap_open_dead(DLT_RAW if link_type == LINKTYPE_RAW else link_type, SNAP_LENGTH)
    if not dead:
        raise CaptureError(f"capture filter {expression!r}: libpcap has no memory left")
    try:
        return compile_filter(dead, expression)
    finally:
        close(dead)
