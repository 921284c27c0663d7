"""ICMP messages, pings and quoted packets."""

from __future__ import annotations

import struct

import pytest

from netmon.decode.icmp import TYPES, decode
from netmon.errors import DecodeError
from netmon.model.finding import Exchange, Role

ECHO = struct.pack("!BBHHH", 8, 0, 0, 0x1234, 7) + b"payload"
QUOTE = bytes.fromhex("4500001c000100004011 0000 c0000201 c6336402 c350 0035 0008 0000")
UNREACHABLE = bytes.fromhex("0303 0000 00000000") + QUOTE


def test_a_ping_and_its_answer_are_one_exchange() -> None:
    """Same key, opposite roles."""
    request, reply = decode(ECHO, 5), decode(b"\0" + ECHO[1:], 9)
    assert (request.state, reply.state) == ("ECHO_REQUEST", "ECHO_REPLY")
    assert request.summary == "id 4660"
    assert request.exchanges == (Exchange((0x1234, 7), Role.REQUEST, 5, "ping"),)
    assert reply.exchanges == (Exchange((0x1234, 7), Role.RESPONSE, 9, "ping"),)
    assert request.entries == (("icmp_type", "Type", (8,)),)


def test_an_error_names_the_conversation_it_is_about() -> None:
    """Port unreachable: protocol, addresses and ports of the quoted packet."""
    message = decode(UNREACHABLE, 0)
    assert message.state == "DESTINATION_UNREACHABLE"
    assert message.summary == "port unreachable udp 192.0.2.1:50000 > 198.51.100.2:53"
    assert ("icmp_about", "About", ("udp 192.0.2.1:50000 > 198.51.100.2:53",)) in message.entries


def test_fragmentation_needed_gives_the_mtu() -> None:
    """RFC 1191."""
    message = decode(bytes.fromhex("0304 0000 0000 05dc") + QUOTE, 0)
    assert ("icmp_mtu", "Next-hop MTU", (1500,)) in message.entries


def test_a_redirect_gives_the_gateway() -> None:
    """The better router, and for whom."""
    message = decode(bytes.fromhex("0501 0000 c00002fe") + QUOTE, 0)
    assert ("icmp_gateway", "Gateway", ("192.0.2.254",)) in message.entries
    assert message.summary.startswith("for the host udp ")


@pytest.mark.parametrize("kind", range(256))
def test_every_type_has_a_state(kind: int) -> None:
    """Named by IANA or a number."""
    assert decode(bytes([kind, 0, 0, 0]), 0).state == TYPES.get(kind, f"TYPE_{kind}")


@pytest.mark.parametrize("length", range(len(UNREACHABLE)))
def test_truncated_at_every_length(length: int) -> None:
    """Four bytes are enough for the state; less is refused; a short quote is left out."""
    if length < 4:
        with pytest.raises(DecodeError):
            decode(UNREACHABLE[:length], 0)
        return
    message = decode(UNREACHABLE[:length], 0)
    assert message.state == "DESTINATION_UNREACHABLE"
    assert ("192.0.2.1" in message.summary) == (length >= 28)
    assert (":50000" in message.summary) == (length >= 32)
