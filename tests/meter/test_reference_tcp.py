"""TCP as seen from outside: opening and closing, loss, round trips, stream positions, port reuse."""

from __future__ import annotations

import struct

import pytest

from netmon.model.flow import FlowRecord, TcpBits

from ._packets import ACK, FIN, PSH, RST, SYN, A, B, Talk, ethernet, frame, ip4, tcp
from .conftest import Run

MILLISECOND = 1_000_000
WORD = 1 << 32


def only(records: list[FlowRecord]) -> FlowRecord:
    """The record of the one conversation."""
    (record,) = records
    return record


def test_whole_life(run: Run) -> None:
    """Handshake, data, both FINs and their ACKs, with positions from the byte after the SYN."""
    talk = Talk()
    frames = [
        *talk.open(),
        talk.client(PSH | ACK, 101, 501, b"hello"),
        talk.server(PSH | ACK, 501, 106, b"world!"),
        talk.client(FIN | ACK, 106, 507),
        talk.server(FIN | ACK, 507, 107),
        talk.client(ACK, 107, 508),
    ]
    result = run(frames)
    record = only(result.records)
    expected = (
        TcpBits.SYN_AB | TcpBits.SYNACK_BA | TcpBits.OPENED | TcpBits.FIN_AB | TcpBits.FIN_BA | TcpBits.FIN_AB_ACKED
        | TcpBits.FIN_BA_ACKED
    )  # fmt: skip
    assert record.tcp_bits == expected
    assert (record.initiator, record.packets_ab, record.packets_ba) == (0, 5, 3)
    assert (record.payload_ab, record.payload_ba) == (5, 6)
    assert (record.tcp_flags_ab, record.tcp_flags_ba) == (FIN | SYN | PSH | ACK, FIN | SYN | PSH | ACK)
    assert record.retransmissions_ab == record.retransmissions_ba == record.duplicate_acks_ab == 0
    assert [(item.side, item.offset, item.data, item.midstream) for item in result.inspected] == [
        (0, 0, b"hello", False),
        (1, 0, b"world!", False),
    ]


def test_initiator_is_the_sender_of_the_syn(run: Run) -> None:
    """Also when b opened it, and when only the SYN-ACK was seen."""
    talk = Talk()
    syn_ack = talk.server(SYN | ACK, 500, 101)
    assert only(run([syn_ack]).records).initiator == 0
    swapped = frame(ethernet(ip4(B, A, 6, tcp((1, 2), SYN, 9))))
    assert only(run([swapped]).records).initiator == 1


def test_unknown_opening_is_midstream(run: Run) -> None:
    """Joined late: the first sender is the initiator, positions count from the first byte seen and may be negative."""
    talk = Talk()
    frames = [
        talk.server(ACK, 5000, 70, b"second"),
        talk.server(ACK, 4990, 70, b"first67890"),
        talk.client(ACK, 70, 5006, b"answer"),
    ]
    result = run(frames)
    assert only(result.records).initiator == 1
    assert only(result.records).tcp_bits == TcpBits.OPENED
    assert [(item.side, item.offset, item.midstream) for item in result.inspected] == [
        (0, 0, True),
        (0, -10, True),
        (1, 0, True),
    ]


def test_syn_ack_reveals_the_unseen_start(run: Run) -> None:
    """The SYN was lost to the capture, its number was not."""
    talk = Talk()
    result = run([talk.server(SYN | ACK, 500, 101), talk.client(PSH | ACK, 106, 501, b"later")])
    assert [(item.offset, item.midstream) for item in result.inspected] == [(5, False)]


def test_sequence_numbers_wrap(run: Run) -> None:
    """Positions go on, and nothing looks like a retransmission."""
    talk = Talk()
    isn = WORD - 4
    frames = [
        *talk.open(client_isn=isn),
        talk.client(ACK, isn + 1, 501, b"ab"),
        talk.client(ACK, isn + 3, 501, b"cdef"),
        talk.client(ACK, isn + 7, 501, b"gh"),
    ]
    result = run(frames)
    assert [item.offset for item in result.inspected] == [0, 2, 6]
    assert only(result.records).retransmissions_ab == 0


def test_retransmission(run: Run) -> None:
    """A segment seen before counts, whenever it comes; so do repeated SYN and FIN."""
    talk = Talk()
    frames = [
        talk.client(SYN, 100),
        talk.client(SYN, 100),
        talk.server(SYN | ACK, 500, 101),
        talk.client(ACK, 101, 501, b"12345"),
        talk.client(ACK, 101, 501, b"12345"),
        talk.client(FIN | ACK, 106, 501),
        talk.client(FIN | ACK, 106, 501),
    ]
    record = only(run(frames).records)
    assert (record.retransmissions_ab, record.retransmissions_ba, record.out_of_order_ab) == (3, 0, 0)


def test_hole_alone_is_no_retransmission(run: Run) -> None:
    """Packets the capture lost are nobody's retransmissions."""
    talk = Talk()
    frames = [
        *talk.open(),
        talk.client(ACK, 101, 501, b"1"),
        talk.client(ACK, 1000, 501, b"2"),
        talk.client(ACK, 1001, 501, b"3"),
    ]
    record = only(run(frames).records)
    assert (record.retransmissions_ab, record.out_of_order_ab) == (0, 0)


@pytest.mark.parametrize(("delay", "expected"), [(MILLISECOND, (0, 1)), (50 * MILLISECOND, (1, 0))])
def test_filling_a_hole_soon_is_reordering_and_late_is_retransmission(
    run: Run, delay: int, expected: tuple[int, int]
) -> None:
    """The round trip of the handshake, here 2 ms, tells them apart."""
    talk = Talk()
    frames = [*talk.open(), talk.client(ACK, 101, 501, b"1"), talk.client(ACK, 103, 501, b"3")]
    talk.now += delay - talk.step
    frames.append(talk.client(ACK, 102, 501, b"2"))
    result = run(frames)
    record = only(result.records)
    assert (record.retransmissions_ab, record.out_of_order_ab) == expected
    assert [item.offset for item in result.inspected] == [0, 2, 1]


def test_duplicate_acks_and_fast_retransmission(run: Run) -> None:
    """RFC 5681: same ACK, same window, nothing carried, data outstanding; then the missing segment."""
    talk = Talk()
    frames = [*talk.open(), talk.server(ACK, 501, 101, b"1234567890")]
    frames += [talk.client(ACK, 101, 511)]
    frames += [talk.server(ACK, 511 + 10 * n, 101, b"1234567890") for n in range(4)]
    frames += [talk.client(ACK, 101, 511) for _ in range(3)]
    frames += [talk.server(ACK, 511, 101, b"1234567890")]
    record = only(run(frames).records)
    assert record.duplicate_acks_ab == 3
    assert (record.fast_retransmissions_ba, record.retransmissions_ba) == (1, 1)


def test_window_update_is_no_duplicate_ack(run: Run) -> None:
    """A changed window says something new; an ACK with nothing outstanding repeats nothing."""
    talk = Talk()
    frames = [*talk.open(), talk.server(ACK, 501, 101, b"12"), talk.client(ACK, 101, 501, window=900)]
    frames += [talk.client(ACK, 101, 503), talk.client(ACK, 101, 503)]
    assert only(run(frames).records).duplicate_acks_ab == 0


def test_keep_alives_and_probes_are_not_retransmissions(run: Run) -> None:
    """One byte before the edge keeps alive; one byte at the edge of a closed window probes."""
    talk = Talk()
    frames = [
        *talk.open(),
        talk.client(ACK, 101, 501, b"data"),
        talk.server(ACK, 501, 105, window=0),
        talk.client(ACK, 105, 501, b"p"),
        talk.client(ACK, 105, 501, b"p"),
        talk.server(ACK, 501, 105),
        talk.client(ACK, 104, 501, b"k"),
        talk.client(ACK, 104, 501),
        talk.client(ACK, 105, 501, b"more"),
    ]
    record = only(run(frames).records)
    assert (record.retransmissions_ab, record.out_of_order_ab) == (0, 0)
    assert (record.zero_windows_ba, record.duplicate_acks_ba) == (1, 0)


def test_options_of_the_syn(run: Run) -> None:
    """MSS, window scale (shift plus one), SACK permitted; the window is scaled when both sides agreed."""
    options = struct.pack("!BBHBBBBB", 2, 4, 1400, 1, 3, 3, 7, 1) + b"\4\2"
    talk = Talk()
    frames = [
        talk.client(SYN, 100, options=options),
        talk.server(SYN | ACK, 500, 101, options=b"\2\4\5\xb4\1\3\3\0"),
        talk.client(ACK, 101, 501, window=10),
    ]
    record = only(run(frames).records)
    assert (record.mss_ab, record.mss_ba, record.window_scale_ab, record.window_scale_ba) == (1400, 1460, 8, 1)
    assert (record.sack_ab, record.sack_ba, record.window_ab, record.window_ba) == (1, 0, 1280, 1000)


def test_scale_needs_both_sides(run: Run) -> None:
    """RFC 7323: an option the answer lacks is not in force."""
    talk = Talk()
    frames = [
        talk.client(SYN, 100, options=b"\3\3\7"),
        talk.server(SYN | ACK, 500, 101),
        talk.client(ACK, 101, 501, window=10),
    ]
    assert only(run(frames).records).window_ab == 10


def test_handshake_round_trip_is_the_whole_path(run: Run) -> None:
    """SYN to SYN-ACK and SYN-ACK to ACK together, wherever the tap is."""
    talk = Talk(step=0)
    frames = [talk.client(SYN, 100)]
    talk.now += 30 * MILLISECOND
    frames.append(talk.server(SYN | ACK, 500, 101))
    talk.now += 2 * MILLISECOND
    frames.append(talk.client(ACK, 101, 501))
    record = only(run(frames).records)
    assert record.rtt_handshake_ns == record.rtt_min_ns == record.rtt_smoothed_ns == 32 * MILLISECOND
    assert record.rtt_variation_ns == 15 * MILLISECOND


def test_handshake_counts_from_the_latest_syn(run: Run) -> None:
    """As Wireshark's iRTT; the smoothed round trip takes nothing of it (Karn: which SYN was answered cannot be known)."""
    talk = Talk(step=5 * MILLISECOND)
    frames = [talk.client(SYN, 100), talk.client(SYN, 100), talk.server(SYN | ACK, 500, 101), talk.client(ACK, 101, 501)]
    record = only(run(frames).records)
    assert record.rtt_handshake_ns == 10 * MILLISECOND
    assert record.rtt_smoothed_ns == record.rtt_min_ns == 5 * MILLISECOND  # the SYN-ACK's half, which was sent once


def test_handshake_begins_anew_with_a_syn_after_its_answer(run: Run) -> None:
    """The answer to the first SYN was lost behind the tap: only the second exchange is a handshake."""
    talk = Talk(step=40 * MILLISECOND)
    frames = [talk.client(SYN, 100), talk.server(SYN | ACK, 500, 101)]
    talk.step = 3 * MILLISECOND
    frames += [talk.client(SYN, 100), talk.server(SYN | ACK, 500, 101), talk.client(ACK, 101, 501)]
    assert only(run(frames).records).rtt_handshake_ns == 6 * MILLISECOND


def test_handshake_seen_from_one_side(run: Run) -> None:
    """Where nothing of the server passes the tap, SYN to ACK is the way there and back."""
    talk = Talk(step=7 * MILLISECOND)
    frames = [talk.client(SYN, 100), talk.client(ACK, 101, 501), talk.client(PSH | ACK, 101, 501, b"hello")]
    record = only(run(frames).records)
    assert record.rtt_handshake_ns == record.rtt_smoothed_ns == record.rtt_min_ns == 7 * MILLISECOND


@pytest.mark.parametrize("answered", [True, False])
def test_no_handshake_is_invented(run: Run, answered: bool) -> None:
    """Data with a gap after the SYN, or an answer without its SYN: what happened between was not seen."""
    talk = Talk(step=7 * MILLISECOND)
    answer = [talk.server(ACK, 501, 101, b"hi")] if answered else []
    frames = [talk.client(SYN, 100), *answer, talk.client(PSH | ACK, 101 if answered else 300, 501, b"hello")]
    assert only(run(frames).records).rtt_handshake_ns == 0


def test_refusal_has_a_round_trip(run: Run) -> None:
    """A reset that answers the SYN is an answer."""
    talk = Talk(step=5 * MILLISECOND)
    record = only(run([talk.client(SYN, 100), talk.server(RST | ACK, 0, 101)]).records)
    assert (record.rtt_handshake_ns, record.tcp_bits) == (5 * MILLISECOND, TcpBits.SYN_AB | TcpBits.RST_BA)


def test_smoothed_round_trip_follows_rfc_6298(run: Run) -> None:
    """One eighth of the new sample, one quarter of its deviation; retransmitted segments give none."""
    talk = Talk(step=8 * MILLISECOND, ttl=57)
    frames = [talk.client(ACK, 101, 501, b"1"), talk.server(ACK, 501, 102)]
    talk.step = 16 * MILLISECOND
    frames += [talk.client(ACK, 102, 501, b"2"), talk.server(ACK, 501, 103)]
    frames += [talk.client(ACK, 103, 501, b"3"), talk.client(ACK, 103, 501, b"3"), talk.server(ACK, 501, 104)]
    record = only(run(frames).records)
    assert (record.rtt_smoothed_ns, record.rtt_variation_ns, record.rtt_min_ns) == (
        9 * MILLISECOND,
        5 * MILLISECOND,
        8 * MILLISECOND,
    )


@pytest.mark.parametrize(("ttl", "known"), [(57, True), (64, False), (128, False), (255, False)])
def test_own_delay_is_no_round_trip(run: Run, ttl: int, known: bool) -> None:
    """A transfer joined in its middle: how long this link's own host takes to acknowledge says nothing of the path."""
    talk = Talk(step=8 * MILLISECOND, ttl=ttl)
    record = only(run([talk.client(ACK, 101, 501, b"1"), talk.server(ACK, 501, 102)]).records)
    times = (record.rtt_smoothed_ns, record.rtt_min_ns, record.rtt_variation_ns)
    assert any(times) is all(times) is known


def test_absurd_jump_starts_over(run: Run) -> None:
    """A segment beyond any window is damage: it is neither a hole nor does it turn the rest into retransmissions."""
    talk = Talk()
    frames = [
        *talk.open(),
        talk.client(ACK, 101, 501, b"1"),
        talk.client(ACK, 101 + (1 << 31) - 5, 501, b"?"),
        talk.client(ACK, 102, 501, b"2"),
        talk.client(ACK, 103, 501, b"3"),
    ]
    assert only(run(frames).records).retransmissions_ab == 0
