"""Small files of the kernel and of daemons, read with a bound and without exceptions."""

from __future__ import annotations

import os

_PART = 1024 * 1024


def read_bytes(path: str, limit: int) -> bytes:
    """The first ``limit`` bytes of a regular or kernel file, empty when it is gone or may not be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        first = os.read(descriptor, min(limit, _PART))
        if len(first) < min(limit, _PART) or limit <= _PART:
            return first
        parts, size = [first], len(first)
        while size < limit and (part := os.read(descriptor, min(limit - size, _PART))):
            parts.append(part)
            size += len(part)
        return b"".join(parts)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
