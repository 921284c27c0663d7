"""macOS: psutil, with ``lsof`` for users the system-wide socket table is refused to."""

from __future__ import annotations

from netmon.model.network import Interface
from netmon.platforms.generic.platform import Generic
from netmon.platforms.generic.routes import Routes

from .routes import routes
from .sockets import scanner


class Darwin(Generic):
    """See ``netmon.platforms.contract.Platform``."""

    name = "darwin"
    attribution = "psutil, lsof"

    def __init__(self) -> None:
        super().__init__(scanner())

    def routes(self, interfaces: tuple[Interface, ...]) -> Routes:  # noqa: ARG002 - the signature of all systems
        """The default route and the gateways."""
        return routes()

    def capture_permission_advice(self) -> str:
        """The BPF devices belong to root unless Wireshark's ChmodBPF gave them to a group."""
        return "sudo netmon   (or install Wireshark's ChmodBPF, which lets the group access_bpf capture)"
