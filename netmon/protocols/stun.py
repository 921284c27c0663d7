"""STUN and TURN (RFC 8489, RFC 8656; classic STUN RFC 3489) over UDP and TCP.

Claimed, on any port: a header with the magic cookie; without the cookie, attributes that
fill the message exactly; over TCP with or without the length in front that ICE puts there (RFC 4571, RFC 6544). Read: what
``_stun_message`` lists, the response time. What follows on the same conversation is told apart by its
first octet (RFC 7983): a DTLS handshake is handed over, media show as a state. TURN channel data are left alone.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Inspector, Status, Switch
from ._cursor import Cursor
from ._dtls_record import HANDSHAKE, records
from ._frames import FrameShell
from ._judge import scrambled
from ._stun_message import COOKIE, HEADER, SHARED_SECRET, attributes, is_message, method_and_class, say, tell
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS: Final = frozenset((3478, 3479, 19302))
PREFIX: Final = 2
"""Octets of length in front of everything (RFC 4571)."""


def recognise(context: Context, data: bytes) -> Claim:
    """By the cookie, else by attributes that fit."""
    if not is_message(data):
        return NO
    if data[4:8] == COOKIE or on_port(context, *PORTS):
        return YES
    sizes = [4 + len(value) + -len(value) % 4 for _, value in attributes(data)]
    if sum(sizes) != len(data) - HEADER:
        return NO
    if len(sizes) > 1:
        return YES
    classic = method_and_class(data[0] << 8 | data[1])[0] <= SHARED_SECRET
    return WEAK if classic and scrambled(data[4:20]) else NO


class _Stun(DatagramInspector):
    """One conversation, until media begin."""

    __slots__ = ("_rest",)

    label = "STUN"
    idle_timeout = 30.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rest = [b"", b""]

    def take(self, data: bytes) -> Status:
        if is_message(data):
            tell(self.report, data, self.now)
            say(self.report, data)
            return MORE
        if not self.report.state:
            raise ParseError("no STUN message")
        if data[0] == HANDSHAKE and records(data) is YES:
            self._rest[self.side] = data
            return SWITCH
        if 128 <= data[0] <= 191 and len(data) >= 12:
            self.report.state = "MEDIA"
        return MORE

    def switch(self) -> Switch:
        return Switch(self._rest[0], self._rest[1], "DTLS")


class _Stream(FrameShell):
    """STUN and TURN over TCP: messages and channel data follow each other (RFC 8656 section 12.5), or everything stands
    behind its length (ICE, RFC 6544)."""

    __slots__ = ("_framed",)

    label = "STUN"
    idle_timeout = 30.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._framed: bool | None = None

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        if self._framed is None:
            self._framed = framed(head)
        if self._framed:
            return PREFIX + (head[0] << 8 | head[1])
        size = int.from_bytes(head[2:4], "big")
        if head[0] & 0xC0 == 0x40:
            return 4 + size + -size % 4
        if head[0] & 0xC0 or size % 4:
            raise ParseError("no STUN message")
        return HEADER + size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  both directions alike
        if self._framed:
            message.skip(PREFIX)
        data = message.rest()
        if is_message(data) and data[4:8] == COOKIE:
            tell(self.report, data, self.now)
            say(self.report, data)
        elif not self._framed and data[0] & 0xC0 != 0x40:
            raise ParseError("no STUN message")
        return MORE


class _Protocol(DatagramProtocol):
    """Over UDP by one datagram, over TCP by the first message's cookie."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        if context.transport != "tcp":
            return super().claims(context, client, server)
        answers = [_judge(data) for data in (client, server) if data]
        if NO in answers:
            return NO
        return YES if YES in answers else MAYBE

    def start(self, context: Context) -> Inspector:
        return _Stream(context) if context.transport == "tcp" else super().start(context)


def framed(head: bytes) -> bool:
    """A length, then the type of a binding message, which is no multiple of four as a STUN length is."""
    return len(head) >= 4 and head[2] & 0xC0 == 0 and bool(head[3] & 3)


def _judge(data: bytes) -> Claim:
    if framed(data):
        if int.from_bytes(data[:2], "big") < HEADER:
            return NO
        data = data[PREFIX:]
    if data[0] & 0xC0 or not COOKIE.startswith(data[4:8]) or (len(data) > 3 and data[3] & 3):
        return NO
    return YES if len(data) >= HEADER else MAYBE


PROTOCOL: ApplicationProtocol = _Protocol(_Stun, recognise, PORTS, frozenset(range(64)), frozenset(("udp", "tcp")))
