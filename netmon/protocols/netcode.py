"""netcode (github.com/mas-bandwidth/netcode, STANDARD.md), the secure datagrams of games; yojimbo is built on it.

Claimed: the connection request with its version text and size. Told: the version. What follows is encrypted.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

REQUEST = b"\0NETCODE 1."
SIZE = 1078
VERSION = FieldSpec("netcode_version", "Version")


def version(data: bytes) -> bytes:
    """Of a connection request; ``ParseError`` when it is none."""
    if not data.startswith(REQUEST) or data[13:14] != b"\0" or len(data) != SIZE:
        raise ParseError("no connection request")
    return data[9:13]


class _Netcode(DatagramInspector):
    """One player and a server."""

    __slots__ = ()

    label = "Yojimbo"

    def take(self, data: bytes) -> Status:
        report = self.report
        if data.startswith(REQUEST):
            report.set(VERSION, version(data))
            report.state = "REQUEST"
        elif not report.state:
            raise ParseError("no connection request")
        else:
            report.state = "CONNECTED"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the request."""
    version(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Netcode, recognise, frozenset(), frozenset((0,)))
