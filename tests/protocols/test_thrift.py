"""Thrift: binary, framed and compact message headers."""

from __future__ import annotations

import struct

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.thrift import PROTOCOL

from ._streams import ANYWHERE, Flight, check


def binary(kind: int, name: bytes) -> bytes:
    return struct.pack(">HBBI", 0x8001, 0, kind, len(name)) + name + bytes(4) + b"\x0b\0\1\0\0\0\x06secret\0"


def framed(message: bytes) -> bytes:
    return struct.pack(">I", len(message)) + message


COMPACT = b"\x82\x21\x81\x02\x05hello\x18\x06secret\0"


@pytest.mark.parametrize(
    "talk", [[(0, binary(1, b"hello")), (1, binary(2, b"hello"))], [(0, framed(binary(1, b"hello")))], [(0, COMPACT)]]
)
def test_method(talk: list[Flight]) -> None:
    """The method, however it is packed."""
    assert check(PROTOCOL, talk) == {"thrift_method": ("hello",)}


def test_claims() -> None:
    """Version, type, name and what follows must fit."""
    assert PROTOCOL.claims(ANYWHERE, b"\x80\x01\x00\x01\0\0\0\x05he", b"") is Claim.MORE
    for head in (b"\x80\x01\x00\x09", b"\x80\x01\x01", b"\x82\x82", binary(1, b"\xff\xfe"), binary(1, b"a")[:13] + b"\xee"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
