"""Inter-Asterisk eXchange version 2 (RFC 5456).

Claimed: a full IAX frame with a known subclass and information elements that fill it, on any port; other full frames on
the usual one. Told: what calls consist of, the version and causes. Numbers, names and passwords are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 4569
HEADER = 12
FULL = 0x80
IAX = 6
TYPES = {1: "DTMF_END", 2: "VOICE", 3: "VIDEO", 4: "CONTROL", 5: "NULL", 6: "IAX", 7: "TEXT", 8: "IMAGE", 9: "HTML",
         10: "COMFORT_NOISE", 12: "DTMF_BEGIN"}  # fmt: skip
SUBCLASSES = {
    1: "NEW", 2: "PING", 3: "PONG", 4: "ACK", 5: "HANGUP", 6: "REJECT", 7: "ACCEPT", 8: "AUTHREQ", 9: "AUTHREP", 10: "INVAL",
    11: "LAGRQ", 12: "LAGRP", 13: "REGREQ", 14: "REGAUTH", 15: "REGACK", 16: "REGREJ", 17: "REGREL", 18: "VNAK", 19: "DPREQ",
    20: "DPREP", 21: "DIAL", 22: "TXREQ", 23: "TXCNT", 24: "TXACC", 25: "TXREADY", 26: "TXREL", 27: "TXREJ", 28: "QUELCH",
    29: "UNQUELCH", 30: "POKE", 32: "MWI", 33: "UNSUPPORT", 34: "TRANSFER", 35: "PROVISION", 36: "FWDOWNL", 37: "FWDATA",
    38: "TXMEDIA", 39: "RTKEY", 40: "CALLTOKEN",
}  # fmt: skip
VERSION_ELEMENT, CAUSE_ELEMENT, TOKEN_ELEMENT = 0x0B, 0x16, 0x36
LARGEST_ELEMENT = 0x37
MESSAGE = FieldSpec("iax2_message", "Messages", multiple=True)
VERSION = FieldSpec("iax2_version", "Version")
CAUSE = FieldSpec("iax2_cause", "Causes", multiple=True, limit=8)
_PAIRS = {"PONG": "PING", "LAGRP": "LAGRQ", "REGAUTH": "REGREQ", "REGACK": "REGREQ", "AUTHREQ": "NEW", "ACCEPT": "NEW"}


def header(data: bytes) -> str:
    """What a full frame is; ``ParseError`` when it is none (section 8.1.1)."""
    if len(data) < HEADER or not data[0] & FULL or data[10] not in TYPES:
        raise ParseError("no full frame")
    if data[10] != IAX:
        return TYPES[data[10]]
    name = SUBCLASSES.get(data[11])
    if name is None:
        raise ParseError("unknown subclass")
    return name


def elements(data: bytes) -> dict[int, bytes]:
    """The information elements that fill an IAX frame (section 8.6)."""
    cursor = Cursor(data, HEADER)
    found: dict[int, bytes] = {}
    while not cursor.at_end:
        kind = cursor.u8()
        if not 0 < kind <= LARGEST_ELEMENT:
            raise ParseError("unknown information element")
        found[kind] = cursor.take(cursor.u8())
    return found


class _Iax2(DatagramInspector):
    """One pair of peers, with all their calls."""

    __slots__ = ()

    label = "IAX2"

    def take(self, data: bytes) -> Status:
        if len(data) >= 4 and not data[0] & FULL:
            return MORE  # audio (mini frames) and trunks
        name, report = header(data), self.report
        report.add(MESSAGE, name)
        report.state = report.summary = name
        if data[10] == IAX:
            told = elements(data)
            if VERSION_ELEMENT in told:
                report.set(VERSION, int.from_bytes(told[VERSION_ELEMENT], "big"))
            report.add(CAUSE, told.get(CAUSE_ELEMENT, b""))
            if name in _PAIRS:
                report.response(_PAIRS[name], self.now, "iax2")
            elif name in _PAIRS.values():
                report.request(name, self.now, "iax2")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """See the module."""
    header(data)
    if data[10] == IAX:
        told = elements(data)
        begins = not any(data[2:4]) and not any(data[8:10])
        if on_port(context, PORT) or (begins and (VERSION_ELEMENT in told or TOKEN_ELEMENT in told)):
            return YES
        return NO
    return WEAK if on_port(context, PORT) else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Iax2, recognise, frozenset((PORT,)), frozenset(range(0x80, 0x100)))
