"""Link-layer frames as a capture yields them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Frame(NamedTuple):
    """One captured frame.

    ``timestamp_ns`` is nanoseconds since the Unix epoch; ``wire_length`` the frame's length on the wire, link header
    included and not limited by the snap length; ``link_type`` a LINKTYPE_ value (draft-ietf-opsawg-pcaplinktype);
    ``interface`` an index into the source's ``interfaces``.
    """

    timestamp_ns: int
    wire_length: int
    data: bytes
    link_type: int
    interface: int = 0


@dataclass(frozen=True, slots=True)
class CaptureInterface:
    """An interface packets come from: of this machine, or as a capture file names it."""

    name: str
    link_type: int
    description: str = ""
    snap_length: int = 0


@dataclass(frozen=True, slots=True)
class CaptureStatistics:
    """What a source has seen so far. Drops are kept apart by cause (features 1.1)."""

    received: int = 0
    dropped_kernel: int = 0
    dropped_interface: int = 0
    dropped_queue: int = 0
    truncated_tail: str = ""
    """For a file whose tail is torn: what was read up to where; empty otherwise."""
    problem: str = ""
    """A persistent failure in one line (interface gone, permission lost); empty while all is well."""
