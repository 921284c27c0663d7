"""JSON-RPC 2.0 (jsonrpc.org) right over TCP, with or without the header lines of the language server protocol.

Claimed: an object that names the version, and a method or a result. Told: methods. Parameters and results are not.
"""

from __future__ import annotations

import re

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

_VERSION = re.compile(rb'"jsonrpc"\s{0,4}:\s{0,4}"2\.0"')
_MEMBER = re.compile(rb'"(?:method|result|error|params|id)"\s{0,4}:')
_METHOD = re.compile(rb'"method"\s{0,4}:\s{0,4}"([A-Za-z0-9_.$/-]{1,64})"')
_HEADER = re.compile(rb"Content-(?:Length|Type): ?[ -~]{1,80}\r\n", re.IGNORECASE)
ENOUGH = 1500
METHOD = FieldSpec("jsonrpc_method", "Methods", multiple=True)


class _JsonRpc(LineShell):
    """One connection; only what begins a line is read."""

    __slots__ = ()

    label, limit = "JSON-RPC", 2048

    def line(self, side: int, text: bytes) -> Status:  # noqa: ARG002  either end may call
        """An object, or a header line and what follows the last one."""
        match = _METHOD.search(text)
        if match:
            self.report.add(METHOD, match[1])
            self.report.summary = match[1].decode("ascii")
        self.report.state = "SESSION"
        return MORE


def message(head: bytes) -> Claim:
    """Headers, then an object."""
    at = 0
    while match := _HEADER.match(head, at):
        at = match.end()
    if at and head[at : at + 2] == b"\r\n":
        at += 2
    text = head[at:]
    if not at and text[:1] not in (b"{", b"[") and not b"content-".startswith(text[:8].lower()):
        return NO
    if at and text and text[:1] not in (b"{", b"[", b"\r", b"C", b"c"):
        return NO
    if _VERSION.search(text[:ENOUGH]) and _MEMBER.search(text[:ENOUGH]):
        return YES
    return MAYBE if len(text) < ENOUGH and b"\n\n" not in text else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_JsonRpc, judge, frozenset(), frozenset(b"{[Cc"))
