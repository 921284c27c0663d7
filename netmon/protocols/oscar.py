"""OSCAR, the protocol of AIM and ICQ: FLAP frames and the SNACs inside them.

Claimed: the sign-on frame that begins every connection, or frames one behind the other; the layout is the one the field
agrees on, there is no public document. Told: the families of services used. Names, passwords and messages are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((5190,))
MARK, HEADER = 0x2A, 6
SIGN_ON, SNAC, ERROR, SIGN_OFF, KEEP_ALIVE = 1, 2, 3, 4, 5
FAMILIES = {
    0x01: "GENERIC", 0x02: "LOCATION", 0x03: "BUDDY_LIST", 0x04: "MESSAGING", 0x05: "ADVERTISEMENTS", 0x06: "INVITATION",
    0x07: "ADMINISTRATIVE", 0x08: "POPUP", 0x09: "PRIVACY", 0x0A: "USER_LOOKUP", 0x0B: "USAGE", 0x0C: "TRANSLATION",
    0x0D: "CHAT_NAVIGATION", 0x0E: "CHAT", 0x0F: "DIRECTORY", 0x10: "ICONS", 0x13: "SERVER_LISTS", 0x15: "ICQ",
    0x17: "SIGN_ON", 0x18: "EMAIL", 0x22: "BROADCAST", 0x24: "CHANNELS", 0x25: "SYNCHRONISATION",
}  # fmt: skip
FAMILY = FieldSpec("oscar_family", "Services", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the FLAP that begins with these six octets."""
    size = head[4] << 8 | head[5]
    if head[0] != MARK or not SIGN_ON <= head[1] <= KEEP_ALIVE or (head[1] == SNAC and size < 10):
        raise ParseError("no FLAP")
    return HEADER + size


class _Oscar(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "OSCAR", HEADER, 32

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """FLAP."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:
        """One FLAP; the request id of a SNAC pairs it with its answer."""
        message.skip(1)
        channel = message.u8()
        message.skip(4)
        report = self.report
        if channel == SNAC:
            family = message.u16()
            message.skip(4)
            number = message.u32()
            report.add(FAMILY, FAMILIES.get(family, f"0x{family:04x}"))
            report.state = "SIGNED_ON"
            (report.response if side else report.request)(number, self.now, "oscar")
        elif channel in (SIGN_ON, SIGN_OFF):
            report.state = "SIGN_ON" if channel == SIGN_ON else "SIGN_OFF"
        return MORE


def flaps(head: bytes) -> Claim:
    """A sign-on is sure, and so is a second frame right behind the first."""
    if len(head) < HEADER:
        return MAYBE if head[:1] in (b"", b"\x2a") and (len(head) < 2 or 1 <= head[1] <= 5) else NO
    size = size_of(head)
    if head[1] == SIGN_ON:
        word = head[HEADER : HEADER + 4]
        if not b"\0\0\0\1".startswith(word) or size < 10:
            return NO
        return YES if len(word) == 4 else MAYBE
    if head[1] == SNAC and len(head) >= 10 and (int.from_bytes(head[6:8], "big") not in FAMILIES or head[8]):
        return NO
    if len(head) < size + HEADER:
        return WEAK if head[1] == SNAC and len(head) >= 10 else MAYBE
    size_of(head[size : size + HEADER])
    return YES


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both ends speak alike."""
    return jointly(client, server, flaps)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Oscar, judge, PORTS, frozenset((MARK,)))
