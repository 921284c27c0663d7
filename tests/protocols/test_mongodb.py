"""MongoDB: old and new messages, compressed ones, and what is never told."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.mongodb import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values


def bson(key: bytes, value: bytes) -> bytes:
    """A document with one string."""
    element = b"\x02" + key + b"\0" + struct.pack("<I", len(value) + 1) + value + b"\0"
    return struct.pack("<I", len(element) + 5) + element + b"\0"


def message(operation: int, body: bytes, answers: int = 0) -> bytes:
    return struct.pack("<IIII", len(body) + 16, 7, answers, operation) + body


QUERY = message(2004, bytes(4) + b"admin.$cmd\0" + bytes(8) + bson(b"isMaster", b"secret"))
REPLY = message(1, struct.pack("<IQII", 8, 0, 0, 1) + bson(b"ok", b"secret"), 7)
MSG = message(2013, bytes(5) + bson(b"insert", b"secret"))
TALK: list[Flight] = [(0, QUERY), (1, REPLY), (0, MSG), (1, message(2013, bytes(5) + bson(b"ok", b"secret"), 8))]


def test_conversation() -> None:
    """Database and commands, nothing of the documents."""
    assert check(PROTOCOL, TALK) == {"mongodb_db": ("admin",), "mongodb_command": ("isMaster", "insert")}
    assert "secret" not in text_of(run(PROTOCOL, TALK)[2])


def test_claims() -> None:
    """Each operation by its own body."""
    compressed = message(2012, struct.pack("<IIB", 2013, 100, 1) + bytes(40))
    for head in (QUERY, MSG, compressed):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"", REPLY) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, REPLY, b"") is PROTOCOL.claims(ANYWHERE, b"", QUERY) is Claim.NO  # the wrong way round
    for head in (
        message(2004, bytes(4) + b"no namespace\0" + bytes(40)),
        message(2013, b"\xff" * 20),
        message(1, b"\xff" * 30),
        message(77, bytes(30)),
        message(2012, bytes(30)),
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def element(kind: int, key: bytes, value: bytes) -> bytes:
    return bytes((kind,)) + key + b"\0" + value


def text(key: bytes, value: bytes) -> bytes:
    return element(2, key, struct.pack("<I", len(value) + 1) + value + b"\0")


def binary(key: bytes, value: bytes) -> bytes:
    return element(5, key, struct.pack("<IB", len(value), 0) + value)


def document(*elements: bytes) -> bytes:
    body = b"".join(elements)
    return struct.pack("<I", len(body) + 5) + body + b"\0"


ONE = struct.pack("<I", 1)
SCRAM = binary(b"payload", b"n,,n=al=2Cice,r=nonce-of-the-client")
PLAIN = binary(b"payload", b"\0bob\0the-password")


def test_who_logs_in() -> None:
    """By SASL's first message, alone or with hello; never what proves it, and a risk where that is in clear."""
    start = (element(16, b"saslStart", ONE), text(b"mechanism", b"SCRAM-SHA-256"), SCRAM, text(b"$db", b"admin"))
    hello = (
        element(8, b"helloOk", b"\1"),
        element(9, b"at", bytes(8)),
        element(3, b"speculativeAuthenticate", document(*start)),
    )
    going_on = (element(16, b"saslContinue", ONE), binary(b"payload", b"c=biws,r=nonce-of-the-client,p=proof"))
    for first, command in ((start, "saslStart"), ((element(1, b"hello", bytes(8)), *hello), "hello")):
        talk = [(0, message(2013, bytes(5) + document(*first))), (0, message(2013, bytes(5) + document(*going_on)))]
        finding, _, updates = run(PROTOCOL, talk)
        assert values(finding) == {"mongodb_command": (command, "saslContinue"), "sasl_user": ("al,ice",)}
        assert not finding.risks and "nonce" not in text_of(updates) and "proof" not in text_of(updates)
    plain = (element(16, b"saslStart", ONE), text(b"mechanism", b"PLAIN"), PLAIN)
    finding, _, updates = run(PROTOCOL, [(0, message(2013, bytes(5) + document(*plain)))])
    assert (finding.risks, values(finding)["sasl_user"]) == (("clear-text-credentials",), ("bob",))
    assert "password" not in text_of(updates)


def test_documents_that_are_cut_or_strange() -> None:
    """The first key is told; the rest as far as it can be read, in time linear in it."""
    for rest in (
        b"",
        b"\2",
        b"\2key",
        element(2, b"key", b"\xff" * 8),
        element(19, b"key", b""),
        element(99, b"key", b"") * 300,
    ):
        data = message(2013, bytes(5) + document(element(16, b"saslStart", ONE))[:-1] + rest)
        finding, _, _ = run(PROTOCOL, [(0, data)])
        assert values(finding) == {"mongodb_command": ("saslStart",)}
    finding, _, _ = run(PROTOCOL, [(0, message(2013, bytes(5) + document(text(b"insert", b"x" * 4000))))])
    assert values(finding) == {"mongodb_command": ("insert",)}
