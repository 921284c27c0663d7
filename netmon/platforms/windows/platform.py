"""Windows: psutil for sockets, processes and interfaces, IP Helper for the default route; capture needs Npcap."""

from __future__ import annotations

from dataclasses import replace

from netmon.model.network import Network
from netmon.platforms.generic.interfaces import interfaces
from netmon.platforms.generic.platform import DEFAULT_ROUTE_UNKNOWN, Generic
from netmon.platforms.network import network

from . import ip_helper
from .routes import routes
from .sockets import scanner


class Windows(Generic):
    """See ``netmon.platforms.contract.Platform``."""

    name = "windows"
    attribution = "IP Helper (psutil)"

    def __init__(self) -> None:
        super().__init__(scanner())

    def network(self) -> Network:
        """Interfaces, addresses, counters, gateways. Interfaces get the numbers IP Helper has for them, because Python finds
        only those that are called as Windows calls them inside (``ethernet_32769``)."""
        try:
            adapters = ip_helper.adapters()
        except OSError:
            adapters = []
        numbers = {adapter.name: adapter.number or adapter.number6 for adapter in adapters}
        found = [replace(one, index=numbers.get(one.name, one.index)) for one in interfaces()]
        way = routes(adapters)
        return network(found, way.default_interface, way.gateways, () if way.default_interface else (DEFAULT_ROUTE_UNKNOWN,))

    def capture_permission_advice(self) -> str:
        """Npcap brings the capture driver; its installer can restrict it to administrators."""
        return "run netmon in a terminal opened with 'Run as administrator', with Npcap (npcap.com) installed"
