"""OICQ, the datagram protocol of the QQ messenger.

Claimed: its first and last octet around a header with a known command, on ports 4000 and 8000 or, from there, between any.
Read: command and version; contents are encrypted and the account number is left out.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((4000, 8000))
START, END = 0x02, 0x03
COMMANDS = {
    0x0001: "LOG_OUT", 0x0002: "KEEP_ALIVE", 0x0004: "UPDATE_INFO", 0x0005: "SEARCH_USER", 0x0006: "GET_USER_INFO",
    0x0009: "ADD_FRIEND", 0x000A: "DELETE_USER", 0x000B: "ADD_FRIEND_AUTH", 0x000D: "SET_STATUS", 0x0012: "CONFIRM_RECEIVE",
    0x0016: "SEND_MESSAGE", 0x0017: "RECEIVE_MESSAGE", 0x0018: "GET_INFO", 0x001C: "DELETE_ME", 0x001D: "REQUEST_KEY",
    0x0021: "CELL_PHONE_1", 0x0022: "LOG_IN", 0x0026: "GET_FRIENDS", 0x0027: "GET_ONLINE_FRIENDS", 0x0029: "CELL_PHONE_2",
    0x0030: "GROUP_OPERATION", 0x0031: "LOG_IN_TEST", 0x003C: "GROUP_NAMES", 0x003D: "GROUP_FRIENDS", 0x003E: "MEMO",
    0x0058: "DOWNLOAD_GROUP_FRIENDS", 0x005C: "GET_LEVEL", 0x0062: "REQUEST_LOG_IN", 0x0065: "EXTRA_INFO",
    0x0067: "SIGNATURE", 0x0080: "SYSTEM_MESSAGE", 0x0081: "STATUS_CHANGE", 0x0091: "SELECT_SERVER", 0x00B5: "FRIEND_STATUS",
}  # fmt: skip
COMMAND = FieldSpec("qq_command", "Command", multiple=True)
VERSION = FieldSpec("qq_version", "Version", multiple=True)


def command(data: bytes) -> int:
    """The command number of a packet."""
    if len(data) < 9 or data[0] != START or data[-1] != END:
        raise ParseError("no OICQ packet")
    return int.from_bytes(data[3:5], "big")


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is: two octets are too little."""
    if not on_port(context, *PORTS):
        return NO
    try:
        return YES if command(data) in COMMANDS else WEAK
    except ParseError:
        return NO


class _Qq(DatagramInspector):
    """One client."""

    __slots__ = ()

    label = "QQ"

    def take(self, data: bytes) -> Status:
        number = command(data)
        name = COMMANDS.get(number, f"COMMAND_{number}")
        self.report.add(COMMAND, name)
        self.report.add(VERSION, f"0x{data[1:3].hex()}")
        self.report.state = self.report.summary = name
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Qq, recognise, PORTS, frozenset((START,)), bound=True)
