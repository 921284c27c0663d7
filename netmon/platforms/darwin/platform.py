"""macOS: ``lsof`` for sockets, psutil for processes and interfaces, ``netstat`` for the default route."""

from __future__ import annotations

from netmon.platforms.generic.platform import Unix

from .routes import COMMAND
from .sockets import scanner


class Darwin(Unix):
    """See ``netmon.platforms.contract.Platform``."""

    name = "darwin"
    attribution = "lsof, psutil"

    def __init__(self) -> None:
        super().__init__(scanner(), COMMAND)

    def capture_permission_advice(self) -> str:
        """The BPF devices belong to root unless Wireshark's ChmodBPF gave them to a group."""
        return "sudo netmon   (or install Wireshark's ChmodBPF, which lets the group access_bpf capture)"
