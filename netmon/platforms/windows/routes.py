"""Default route of Windows, from ``route print``; its answers are mapped to interface names."""

from __future__ import annotations

import ipaddress
import os

from netmon.model.network import Interface
from netmon.platforms.generic.routes import Routes, parse_route_print, run


def routes(interfaces: tuple[Interface, ...]) -> Routes:
    """The routing table of now."""
    system = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return named(parse_route_print(run([rf"{system}\System32\ROUTE.EXE", "print"])), interfaces)


def named(found: Routes, interfaces: tuple[Interface, ...]) -> Routes:
    """IPv4 routes name the interface by one of its addresses, IPv6 routes by ``#index``."""
    wanted = found.default_interface
    for interface in interfaces:
        if wanted == f"#{interface.index}" or any(str(ipaddress.ip_address(a)) == wanted for a, _ in interface.prefixes):
            return found._replace(default_interface=interface.name)
    return found._replace(default_interface="")
