"""The path of a control group by its number (the inode of its directory), for processes that are gone already.

In: the mount of the cgroup2 file system. Out: the path below it, empty when it is not known. The tree is walked when an
unknown number turns up, ``LIMIT`` directories far, and again only after ``SHARE`` times as long as that took.
"""

from __future__ import annotations

import os
import time

LIMIT = 8192
SHARE = 20
"""Walking takes at most 1/20 of the time."""


class CgroupPaths:
    """Numbers and paths seen so far."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._paths: dict[int, str] = {}
        self._next = float("-inf")

    def path(self, number: int) -> str:
        """Path of a control group."""
        found = self._paths.get(number)
        if found is None and number and self._root and (now := time.monotonic()) >= self._next:
            self._paths = _walk(self._root)
            self._next = now + SHARE * (time.monotonic() - now)
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
