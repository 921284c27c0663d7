"""OpenBSD: ``fstat`` for sockets, psutil for processes and interfaces, ``netstat`` for the default route."""

from __future__ import annotations

from netmon.platforms.generic.platform import Unix

from .routes import COMMAND
from .sockets import scanner


class OpenBSD(Unix):
    """See ``netmon.platforms.contract.Platform``."""

    name = "openbsd"
    attribution = "fstat, psutil"

    def __init__(self) -> None:
        super().__init__(scanner(), COMMAND)

    def capture_permission_advice(self) -> str:
        """The BPF devices belong to root."""
        return "doas netmon   (or let a group read /dev/bpf*)"
