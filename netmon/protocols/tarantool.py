"""Tarantool's binary protocol (tarantool.io, "IPROTO").

Claimed: the server's greeting. Told: its version and the kind of protocol. Requests are not.
"""

from __future__ import annotations

import re

from ._contract import DONE, MAYBE, MORE, NO, SERVER, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import magic
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

GREETING = b"Tarantool "
_GREETING = re.compile(rb"Tarantool ([0-9][0-9A-Za-z.-]{0,31}) \((Binary|Lua console)\)")
VERSION = FieldSpec("tarantool_version", "Server's version")
KIND = FieldSpec("tarantool_kind", "Protocol")


class _Tarantool(LineShell):
    """One connection."""

    __slots__ = ()

    label, limit = "Tarantool", 128

    def line(self, side: int, text: bytes) -> Status:
        """The greeting's first line; the second is a salt."""
        if side != SERVER:
            return MORE
        match = _GREETING.match(text)
        if match:
            self.report.set(VERSION, match[1])
            self.report.set(KIND, match[2])
            self.report.state = "GREETING"
        return DONE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The server speaks first."""
    claim = magic(server, GREETING) if server else MAYBE
    if claim is not YES or len(server) < 64:
        return NO if claim is NO else MAYBE
    return YES if _GREETING.match(server) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Tarantool, judge, frozenset(), frozenset(b"T"))
