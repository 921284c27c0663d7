"""ClickHouse's hellos."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.clickhouse import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def text(value: bytes) -> bytes:
    return bytes([len(value)]) + value


HELLO = b"\0" + text(b"ClickHouse client") + b"\x15\x08\xb3\xa9\x03" + text(b"default") + text(b"user") + text(b"secret")
ANSWER = b"\0" + text(b"ClickHouse") + b"\x15\x08\xb3\xa9\x03" + text(b"UTC") + text(b"host") + b"\1"
TALK: list[Flight] = [(0, HELLO), (1, ANSWER)]


def test_conversation() -> None:
    """Recognised however it is cut; a password is a risk and not told."""
    assert check(PROTOCOL, TALK) == {
        "clickhouse_client": ("ClickHouse client 21.8",),
        "clickhouse_db": ("default",),
        "clickhouse_user": ("user",),
        "clickhouse_server": ("ClickHouse 21.8",),
    }
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.risks == ("clear-text-credentials",) and "secret" not in repr(updates)


def test_refusal() -> None:
    """An exception instead of a hello."""
    finding, status, _ = run(PROTOCOL, [(0, HELLO), (1, b"\2\x04\2\0\0")])
    assert (finding.state, status) == ("REFUSED", Status.DONE)


def test_others() -> None:
    """The name must be there."""
    for client, server in (
        (b"\0" + text(b"something") + bytes(40), b""),
        (HELLO, b"\5"),
        (b"\1", b""),
        (b"\0\x12" + b"\xff" * 30, b""),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
