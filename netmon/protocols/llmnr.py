"""Link-local multicast name resolution (RFC 4795).

Claimed: DNS messages from or to port 5355 with exactly one question, as section 2.1.1 demands; content alone cannot tell
LLMNR from DNS.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import ALWAYS, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._dns_message import parse
from ._dns_report import MessageReport
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 5355


class _Llmnr(DatagramInspector):
    """One conversation."""

    __slots__ = ("_messages",)

    label = "LLMNR"
    idle_timeout = 30.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._messages = MessageReport(self.report, what="llmnr")

    def take(self, data: bytes) -> Status:
        self._messages.take(parse(data, utf8=True), self.now)
        return ALWAYS


def recognise(context: Context, data: bytes) -> Claim:
    """Exactly one question."""
    if not on_port(context, PORT):
        return NO
    try:
        message = parse(data)
    except ParseError:
        return NO
    return YES if len(message.questions) == 1 else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Llmnr, recognise, frozenset((PORT,)), bound=True)
