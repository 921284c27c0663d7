"""SNMP: operations are told, communities are not."""

from __future__ import annotations

import pytest

from netmon.model.finding import Exchange, Role
from netmon.protocols._contract import Claim
from netmon.protocols._cursor import Cursor
from netmon.protocols.snmp import PROTOCOL, object_identifier

from ._udp_cases import asked, fields, finding, on, survives, told


def tlv(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    length = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])
    return bytes([tag]) + length + body


NAME = tlv(6, bytes.fromhex("2b060102010101 00".replace(" ", "")))
BINDINGS = tlv(0x30, tlv(0x30, NAME, tlv(4, b"hidden value")))


def pdu(tag: int, error: int = 0) -> bytes:
    return tlv(tag, tlv(2, b"\x12\x34"), tlv(2, bytes([error])), tlv(2, b"\0"), BINDINGS)


def community(version: int, *parts: bytes) -> bytes:
    return tlv(0x30, tlv(2, bytes([version])), tlv(4, b"s3cret"), *parts)


GET, ANSWER = community(1, pdu(0xA0)), community(1, pdu(0xA2, 2))
TRAP = community(0, tlv(0xA4, NAME, tlv(0x40, bytes(4)), tlv(2, b"\6"), tlv(2, b"\1"), tlv(0x43, b"\1"), tlv(0x30)))
HEADER = tlv(0x30, tlv(2, b"\x07"), tlv(2, b"\x05\xdc"), tlv(4, b"\4"), tlv(2, b"\3"))
SECURITY = tlv(4, tlv(0x30, tlv(4, b"engine"), tlv(2, b"\1"), tlv(2, b"\2"), tlv(4, b"alice"), tlv(4), tlv(4)))
V3 = tlv(0x30, tlv(2, b"\3"), HEADER, SECURITY, tlv(0x30, tlv(4, b"engine"), tlv(4), pdu(0xA5)))
ENCRYPTED = tlv(0x30, tlv(2, b"\3"), HEADER.replace(b"\4\1\4", b"\4\1\7"), SECURITY, tlv(4, b"noise"))


def test_get_and_answer() -> None:
    """Version, operations, objects, the error; neither community nor values."""
    update = told(PROTOCOL, (0, GET), (1, ANSWER))
    assert fields(update) == {
        "snmp_version": ("2c",),
        "snmp_pdu": ("get-request", "get-response"),
        "snmp_oid": ("1.3.6.1.2.1.1.1.0",),
        "snmp_error": (2,),
    }
    assert finding(update).risks == ("clear-text-credentials",)
    assert finding(update).summary == "get-response 1.3.6.1.2.1.1.1.0"
    assert update.exchanges == (Exchange(0x1234, Role.REQUEST, 0, "snmp"), Exchange(0x1234, Role.RESPONSE, 1, "snmp"))
    assert "s3cret" not in str(update) and "hidden" not in str(update)


def test_trap() -> None:
    """Version 1 has its own shape."""
    found = fields(told(PROTOCOL, (0, TRAP)))
    assert (found["snmp_version"], found["snmp_pdu"], found["snmp_oid"]) == (("1",), ("trap",), ("1.3.6.1.2.1.1.1.0",))


def test_version_3() -> None:
    """The user is named; an encrypted operation is called that."""
    update = told(PROTOCOL, (0, V3))
    assert fields(update)["snmp_user"] == ("alice",) and fields(update)["snmp_pdu"] == ("getBulkRequest",)
    assert finding(update).risks == ()
    assert finding(told(PROTOCOL, (0, ENCRYPTED))).state == "ENCRYPTED"


@pytest.mark.parametrize(
    ("encoded", "dotted"), [("2b06", "1.3.6"), ("883703", "2.999.3"), ("2b8101", "1.3.129"), ("", ""), ("27", "0.39")]
)
def test_object_identifiers(encoded: str, dotted: str) -> None:
    """X.690 section 8.19."""
    assert object_identifier(Cursor(bytes.fromhex(encoded))) == dotted


def test_claims() -> None:
    """On any port when the sequence fills the datagram, on its own also when lengths lie."""
    assert {asked(PROTOCOL, data) for data in (GET, TRAP, V3, ENCRYPTED)} == {Claim.YES}
    assert asked(PROTOCOL, GET + b"x") is Claim.NO and asked(PROTOCOL, GET + b"x", on(161)) is Claim.YES
    assert asked(PROTOCOL, tlv(0x30, tlv(2, b"\5"))) is asked(PROTOCOL, community(1, tlv(0xB0))) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, GET, TRAP, V3, port=161)


def test_a_damaged_message_where_agents_listen() -> None:
    """Weakly claimed there, not elsewhere; the version is told, and that it is damaged."""
    for damaged in (b"\x30\x82\x02\x39\x02\x01\x03\x30\x0f\x02", b"\x30\x11\x02\x01\x00\x04\x06public\x02\x04\0\0\0*"):
        assert asked(PROTOCOL, damaged) is Claim.NO
        assert asked(PROTOCOL, damaged, on(161)) is Claim.WEAK
        update = told(PROTOCOL, (0, damaged), context=on(161))
        assert fields(update)["snmp_version"] == ("3" if damaged[6] == 3 else "1",)
        assert "malformed" in finding(update).risks
    assert asked(PROTOCOL, b"plain text", on(161)) is Claim.NO
