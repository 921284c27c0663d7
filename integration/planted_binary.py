"""Secrets in binary protocols: directories, databases, message brokers, network management and routing."""

from __future__ import annotations

import struct
from collections.abc import Callable

from planted import CLIENT, SERVER, Garden, ber, plants, sized

C, S = CLIENT, SERVER


@plants
def ldap(g: Garden) -> None:
    bind = ber(0x60, ber(2, b"\x03"), ber(4, b"cn=alice"), ber(0x80, g.secret(shown=True)))
    done = ber(0x30, ber(2, b"\x01"), ber(0x61, ber(10, b"\0"), ber(4), ber(4)))
    search = ber(
        0x63,
        ber(4, b"dc=example"),
        ber(10, b"\2"),
        ber(10, b"\0"),
        ber(2, b"\0"),
        ber(2, b"\0"),
        ber(1, b"\0"),
        ber(0xA3, ber(4, b"userPassword"), ber(4, g.secret())),
        ber(0x30),
    )
    g.tcp("LDAP", 389, (C, ber(0x30, ber(2, b"\x01"), bind)), (S, done), (C, ber(0x30, ber(2, b"\x02"), search)))
    sasl = ber(0x60, ber(2, b"\x03"), ber(4), ber(0xA3, ber(4, b"PLAIN"), ber(4, b"\0alice\0" + g.secret())))
    g.tcp("LDAP", 389, (C, ber(0x30, ber(2, b"\x01"), sasl)), (S, done))


@plants
def mqtt(g: Garden) -> None:
    def packet(first: int, body: bytes) -> bytes:
        return bytes((first, len(body))) + body

    connect = b"\0\4MQTT\4\xc2\0\x3c" + b"".join(sized("!H", one) for one in (b"client", b"alice", g.secret(shown=True)))
    publish = sized("!H", b"house/door") + g.secret()
    g.tcp("MQTT", 1883, (C, packet(0x10, connect)), (S, b"\x20\2\0\0"), (C, packet(0x30, publish)))
    properties = b"\x15" + sized("!H", b"PLAIN") + b"\x16" + sized("!H", b"\0alice\0" + g.secret())
    connect = b"\0\4MQTT\5\x02\0\x3c" + bytes((len(properties),)) + properties + sized("!H", b"client")
    g.tcp("MQTT", 1883, (C, packet(0x10, connect)), (S, b"\x20\3\0\0\0"))


@plants
def mysql(g: Garden) -> None:
    def packet(sequence: int, body: bytes) -> bytes:
        return struct.pack("<I", len(body))[:3] + bytes((sequence,)) + body

    greeting = b"\x0a8.0.36\0" + bytes(4) + g.secret(length=8) + b"\0\xff\xf7\x2d\2\0\xff\x81\x15" + bytes(10)
    greeting += g.secret(length=12) + b"\0mysql_clear_password\0"
    login = struct.pack("<IIB", 0x0008 | 0x0200 | 0x8000, 1 << 24, 45) + bytes(23) + b"alice\0"
    login += sized("B", g.secret(shown=True) + b"\0") + b"shop\0mysql_clear_password\0"
    query = b"\3SELECT * FROM users WHERE password = '" + g.secret() + b"'"
    error = b"\xff\x15\x04#28000Access denied for '" + g.secret() + b"'"
    g.tcp(
        "MySQL",
        3306,
        (S, packet(0, greeting)),
        (C, packet(1, login)),
        (S, packet(2, b"\0\0\0\2\0\0\0")),
        (C, packet(0, query)),
        (S, packet(1, error)),
        (C, packet(0, b"\x16INSERT INTO t VALUES ('" + g.secret() + b"')")),
    )


@plants
def postgresql(g: Garden) -> None:
    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    startup = struct.pack("!I", 0x00030000) + b"user\0alice\0database\0shop\0options\0-c token=" + g.secret() + b"\0\0"
    error = b"SERROR\0C23505\0Mduplicate key\0DKey (pin)=(" + g.secret() + b") exists\0\0"
    g.tcp(
        "PostgreSQL",
        5432,
        (C, struct.pack("!I", len(startup) + 4) + startup),
        (S, message(b"R", struct.pack("!I", 3))),
        (C, message(b"p", g.secret(shown=True) + b"\0")),
        (S, message(b"R", bytes(4)) + message(b"Z", b"I")),
        (C, message(b"Q", b"UPDATE users SET password = '" + g.secret() + b"'\0")),
        (S, message(b"E", error)),
        (
            C,
            message(b"P", b"\0SELECT '" + g.secret() + b"'\0\0\0")
            + message(b"B", b"\0\0\0\0\0\1" + sized("!I", g.secret()) + b"\0\0"),
        ),
    )


@plants
def tds(g: Garden) -> None:
    def packet(kind: int, body: bytes) -> bytes:
        return struct.pack("!BBHHBB", kind, 1, 8 + len(body), 0, 1, 0) + body

    def scrambled(text: bytes) -> bytes:
        return bytes(((octet << 4 | octet >> 4) & 0xFF) ^ 0xA5 for octet in text.decode().encode("utf-16-le"))

    texts = [b"host", b"alice", g.secret(), b"app", b"server", b"", b"lib", b"", b"shop"]
    data, pairs, at = b"", b"", 94
    for number, text in enumerate(texts):
        coded = scrambled(text) if number == 2 else text.decode().encode("utf-16-le")
        pairs += struct.pack("<HH", at, len(text))
        data, at = data + coded, at + len(coded)
    login = struct.pack("<I", 94 + len(data)) + b"\4\0\0\x74" + bytes(28) + pairs + bytes(22) + data
    batch = b"\x16\0\0\0\x12\0\0\0\2\0" + bytes(12) + ("SELECT '" + g.secret().decode() + "'").encode("utf-16-le")
    g.tcp("TDS", 1433, (C, packet(16, login)), (S, packet(4, b"\xfd" + bytes(12))), (C, packet(1, batch)))
    name = [one.ljust(30, b"\0") + bytes((len(one),)) for one in (b"host", b"alice", g.secret(), b"1", b"app")]
    login = b"".join(name[:4]) + bytes(16) + name[4]
    g.tcp("TDS", 5000, (C, packet(2, login.ljust(504, b"\0"))), (S, packet(4, b"\xad" + bytes(20))))


@plants
def oracle(g: Garden) -> None:
    text = b"(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=shop)(CID=(PROGRAM=app)(USER=a))(PASSWORD=" + g.secret() + b")))"
    body = bytes(16) + struct.pack("!HH", len(text), 58) + bytes(30) + text
    g.tcp(
        "Oracle", 1521, (C, struct.pack("!HHBBH", 8 + len(body), 0, 1, 0, 0) + body), (S, b"\0\x0a\0\0\2\0\0\0\1\1"), risk=""
    )


def scram(g: Garden, message: Callable[[int, bytes], bytes], bson: Callable[..., bytes]) -> list[tuple[int, bytes]]:
    """All four messages (RFC 5802): with them a password can be guessed offline, so each part of them is a secret. The
    client's first one comes twice, as drivers send it: inside hello as well (MongoDB's speculative authentication)."""
    nonce, ours = g.secret(), g.secret()
    first = b"n,,n=alice,r=" + nonce
    challenge = b"r=" + nonce + ours + b",s=" + g.base64(g.secret()) + b",i=15000"
    proof = b"c=biws,r=" + nonce + ours + b",p=" + g.base64(g.secret())
    start = bson(saslStart=b"1", mechanism=b"SCRAM-SHA-256", payload=first, db=b"admin")
    nested = b"\3speculativeAuthenticate\0" + start
    hello = bson(hello=b"1", **{"$db": b"admin"})[4:-1] + nested + b"\0"
    return [
        (C, message(1, struct.pack("<I", len(hello) + 4) + hello)),
        (S, message(2, bson(ok=b"1", payload=challenge))),
        (C, message(3, start)),
        (S, message(4, bson(conversationId=b"1", payload=challenge))),
        (C, message(5, bson(saslContinue=b"1", conversationId=b"1", payload=proof, **{"$db": b"admin"}))),
        (S, message(6, bson(conversationId=b"1", payload=b"v=" + g.base64(g.secret())))),
        (C, message(7, bson(logout=b"1", lsid=g.secret(), **{"$db": b"admin"}))),
    ]


@plants
def documents(g: Garden) -> None:
    def bson(**values: bytes) -> bytes:
        body = b"".join(
            b"\2" + name.encode() + b"\0" + struct.pack("<I", len(one) + 1) + one + b"\0" for name, one in values.items()
        )
        return struct.pack("<I", len(body) + 5) + body + b"\0"

    def message(number: int, document: bytes) -> bytes:
        return struct.pack("<IIII", 21 + len(document), number, 0, 2013) + bytes(5) + document

    sasl = bson(saslStart=b"1", mechanism=b"PLAIN", payload=b"\0alice\0" + g.secret(shown=True))
    g.tcp("MongoDB", 27017, (C, message(1, sasl)), (C, message(2, bson(find=b"users", password=g.secret()))))
    g.tcp("MongoDB", 27018, *scram(g, message, bson), risk="")

    def frame(first: int, operation: int, body: bytes) -> bytes:
        return struct.pack("!BBHBI", first, 0, 1, operation, len(body)) + body

    startup = b"\0\1" + sized("!H", b"CQL_VERSION") + sized("!H", b"3.0.0")
    query = b"SELECT * FROM t WHERE pin = '" + g.secret() + b"'"
    g.tcp(
        "Cassandra",
        9042,
        (C, frame(4, 1, startup)),
        (S, frame(0x84, 3, sized("!H", b"PasswordAuthenticator"))),
        (C, frame(4, 15, sized("!I", b"\0alice\0" + g.secret(shown=True)))),
        (S, frame(0x84, 16, b"\xff" * 4)),
        (C, frame(4, 7, sized("!I", query) + b"\0\1\0")),
    )


@plants
def caches(g: Garden) -> None:
    def command(*words: bytes) -> bytes:
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)

    ok = (S, b"+OK\r\n")
    g.tcp("Redis", 6379, (C, command(b"AUTH", g.secret(shown=True))), ok, (C, command(b"SET", g.secret(), g.secret())), ok)
    g.tcp(
        "Redis",
        6379,
        (C, command(b"HELLO", b"3", b"AUTH", b"alice", g.secret(shown=True))),
        (S, b"%1\r\n+server\r\n+redis\r\n"),
        (C, command(b"GET", b"x")),
        (S, b"-ERR invalid password '" + g.secret() + b"'\r\n"),
    )
    g.tcp(
        "Redis",
        6379,
        (C, b"AUTH " + g.secret(shown=True) + b"\r\n"),
        ok,
        (C, b"GET " + g.secret() + b"\r\n"),
        (S, b"$-1\r\n"),
    )
    value = g.secret()
    g.tcp(
        "Memcache",
        11211,
        (C, b"set " + g.secret() + b" 0 0 %d\r\n%b\r\n" % (len(value), value)),
        (S, b"STORED\r\n"),
        risk="",
    )
    sasl = b"PLAIN\0alice\0" + g.secret(shown=True)
    g.tcp(
        "Memcache",
        11211,
        (C, struct.pack("!BBHBBHIIQ", 0x80, 0x21, 5, 0, 0, 0, len(sasl), 1, 0) + sasl),
        (S, struct.pack("!BBHBBHIIQ", 0x81, 0x21, 0, 0, 0, 0, 0, 1, 0)),
    )


@plants
def brokers(g: Garden) -> None:
    def request(api: int, version: int, number: int, body: bytes) -> bytes:
        return sized("!I", struct.pack("!HHI", api, version, number) + sized("!H", b"client") + body)

    def answer(number: int, body: bytes = b"\0\0") -> bytes:
        return sized("!I", struct.pack("!I", number) + body)

    g.tcp(
        "Kafka",
        9092,
        (C, request(17, 1, 1, sized("!H", b"PLAIN"))),
        (S, answer(1)),
        (C, request(36, 0, 2, sized("!I", b"\0alice\0" + g.secret(shown=True)))),
        (S, answer(2)),
        (C, request(0, 3, 3, g.secret())),
        (S, answer(3)),
    )
    plain = sized("B", b"PLAIN") + sized("!I", b"\0alice\0" + g.secret(shown=True)) + sized("B", b"en_US")
    start = struct.pack("!HH", 10, 11) + sized("!I", b"") + plain

    def frame(body: bytes) -> bytes:
        return b"\1\0\0" + sized("!I", body) + b"\xce"

    opened = frame(struct.pack("!HH", 10, 40) + sized("B", b"/") + b"\0\0")
    g.tcp(
        "AMQP",
        5672,
        (C, b"AMQP\0\0\x09\1"),
        (S, frame(struct.pack("!HH", 10, 10) + b"\0\x09" + bytes(12))),
        (C, frame(start)),
        (C, opened),
    )
