"""impacket stays behind its fence."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decode import describe
from netmon.decode.guard import check_ipv4, header, ipv4
from netmon.errors import DecodeError

PLAIN = bytes.fromhex("45000014000100004011000001020304 05060708")


def with_options(options: bytes) -> bytes:
    """An IPv4 header with these options (padded to 4 bytes by the caller)."""
    return bytes([0x45 + len(options) // 4]) + PLAIN[1:] + options


def test_the_packet_that_makes_impacket_loop_for_ever_is_refused() -> None:
    """An option of length 0 never reaches impacket."""
    with pytest.raises(DecodeError, match="option 131"):
        ipv4(with_options(b"\x83\x00\x04\x01"))


def test_the_same_packet_quoted_inside_an_icmp_error_is_survived() -> None:
    """A port unreachable that quotes it keeps its type and simply names no conversation."""
    error = bytes.fromhex("0303000000000000") + with_options(b"\x83\x00\x04\x01") + bytes(8)
    update = describe("icmp", error, 0)
    assert update is not None and update.finding is not None
    assert update.finding.state == "DESTINATION_UNREACHABLE"
    assert {field.name for field in update.finding.fields} == {"icmp_type", "icmp_code"}


@pytest.mark.parametrize("options", [b"\x83\x01\x04\x01", b"\x83\x05\x04\x01", b"\x01\x01\x01\x07"])
def test_options_longer_than_the_header_are_refused(options: bytes) -> None:
    """Length 1, beyond the header, and no room for a length."""
    with pytest.raises(DecodeError):
        check_ipv4(with_options(options))


@pytest.mark.parametrize("options", [b"\x01\x01\x01\x00", b"\x00\x83\x00\x04", b"\x94\x04\x00\x00", b""])
def test_good_options_pass(options: bytes) -> None:
    """Padding, end of list (whatever follows it) and router alert are fine."""
    assert ipv4(with_options(options)).get_ip_dst() == "5.6.7.8"


@pytest.mark.parametrize("data", [b"", PLAIN[:19], b"\x44" + PLAIN[1:], b"\x65" + PLAIN[1:], b"\x46" + PLAIN[1:]])
def test_a_header_that_is_not_there_is_refused(data: bytes) -> None:
    """Short, too small a header length, wrong version, options cut off."""
    with pytest.raises(DecodeError):
        ipv4(data)


def test_short_input_is_an_error_not_zeros() -> None:
    """impacket would pad; the fence does not let it."""
    with pytest.raises(DecodeError, match="ARP"):
        header("ARP", b"\0\1", 8)


def test_impacket_is_not_imported_before_it_is_needed() -> None:
    """Importing the room costs none of impacket's 40 ms."""
    code = "import sys, netmon.decode; sys.exit('impacket' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=40))
def test_no_header_makes_it_hang_or_raise_anything_else(tail: bytes) -> None:
    """Any options: a header or DecodeError."""
    for data in (tail, with_options((tail + bytes(40))[: len(tail) // 4 * 4])):
        try:
            ipv4(data)
        except DecodeError:
            continue
