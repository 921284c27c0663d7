"""Containers without a control group of their own, told by the monitor that stays above them: conmon(8).

Rootless Podman without a systemd session (and ``--cgroups=disabled``) leaves a container in the group of whoever started it.
In: the parent of a process. Out: container and user of the monitor, whose arguments have identifier and name. Rules: what
conmon starts outside of the container (the runtime, cleaning up) is not in it: conmon's child must have another mount
namespace; where that may not be read, no container is claimed. Users can imitate conmon above processes of their own, which
only gives these a wrong label.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, Protocol

from netmon.model.owner import Container
from netmon.platforms.text import clean

from .files import read_bytes
from .owners import namespace_of

MONITOR = b"conmon"
ANCESTRY = 32
ARGUMENT_BYTES = 2048
"""Identifier and name come first."""
_ID = re.compile(rb"[0-9a-f]{64}")


class Parented(Protocol):
    """What is asked of ``/proc/<pid>/stat``."""

    @property
    def comm(self) -> bytes:
        """Name of the main thread."""

    @property
    def parent(self) -> int:
        """Number of the parent."""


class Monitored(NamedTuple):
    """A container, and who runs it."""

    container: Container
    user: int


def monitored(root: str, stat: Callable[[int], Parented | None], pid: int, parent: int) -> Monitored | None:
    """The container ``pid`` is in; 0 is a process that is gone: without a namespace now, so its parent decides alone."""
    child = pid
    for _ in range(ANCESTRY):
        above = stat(parent) if parent > 1 else None
        if above is None:
            return None
        if above.comm == MONITOR:
            inside, outside = namespace_of(root, str(child), "mnt"), namespace_of(root, str(parent), "mnt")
            within = not child or (inside and outside and inside != outside)
            return _of_monitor(root, parent) if within else None
        child, parent = parent, above.parent
    return None


def _of_monitor(root: str, pid: int) -> Monitored | None:
    words = read_bytes(f"{root}/{pid}/cmdline", ARGUMENT_BYTES).split(b"\0")
    if words[0].rpartition(b"/")[2] != MONITOR:
        return None
    identifier, name = _after(words, b"-c", b"--cid"), _after(words, b"-n", b"--name")
    if not _ID.fullmatch(identifier):
        return None
    return Monitored(Container("podman", identifier.decode("ascii"), name=clean(name)), _owner(f"{root}/{pid}"))


def _owner(path: str) -> int:
    try:
        return os.stat(path).st_uid  # noqa: PTH116
    except OSError:
        return 0


def _after(words: list[bytes], *options: bytes) -> bytes:
    """The value of an option; conmon's own come before those it passes on."""
    return next((value for word, value in pairwise(words) if word in options), b"")
