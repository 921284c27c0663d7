"""Apache Kafka's protocol (kafka.apache.org/protocol).

Claimed: a request header whose length, API, version and client id fit one another. Told: APIs and client id. Topics,
keys and records are not. Exchange: ``kafka``, by correlation id.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import CLIENT, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._secrets import CREDENTIALS, IN_CLEAR, sasl_in_clear
from ._shell import FrameShell, StreamProtocol

API = FieldSpec("kafka_api", "APIs", multiple=True, limit=80)
CLIENT_ID = FieldSpec("kafka_client_id", "Client", multiple=True)
PORTS = frozenset((9092, 9093, 9094))
HEADER = 4
MAXIMUM = 100 * 1024 * 1024
LARGE = 1024 * 1024
_NAMES = (
    "Produce Fetch ListOffsets Metadata LeaderAndIsr StopReplica UpdateMetadata ControlledShutdown OffsetCommit "
    "OffsetFetch FindCoordinator JoinGroup Heartbeat LeaveGroup SyncGroup DescribeGroups ListGroups SaslHandshake "
    "ApiVersions CreateTopics DeleteTopics DeleteRecords InitProducerId OffsetForLeaderEpoch AddPartitionsToTxn "
    "AddOffsetsToTxn EndTxn"
)
NAMES = tuple(_NAMES.split())
LAST_API, LAST_VERSION = 92, 20
SASL_HANDSHAKE, SASL_AUTHENTICATE = 17, 36
_CLIENT_ID = re.compile(rb"[\x20-\x7e]{1,249}\Z")


class _Kafka(FrameShell):
    """One connection."""

    __slots__ = ("_bytes",)

    label = "Kafka"
    header = HEADER
    limit = 300

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._bytes = 0

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Size and what it counts."""
        size = int.from_bytes(head, "big")
        if not 4 <= size <= MAXIMUM:
            raise ParseError("no Kafka size")
        self._bytes += size
        return HEADER + size

    def frame(self, side: int, message: Cursor) -> Status:
        """A request or a response."""
        message.skip(HEADER)
        report = self.report
        if side != CLIENT:
            report.response(message.u32(), self.now, "kafka")
            return self._status()
        api, version, correlation = message.u16(), message.u16(), message.u32()
        if api > LAST_API or version > LAST_VERSION:
            raise ParseError("no Kafka request")
        report.add(API, api)
        length = message.u16()
        if length < 250:
            report.add(CLIENT_ID, message.take(length))
        if api in (SASL_HANDSHAKE, SASL_AUTHENTICATE):
            self._login(api, message)
        report.summary = NAMES[api] if api < len(NAMES) else f"API {api}"
        report.request(correlation, self.now, "kafka")
        return self._status()

    def _login(self, api: int, body: Cursor) -> None:
        """The mechanism, or what it carries; the newest versions begin with an empty tag section."""
        rest = body.rest()
        if api == SASL_HANDSHAKE and sasl_in_clear(rest[2:]):
            self.report.risk(IN_CLEAR)
        elif api == SASL_AUTHENTICATE:
            self.report.add(CREDENTIALS, rest)

    def _status(self) -> Status:
        return Status.DONE if self._bytes > LARGE else Status.ALWAYS


def request(head: bytes) -> Claim:
    """A request header so far."""
    if len(head) >= 4 and not 10 <= int.from_bytes(head[:4], "big") <= MAXIMUM:
        return Claim.NO
    if any(head[i : i + 1] > bytes((most,)) for i, most in ((4, 0), (5, LAST_API), (6, 0), (7, LAST_VERSION))):
        return Claim.NO
    if len(head) < 14:
        return Claim.MORE
    length, size = int.from_bytes(head[12:14], "big"), int.from_bytes(head[:4], "big")
    if length in (0, 0xFFFF):
        return Claim.WEAK
    name = head[14 : 14 + length]
    if length + 10 > size or (name and not _CLIENT_ID.match(name)):
        return Claim.NO
    return Claim.YES if len(name) == length else Claim.MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """A request; one without a client id needs an answer with the same correlation id (answers come in order)."""
    if server and len(server) >= 4 and not 4 <= int.from_bytes(server[:4], "big") <= MAXIMUM:
        return Claim.NO
    if not client:
        return Claim.MORE
    asked = request(client)
    if asked is Claim.WEAK:
        usual = context.server_port in PORTS
        if len(server) < 8:
            return Claim.WEAK if usual else Claim.MORE
        if server[4:8] != client[8:12]:
            return Claim.WEAK if usual and context.midstream else Claim.NO
        return Claim.YES if any(client[8:12]) else Claim.WEAK if usual else Claim.NO
    return asked


PROTOCOL: ApplicationProtocol = StreamProtocol(_Kafka, judge, PORTS, frozenset((0, 1, 2, 3)))
