"""UFTP: encrypted multicast file transfer, versions 3 to 5.

Claimed: a version, a known message type and a length that fits, with the body's own type repeated where it should be, on
port 1044; elsewhere weakly for an announcement. Read: message types, version; file names are left out.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 1044
HEADER = 16
VERSIONS = {0x30: 3, 0x31: 3, 0x40: 4, 0x50: 5}
MESSAGES = {
    1: "ANNOUNCE", 2: "REGISTER", 3: "CLIENT_KEY", 4: "REG_CONF", 5: "KEYINFO", 6: "KEYINFO_ACK", 7: "FILEINFO",
    8: "FILEINFO_ACK", 9: "FILESEG", 10: "DONE", 11: "STATUS", 12: "COMPLETE", 13: "DONE_CONF", 14: "HB_REQ", 15: "HB_RESP",
    16: "KEY_REQ", 17: "PROXY_KEY", 18: "ENCRYPTED", 19: "ABORT", 20: "CONG_CTRL", 21: "CC_ACK",
}  # fmt: skip
_REPEATED = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21))
MESSAGE = FieldSpec("uftp_message", "Message", multiple=True)
VERSION = FieldSpec("uftp_version", "Version", multiple=True)


def message(data: bytes) -> str:
    """The message's name."""
    if len(data) < HEADER + 4 or data[0] not in VERSIONS or data[1] not in MESSAGES:
        raise ParseError("no UFTP header")
    if data[1] in _REPEATED and (data[HEADER] != data[1] or HEADER + data[HEADER + 1] * 4 > len(data)):
        raise ParseError("the body is of another type or too long")
    return MESSAGES[data[1]]


def recognise(context: Context, data: bytes) -> Claim:
    """By header and body."""
    try:
        word = message(data)
    except ParseError:
        return NO
    if on_port(context, PORT):
        return YES
    return WEAK if word == "ANNOUNCE" else NO


class _Uftp(DatagramInspector):
    """One sender or receiver."""

    __slots__ = ()

    label = "UFTP"

    def take(self, data: bytes) -> Status:
        word = message(data)
        self.report.add(MESSAGE, word)
        self.report.add(VERSION, VERSIONS[data[0]])
        self.report.state = self.report.summary = word
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Uftp, recognise, frozenset((PORT,)), frozenset(VERSIONS))
