"""The BSD remote shell and remote execution services (rshd(8), rexecd(8)).

Claimed on their ports: a number or nothing, two names and a command, each ended by a zero octet, and the server's zero octet
or message. Told: nothing more: names, a password (Rexec) and a command go in the clear.
"""

from __future__ import annotations

import re

from ._contract import DONE, MAYBE, MORE, NO, SERVER, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import NamedShell
from ._shell import StreamProtocol

RSH_PORTS, REXEC_PORTS = frozenset((514,)), frozenset((512,))
_REQUEST = re.compile(rb"\d{0,5}\0[\x21-\x7e]{1,32}\0[\x20-\x7e]{1,64}\0[^\0-\x08\x7f]{1,1024}\0")
_BEGINNING = re.compile(rb"\d{0,5}(?:\0(?:[\x21-\x7e]{1,32}(?:\0(?:[\x20-\x7e]{1,64}(?:\0[^\0-\x08\x7f]{0,1024})?)?)?)?)?")


class _Named(NamedShell):
    """One command."""

    __slots__ = ()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.report.risk("clear-text-credentials")

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """The answer completes it."""
        return DONE if side == SERVER else MORE


class _Rsh(_Named):
    """Trusts the client's port and names."""

    __slots__ = ()

    label = "RSH"


class _Rexec(_Named):
    """Wants a password."""

    __slots__ = ()

    label = "Rexec"


def _judge(usual: bool, client: bytes, server: bytes) -> Claim:
    if not usual or server[:1] not in (b"", b"\0", b"\1"):
        return NO
    if _REQUEST.match(client):
        return YES if server else WEAK
    return MAYBE if _BEGINNING.fullmatch(client) else NO


def judge_rsh(context: Context, client: bytes, server: bytes) -> Claim:
    """Only where it usually is."""
    return _judge(context.server_port in RSH_PORTS, client, server)


def judge_rexec(context: Context, client: bytes, server: bytes) -> Claim:
    """Only where it usually is."""
    return _judge(context.server_port in REXEC_PORTS, client, server)


_FIRST = frozenset((0, *b"0123456789"))
PROTOCOLS: tuple[ApplicationProtocol, ...] = (
    StreamProtocol(_Rsh, judge_rsh, frozenset(), _FIRST),
    StreamProtocol(_Rexec, judge_rexec, REXEC_PORTS, _FIRST),
)
