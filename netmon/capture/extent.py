"""How far a capture file goes, told before it is played that far.

In: a path; out: the time of its last packet. The records are read and nothing is made of them. Bounded in bytes and
packets: what is larger, no regular file, or damaged has an end nobody knows until it is reached (``None``).
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from netmon.errors import CaptureError

from .file import STANDARD_INPUT, open_file

MOST_BYTES = 64 << 20
"""Of the file as it lies on disk."""
MOST_PACKETS = 4_000_000


def last_packet_ns(path: str) -> int | None:
    """The latest packet time in nanoseconds of Unix time; blocks while it reads, so call it in a worker thread."""
    latest = count = 0
    try:
        if path == STANDARD_INPUT or not Path(path).is_file() or Path(path).stat().st_size > MOST_BYTES:
            return None
        with closing(open_file(path)) as source:
            for frames in source.frames():
                count += len(frames)
                if count > MOST_PACKETS:
                    return None
                latest = max(latest, max(frame.timestamp_ns for frame in frames))
    except (OSError, CaptureError):
        return None
    return latest or None
