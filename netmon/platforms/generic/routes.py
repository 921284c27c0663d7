"""Default routes out of the text of ``netstat -rn`` (BSD, macOS).

In: recorded or live output. Out: interface of the default route and all gateways.
A line that is not a route is skipped. The program is run with a time limit and its answer is bounded.
"""

from __future__ import annotations

import ipaddress
import subprocess
from typing import NamedTuple

TIMEOUT = 5.0
OUTPUT_BYTES = 4 * 1024 * 1024


DEFAULTS = ("default", "0.0.0.0/0", "::/0")


class Routes(NamedTuple):
    """What the routing table says."""

    default_interface: str
    gateways: frozenset[bytes]


def run(command: list[str]) -> str:
    """Standard output of a system tool, empty when it is missing, fails or does not end."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout[:OUTPUT_BYTES].decode("utf-8", "replace")


def netstat(command: list[str]) -> Routes:
    """The routing table of now."""
    return parse_netstat(run(command))


def parse_netstat(text: str) -> Routes:
    """``netstat -rn``: Destination Gateway Flags ... Netif (NetBSD: Interface, OpenBSD: Iface); IPv4 comes first. A route
    that rejects (``R``) or swallows (``B``) leads nowhere; macOS has one that counts only for sockets bound to its interface
    (``I``) for each interface besides the default route."""
    defaults: dict[tuple[bool, bool], str] = {}
    gateways: set[bytes] = set()
    column = -1
    internet6 = False
    for line in text.splitlines():
        fields = line.split()
        if line.startswith("Internet"):
            internet6 = line.startswith("Internet6")
        elif fields[:2] == ["Destination", "Gateway"]:
            column = next((fields.index(word) for word in ("Netif", "Interface", "Iface") if word in fields), -1)
        elif len(fields) >= 4 and column > 0:
            # Without an expiry column value the interface is the last field that is there.
            interface = fields[column] if column < len(fields) else fields[-1]
            if not {"R", "B"}.isdisjoint(fields[2]):
                continue
            if "G" in fields[2]:
                gateway = _address(fields[1])
                if gateway and _is_machine(gateway):
                    gateways.add(gateway)
            if fields[0] in DEFAULTS:
                defaults.setdefault(("I" in fields[2], internet6), interface)
    return Routes(defaults[min(defaults)] if defaults else "", frozenset(gateways))


def _is_machine(gateway: bytes) -> bool:
    """Not ``fe80::%utun0``, which is a whole link, nor 127.0.0.1 and ::1, by which a system leads to its own addresses."""
    return any(gateway[8:] if len(gateway) == 16 else gateway) and not ipaddress.ip_address(gateway).is_loopback


def _address(text: str) -> bytes:
    try:
        return ipaddress.ip_address(text.partition("%")[0]).packed
    except ValueError:
        return b""
