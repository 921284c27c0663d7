"""Conversations whose requests are answered after a known time, and how often that is: for response times."""

from __future__ import annotations

import struct
from typing import NamedTuple

from planted import CLIENT, SERVER, ber, lines, sized

C, S = CLIENT, SERVER


class Timed(NamedTuple):
    """One conversation; each answer comes the known time after what it answers."""

    label: str
    what: str
    """As in ``response_ms``."""
    count: int
    """Answered requests in it."""
    flights: list[tuple[int, bytes]]
    transport: str = "tcp"
    port: int = 0
    """Where only a usual port will do; 0 anywhere."""


def _words(*words: bytes) -> bytes:
    """A command of Redis."""
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)


def _packet(sequence: int, body: bytes) -> bytes:
    """Of MySQL."""
    return struct.pack("<I", len(body))[:3] + bytes((sequence,)) + body


def _message(kind: bytes, body: bytes) -> bytes:
    """Of PostgreSQL."""
    return kind + struct.pack("!I", len(body) + 4) + body


def _name(text: bytes, kind: int) -> bytes:
    """A question."""
    return b"".join(sized("B", label) for label in text.split(b".")) + struct.pack("!BHH", 0, kind, 1)


def _document(name: bytes) -> bytes:
    """BSON: one command."""
    body = b"\x10" + name + b"\0\1\0\0\0"
    return struct.pack("<I", len(body) + 5) + body + b"\0"


def _bson(number: int, answered: int, name: bytes) -> bytes:
    """Of MongoDB."""
    document = _document(name)
    return struct.pack("<IIII", 21 + len(document), number, answered, 2013) + bytes(5) + document


def _cql(first: int, stream: int, operation: int, body: bytes) -> bytes:
    """A frame of Cassandra."""
    return struct.pack("!BBHBI", first, 0, stream, operation, len(body)) + body


def mail() -> list[Timed]:
    """Text lines: every command has its reply, a letter its own, a transfer two."""
    letter = lines(b"Subject: x", b"", b"250 is no reply here", b".")
    return [
        Timed("SMTP", "smtp", 6, [
            (S, lines(b"220 mx.example ESMTP")), (C, lines(b"EHLO a.example")), (S, lines(b"250-mx", b"250 PIPELINING")),
            (C, lines(b"MAIL FROM:<a@a.example>", b"RCPT TO:<b@b.example>", b"DATA")),
            (S, lines(b"250 ok", b"250 ok", b"354 go on")), (C, letter), (S, lines(b"250 queued")),
            (C, lines(b"QUIT")), (S, lines(b"221 bye")),
        ]),
        Timed("POP3", "pop3", 4, [
            (S, lines(b"+OK ready")), (C, lines(b"USER a")), (S, lines(b"+OK")), (C, lines(b"PASS x")), (S, lines(b"+OK")),
            (C, lines(b"RETR 1")), (S, lines(b"+OK 9 octets", b"+OK no answer", b".")), (C, lines(b"QUIT")),
            (S, lines(b"+OK bye")),
        ]),
        Timed("IMAP", "imap", 3, [
            (S, lines(b"* OK IMAP4rev1")), (C, lines(b"a1 LOGIN a x")), (S, lines(b"a1 OK")),
            (C, lines(b"a2 SELECT INBOX")), (S, lines(b"* 3 EXISTS", b"a2 OK")), (C, lines(b"a3 LOGOUT")),
            (S, lines(b"* BYE", b"a3 OK")),
        ]),
        Timed("FTP", "ftp", 4, [
            (S, lines(b"220 FTP")), (C, lines(b"USER ftp")), (S, lines(b"331 go on")), (C, lines(b"PASS x@x")),
            (S, lines(b"230 hello")), (C, lines(b"RETR file")), (S, lines(b"150 here it comes", b"226 done")),
            (C, lines(b"QUIT")), (S, lines(b"221 bye")),
        ]),
        Timed("HTTP", "http-first-byte", 2, [
            (C, lines(b"GET / HTTP/1.1", b"Host: a.example", b"")), (S, lines(b"HTTP/1.1 204 No", b"")),
            (C, lines(b"GET /x HTTP/1.1", b"Host: a.example", b"")), (S, lines(b"HTTP/1.1 204 No", b"")),
        ]),
    ]  # fmt: skip


def databases() -> list[Timed]:
    """By turn, by identifier; commands without an answer, answers of several messages."""
    greeting = b"\x0a8.0.36\0" + bytes(4) + b"saltsalt\0\xff\xf7\x2d\2\0\xff\x81\x15" + bytes(10) + b"saltsaltsalt\0"
    login = struct.pack("<IIB", 0x0200 | 0x8000, 1 << 24, 45) + bytes(23) + b"a\0\0"
    startup = struct.pack("!I", 0x00030000) + b"user\0a\0\0"
    ready = _message(b"Z", b"I")
    bind = ber(0x30, ber(2, b"\1"), ber(0x60, ber(2, b"\3"), ber(4, b"cn=a"), ber(0x80, b"x")))
    search = ber(0x63, ber(4), ber(10, b"\2"), ber(10, b"\0"), ber(2, b"\0"), ber(2, b"\0"), ber(1, b"\0"), ber(0x87, b"cn"),
                 ber(0x30))  # fmt: skip
    done = ber(0x30, ber(2, b"\2"), ber(0x65, ber(10, b"\0"), ber(4), ber(4)))
    return [
        Timed("MySQL", "mysql", 2, [
            (S, _packet(0, greeting)), (C, _packet(1, login)), (S, _packet(2, b"\0\0\0\2\0\0\0")),
            (C, _packet(0, b"\3SELECT 1")), (S, _packet(1, b"\1") + _packet(2, b"\xfe\0\0\2\0")),
            (C, _packet(0, b"\x19\1\0\0\0") + _packet(0, b"\x0e")), (S, _packet(1, b"\0\0\0\2\0\0\0")),
        ]),
        Timed("PostgreSQL", "postgresql", 2, [
            (C, struct.pack("!I", len(startup) + 4) + startup), (S, _message(b"R", bytes(4)) + ready),
            (C, _message(b"Q", b"SELECT 1\0")), (S, _message(b"C", b"SELECT 1\0") + ready),
            (C, _message(b"P", b"\0SELECT 1\0\0\0") + _message(b"E", b"\0\0\0\0\0") + _message(b"S", b"")),
            (S, _message(b"1", b"") + _message(b"C", b"SELECT 1\0") + ready),
        ]),
        Timed("Redis", "redis", 3, [
            (C, _words(b"PING")), (S, b"+PONG\r\n"),
            (C, _words(b"LRANGE", b"k", b"0", b"-1") + _words(b"GET", b"k")),
            (S, b"*2\r\n$2\r\nab\r\n*1\r\n:5\r\n$-1\r\n"),
        ]),
        Timed("Memcache", "memcache", 3, [
            (C, b"set k 0 0 2\r\nab\r\n"), (S, b"STORED\r\n"), (C, b"get k\r\n"), (S, b"VALUE k 0 2\r\nab\r\nEND\r\n"),
            (C, b"set k 0 0 1 noreply\r\na\r\nversion\r\n"), (S, b"VERSION 1.6\r\n"),
        ]),
        Timed("LDAP", "ldap", 2, [
            (C, bind), (S, ber(0x30, ber(2, b"\1"), ber(0x61, ber(10, b"\0"), ber(4), ber(4)))),
            (C, ber(0x30, ber(2, b"\2"), search)),
            (S, ber(0x30, ber(2, b"\2"), ber(0x64, ber(4, b"cn=b"), ber(0x30))) + done),
            (C, ber(0x30, ber(2, b"\3"), ber(0x42))),
        ]),
        Timed("MongoDB", "mongodb", 2, [
            (C, _bson(1, 0, b"hello")), (S, _bson(9, 1, b"ok")), (C, _bson(2, 0, b"find")), (S, _bson(10, 2, b"ok")),
        ]),
        Timed("Cassandra", "cassandra", 2, [
            (C, _cql(4, 1, 1, b"\0\1" + sized("!H", b"CQL_VERSION") + sized("!H", b"3.0.0"))), (S, _cql(0x84, 1, 2, b"")),
            (C, _cql(4, 2, 7, sized("!I", b"SELECT 1") + b"\0\1\0")), (S, _cql(0x84, 2, 8, b"\0\0\0\1")),
        ]),
        Timed("MQTT", "mqtt", 4, [
            (C, b"\x10\x0d\0\4MQTT\4\2\0\x3c\0\1c"), (S, b"\x20\2\0\0"), (C, b"\x82\6\0\1\0\1a\0"), (S, b"\x90\3\0\1\0"),
            (C, b"\x32\6\0\1a\0\2x" + b"\x30\4\0\1ax"), (S, b"\x40\2\0\2"), (C, b"\xc0\0"), (S, b"\xd0\0"),
        ]),
    ]  # fmt: skip


def datagrams() -> list[Timed]:
    """By the identifiers in them."""
    head = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0)
    told = struct.pack("!HHHHHH", 7, 0x8180, 1, 1, 0, 0)
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\xc0\0\2\2"
    asked = b"\x23\0\6\xec" + bytes(36) + struct.pack("!Q", 0xE0000000_00000001)
    clock = b"\x24\1\6\xec" + bytes(8) + b"GPS\0" + bytes(8) + asked[40:] + struct.pack("!QQ", 0xE0000000_00000002, 3)
    register = lines(b"REGISTER sip:x.example SIP/2.0", b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1",
                     b"From: <sip:a@x.example>;tag=1", b"To: <sip:a@x.example>", b"Call-ID: 1@x", b"CSeq: 1 REGISTER",
                     b"")  # fmt: skip
    ok = register.replace(b"REGISTER sip:x.example SIP/2.0", b"SIP/2.0 200 OK", 1)
    ldap = ber(0x30, ber(2, b"\1"), ber(0x63, ber(4), ber(10, b"\0"), ber(10, b"\0"), ber(2, b"\0"), ber(2, b"\0"),
                                        ber(1, b"\0"), ber(0x87, b"objectclass"), ber(0x30)))  # fmt: skip
    found = ber(0x30, ber(2, b"\1"), ber(0x65, ber(10, b"\0"), ber(4), ber(4)))
    stun = struct.pack("!HHI", 1, 0, 0x2112A442) + bytes(range(12))
    return [
        Timed("DNS", "dns", 1, [(C, head + _name(b"a.example", 1)), (S, told + _name(b"a.example", 1) + answer)], "udp"),
        Timed("NTP", "ntp", 1, [(C, asked), (S, clock)], "udp", 123),
        Timed("SIP", "sip", 1, [(C, register), (S, ok)], "udp"),
        Timed("LDAP", "ldap", 1, [(C, ldap), (S, found)], "udp", 389),
        Timed("STUN", "stun", 1, [(C, stun), (S, b"\1\1" + stun[2:])], "udp"),
    ]


TALKS = [*mail(), *databases(), *datagrams()]
