"""What a connection remembers of its last minute: bytes each way by second.

A track is one immutable value that the tracker and every snapshot share: the second it began and the two peaks (``HEAD``),
then for each active second of the last 60 the second and the bytes each way (``ROW``), oldest first; out = from source to
destination. Empty while nothing has been counted. Histories are put together when somebody looks.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from struct import Struct
from typing import Final

HEAD: Final = Struct("=Qdd")
"""Unix second of the beginning, peak out, peak in (bytes per second)."""
ROW: Final = Struct("=QQQ")
"""Unix second, bytes out, bytes in."""


def peaks(track: bytes) -> tuple[float, float]:
    """The highest rates so far, out and in, bytes per second."""
    if not track:
        return 0.0, 0.0
    _, out, inward = HEAD.unpack_from(track)
    return out, inward


def latest(track: bytes) -> int:
    """The latest active second (Unix), 0 when there is none."""
    return int(ROW.unpack_from(track, len(track) - ROW.size)[0]) if len(track) > HEAD.size else 0


def histories(track: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Bytes out and bytes in, one value a second, from the first to the ``latest`` active second of the last 60; whoever
    draws later pads with zeros up to now."""
    rows = array("Q", track[HEAD.size :])
    if not rows:
        return (), ()
    out, inward = [0] * (rows[-3] - rows[0] + 1), [0] * (rows[-3] - rows[0] + 1)
    for index in range(0, len(rows), 3):
        out[rows[index] - rows[0]], inward[rows[index] - rows[0]] = rows[index + 1], rows[index + 2]
    return tuple(out), tuple(inward)


def track_of(highest: tuple[float, float], history: tuple[Sequence[int], Sequence[int]], until: int) -> bytes:
    """A track from plain values, each out and in: peaks, and bytes by second up to ``until``."""
    out, inward = history
    length = max(len(out), len(inward))
    rows = zip(
        range(until - length + 1, until + 1),
        (*[0] * (length - len(out)), *out),
        (*[0] * (length - len(inward)), *inward),
        strict=True,
    )
    return HEAD.pack(until, *highest) + b"".join(ROW.pack(*row) for row in rows)
