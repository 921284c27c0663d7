"""TCP connections as seen from outside: half open, opened or closed from both sides, and ports used again."""

from __future__ import annotations

import pytest

from netmon.model.flow import TcpBits
from netmon.model.frame import Frame

from ._packets import ACK, FIN, RST, SYN, Talk
from .conftest import Run
from .test_reference_tcp import only


def test_half_open(run: Run) -> None:
    """An ACK that answers a SYN without a SYN of its own opens nothing."""
    talk = Talk()
    record = only(run([talk.client(SYN, 100), talk.server(ACK, 9000, 42), talk.client(RST, 42)]).records)
    assert record.tcp_bits == TcpBits.SYN_AB | TcpBits.RST_AB


def test_simultaneous_open_and_close(run: Run) -> None:
    """RFC 9293 figures 8 and 13: one connection, the first SYN's sender began it."""
    talk = Talk()
    frames = [
        talk.client(SYN, 100),
        talk.server(SYN, 500),
        talk.client(SYN | ACK, 100, 501),
        talk.server(SYN | ACK, 500, 101),
        talk.client(FIN | ACK, 101, 501),
        talk.server(FIN | ACK, 501, 101),
        talk.client(ACK, 102, 502),
        talk.server(ACK, 502, 102),
    ]
    record = only(run(frames).records)
    assert (record.initiator, record.generation) == (0, 0)
    both = TcpBits.SYN_AB | TcpBits.SYN_BA | TcpBits.SYNACK_AB | TcpBits.SYNACK_BA | TcpBits.OPENED
    ends = TcpBits.FIN_AB | TcpBits.FIN_BA | TcpBits.FIN_AB_ACKED | TcpBits.FIN_BA_ACKED
    assert record.tcp_bits == both | ends


def test_who_closed_first(run: Run) -> None:
    """FIRST_FIN_BA tells the active close."""
    talk = Talk()
    record = only(run([*talk.open(), talk.server(FIN | ACK, 501, 101), talk.client(FIN | ACK, 101, 502)]).records)
    assert record.tcp_bits & TcpBits.FIRST_FIN_BA


def test_new_syn_is_a_new_generation(run: Run) -> None:
    """A reused port: the old record is closed for good, the new one counts from zero."""
    talk = Talk()
    frames = [*talk.open(), talk.client(FIN | ACK, 101, 501), talk.server(FIN | ACK, 501, 102), talk.client(ACK, 102, 502)]
    frames += talk.open(client_isn=90000, server_isn=80000)
    result = run(frames)
    old, new = result.records
    assert (old.generation, new.generation, old.flow_id, new.flow_id) == (0, 1, 1, 2)
    assert old.tcp_bits & TcpBits.SUPERSEDED
    assert not new.tcp_bits & TcpBits.SUPERSEDED
    assert (old.packets_ab + old.packets_ba, new.packets_ab + new.packets_ba) == (6, 3)


@pytest.mark.parametrize(
    "frames",
    [
        [Talk().client(SYN, 100), Talk().client(SYN, 100)],
        [Talk().server(SYN | ACK, 500, 101), Talk().client(SYN, 100)],
        [Talk().client(ACK, 101, 501, b"early"), Talk().client(SYN, 100)],
    ],
    ids=["repeated", "late, after its answer", "late, after its data"],
)
def test_same_syn_is_the_same_generation(run: Run, frames: list[Frame]) -> None:
    """A SYN of the number already known begins nothing, and a late one is no retransmission."""
    record = only(run(frames).records)
    assert (record.generation, record.initiator) == (0, 0)


def test_a_refused_syn_sent_again_is_another_connection(run: Run) -> None:
    """Some systems try three times with the same sequence number; every refusal ends one attempt."""
    talk = Talk()
    frames = [segment for _ in range(3) for segment in (talk.client(SYN, 100), talk.server(RST | ACK, 0, 101))]
    assert [(record.generation, record.packets_ab, record.packets_ba) for record in run(frames).records] == [
        (0, 1, 1),
        (1, 1, 1),
        (2, 1, 1),
    ]


def test_syn_over_a_midstream_flow_begins_anew(run: Run) -> None:
    """Numbers that do not fit what was seen belong to the next connection."""
    talk = Talk()
    old, new = run([talk.client(ACK, 700_000, 501, b"old"), talk.client(SYN, 100)]).records
    assert (old.packets_ab, new.packets_ab, new.generation) == (1, 1, 1)
