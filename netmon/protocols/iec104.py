"""IEC 60870-5-104: telecontrol over TCP.

Claimed: a U frame (its six octets leave no freedom), or I and S frames of both directions; on the usual port of one.
Told: type identifications.
Values are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

TYPE = FieldSpec("iec104_type", "Types", multiple=True)
PORTS = frozenset((2404,))
START = 0x68
FRAMES = 200
"""After so many messages nothing new is to be expected."""
UNNUMBERED = frozenset((0x07, 0x0B, 0x13, 0x23, 0x43, 0x83))


class _Iec104(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "IEC104"
    header = 2

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Start octet and length of what follows."""
        if head[0] != START or head[1] < 4:
            raise ParseError("no APCI")
        return 2 + head[1]

    def frame(self, side: int, message: Cursor) -> Status:
        """An I frame carries an ASDU, which begins with its type."""
        message.skip(2)
        if not message.u8() & 1 and message.left > 3:
            message.skip(3)
            self.report.add(TYPE, message.u8())
        return DONE if self.framing[side].frames > FRAMES else MORE


def apci(head: bytes) -> Claim:
    """One frame."""
    if head[0] != START or (len(head) > 1 and not 4 <= head[1] <= 253):
        return NO
    if len(head) < 6:
        return MAYBE
    if head[2] & 3 == 3:
        return YES if head[1] == 4 and head[2] in UNNUMBERED and not any(head[3:6]) else NO
    if head[2] & 3 == 1:
        return WEAK if head[1:4] == b"\x04\x01\x00" and not head[4] & 1 else NO
    if head[1] < 10 or head[4] & 1:
        return NO
    if len(head) < 10:
        return MAYBE
    fits = 0 < head[6] < 128 and head[7] and 0 < head[8] & 0x3F < 48 and len(set(head[:10])) > 2
    following = head[2 + head[1] :]
    fits = fits and (not following or following[0] == START)
    return WEAK if fits else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Controlling and controlled station send the same frames."""
    claim = jointly(client, server, apci)
    return MAYBE if claim is WEAK and context.server_port not in PORTS else claim


PROTOCOL: ApplicationProtocol = StreamProtocol(_Iec104, judge, PORTS, frozenset((START,)))
