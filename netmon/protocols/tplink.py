"""TP-Link's smart home protocol: JSON under a running exclusive-or, over UDP and TCP.

There is no public document; the layout is the one the field agrees on. Claimed: what begins and ends as an object once
uncovered, and names one of the protocol's sections. Told: the sections and methods asked for. Values are not.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORT = 9999
KEY = 171
START = b"\xd0\xf2"
"""``{"`` as it goes over the wire."""
EMPTY = b"\xd0\xad"
"""``{}`` likewise."""
LARGEST = 64 * 1024
SHOWN = 1024
_CALL = re.compile(rb'^\{"([a-zA-Z_.]{2,40})":\{"([a-z_]{2,40})":')
_SECTIONS = re.compile(
    rb'^\{"(?:system|netif|time|emeter|schedule|count_down|anti_theft|cnCloud|context|smartlife\.[a-z.]{1,40})":'
)
CALL = FieldSpec("tplink_call", "Calls", multiple=True)


def uncover(data: bytes) -> bytes:
    """The text; each octet is covered by the covered one before it."""
    key, text = KEY, bytearray()
    for octet in data:
        text.append(octet ^ key)
        key = octet
    return bytes(text)


def tell(report: Report, data: bytes) -> None:
    """One message."""
    text = uncover(data[:SHOWN])
    if not text.startswith(b"{"):
        raise ParseError("no object")
    match = _CALL.match(text)
    if match:
        report.add(CALL, match[1] + b"." + match[2])
        report.summary = (match[1] + b"." + match[2]).decode("ascii")
    report.state = "MESSAGE"


class _Stream(FrameShell):
    """Over TCP: four octets of length before each message."""

    __slots__ = ()

    label, limit = "TPLINK-SHP", 4 + SHOWN

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """Length and text."""
        size = int.from_bytes(head, "big")
        if not 2 <= size <= LARGEST:
            raise ParseError("no length")
        return 4 + size

    def frame(self, side: int, message: Cursor) -> Status:
        """One message."""
        message.skip(4)
        tell(self.report, message.rest())
        (self.report.response if side else self.report.request)("", self.now, "tplink")
        return MORE


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "TPLINK-SHP"

    def take(self, data: bytes) -> Status:
        tell(self.report, data)
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """A section's name and the end of the object; ``{}`` on the usual port."""
    if data == EMPTY:
        return WEAK if PORT in (context.server_port, context.client_port) else NO
    if not data.startswith(START) or len(data) < 8 or data[-1] ^ data[-2] != ord("}"):
        return NO
    return YES if _SECTIONS.match(uncover(data[:64])) else NO


def message(head: bytes) -> Claim:
    """Length and beginning over TCP."""
    if any(head[:2]) or not START.startswith(head[4:6]):
        return NO
    text = uncover(head[4:68])
    if _SECTIONS.match(text):
        return YES
    return MAYBE if len(head) < 56 and b":" not in text else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both directions alike."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, frozenset(), frozenset((0,)), DatagramProtocol(_Datagrams, recognise, frozenset(), frozenset(START[:1]))
)
