"""Nano's peer protocol (docs.nano.org, "Network Protocol").

Claimed: the mark of one of its networks, versions in order and a message type that exists. Told: the network, versions and
the first kinds of messages.
"""

from __future__ import annotations

from ._contract import DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

NETWORKS = {b"RA": "dev", b"RB": "beta", b"RC": "live", b"RX": "test"}
HEADER = 8
TYPES = {
    2: "KEEPALIVE", 3: "PUBLISH", 4: "CONFIRM_REQUEST", 5: "CONFIRM_ACK", 6: "BULK_PULL", 7: "BULK_PUSH",
    8: "FRONTIER_REQUEST", 10: "NODE_ID_HANDSHAKE", 11: "BULK_PULL_ACCOUNT", 12: "TELEMETRY_REQUEST",
    13: "TELEMETRY_ACK", 14: "ASC_PULL_REQUEST", 15: "ASC_PULL_ACK",
}  # fmt: skip
NETWORK = FieldSpec("nano_network", "Network")
VERSION = FieldSpec("nano_version", "Version", multiple=True, limit=4)
MESSAGE = FieldSpec("nano_message", "First messages", multiple=True, limit=4)


class _Nano(StreamShell):
    """Two peers; only the first message of each is read."""

    __slots__ = ("_heads",)

    label = "Nano"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  headers carry no time
        """The header."""
        if len(self._heads[side]) < HEADER:
            head = self._heads[side] = (self._heads[side] + data)[:HEADER]
            if len(head) == HEADER:
                report = self.report
                report.set(NETWORK, NETWORKS.get(head[:2], ""))
                report.add(VERSION, head[3])
                report.add(MESSAGE, TYPES.get(head[5], f"{head[5]}"))
                report.state = TYPES.get(head[5], "")
        return DONE if all(len(head) == HEADER for head in self._heads) else MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        self._heads[side] = self._heads[side].ljust(HEADER, b"\0")
        return MORE


def header(head: bytes) -> Claim:
    """Mark, three versions, type, extensions."""
    if len(head) < HEADER:
        return MAYBE if len(head) < 2 or head[:2] in NETWORKS else NO
    largest, using, least = head[2:5]
    ordered = 5 < least <= using <= largest < 64
    return YES if head[:2] in NETWORKS and ordered and head[5] in TYPES else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Peers speak alike."""
    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Nano, judge, frozenset(), frozenset(b"R"))
