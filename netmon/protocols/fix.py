"""FIX, the Financial Information eXchange protocol (FIX session layer, tag=value encoding).

Claimed: BeginString and BodyLength as every message has them. Told: the version. Parties, accounts and orders are not.
"""

from __future__ import annotations

import re

from ._contract import DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

VERSION = FieldSpec("fix_version", "Version")
PORTS = frozenset((9878,))
_BEGIN = re.compile(rb"8=(FIXT?\.\d\.\d)\x019=\d{1,6}\x0135=")
_SAMPLES = (b"8=FIX.4.4\x019=", b"8=FIXT.1.1\x019=")
LONGEST = 32


class _Fix(StreamShell):
    """One connection."""

    __slots__ = ("_heads",)

    label = "FIX"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """The beginning of the first message."""
        head = self._heads[side] = self._heads[side] + data[: LONGEST - len(self._heads[side])]
        match = _BEGIN.match(head)
        if match:
            self.report.set(VERSION, match[1])
        return DONE if match or len(head) >= LONGEST else MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """The beginning is over."""
        return DONE


def message(head: bytes) -> Claim:
    """A message so far."""
    if _BEGIN.match(head):
        return YES
    if len(head) >= LONGEST:
        return NO
    plain = bytes(octet if octet not in b"0123456789" else 0x30 for octet in head)
    for sample in _SAMPLES:
        shape = bytes(octet if octet not in b"0123456789" else 0x30 for octet in sample)
        if shape.startswith(plain) or plain.startswith(shape):
            return MAYBE
    return NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both ends send the same messages."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Fix, judge, PORTS, frozenset(b"8"))
