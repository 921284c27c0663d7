"""Kafka: request headers, correlation, and what makes one."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim, Context
from netmon.protocols.kafka import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

ON_9092 = Context("tcp", 50000, 9092)


def request(api: int, correlation: int, client: bytes | None, body: bytes = b"", version: int = 3) -> bytes:
    name = b"\xff\xff" if client is None else struct.pack(">H", len(client)) + client
    data = struct.pack(">HHI", api, version, correlation) + name + body
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
    assert check(PROTOCOL, TALK) == {
        "kafka_api": (18, 3), "kafka_verb": ("ApiVersions", "Metadata"), "kafka_client_id": ("rdkafka",),
    }  # fmt: skip
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.summary == "Metadata"
    assert "secret" not in text_of(updates)
    exchanges = [(exchange.key, exchange.role) for update in updates for exchange in update.exchanges]
    assert exchanges == [(5, Role.REQUEST), (5, Role.RESPONSE), (6, Role.REQUEST), (6, Role.RESPONSE)]


SOFTWARE = b"\0\x0blibrdkafka\x062.3.0\0"
PLAIN = b"\0alice\0hunter2"
LOGIN: list[Flight] = [
    (0, request(18, 1, b"app", SOFTWARE)),
    (1, response(1, b"\0\x23" + bytes(20))),
    (0, request(17, 2, b"app", b"\0\x05PLAIN", 1)),
    (1, response(2, b"\0\0" + bytes(8))),
    (0, request(36, 3, b"app", b"\0" + bytes((len(PLAIN) + 1,)) + PLAIN + b"\0", 2)),
    (1, response(3, b"\0\0\x3a" + b"\x08no luck\1\0" + bytes(8))),
    (0, request(12, 4, b"app", bytes(20), 4)),
    (1, response(4, b"\0" + bytes(4) + b"\0\x1b\0")),
    (0, request(0, 5, b"app", bytes(20), 9)),
    (1, response(5, b"\0\0\x01" + bytes(8))),
]


def test_software_user_and_errors() -> None:
    """KIP-511's names, PLAIN's user, errors where the response has one for all (not those of single partitions)."""
    told = check(PROTOCOL, LOGIN)
    assert told["kafka_client_software"] == ("librdkafka 2.3.0",)
    assert told["sasl_user"] == ("alice",)
    assert told["kafka_error"] == ("UNSUPPORTED_VERSION", "SASL_AUTHENTICATION_FAILED", "REBALANCE_IN_PROGRESS")
    assert told["kafka_verb"] == ("ApiVersions", "SaslHandshake", "SaslAuthenticate", "Heartbeat", "Produce")
    finding, _, updates = run(PROTOCOL, LOGIN)
    assert finding.risks == ("clear-text-credentials",)
    assert "hunter2" not in text_of(updates)


def test_user_of_scram_in_the_older_layout() -> None:
    """A length of four octets; the second message has no name and none is made of it."""
    first, second = b"n,,n=bob=2Cjr,r=abcdef", b"c=biws,r=abcdefghi,p=proof"
    talk: list[Flight] = [
        (0, request(17, 1, b"app", b"\0\x0dSCRAM-SHA-256", 1)),
        (1, response(1, bytes(6))),
        *(
            (0, request(36, 2 + i, b"app", struct.pack(">I", len(token)) + token, 1))
            for i, token in enumerate((first, second))
        ),
    ]
    assert check(PROTOCOL, talk)["sasl_user"] == ("bob,jr",)
    assert run(PROTOCOL, talk)[0].risks == ()


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
