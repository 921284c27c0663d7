"""EtherNet/IP: encapsulation of the Common Industrial Protocol over TCP and UDP, and its I/O over UDP (ODVA, volume 2).

Claimed: an encapsulation header whose command, length, status and options fit; I/O: a list of items that fills the
datagram. Told: commands. What is read and written is not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol, on_port

COMMAND = FieldSpec("enip_command", "Commands", multiple=True)
PORTS = frozenset((44818, 2222))
LABELLED: frozenset[int] = frozenset()
"""Neither port says much by itself: one is any client's, the other often SSH's."""
HEADER = 24
COMMANDS = {
    0: "NOP", 4: "ListServices", 0x63: "ListIdentity", 0x64: "ListInterfaces", 0x65: "RegisterSession",
    0x66: "UnRegisterSession", 0x6F: "SendRRData", 0x70: "SendUnitData",
}  # fmt: skip
STATUSES = frozenset((0, 1, 2, 3, 0x64, 0x65, 0x69))
REGISTER = b"\x65\x00\x04\x00"
IO_ITEMS = b"\x02\x00\x02\x80\x08\x00"
"""Two items, the first a sequenced address of eight octets."""
CONNECTED_DATA = 0xB1


def header(head: bytes) -> Claim:
    """An encapsulation header; alone it is weak, with a session being registered it is sure."""
    if (len(head) > 1 and int.from_bytes(head[:2], "little") not in COMMANDS) or (head[:1] and head[0] not in COMMANDS):
        return NO
    if len(head) < HEADER:
        return MAYBE
    length, status = int.from_bytes(head[2:4], "little"), int.from_bytes(head[8:12], "little")
    if status not in STATUSES or any(head[20:24]):
        return NO
    if head[0] in (0x6F, 0x70) and (length < 16 or not any(head[4:8])):
        return NO
    if head.startswith(REGISTER):
        return YES if head[HEADER : HEADER + 2] in (b"\x01", b"\x01\x00") else MAYBE if len(head) == HEADER else NO
    if not head[0]:
        return header(head[HEADER + length :]) if len(head) > HEADER + length else MAYBE
    return WEAK


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label = "EtherNet/IP"
    header = HEADER
    limit = HEADER

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Header and data."""
        if int.from_bytes(head[:2], "little") not in COMMANDS:
            raise ParseError("no encapsulation header")
        return HEADER + int.from_bytes(head[2:4], "little")

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """One message."""
        name = COMMANDS[message.u16le()]
        self.report.add(COMMAND, name)
        self.report.summary = name
        return MORE


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "EtherNet/IP"

    def take(self, data: bytes) -> Status:
        """One message, or one piece of I/O."""
        if io(data):
            self.report.summary = "I/O"
            return DONE
        if recognise(self.context, data) is not YES:
            raise ParseError("no encapsulation header")
        self.report.add(COMMAND, COMMANDS[data[0]])
        return MORE


def io(data: bytes) -> bool:
    """Address item, data item, and nothing behind it."""
    if not data.startswith(IO_ITEMS) or len(data) < 18:
        return False
    kind, size = int.from_bytes(data[14:16], "little"), int.from_bytes(data[16:18], "little")
    return kind == CONNECTED_DATA and size == len(data) - 18


def recognise(context: Context, data: bytes) -> Claim:
    """A whole message."""
    if io(data):
        return YES
    if len(data) < HEADER or data[1]:
        return NO
    if data[0] not in (4, 0x63, 0x64) and not (data[0] in COMMANDS and on_port(context, *PORTS)):
        return NO
    fits = int.from_bytes(data[2:4], "little") == len(data) - HEADER and not any(data[8:12]) and not any(data[20:24])
    return YES if fits else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Both directions; one alone on the usual port."""
    claim = jointly(client, server, header)
    return MAYBE if claim is WEAK and context.server_port not in PORTS else claim


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, LABELLED, frozenset((*COMMANDS, 2)), DatagramProtocol(_Datagrams, recognise)
)
