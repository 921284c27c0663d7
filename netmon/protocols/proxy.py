"""The PROXY protocol of HAProxy, versions 1 and 2 (haproxy.org, proxy-protocol.txt): who a proxied connection comes from.

Claimed: the line or the signature with a header that fits. Told: version and the true ends of the connection. What follows
is recognised as if it began there.
"""

from __future__ import annotations

import re
from socket import AF_INET, AF_INET6, inet_ntop

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SWITCH, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import one_of
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LINE = b"PROXY "
LONGEST_LINE = 107
_LINE = re.compile(
    rb"PROXY (?:UNKNOWN[^\r]{0,90}|(TCP[46]) ([0-9a-fA-F.:]{2,45}) ([0-9a-fA-F.:]{2,45}) (\d{1,5}) (\d{1,5}))\r\n"
)
LOCAL, PROXIED = 0x20, 0x21
_FAMILIES = {0x11: (AF_INET, 4), 0x12: (AF_INET, 4), 0x21: (AF_INET6, 16), 0x22: (AF_INET6, 16)}
VERSION = FieldSpec("proxy_version", "PROXY version")
SOURCE = FieldSpec("proxy_source", "True source")
DESTINATION = FieldSpec("proxy_destination", "True destination")


class _Proxy(StreamShell):
    """The header in front of another protocol."""

    __slots__ = ("_head",)

    label = "PROXY"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._head = b""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  headers carry no time
        """Until the header is whole; a server that speaks first speaks the inner protocol."""
        if side != CLIENT:
            self.rest[side] += data
            return MORE
        self._head += data
        size = self._version_2() if self._head[:1] == b"\r" else self._version_1()
        if not size:
            return MORE
        self.rest[CLIENT] = self._head[size:]
        self.report.state = "PROXIED"
        return SWITCH

    def _version_1(self) -> int:
        match = _LINE.match(self._head)
        if not match:
            if len(self._head) > LONGEST_LINE:
                raise ParseError("no PROXY line")
            return 0
        self.report.set(VERSION, 1)
        if match[1]:
            self._ends(match[2].decode("ascii"), int(match[4]), match[3].decode("ascii"), int(match[5]))
        return match.end()

    def _version_2(self) -> int:
        head = self._head
        size = 16 + (head[14] << 8 | head[15]) if len(head) >= 16 else 0
        if not size or len(head) < size:
            return 0
        self.report.set(VERSION, 2)
        family, width = _FAMILIES.get(head[13], (AF_INET, 0))
        if head[12] == PROXIED and width and size >= 20 + 2 * width:
            ends = [inet_ntop(family, head[at : at + width]) for at in (16, 16 + width)]
            ports = [int.from_bytes(head[at : at + 2], "big") for at in (16 + 2 * width, 18 + 2 * width)]
            self._ends(ends[0], ports[0], ends[1], ports[1])
        return size

    def _ends(self, source: str, source_port: int, destination: str, destination_port: int) -> None:
        for spec, address, port in ((SOURCE, source, source_port), (DESTINATION, destination, destination_port)):
            self.report.set(spec, f"[{address}]:{port}" if ":" in address else f"{address}:{port}")

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == CLIENT else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Only the client's beginning counts."""
    claim = one_of(client, LINE, SIGNATURE) if client else MAYBE
    if claim is not YES:
        return claim
    if client.startswith(LINE):
        if _LINE.match(client):
            return YES
        return NO if b"\n" in client or len(client) > LONGEST_LINE else MAYBE
    if len(client) < 14:
        return MAYBE
    return YES if client[12] in (LOCAL, PROXIED) and client[13] in (0, *_FAMILIES, 0x31, 0x32) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Proxy, judge, frozenset(), frozenset(b"P\r"))
