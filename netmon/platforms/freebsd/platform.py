"""FreeBSD: ``sockstat`` for sockets, psutil for processes and interfaces, ``netstat`` for the default route."""

from __future__ import annotations

from netmon.model.network import Interface
from netmon.platforms.generic.platform import Generic
from netmon.platforms.generic.routes import Routes

from .routes import routes
from .sockets import scanner


class FreeBSD(Generic):
    """See ``netmon.platforms.contract.Platform``."""

    name = "freebsd"
    attribution = "sockstat, psutil"

    def __init__(self) -> None:
        super().__init__(scanner())

    def routes(self, interfaces: tuple[Interface, ...]) -> Routes:  # noqa: ARG002 - the signature of all systems
        """The default route and the gateways."""
        return routes()

    def capture_permission_advice(self) -> str:
        """The BPF devices belong to root unless devfs rules say otherwise."""
        return "sudo netmon   (or let a group read /dev/bpf* in /etc/devfs.rules)"
