"""Dynamic Link Exchange Protocol (RFC 8175): radios and their routers, discovery over UDP, session over TCP.

Claimed: over UDP its four letters before a signal that fits; over TCP on port 854 a session initialisation message whose
data items fit. Read: signals, messages, peer types.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Inspector, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec, Report
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 854
MAGIC = b"DLEP"
SIGNALS = {1: "PEER_DISCOVERY", 2: "PEER_OFFER"}
MESSAGES = {
    1: "SESSION_INITIALIZATION", 2: "SESSION_INITIALIZATION_RESPONSE", 3: "SESSION_UPDATE", 4: "SESSION_UPDATE_RESPONSE",
    5: "SESSION_TERMINATION", 6: "SESSION_TERMINATION_RESPONSE", 7: "DESTINATION_UP", 8: "DESTINATION_UP_RESPONSE",
    9: "DESTINATION_ANNOUNCE", 10: "DESTINATION_ANNOUNCE_RESPONSE", 11: "DESTINATION_DOWN", 12: "DESTINATION_DOWN_RESPONSE",
    13: "DESTINATION_UPDATE", 14: "LINK_CHARACTERISTICS_REQUEST", 15: "LINK_CHARACTERISTICS_RESPONSE", 16: "HEARTBEAT",
}  # fmt: skip
PEER_TYPE = 4
MESSAGE = FieldSpec("dlep_message", "Message", multiple=True)
PEER = FieldSpec("dlep_peer", "Peer", multiple=True)


def tell(report: Report, names: dict[int, str], cursor: Cursor) -> None:
    """Add one signal or message: type, length, data items."""
    kind, length = cursor.u16(), cursor.u16()
    name = names.get(kind)
    if name is None:
        raise ParseError("unknown message")
    report.add(MESSAGE, name)
    report.state = report.summary = name
    items = cursor.sub(min(length, cursor.left))
    try:
        while not items.at_end:
            number, value = items.u16(), items.sub(items.u16())
            if number == PEER_TYPE and value.left > 1:
                value.skip(1)
                report.add(PEER, value.rest())
    except NeedMore:
        return


class _Datagrams(DatagramInspector):
    """Discovery."""

    __slots__ = ()

    label = "DLEP"

    def take(self, data: bytes) -> Status:
        if data[:4] != MAGIC:
            raise ParseError("no signal")
        tell(self.report, SIGNALS, Cursor(data, 4))
        return MORE


class _Frames(FrameShell):
    """A session."""

    __slots__ = ()

    label = "DLEP"
    header = 4

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        return 4 + int.from_bytes(head[2:4], "big")

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  both directions alike
        tell(self.report, MESSAGES, message)
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the letters."""
    fits = len(data) >= 8 and data[:4] == MAGIC and int.from_bytes(data[6:8], "big") + 8 <= len(data)
    return YES if fits and int.from_bytes(data[4:6], "big") in SIGNALS else NO


class _Protocol(DatagramProtocol):
    """Over TCP on its port only: a session begins with an ordinary-looking message."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        if context.transport != "tcp":
            return super().claims(context, client, server)
        if not on_port(context, PORT):
            return NO
        heads = [data for data in (client, server) if data]
        if any(len(data) >= 2 and int.from_bytes(data[:2], "big") not in MESSAGES for data in heads):
            return NO
        return YES if any(len(data) >= 8 for data in heads) else MAYBE

    def start(self, context: Context) -> Inspector:
        return _Frames(context) if context.transport == "tcp" else super().start(context)


PROTOCOL: ApplicationProtocol = _Protocol(
    _Datagrams, recognise, frozenset((PORT,)), frozenset((0, MAGIC[0])), frozenset(("udp", "tcp"))
)
