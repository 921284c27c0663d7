"""The interfaces one can capture on, and finding the one a person means.

In: nothing (``available``) or a name. Out: ``model.network.Interface`` values in libpcap's order (most useful first).
Needs no rights. Link types are not told: libpcap knows them only after opening.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence

from netmon.errors import NoInterfaceError
from netmon.model.network import Interface

from . import _pcap

LOOPBACK, UP = _pcap.FLAG_LOOPBACK, _pcap.FLAG_UP


def available() -> tuple[Interface, ...]:
    """Everything libpcap can open on this machine (pcap_findalldevs)."""
    return tuple(_interface(device) for device in _pcap.find_all_devices())


def resolve(name: str, interfaces: Sequence[Interface]) -> str:
    """The interface called ``name``: exactly, else regardless of case; ``CaptureError`` lists those there are.

    A name that matches several others only but for case is refused like an unknown one.
    """
    names = [interface.name for interface in interfaces]
    if name in names or is_pktap(name):
        return name
    similar = [candidate for candidate in names if candidate.casefold() == name.casefold()]
    if len(similar) == 1:
        return similar[0]
    raise NoInterfaceError(unknown(name, interfaces))


def is_pktap(name: str) -> bool:
    """macOS: packets of all interfaces (``pktap``) or one (``pktap,en0``) with their processes; it is never listed."""
    return name.partition(",")[0] == "pktap"


def unknown(name: str, interfaces: Sequence[Interface]) -> str:
    """The one line for a name that is not there; interfaces that are down come last."""
    ordered = sorted(interfaces, key=lambda interface: not interface.up)
    names = ", ".join(interface.name for interface in ordered)
    return f"{name}: no such interface; there are: {names or 'none'}"


def _interface(device: _pcap.Device) -> Interface:
    mac, prefixes = b"", []
    for family, address, netmask in device.addresses:
        if family == socket.AF_INET:
            prefixes.append((address[2:6], _prefix_length(netmask[2:6])))
        elif family == socket.AF_INET6:
            prefixes.append((address[6:22], _prefix_length(netmask[6:22])))
        elif family == _pcap.FAMILY_PACKET and address[9] == 6:  # struct sockaddr_ll: sll_halen, sll_addr
            mac = address[10:16]
    return Interface(
        name=device.name,
        description=device.description,
        mac=mac,
        up=bool(device.flags & UP),
        loopback=bool(device.flags & LOOPBACK),
        prefixes=tuple(prefixes),
    )


def _prefix_length(netmask: bytes) -> int:
    return int.from_bytes(netmask, "big").bit_count()
