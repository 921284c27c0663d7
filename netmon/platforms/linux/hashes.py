"""SHA-256 of executables, only where asked for.

In: the path of an executable (``/proc/<pid>/exe`` reaches the file even when its name is gone). Out: the hexadecimal digest.
Rules: each file is read once (identity: device, inode, size, modification time); files beyond ``SIZE_LIMIT`` are not hashed;
reading blocks, so it happens in the scan's worker thread only; everybody else sees what is known already.
"""

from __future__ import annotations

import hashlib
import os

SIZE_LIMIT = 512 * 1024 * 1024
CACHE_LIMIT = 4096
_PART = 1 << 20


class Hashes:
    """Digests by file, shared by all readers of one platform."""

    def __init__(self) -> None:
        self.enabled = False
        self._known: dict[tuple[int, int, int, int], str] = {}
        self._wanted: dict[tuple[int, int, int, int], str] = {}

    def known(self, path: str) -> str:
        """The digest when it has been computed; else it is wanted from now on."""
        if not self.enabled:
            return ""
        identity = _identity(path)
        if identity is None:
            return ""
        found = self._known.get(identity)
        if found is None and identity[2] <= SIZE_LIMIT and len(self._wanted) < CACHE_LIMIT:
            self._wanted[identity] = path
        return found or ""

    def compute(self) -> bool:
        """Hash what is wanted (blocks); ``True`` when something became known."""
        wanted, self._wanted = self._wanted, {}
        changed = False
        for identity, path in wanted.items():
            digest = _digest(path, identity)
            if digest:
                if len(self._known) >= CACHE_LIMIT:
                    del self._known[next(iter(self._known))]
                self._known[identity] = digest
                changed = True
        return changed


def _identity(path: str) -> tuple[int, int, int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _digest(path: str, identity: tuple[int, int, int, int]) -> str:
    """Empty when the file is gone or is another one by now."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            if _identity(path) != identity:
                return ""
            digest = hashlib.sha256()
            while part := file.read(_PART):
                digest.update(part)
    except OSError:
        return ""
    return digest.hexdigest()
