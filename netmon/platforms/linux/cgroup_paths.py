"""The path of a control group by its number (the inode of its directory), for processes that are gone already.

In: the mount of the cgroup2 file system. Out: the path below it, empty when it is not known. The tree is walked when an
unknown number turns up, at most once a second and ``LIMIT`` directories far.
"""

from __future__ import annotations

import os

LIMIT = 8192
SECONDS = 1.0


class CgroupPaths:
    """Numbers and paths seen so far."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._paths: dict[int, str] = {}
        self._walked = float("-inf")

    def path(self, number: int, now: float) -> str:
        """Path of a control group; ``now`` is any clock in seconds."""
        found = self._paths.get(number)
        if found is None and number and self._root and now - self._walked >= SECONDS:
            self._walked = now
            self._paths = _walk(self._root)
            found = self._paths.get(number)
        return found or ""


def _walk(root: str) -> dict[int, str]:
    found: dict[int, str] = {}
    waiting = [""]
    while waiting and len(found) < LIMIT:
        path = waiting.pop()
        try:
            with os.scandir(root + path) as entries:
                found[os.stat(root + path).st_ino] = path or "/"  # noqa: PTH116
                waiting += [f"{path}/{entry.name}" for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
    return found
