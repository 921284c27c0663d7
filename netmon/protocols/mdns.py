"""Multicast DNS and service discovery (RFC 6762, RFC 6763).

Claimed: DNS messages from or to port 5353 (RFC 6762 section 3 and 5.1: one of the two is always that), which is where mDNS
differs from DNS; content alone cannot tell. The snap length may have cut the first question where the header is mDNS's.
Names are UTF-8 and keep their case. Responses have no question, so no response times are claimed. Ignored: TXT contents.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import ALWAYS, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._dns_message import AA, QR, TC, parse
from ._dns_report import MessageReport
from ._dns_types import CLASSES, TYPES
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT: Final = 5353
DNS_PORT: Final = 53
UNICAST: Final = 0x8000
"""The highest bit of a class: answer me alone, or forget what you knew (RFC 6762 sections 5.4 and 10.2)."""


class _Mdns(DatagramInspector):
    """One conversation, which for multicast is one speaker."""

    __slots__ = ("_messages",)

    label = "mDNS"
    idle_timeout = 30.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._messages = MessageReport(self.report, what="")

    def take(self, data: bytes) -> Status:
        self._messages.take(parse(data, utf8=True, cut=True), self.now)
        return ALWAYS


def recognise(context: Context, data: bytes) -> Claim:
    """A query or response (operation 0) with something in it."""
    if not on_port(context, PORT) or on_port(context, DNS_PORT):
        return NO
    try:
        message = parse(data, utf8=True, cut=True)
    except ParseError:
        return NO
    cut = not message.complete and not message.identifier and not message.flags & ~(QR | AA | TC)
    something = [(one.type, one.class_) for one in message.questions] + [(one.type, one.class_) for one in message.records]
    known = any(kind in TYPES and class_ & ~UNICAST in CLASSES for kind, class_ in something)
    return YES if message.opcode == 0 and (cut or (something and (message.complete or known))) else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Mdns, recognise, frozenset((PORT,)), bound=True)
