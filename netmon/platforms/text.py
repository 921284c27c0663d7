"""Bytes the operating system hands out (process names, paths, command lines) made fit to be shown.

Any local user can put any bytes except NUL into a process name or argument. In: such bytes. Out: printable text, bounded.
Rule: no control character, bidirectional override or lone surrogate ever leaves this file; each is replaced by its escape.
"""

from __future__ import annotations

from functools import lru_cache

NAME_LIMIT = 256
"""Characters kept of a name or a path component; a file name has at most 255 bytes."""
PATH_LIMIT = 4096
"""PATH_MAX."""


def clean(raw: bytes | str, limit: int = NAME_LIMIT) -> str:
    """Printable text, cut at ``limit``: undecodable bytes as ``\\xff``, unprintable characters as ``\\x1b``, ``\\u202e``."""
    text = raw.decode("utf-8", "backslashreplace") if isinstance(raw, bytes) else raw
    text = text[:limit]
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)[:limit]


@lru_cache(maxsize=512)
def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
