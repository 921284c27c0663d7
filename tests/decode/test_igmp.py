"""IGMP: types and groups of all three versions."""

from __future__ import annotations

import struct

import pytest

from netmon.decode.igmp import MAX_GROUPS, decode
from netmon.errors import DecodeError

GROUP = bytes([224, 0, 0, 251])


@pytest.mark.parametrize(
    ("data", "state", "kind", "groups"),
    [
        (bytes([0x11, 100, 0, 0]) + bytes(4), "MEMBERSHIP_QUERY", "0x11", ()),
        (bytes([0x11, 100, 0, 0]) + GROUP, "MEMBERSHIP_QUERY", "0x11", ("224.0.0.251",)),
        (bytes([0x16, 0, 0, 0]) + GROUP, "V2_MEMBERSHIP_REPORT", "0x16", ("224.0.0.251",)),
        (bytes([0x17, 0, 0, 0]) + GROUP, "LEAVE_GROUP", "0x17", ("224.0.0.251",)),
        (
            bytes([0x22, 0, 0, 0, 0, 0, 0, 2, 4, 1, 0, 1]) + GROUP + bytes(8) + bytes([3, 0, 0, 0, 239, 1, 2, 3]),
            "V3_MEMBERSHIP_REPORT",
            "0x22",
            ("224.0.0.251", "239.1.2.3"),
        ),
        (bytes([0x99, 0, 0, 0]) + GROUP, "TYPE_0x99", "0x99", ()),
    ],
)
def test_types_and_groups(data: bytes, state: str, kind: str, groups: tuple[str, ...]) -> None:
    """Each message is read whole, and with trailing bytes."""
    for tail in (b"", bytes(10)):
        message = decode(data + tail)
        assert message.state == state
        assert {name: tuple(values) for name, _, values in message.entries} == {"igmp_type": (kind,), "igmp_group": groups}


def test_the_number_of_groups_is_bounded() -> None:
    """65535 records are claimed, and many are there."""
    message = decode(struct.pack("!BBHHH", 0x22, 0, 0, 0, 0xFFFF) + b"".join(bytes(4) + GROUP for _ in range(5000)))
    assert len(message.entries[1][2]) == MAX_GROUPS


@pytest.mark.parametrize("length", range(8))
def test_short_messages_are_refused(length: int) -> None:
    """Eight bytes are the least."""
    with pytest.raises(DecodeError):
        decode(bytes(length))
