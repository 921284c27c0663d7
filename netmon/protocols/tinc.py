"""tinc's meta connections (tinc-vpn.org, "The meta-protocol").

Claimed: the identification both ends begin with, and then a key. Told: the protocol's version. Names of nodes are not, and
everything behind the keys is encrypted.
"""

from __future__ import annotations

import re

from ._contract import DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((655,))
_IDENTIFICATION = re.compile(rb"0 \^?[A-Za-z0-9_]{1,64} (17(?:\.\d{1,2})?)\n")
_BEGINNING = re.compile(rb"0(?: (?:\^?(?:[A-Za-z0-9_]{1,64}(?: (?:1(?:7(?:\.\d{0,2})?)?)?)?)?)?)?")
VERSION = FieldSpec("tinc_version", "Version", multiple=True, limit=4)


class _Tinc(LineShell):
    """Two nodes."""

    __slots__ = ("_seen",)

    label = "TINC"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: set[int] = set()

    def line(self, side: int, text: bytes) -> Status:
        """The first line of each."""
        match = _IDENTIFICATION.fullmatch(text + b"\n")
        if match:
            self.report.add(VERSION, match[1])
            self.report.state = "IDENTIFIED"
        self._seen.add(side)
        return DONE if len(self._seen) == 2 else MORE


def identification(head: bytes) -> Claim:
    """One line; a second one, with the key, is sure."""
    match = _IDENTIFICATION.match(head)
    if not match:
        return MAYBE if _BEGINNING.fullmatch(head) else NO
    rest = head[match.end() : match.end() + 2]
    return YES if rest == b"1 " else WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both ends speak alike."""
    return jointly(client, server, identification)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Tinc, judge, PORTS, frozenset(b"0"))
