"""VNC: the Remote Framebuffer protocol, RFC 6143 section 7.1.1.

Claimed: the version message ``RFB 003.008\\n`` of either side. Told: both versions. What follows is the security handshake
and the screen: nothing to learn, so following ends with the second version.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

CLIENT_VERSION = FieldSpec("vnc_client_version", "Client's version")
SERVER_VERSION = FieldSpec("vnc_server_version", "Server's version")
SIZE = 12
_VERSION = re.compile(rb"RFB (\d{3}\.\d{3})\n")


class _Vnc(StreamShell):
    """One connection."""

    __slots__ = ("_done", "_heads")

    label = "VNC"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]
        self._done = [False, False]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """See the contract."""
        if not self._done[side]:
            head = self._heads[side] = self._heads[side] + data[: SIZE - len(self._heads[side])]
            if len(head) == SIZE:
                match = _VERSION.fullmatch(head)
                if match is None:
                    raise ParseError("no version message")
                self.report.set(CLIENT_VERSION if side == CLIENT else SERVER_VERSION, match[1])
                self._done[side] = True
        return DONE if all(self._done) else MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """A version that was lost does not come again."""
        self._done[side] = True
        return DONE if all(self._done) else MORE


def version(head: bytes) -> Claim:
    """A version message so far."""
    if len(head) >= SIZE:
        return YES if _VERSION.match(head) else NO
    return MAYBE if _VERSION.match(head + b"RFB 003.008\n"[len(head) :]) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Whoever has spoken said his version; old clients answer late."""
    return jointly(client, server, version)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Vnc, judge, frozenset((5900, 5901, 5902, 5903)), frozenset(b"R"))
