"""Windows: psutil (IP Helper); the default route from ``route print``; capture needs Npcap."""

from __future__ import annotations

from netmon.model.network import Interface
from netmon.platforms.generic.platform import Generic
from netmon.platforms.generic.routes import Routes

from .routes import routes
from .sockets import scanner


class Windows(Generic):
    """See ``netmon.platforms.contract.Platform``."""

    name = "windows"
    attribution = "IP Helper (psutil)"

    def __init__(self) -> None:
        super().__init__(scanner())

    def routes(self, interfaces: tuple[Interface, ...]) -> Routes:
        """The default route and the gateways."""
        return routes(interfaces)

    def capture_permission_advice(self) -> str:
        """Npcap brings the capture driver; its installer can restrict it to administrators."""
        return "run netmon in a terminal opened with 'Run as administrator', with Npcap (npcap.com) installed"
