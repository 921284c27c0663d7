"""Kafka: request headers, correlation, and what makes one."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim, Context
from netmon.protocols.kafka import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

ON_9092 = Context("tcp", 50000, 9092)


def request(api: int, correlation: int, client: bytes | None, body: bytes = b"") -> bytes:
    name = b"\xff\xff" if client is None else struct.pack(">H", len(client)) + client
    data = struct.pack(">HHI", api, 3, correlation) + name + body
    return struct.pack(">I", len(data)) + data


def response(correlation: int, body: bytes) -> bytes:
    return struct.pack(">II", len(body) + 4, correlation) + body


TALK: list[Flight] = [
    (0, request(18, 5, b"rdkafka", b"\0")),
    (1, response(5, bytes(20))),
    (0, request(3, 6, b"rdkafka", b"\0\0\0\1\0\x06secret")),
    (1, response(6, bytes(30))),
]


def test_conversation() -> None:
    """APIs and client, paired by correlation id; no topic."""
    assert check(PROTOCOL, TALK) == {"kafka_api": (18, 3), "kafka_client_id": ("rdkafka",)}
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.summary == "Metadata"
    assert "secret" not in text_of(updates)
    exchanges = [(exchange.key, exchange.role) for update in updates for exchange in update.exchanges]
    assert exchanges == [(5, Role.REQUEST), (5, Role.RESPONSE), (6, Role.REQUEST), (6, Role.RESPONSE)]


def test_claims() -> None:
    """Without a client id the answer has to fit; lengths have to fit always."""
    anonymous = request(18, 7, None)
    assert PROTOCOL.claims(ANYWHERE, anonymous, b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, anonymous, response(7, b"")) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, anonymous, response(8, b"")) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, request(18, 0, None), response(0, b"")) is Claim.NO
    assert PROTOCOL.claims(ON_9092, request(18, 0, None), response(0, b"")) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, request(200, 7, b"x"), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, request(18, 7, b"\xff\xfe"), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\0\0\0\x0c" + request(18, 7, b"long-name")[4:], b"") is Claim.NO
