"""FTP data connections: RFC 959 section 3.2. Files look like anything.

Claimed: what an FTP control connection has announced. Without an announcement the old data port is a hint.
"""

from __future__ import annotations

from netmon.model.finding import Confidence

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell
from ._shell import StreamProtocol

PORT = 20


class _Data(NamedShell):
    """One transfer."""

    __slots__ = ()

    label = "FTP-DATA"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.report.confidence = Confidence.HEURISTIC


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """By announcement or port."""
    if context.hint == _Data.label:
        return YES
    return MAYBE if PORT in (context.client_port, context.server_port) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Data, judge, frozenset((PORT,)), frozenset())
