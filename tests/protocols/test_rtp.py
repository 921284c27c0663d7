"""RTP and RTCP."""

from __future__ import annotations

import struct

import pytest

from netmon.errors import ParseError
from netmon.protocols._contract import CLIENT, Claim
from netmon.protocols.rtp import PATIENCE, PROOF, PROTOCOLS

from ._udp_cases import ELSEWHERE, asked, fields, finding, survives, told

RTP, RTCP = PROTOCOLS


def packet(sequence: int, source: int = 7, kind: int = 0) -> bytes:
    return struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, sequence * 160, source) + bytes(160)


REPORT = struct.pack("!BBHI", 0x80, 200, 6, 7) + bytes(20) + struct.pack("!BBHI", 0x81, 202, 2, 7) + b"\1\2me"


def test_packets_in_sequence_prove_it() -> None:
    """Nothing is said before; then payload and source, across the wrap of the sequence number."""
    inspector = RTP.start(ELSEWHERE)
    for number in range(PROOF - 1):
        inspector.feed(CLIENT, packet(65534 + number), number)
    assert inspector.update() is None
    inspector.feed(CLIENT, packet(65534 + PROOF - 1), 9)
    update = inspector.update()
    assert update is not None
    assert fields(update) == {"rtp_ssrc": ("0x00000007",), "rtp_payload": ("PCMU",)}
    assert (finding(update).label, finding(update).state, finding(update).summary) == ("RTP", "STREAMING", "PCMU")
    assert getattr(inspector, "sure", False)


def test_an_announcement_is_proof() -> None:
    """One packet is enough where SIP or RTSP has said that it would come."""
    inspector = RTP.start(ELSEWHERE.changed(hint="RTP"))
    inspector.feed(CLIENT, packet(1), 1)
    update = inspector.update()
    assert update is not None and finding(update).label == "RTP"


def test_missing_packets_are_counted() -> None:
    """By the sequence numbers, once it is RTP."""
    update = told(RTP, *((0, packet(number)) for number in (1, 2, 3, 4, 5, 8, 9)))
    assert fields(update)["rtp_lost"] == (2,)


def test_sources_that_do_not_count_up_are_refused() -> None:
    """Random datagrams with the right first octets."""
    inspector = RTP.start(ELSEWHERE)
    with pytest.raises(ParseError):
        for number in range(PATIENCE):
            inspector.feed(CLIENT, packet(number * 7919, number), 0)


def test_packets_that_come_twice() -> None:
    """A capture that has every packet of both directions twice is still proof; the same packet for ever is none."""
    twice = [(side, packet(number, 7 + side)) for number in range(PROOF) for side in (0, 0, 1, 1)]
    assert fields(told(RTP, *twice))["rtp_ssrc"] == ("0x00000007", "0x00000008")
    inspector = RTP.start(ELSEWHERE)
    with pytest.raises(ParseError):
        for number in range(PATIENCE + 1):
            inspector.feed(CLIENT, packet(5), number)


def test_rtcp_alone_and_with_media() -> None:
    """A report is RTCP; packets of media make the conversation RTP."""
    update = told(RTCP, (0, REPORT))
    assert (finding(update).label, fields(update)["rtcp_type"]) == ("RTCP", ("SR", "SDES"))
    update = told(RTCP, (0, REPORT), *((0, packet(number)) for number in range(PROOF)))
    assert finding(update).label == "RTP"


def test_stun_among_them_is_passed_over() -> None:
    """Connectivity checks share the port."""
    stun = b"\0\1\0\0\x21\x12\xa4\x42" + bytes(12)
    update = told(RTP, (1, stun), *((0, packet(number)) for number in range(PROOF)))
    assert finding(update).label == "RTP"


def test_claims() -> None:
    """RTP never more than weakly; RTCP by a compound that fills the datagram."""
    assert asked(RTP, packet(1)) is Claim.WEAK and asked(RTCP, REPORT) is Claim.YES
    assert asked(RTP, REPORT) is asked(RTCP, REPORT[:-1]) is asked(RTCP, packet(1)) is Claim.NO
    assert asked(RTP, packet(1, kind=64)) is asked(RTP, packet(1)[:11]) is asked(RTP, b"\x40" + packet(1)[1:]) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    for protocol in PROTOCOLS:
        survives(protocol, packet(1), REPORT, unclaimed=protocol is RTP)
