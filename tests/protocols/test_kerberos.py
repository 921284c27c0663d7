"""Kerberos: a ticket request over UDP and TCP, an error, a request with a ticket inside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._contract import Claim, Context
from netmon.protocols._krb_message import read_message
from netmon.protocols.kerberos import PROTOCOL

from ._asn1 import ap_request, element, name, number
from ._streams import ANYWHERE, Flight, check, run, text_of, values

UDP = Context("udp", 50000, 44444)


def request(kind: int, *padata: bytes) -> bytes:
    """AS-REQ or TGS-REQ of alice for krbtgt."""
    body = element(0x30, element(0xA0, element(0x03, bytes(5))), element(0xA1, name(b"alice")),
                   element(0xA2, element(0x1B, b"EXAMPLE.ORG")), element(0xA3, name(b"krbtgt", b"EXAMPLE.ORG")))  # fmt: skip
    parts = [element(0xA1, number(5)), element(0xA2, number(kind))]
    if padata:
        parts.append(element(0xA3, element(0x30, *padata)))
    return element(0x60 + kind, element(0x30, *parts, element(0xA4, body)))


AS_REQ = request(10, element(0x30, element(0xA1, number(2)), element(0xA2, element(0x04, b"sealed-timestamp"))))
TGS_REQ = request(12, element(0x30, element(0xA1, number(1)), element(0xA2, element(0x04, ap_request()))))
ERROR = element(
    0x7E,
    element(0x30, element(0xA0, number(5)), element(0xA1, number(30)), element(0xA6, number(25)),
            element(0xA9, element(0x1B, b"EXAMPLE.ORG")), element(0xAA, name(b"krbtgt", b"EXAMPLE.ORG"))),
)  # fmt: skip


def framed(message: bytes) -> bytes:
    """Behind TCP's length."""
    return len(message).to_bytes(4, "big") + message


def test_tcp() -> None:
    """Names, types, errors; nothing that is sealed."""
    flights: list[Flight] = [(0, framed(AS_REQ)), (1, framed(ERROR)), (0, framed(TGS_REQ))]
    assert check(PROTOCOL, flights) == {
        "krb_type": (10, 30, 12, 14),
        "krb_cname": ("alice",),
        "krb_sname": ("krbtgt", "EXAMPLE.ORG", "cifs", "files.example.org"),
        "krb_realm": ("EXAMPLE.ORG",),
        "krb_error": (25,),
    }
    finding, _, updates = run(PROTOCOL, flights)
    assert (finding.state, finding.summary) == ("TGS_REQ", "alice → krbtgt/EXAMPLE.ORG")
    assert "sealed" not in text_of(updates)
    assert [half.role.value for update in updates for half in update.exchanges] == ["request", "response", "request"]


def test_udp() -> None:
    """One message per datagram, whole or not at all."""
    assert PROTOCOL.claims(UDP, AS_REQ, b"") is Claim.YES
    for length in range(1, len(AS_REQ)):
        assert PROTOCOL.claims(UDP, AS_REQ[:length], b"") is not Claim.YES
    assert values(run(PROTOCOL, [(0, AS_REQ), (1, ERROR)], UDP)[0])["krb_error"] == (25,)


def test_claims() -> None:
    """The tag alone is not enough."""
    assert PROTOCOL.claims(UDP, b"\x6a\x10" + bytes(40), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x00\x00\x00\x20GET / HTTP/1.1\r\n", b"") is Claim.NO
    with pytest.raises(ParseError):
        read_message(b"\x6a\x00")


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=80), st.sampled_from([AS_REQ, TGS_REQ, ERROR]), st.integers(0, 400))
def test_hostile_messages(noise: bytes, message: bytes, at: int) -> None:
    """Noise anywhere raises nothing but ``ParseError``."""
    at %= len(message)
    try:
        read_message(message[:at] + noise + message[at + len(noise) :])
    except ParseError:
        return
