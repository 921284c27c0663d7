"""Bytes per second of one connection (features 3.1).

In: byte counts with the seconds they belong to; they are added to a track (``model.track``). Out: rates over the
last 10 s, and the track with the new peaks. Rule: only seconds in which something happened are stored, so a quiet
connection costs a few dozen bytes and no work at all.
"""

from __future__ import annotations

from typing import Final

from netmon.model.track import HEAD, ROW

WINDOW: Final = 10
HISTORY: Final = 60

LONGEST: Final = HEAD.size + HISTORY * ROW.size
"""Bytes of a track with all seconds."""


def begun(second: int) -> bytes:
    """A track without anything in it."""
    return HEAD.pack(second, 0.0, 0.0)


def counted(track: bytes, second: int, out: int, inward: int) -> bytes:
    """With bytes of one second; an earlier second than the latest counts with the latest."""
    if len(track) > HEAD.size:
        last, old_out, old_inward = ROW.unpack_from(track, len(track) - ROW.size)
        if last >= second:
            return track[: -ROW.size] + ROW.pack(last, old_out + out, old_inward + inward)
        if len(track) >= LONGEST:
            track = _pruned(track, second)
    return track + ROW.pack(second, out, inward)


def _pruned(track: bytes, second: int) -> bytes:
    """Without what is more than a minute ago."""
    index = HEAD.size
    while index < len(track) and ROW.unpack_from(track, index)[0] <= second - HISTORY:
        index += ROW.size
    return track[: HEAD.size] + track[index:]


def turned(track: bytes) -> bytes:
    """The other end is the source after all: out is in."""
    if not track:
        return track
    began, out, inward = HEAD.unpack_from(track)
    rows = ROW.iter_unpack(track[HEAD.size :])
    return HEAD.pack(began, inward, out) + b"".join([ROW.pack(second, b, a) for second, a, b in rows])


def rates_at(track: bytes, second: int) -> tuple[float, float, bytes]:
    """Bytes per second out and in as of a second, and the track, with the new peaks and without what is too old."""
    size = len(track)
    if size > HEAD.size and ROW.unpack_from(track, HEAD.size)[0] <= second - HISTORY:
        track = _pruned(track, second)
        size = len(track)
    sum_out = sum_in = 0
    for index in range(size - ROW.size, HEAD.size - 1, -ROW.size):
        when, more_out, more_in = ROW.unpack_from(track, index)
        if when <= second - WINDOW:
            break
        sum_out += more_out
        sum_in += more_in
    if not sum_out and not sum_in:
        return 0.0, 0.0, track
    began, peak_out, peak_in = HEAD.unpack_from(track)
    span = second - began + 1
    span = WINDOW if span > WINDOW else 1 if span < 1 else span
    out, inward = sum_out / span, sum_in / span
    if out > peak_out or inward > peak_in:
        track = HEAD.pack(began, max(out, peak_out), max(inward, peak_in)) + track[HEAD.size :]
    return out, inward, track


def without_peaks(track: bytes) -> bytes:
    """The peaks begin anew."""
    return HEAD.pack(HEAD.unpack_from(track)[0], 0.0, 0.0) + track[HEAD.size :]
