"""Capture filters on files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netmon.capture._offline_filter import compile_for, free_program, link_type_of
from netmon.capture.file import open_file
from netmon.errors import CaptureError
from netmon.meter.reference import ReferenceMeter

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def counted(name: str, expression: str) -> int:
    """Packets of a fixture that a meter counts with this filter."""
    source, meter = open_file(str(FIXTURES / name)), ReferenceMeter()
    try:
        meter.set_filter(*source.compile_filter(expression))
        for frames in source.frames():
            meter.feed(frames)
        return meter.totals().packets
    finally:
        meter.close()
        source.close()


@pytest.mark.parametrize(
    ("name", "expression", "packets"),
    [
        ("dns.pcapng", "tcp", 10),
        ("dns.pcapng", "udp and ip6", 2),
        ("vlan.pcap", "vlan 100 and icmp", 4),
        ("vlan.pcap", "arp", 0),
    ],
)
def test_only_what_the_filter_takes_is_counted(name: str, expression: str, packets: int) -> None:
    """The same packets as tcpdump shows for the expression."""
    assert counted(name, expression) == packets


def test_syntax_error_has_libpcaps_words() -> None:
    """The message names the expression and what libpcap says of it."""
    with pytest.raises(CaptureError, match=re.escape("capture filter 'tcp prot 5': ") + ".*syntax error"):
        compile_for(1, "tcp prot 5")


@pytest.mark.parametrize("link_type", [0, 1, 101, 113, 228, 276])
def test_link_types(link_type: int) -> None:
    """A filter for IP compiles for every common link type, under the number files use."""
    program = compile_for(link_type, "ip and tcp")
    free_program(program)


def test_files_with_several_link_types_are_refused() -> None:
    """One program cannot serve two link types; the message says what to do."""
    dns = (FIXTURES / "dns.pcapng").read_bytes()
    interface = (1).to_bytes(4, "little") + (20).to_bytes(4, "little") + (101).to_bytes(2, "little") + bytes(6)
    header_length = int.from_bytes(dns[4:8], "little")
    two = dns[:header_length] + interface + (20).to_bytes(4, "little") + dns[header_length:]
    with pytest.raises(
        CaptureError, match=r"two\.pcapng: a capture filter needs one link type, the file has link types 1, 101"
    ):
        link_type_of("two.pcapng", two)
