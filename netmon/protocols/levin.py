"""Levin, the peer protocol of Monero and other CryptoNote coins.

Claimed: the signature with flags and version of a message. Told: kinds of messages.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, magic
from ._report import FieldSpec
from ._shell import StreamProtocol

SIGNATURE = bytes.fromhex("0121010101010101")
HEADER = 33
MAXIMUM = 100_000_000
COMMANDS = {1001: "HANDSHAKE", 1002: "TIMED_SYNC", 1003: "PING", 1007: "SUPPORT_FLAGS", 2001: "NEW_BLOCK",
            2002: "NEW_TRANSACTIONS", 2003: "REQUEST_OBJECTS", 2004: "RESPONSE_OBJECTS", 2006: "REQUEST_CHAIN",
            2007: "RESPONSE_CHAIN", 2008: "NEW_FLUFFY_BLOCK", 2009: "REQUEST_FLUFFY_MISSING",
            2010: "TRANSACTION_POOL_COMPLEMENT"}  # fmt: skip
REQUEST = 1
MESSAGE = FieldSpec("levin_message", "Messages", multiple=True)


class _Levin(FrameShell):
    """Two peers."""

    __slots__ = ()

    label, header, limit = "Monero", HEADER, HEADER

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  peers speak alike
        """Signature, length, then what kind of message it is."""
        size = int.from_bytes(head[8:16], "little")
        if not head.startswith(SIGNATURE) or size > MAXIMUM:
            raise ParseError("no Levin header")
        return HEADER + size

    def frame(self, side: int, message: Cursor) -> Status:
        """One message; those that want an answer are paired with it."""
        message.skip(16)
        wants, command = message.u8(), message.u32le()
        message.skip(4)
        flags = message.u32le()
        name = COMMANDS.get(command, f"{command}")
        self.report.add(MESSAGE, name)
        self.report.state = self.report.summary = name
        if flags & REQUEST and wants:
            self.report.request((side, command), self.now, "levin")
        elif not flags & REQUEST:
            self.report.response((1 - side, command), self.now, "levin")
        return MORE


def header(head: bytes) -> Claim:
    """A message header."""
    claim = magic(head, SIGNATURE)
    if claim is not YES or len(head) < 17:
        return NO if claim is NO else MAYBE
    return YES if head[16] < 2 and int.from_bytes(head[8:16], "little") <= MAXIMUM else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Peers speak alike."""
    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Levin, judge, frozenset(), frozenset(SIGNATURE[:1]))
