"""Modbus/TCP: requests, responses, an exception."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.modbus import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def message(transaction: int, function: int, body: bytes) -> bytes:
    """Header and function."""
    return struct.pack(">HHHBB", transaction, 0, 2 + len(body), 17, function) + body


CONVERSATION: list[Flight] = [
    (0, message(1, 3, b"\0\0\0\2") + message(2, 16, b"\0\0\0\1\2\0\7")),
    (1, message(1, 3, b"\4\0\1\0\2")),
    (1, message(2, 16 | 0x80, b"\2")),
]


def test_conversation() -> None:
    """Functions and exceptions, paired by transaction."""
    assert check(PROTOCOL, CONVERSATION) == {"modbus_unit": (17,), "modbus_func": (3, 16), "modbus_exception": (2,)}
    halves = [(half.key, half.role.value) for update in run(PROTOCOL, CONVERSATION)[2] for half in update.exchanges]
    assert halves == [(1, "request"), (2, "request"), (1, "response"), (2, "response")]


def test_claims() -> None:
    """Both headers must agree; one is enough on the usual port."""
    request = CONVERSATION[0][1]
    assert PROTOCOL.claims(ANYWHERE, request, b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, request, message(9, 3, b"\0")) is Claim.NO
    assert PROTOCOL.claims(Context("tcp", 1, 502), request, b"") is Claim.YES
    assert PROTOCOL.claims(Context("tcp", 1, 502), b"\0\1\0\1\0\6\1\3", b"") is Claim.NO
