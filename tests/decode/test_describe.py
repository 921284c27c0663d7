"""The entry point: findings grow, and hostile bytes raise one error."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decode import describe
from netmon.decode._build import MAX_VALUES
from netmon.decode.names import IP_PROTOCOLS, LINK_PROTOCOLS
from netmon.errors import DecodeError

NAMES = sorted({*IP_PROTOCOLS.values(), *LINK_PROTOCOLS.values(), "ip-253"})


def echo(kind: int, sequence: int) -> bytes:
    return struct.pack("!BBHHH", kind, 0, 0, 1, sequence)


def test_findings_are_cumulative() -> None:
    """The reply's finding holds the request's type too."""
    first = describe("icmp", echo(8, 1), 0)
    assert first is not None
    second = describe("icmp", echo(0, 1), 1, first.finding)
    assert second is not None and second.finding is not None
    assert second.finding.fields[0].values == (8, 0)
    assert second.finding.state == "ECHO_REPLY"


def test_nothing_new_is_no_finding() -> None:
    """A second request brings its exchange only; a repeated report nothing at all."""
    first = describe("icmp", echo(8, 1), 0)
    assert first is not None
    again = describe("icmp", echo(8, 2), 1, first.finding)
    assert again is not None and again.finding is None and len(again.exchanges) == 1
    report = bytes([0x16, 0, 0, 0, 224, 0, 0, 251])
    known = describe("igmp", report, 0)
    assert known is not None
    assert describe("igmp", report, 1, known.finding) is None


def test_values_are_bounded() -> None:
    """Ten thousand groups in one flow keep the first hundred."""
    finding = None
    for group in range(300):
        update = describe("igmp", bytes([0x16, 0, 0, 0, 239, 1]) + group.to_bytes(2, "big"), 0, finding)
        finding = update.finding if update is not None and update.finding is not None else finding
    assert finding is not None
    assert len(finding.fields[1].values) == MAX_VALUES


def test_an_unknown_protocol_is_nothing() -> None:
    """No label is invented."""
    assert describe("ip-253", b"data", 0) is None


@pytest.mark.parametrize("name", NAMES)
def test_empty_data(name: str) -> None:
    """Nothing, or DecodeError."""
    try:
        describe(name, b"", 0)
    except DecodeError as error:
        assert str(error)


@settings(deadline=None, max_examples=500)
@given(
    st.sampled_from(NAMES), st.binary(max_size=200), st.sampled_from([b"", b"\x03\x01", b"\x86\x00", b"\x8f\x00", b"\x22"])
)
def test_random_bytes_raise_nothing_else(name: str, data: bytes, start: bytes) -> None:
    """Every protocol, any bytes: an update, nothing, or DecodeError."""
    try:
        describe(name, start + data, 0)
    except DecodeError:
        return
