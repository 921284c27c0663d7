"""Internet Key Exchange, versions 1 and 2 (RFC 2409, RFC 7296).

Claimed: a header whose length is the datagram's and whose version, exchange and first payload are known, on any port; on
port 500 a plausible header is enough. Read: versions and exchanges; identities and certificates are encrypted in version 2
and left alone in version 1.
"""

from __future__ import annotations

from netmon.errors import ParseError

from . import _ike
from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT, NAT_PORT = 500, 4500


class _Ike(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "IKE"

    def take(self, data: bytes) -> Status:
        if _ike.damaged(data):
            self.report.risk("malformed")
        else:
            _ike.take(self.report, data, self.now)
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """By the header; the port of NAT traversal belongs to another."""
    if _ike.strict(data):
        return YES if not on_port(context, NAT_PORT) else NO
    if not on_port(context, PORT):
        return NO
    try:
        _ike.header(data)
    except ParseError:
        return WEAK if _ike.damaged(data) else NO
    length = int.from_bytes(data[24:28], "big")
    if length == len(data) or len(data) < _ike.HEADER_SIZE:
        return YES
    return WEAK if data[18] in _ike.EXCHANGES else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Ike, recognise, frozenset((PORT,)), look=Look(_ike.HEADER_SIZE, 17, frozenset((0x10, 0x20)))
)
