"""memcached: text, binary, UDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.memcache import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values

TEXT: list[Flight] = [
    (0, b"set private 0 60 15\r\nget other\r\nabcd\r\n"),
    (1, b"STORED\r\n"),
    (0, b"get private\r\n"),
    (1, b"VALUE private 0 15\r\nEND\r\nxxxxxxxxxx\r\nEND\r\n"),
    (0, b"stats\r\nquit\r\n"),
]


def binary(magic: int, opcode: int, key: bytes = b"", value: bytes = b"") -> bytes:
    """Header, key, value."""
    return struct.pack(">BBHBBHIIQ", magic, opcode, len(key), 0, 0, 0, len(key) + len(value), 1, 0) + key + value


BINARY: list[Flight] = [
    (0, binary(0x80, 1, b"private", b"x" * 300) + binary(0x80, 0, b"private")),
    (1, binary(0x81, 1) + binary(0x81, 0, b"", b"private")),
    (0, binary(0x80, 7)),
]


def test_text() -> None:
    """Commands; a data block is not read as commands."""
    assert check(PROTOCOL, TEXT) == {"memcache_command": ("set", "get", "stats", "quit")}
    assert "private" not in text_of(run(PROTOCOL, TEXT)[2])


def test_binary() -> None:
    """Opcodes by name."""
    assert check(PROTOCOL, BINARY) == {"memcache_command": ("set", "get", "quit")}
    assert "private" not in text_of(run(PROTOCOL, BINARY)[2])


def test_udp() -> None:
    """Behind the frame header."""
    context = Context("udp", 50000, 44444)
    datagram = b"\0\1\0\0\0\1\0\0get private\r\n"
    assert PROTOCOL.claims(context, datagram, b"") is Claim.YES
    assert PROTOCOL.claims(context, datagram[:9], b"") is Claim.NO
    assert PROTOCOL.claims(context, b"\0\1\0\0\0\1\0\0hello\r\n", b"") is Claim.NO
    assert values(run(PROTOCOL, [(0, datagram)], context)[0]) == {"memcache_command": ("get",)}


def test_claims() -> None:
    """HTTP's GET is not memcached's; ``get`` alone waits for the answer."""
    assert PROTOCOL.claims(ANYWHERE, b"get a\r\n", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"get a\r\n", b"END\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"get a\r\n", b"hello\r\n") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"quit\r\n", b"250-mx.example\r\n") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"incr a 1\r\n", b"250\r\n") is Claim.YES


def test_half_an_answer_is_no_refusal() -> None:
    """An answer that has only begun may still become one."""
    assert PROTOCOL.claims(ANYWHERE, b"get key\r\n", b"V") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"get key\r\n", b"VALUE key 0 3\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"get key\r\n", b"+OK\r\n") is Claim.NO
