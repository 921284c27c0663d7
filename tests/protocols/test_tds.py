"""TDS: logins of both kinds, statements that are not told, TLS inside."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.tds import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

HOME = Context("tcp", 50000, 1433)


def packet(kind: int, body: bytes, status: int = 1) -> bytes:
    return struct.pack(">BBHHBB", kind, status, len(body) + 8, 0, 1, 0) + body


def login7(**names: str) -> bytes:
    """[MS-TDS] 2.2.6.4."""
    order = ("host", "user", "password", "app", "server", "unused", "library", "language", "db")
    offset, pairs, text = 36 + 36 + 22, b"", b""
    for name in order:
        value = names.get(name, "").encode("utf-16-le")
        pairs += struct.pack("<HH", offset + len(text), len(value) // 2)
        text += value
    body = bytes(28) + pairs + bytes(22) + text
    return struct.pack("<II", len(body) + 8, 0x74000004) + body


def token(kind: int, body: bytes) -> bytes:
    """One whose length has two octets."""
    return struct.pack("<BH", kind, len(body)) + body


DONE = b"\xfd" + bytes(12)
NAME = "SQL Server".encode("utf-16-le")
ACKNOWLEDGED = token(0xAD, b"\1\x74\0\0\4" + bytes((len(NAME) // 2,)) + NAME + b"\x0f\0\x07\xd0")
PRELOGIN = packet(18, b"\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff\x0f\x00\x00\x00\x00\x00\x02")
LOGIN = packet(16, login7(host="WS1", user="sa", password="secret", app="tool", db="sales"))
TALK: list[Flight] = [
    (0, PRELOGIN),
    (1, packet(4, b"\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff\x0f\x00\x00\x00\x00\x00\x02")),
    (0, LOGIN),
    (1, packet(4, token(0xE3, b"\1\5s\0a\0l\0e\0s\0\0") + ACKNOWLEDGED + DONE)),
]


def test_login() -> None:
    """Who logs in from where, with what, into which database; not the password."""
    assert check(PROTOCOL, TALK) == {
        "tds_host": ("WS1",), "tds_user": ("sa",), "tds_app": ("tool",), "tds_db": ("sales",), "tds_version": ("7.4",),
        "tds_server": ("SQL Server 15.0.2000",),
    }  # fmt: skip
    finding, status, updates = run(PROTOCOL, TALK)
    assert (finding.state, status) == ("ESTABLISHED", Status.MORE)
    assert "secret" not in text_of(updates)


def error(number: int) -> bytes:
    return token(0xAA, struct.pack("<IBB", number, 1, 14) + b"\6\0" + "secret".encode("utf-16-le"))


def test_refused_login() -> None:
    """The number of the error, not its text, which has the user's name."""
    finding, _, updates = run(PROTOCOL, [*TALK[:3], (1, packet(4, error(18456) + DONE))])
    assert finding.state == "REFUSED"
    assert {field.name: field.values for field in finding.fields}["tds_error"] == (18456,)
    assert "secret" not in text_of(updates)


def test_answer_of_tds_5() -> None:
    """Its messages are errors from class 11 on; name and version of the program in ASCII."""
    login = packet(
        2, b"".join(name.ljust(30, b"\0") + bytes((len(name),)) for name in (b"WS2", b"carol", b"", b"")).ljust(504, b"\0")
    )
    messages = b"".join(token(0xE5, struct.pack("<IBB", number, 1, class_) + b"\5ZZZZZ" + bytes(8))
                        for number, class_ in ((5701, 10), (4002, 14)))  # fmt: skip
    acknowledged = token(0xAD, b"\5\5\0\0\0\x0asql server\x0c\5\0\0")
    told = {
        field.name: field.values for field in run(PROTOCOL, [(0, login), (1, packet(4, messages + acknowledged))])[0].fields
    }
    assert (told["tds_server"], told["tds_version"], told["tds_error"]) == (("sql server 12.5.0",), ("5.0",), (4002,))


def test_statements_errors_and_times() -> None:
    """Verbs of batches and calls, errors, and one exchange per message, of however many packets it is."""
    headers = b"\x16\0\0\0\x12\0\0\0\2\0" + bytes(12)
    text = "-- secret\nselect secret from secret".encode("utf-16-le")
    talk: list[Flight] = [
        *TALK,
        (0, packet(1, headers + text + bytes(504 - 22 - len(text)), 0) + packet(1, b"more")),
        (1, packet(4, b"\x81secret".ljust(504, b"x"), 0) + packet(4, b"secret")),
        (0, packet(3, headers + b"\xff\xff\x0a\0")),
        (1, packet(4, token(0xAB, b"info") + error(208) + DONE)),
        (0, packet(6, b"")),
        (0, packet(15, b"\x21" + struct.pack("<I", 20) + b"\0update secret")),
        (1, packet(4, DONE)),
    ]
    told = check(PROTOCOL, talk)
    assert (told["tds_verb"], told["tds_error"]) == (("SELECT", "EXEC", "UPDATE"), (208,))
    _, _, updates = run(PROTOCOL, talk)
    assert "secret" not in text_of(updates)
    roles = [half.role for update in updates for half in update.exchanges]
    assert roles == [Role.REQUEST, Role.RESPONSE] * 5


def test_login_of_tds_5() -> None:
    """Names of fixed size with their length behind them."""
    names = [name.ljust(30, b"\0") + bytes((len(name),)) for name in (b"WS2", b"carol", b"secret", b"99")]
    body = b"".join(names) + bytes(16) + b"isql".ljust(30, b"\0") + b"\x04"
    finding, _, updates = run(PROTOCOL, [(0, packet(2, body.ljust(504, b"\0"), 0))])
    values = {field.name: field.values for field in finding.fields}
    assert values == {"tds_host": ("WS2",), "tds_user": ("carol",), "tds_app": ("isql",)}
    assert finding.risks == ("clear-text-credentials",)
    assert "secret" not in text_of(updates)


def test_tls_inside_ends_it() -> None:
    """Nothing more can be learnt once TLS begins."""
    finding, status, _ = run(PROTOCOL, [(0, PRELOGIN), (0, packet(18, b"\x16\x03\x01\x00\x50" + bytes(80)))])
    assert (finding.state, status) == ("TLS", Status.DONE)


def test_claims() -> None:
    """One request that says little is weak and needs the port, with an answer it is sure."""
    batch = packet(1, "COMMIT".encode("utf-16-le"))
    assert PROTOCOL.claims(HOME, batch, b"") is Claim.WEAK and PROTOCOL.claims(ANYWHERE, batch, b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, batch, packet(4, bytes(9))) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, batch, packet(3, bytes(9))) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, packet(1, b"\x16\0\0\0\x12\0\0\0\x02\0" + bytes(20)), b"") is Claim.YES


def test_packets_that_cannot_be() -> None:
    """All but the last packet of a message are full; names of a log-in are text; a response begins with a token."""
    for head in (packet(3, b"\1\0A\0\0\0")[:1] + b"\0" + packet(3, b"\1\0A\0\0\0")[2:], packet(3, b"\1\2AB"),
                 packet(2, (b"\1\2\3" + bytes(27) + b"\3") * 16 + bytes(8))):  # fmt: skip
        assert PROTOCOL.claims(HOME, head, b"") is Claim.NO, head
    assert PROTOCOL.claims(HOME, b"", packet(4, b"\x33" + bytes(9))) is Claim.NO
    assert PROTOCOL.claims(HOME, b"", packet(4, b"\xfd" + bytes(9))) is Claim.WEAK


def test_what_reads_like_its_header_is_not_claimed() -> None:
    """A TPKT header (RFC 1006) reads like a remote procedure call, but where X.224 begins a client of TDS sends zeros."""
    call = packet(3, b"\x03\x00P\x00\x00\x00")
    assert PROTOCOL.claims(HOME, call, b"") is Claim.WEAK
    method = b"\x01\x00\x01\x00\x00\x00\x05\x00\x14\x00\x0a\x00\xce"  # AMQP 0-9-1: a batch is text
    assert PROTOCOL.claims(ANYWHERE, method, b"") is Claim.NO
    assert PROTOCOL.claims(HOME, packet(1, b"s\0e\0l\0"), b"") is Claim.WEAK
    tpkt = b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"
    assert PROTOCOL.claims(ANYWHERE, tpkt, b"") is Claim.NO
