"""ARP as questions and answers."""

from __future__ import annotations

import pytest

from netmon.decode.arp import decode
from netmon.errors import DecodeError

REQUEST = bytes.fromhex("0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202")
REPLY = bytes.fromhex("0001 0800 06 04 0002 020000000002 c0000202 020000000001 c0000201")


def test_a_request_is_a_question() -> None:
    """State, who asks, and no target hardware address since it is not known."""
    message = decode(REQUEST + bytes(18))
    assert (message.label, message.state, message.summary) == ("ARP", "WHO_HAS 192.0.2.2", "192.0.2.1 asks for 192.0.2.2")
    assert message.entries == (
        ("arp_opcode", "Operation", (1,)),
        ("arp_sender_mac", "Sender MAC", ("02:00:00:00:00:01",)),
        ("arp_sender_ip", "Sender address", ("192.0.2.1",)),
        ("arp_target_mac", "Target MAC", ()),
        ("arp_target_ip", "Target address", ("192.0.2.2",)),
    )


def test_a_reply_is_an_answer() -> None:
    """State names the hardware address."""
    assert decode(REPLY).state == "IS_AT 02:00:00:00:00:02"


@pytest.mark.parametrize(
    ("sender", "target", "summary"),
    [("c0000201", "c0000201", "announces 192.0.2.1"), ("00000000", "c0000202", "probes 192.0.2.2")],
)
def test_announcements_and_probes_are_said(sender: str, target: str, summary: str) -> None:
    """RFC 5227."""
    packet = REQUEST[:14] + bytes.fromhex(sender) + REQUEST[18:24] + bytes.fromhex(target)
    assert decode(packet).summary == summary


@pytest.mark.parametrize(("operation", "state"), [(8, "INVERSE_REQUEST"), (3, "REVERSE_REQUEST"), (99, "OPERATION_99")])
def test_other_operations_have_names(operation: int, state: str) -> None:
    """Unknown ones print as numbers."""
    assert decode(REQUEST[:6] + operation.to_bytes(2, "big") + REQUEST[8:]).state == state


def test_addresses_of_other_sizes_are_shown_in_hexadecimal() -> None:
    """Frame relay has 2-byte hardware addresses; a protocol address may be of any size."""
    message = decode(bytes.fromhex("000f 0800 02 03 0001 0102 aabbcc 0304 ddeeff"))
    assert message.entries[1][2] == ("01:02",) and message.entries[2][2] == ("aabbcc",)


@pytest.mark.parametrize("length", range(len(REQUEST)))
def test_a_truncated_packet_is_refused(length: int) -> None:
    """At every length."""
    with pytest.raises(DecodeError):
        decode(REQUEST[:length])


def test_monstrous_addresses_are_refused() -> None:
    """255-byte addresses are nobody's."""
    with pytest.raises(DecodeError):
        decode(REQUEST[:4] + b"\xff\xff" + REQUEST[6:] + bytes(2000))
